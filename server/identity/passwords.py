"""Passwords as argon2id hashes (RFC 9106), made and checked in a thread.

Checking takes the same time whether or not the person exists: an unknown login is checked against a
hash nobody has the password of. Two at a time at most, because each takes 64 MiB for its moment.
"""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from events.errors import Refused

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 256
_AT_ONCE_MAX = 2


class Passwords:
    """Hashes and checks passwords. One per process."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(_AT_ONCE_MAX)
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """Raises Refused for a password too short or too long to use."""
        if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
            raise Refused(
                "bad-password",
                f"A password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters; try a sentence.",
            )
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password behind the hash; None stands for a person without one."""
        async with self._slots:
            found = await asyncio.to_thread(self._check, stored or self._nobody, password[:PASSWORD_LENGTH_MAX])
        return found and stored is not None

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
