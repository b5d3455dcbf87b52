"""The installation's own keys (docs/keys.md says who holds each and what its loss means).

    wrapping key   32 bytes; in DOSELEDGER_WRAPPING_KEY (hex) or keys/wrapping.key; wraps everything below
    log key        Ed25519; signs checkpoints and certifies system seats
    sealing key    X25519; opens what devices seal to the district (HPKE)

Log and sealing key lie on disk only as ciphertext under the wrapping key (AES-256-GCM, RFC 5116). While the wrapping
key is being changed (server/store/rewrapping.py) nothing else opens the home.
"""

import os
from collections.abc import Callable, Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.checkpoint import verifier_key
from events.errors import Refused
from events.ids import DistrictId
from events.signing import SigningKey
from server.home import Home, write_durably

KEY_BYTES = 32
NONCE_BYTES = 12
WRAPPING_VARIABLE = "DOSELEDGER_WRAPPING_KEY"
WRAPPING_FILE = "wrapping.key"
NEXT_WRAPPING_FILE = "wrapping.next"
"""There while the wrapping key is being changed: the next one, or nothing where the environment holds that."""

Random = Callable[[int], bytes]


class Keys(msgspec.Struct, frozen=True):
    """The opened keys of one district. Never printed, never logged."""

    log: SigningKey
    sealing: X25519PrivateKey
    wrapping: bytes
    name: str
    """The log key's name in signed notes: log name and district."""

    @property
    def log_verifier(self) -> str:
        """What devices pin."""
        return verifier_key(self.name, self.log.public)

    @property
    def sealing_public(self) -> str:
        return self.sealing.public_key().public_bytes_raw().hex()

    def __repr__(self) -> str:
        return f"Keys(name={self.name!r})"


def note_name(log_name: str, district: DistrictId) -> str:
    return f"{log_name}/{district}"


def create_keys(
    home: Home,
    log_name: str,
    district: DistrictId,
    random: Random = os.urandom,
    environment: Mapping[str, str] = os.environ,
) -> Keys:
    """Make the three keys. Raises Refused when the district has keys already."""
    refuse_keys(home, district)
    wrapping = _wrapping_key(home, environment)
    if wrapping is None:
        wrapping = random(KEY_BYTES)
        write_durably(home.keys / WRAPPING_FILE, wrapping.hex().encode())
    for name in (f"{district}.sealing", f"{district}.log"):
        write_durably(home.keys / name, wrap(AESGCM(wrapping), random(KEY_BYTES), name.encode(), random))
    return load_keys(home, log_name, district, environment)


def load_keys(home: Home, log_name: str, district: DistrictId, environment: Mapping[str, str] = os.environ) -> Keys:
    """Open the keys. Raises Refused that says which is missing or does not open."""
    expect_keys(home, district)
    wrapping = _wrapping_key(home, environment)
    if wrapping is None:
        raise Refused("no-wrapping-key", f"set {WRAPPING_VARIABLE} or restore {home.keys / WRAPPING_FILE}")
    log = SigningKey(_open(home, f"{district}.log", wrapping))
    sealing = X25519PrivateKey.from_private_bytes(_open(home, f"{district}.sealing", wrapping))
    return Keys(log, sealing, wrapping, note_name(log_name, district))


def holds_keys(home: Home, district: DistrictId) -> bool:
    """Whether the district's keys are here, all of them: the log key is written last."""
    return (home.keys / f"{district}.log").exists()


def expect_keys(home: Home, district: DistrictId) -> None:
    """Raise Refused when the district's keys are not here."""
    if not holds_keys(home, district):
        raise Refused(
            "not-founded", f"no district {district!r} in {home.path}: run 'doseledger init' or 'doseledger demo' first"
        )


def refuse_keys(home: Home, district: DistrictId) -> None:
    """Raise Refused when the district has keys already: a second log under one key would be a fork."""
    if holds_keys(home, district):
        raise Refused("already-founded", f"{home.path} already holds district {district!r}")


def refuse_half_changed(home: Home) -> None:
    """Raise Refused while a change of the wrapping key is not at its end."""
    if (home.keys / NEXT_WRAPPING_FILE).exists():
        raise Refused(
            "wrapping-key-changing",
            "a change of the wrapping key was cut off: run 'doseledger keys rotate-wrapping' again",
        )


def wrapping_key_at_hand(home: Home, environment: Mapping[str, str]) -> bytes | None:
    """The key that the environment or the home holds, if either does."""
    path = home.keys / WRAPPING_FILE
    text = environment.get(WRAPPING_VARIABLE) or (path.read_text() if path.exists() else "")
    return read_wrapping_key(text, WRAPPING_VARIABLE) if text else None


def read_wrapping_key(text: str, name: str) -> bytes:
    """Raises Refused that names the variable, and never the value."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Refused("bad-setting", f"{name} must be 64 hexadecimal digits")
    return key


def wrap(cipher: AESGCM, secret: bytes, bound: bytes, random: Random) -> bytes:
    """nonce (12) ‖ AES-256-GCM; ``bound`` says what the secret is, and is needed to open it."""
    nonce = random(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, secret, bound)


def unwrap(cipher: AESGCM, wrapped: bytes, bound: bytes) -> bytes | None:
    """The secret; None where this key does not open it, or it is not what ``bound`` says."""
    try:
        return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        return None


def _wrapping_key(home: Home, environment: Mapping[str, str]) -> bytes | None:
    refuse_half_changed(home)
    return wrapping_key_at_hand(home, environment)


def _open(home: Home, name: str, wrapping: bytes) -> bytes:
    path = home.keys / name
    try:
        secret = unwrap(AESGCM(wrapping), path.read_bytes(), name.encode())
    except FileNotFoundError as error:
        raise Refused("no-key", f"{path} is missing: restore it from the key back-up") from error
    if secret is None:
        raise Refused("bad-key", f"{path} does not open under this wrapping key")
    return secret
