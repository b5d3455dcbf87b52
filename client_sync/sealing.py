"""Secrets at rest: AES-256-GCM under a device key that exists unwrapped in memory only.

    passphrase or PIN --argon2id(salt)--> wrapping key --opens--> device key --opens--> events, seat key, token
    or a 32-byte key given by the keeper of the machine (a file, a KMS)

A sealed box is nonce (12 bytes) ‖ ciphertext ‖ tag, bound to a label that says what and whose it is, so
that a box moved to another row does not open. The wrapping can change (new PIN) without touching an event.

KNOWN GAP: a PIN of four digits is only as strong as argon2 is slow; a stolen file gives it up in minutes.
"""

import os
from collections.abc import Iterable

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from client_sync.errors import StoreDamaged, WrongKey

KEY_BYTES = 32
SALT_BYTES = 16
_NONCE_BYTES = 12
_ARGON2_PASSES = 3
_ARGON2_MEMORY_KIB = 64 * 1024
_ARGON2_LANES = 1

_DEVICE_KEY_LABEL = "device key"


class Sealer:
    """Seals and opens under one key. Its text form shows nothing of the key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise WrongKey(f"a key is {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, label: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, label.encode())

    def seal_all(self, boxes: Iterable[tuple[bytes, str]]) -> list[bytes]:
        """As ``seal`` for many (plain, label), at one draw of randomness."""
        listed, encrypt = list(boxes), self._cipher.encrypt
        drawn = os.urandom(_NONCE_BYTES * len(listed))
        nonces = [drawn[at : at + _NONCE_BYTES] for at in range(0, len(drawn), _NONCE_BYTES)]
        return [
            nonce + encrypt(nonce, plain, label.encode()) for nonce, (plain, label) in zip(nonces, listed, strict=True)
        ]

    def open(self, box: bytes, label: str) -> bytes:
        """The plain bytes. Raises StoreDamaged when the box was not sealed by this key under this label."""
        try:
            return self._cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], label.encode())
        except (InvalidTag, ValueError) as error:
            raise StoreDamaged(f"what is kept as {label!r} does not open") from error

    def __repr__(self) -> str:
        return "Sealer()"


def wrapping_key(secret: str | bytes, salt: bytes) -> bytes:
    """The key a passphrase makes with this device's salt (a tenth of a second); 32 bytes are a key already."""
    if isinstance(secret, bytes):
        return secret
    return hash_secret_raw(
        secret.encode(),
        salt,
        time_cost=_ARGON2_PASSES,
        memory_cost=_ARGON2_MEMORY_KIB,
        parallelism=_ARGON2_LANES,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def wrap_new_key(secret: str | bytes, salt: bytes) -> tuple[bytes, Sealer]:
    """A fresh device key: wrapped, to be kept, and ready, to be used."""
    key = os.urandom(KEY_BYTES)
    return Sealer(wrapping_key(secret, salt)).seal(key, _DEVICE_KEY_LABEL), Sealer(key)


def unwrap_key(secret: str | bytes, salt: bytes, wrapped: bytes) -> Sealer:
    """Raises WrongKey when the secret is not the one the device was set up with."""
    try:
        return Sealer(Sealer(wrapping_key(secret, salt)).open(wrapped, _DEVICE_KEY_LABEL))
    except StoreDamaged as error:
        raise WrongKey("the passphrase, PIN or key does not open this device") from error
