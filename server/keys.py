"""The installation's own keys (docs/keys.md says who holds each and what its loss means).

    wrapping key   32 bytes; in DOSELEDGER_WRAPPING_KEY (hex) or keys/wrapping.key; wraps everything below
    log key        Ed25519; signs checkpoints and certifies system seats
    sealing key    X25519; opens what devices seal to the district (HPKE)

Log and sealing key lie on disk only as ciphertext under the wrapping key (AES-256-GCM, RFC 5116).
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
        write_durably(home.keys / "wrapping.key", wrapping.hex().encode())
    _seal(home, f"{district}.sealing", random(KEY_BYTES), wrapping, random)
    _seal(home, f"{district}.log", random(KEY_BYTES), wrapping, random)
    return load_keys(home, log_name, district, environment)


def load_keys(home: Home, log_name: str, district: DistrictId, environment: Mapping[str, str] = os.environ) -> Keys:
    """Open the keys. Raises Refused that says which is missing or does not open."""
    if not holds_keys(home, district):
        raise Refused(
            "not-founded", f"no district {district!r} in {home.path}: run 'doseledger init' or 'doseledger demo' first"
        )
    wrapping = _wrapping_key(home, environment)
    if wrapping is None:
        raise Refused("no-wrapping-key", f"set {WRAPPING_VARIABLE} or restore {home.keys / 'wrapping.key'}")
    log = SigningKey(_open(home, f"{district}.log", wrapping))
    sealing = X25519PrivateKey.from_private_bytes(_open(home, f"{district}.sealing", wrapping))
    return Keys(log, sealing, wrapping, note_name(log_name, district))


def holds_keys(home: Home, district: DistrictId) -> bool:
    """Whether the district's keys are here, all of them: the log key is written last."""
    return (home.keys / f"{district}.log").exists()


def refuse_keys(home: Home, district: DistrictId) -> None:
    """Raise Refused when the district has keys already: a second log under one key would be a fork."""
    if holds_keys(home, district):
        raise Refused("already-founded", f"{home.path} already holds district {district!r}")


def _wrapping_key(home: Home, environment: Mapping[str, str]) -> bytes | None:
    path = home.keys / "wrapping.key"
    text = environment.get(WRAPPING_VARIABLE) or (path.read_text() if path.exists() else "")
    if not text:
        return None
    try:
        key = bytes.fromhex(text.strip())
    except ValueError as error:
        raise Refused("bad-setting", f"{WRAPPING_VARIABLE} must be 64 hexadecimal digits") from error
    if len(key) != KEY_BYTES:
        raise Refused("bad-setting", f"{WRAPPING_VARIABLE} must be 64 hexadecimal digits")
    return key


def _seal(home: Home, name: str, secret: bytes, wrapping: bytes, random: Random) -> None:
    nonce = random(NONCE_BYTES)
    write_durably(home.keys / name, nonce + AESGCM(wrapping).encrypt(nonce, secret, name.encode()))


def _open(home: Home, name: str, wrapping: bytes) -> bytes:
    path = home.keys / name
    try:
        sealed = path.read_bytes()
        return AESGCM(wrapping).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
    except FileNotFoundError as error:
        raise Refused("no-key", f"{path} is missing: restore it from the key back-up") from error
    except (InvalidTag, ValueError) as error:
        raise Refused("bad-key", f"{path} does not open under this wrapping key") from error
