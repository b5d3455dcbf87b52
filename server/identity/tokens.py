"""Secrets that are shown once and kept as hashes: session and device tokens, enrolment codes.

A code is ten characters of Crockford's base 32 (50 random bits): no I, L, O or U, and what a person
types for those is read as 1, 1, 0; case, spaces and hyphens do not matter. ``K7F3M-9QT2X`` is how it is shown.
"""

import hashlib
from collections.abc import Callable

from events.wire import b64

Randomness = Callable[[int], bytes]
"""So many random bytes; ``os.urandom`` at the edge."""

CODE_LENGTH = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_token(randomness: Randomness) -> str:
    """256 random bits as text."""
    return b64(randomness(32))


def new_code(randomness: Randomness) -> str:
    return "".join(_ALPHABET[byte % 32] for byte in randomness(CODE_LENGTH))


def show_code(code: str) -> str:
    return f"{code[:5]}-{code[5:]}"


def read_code(typed: str) -> str | None:
    """The code a person meant, or None when it cannot be one."""
    code = typed.upper().translate(_READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(_ALPHABET) else None


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(b"doseledger/secret/v1\n" + secret.encode()).digest()
