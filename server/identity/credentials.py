"""Signing in with a login and a password.

An unknown login behaves like a wrong password: same work, same answer, same rising delay.
"""

from datetime import datetime

import msgspec

from events.ids import StaffId
from server.identity.passwords import Passwords
from server.identity.store import Identities, seconds
from server.identity.throttle import Throttle
from server.identity.tokens import hash_of


class Wait(msgspec.Struct, frozen=True):
    """Too many failures: no attempt is looked at for so long."""

    seconds: int


class Credentials:
    """Passwords of staff. ``check`` is told whom the login names, because logins live in the log."""

    def __init__(self, store: Identities, passwords: Passwords) -> None:
        self._store = store
        self._passwords = passwords
        self._throttle = Throttle()

    async def set_password(self, staff: StaffId, password: str, now: datetime) -> None:
        """Raises Refused for a password that cannot be used."""
        hashed = await self._passwords.hash(password)
        changed = await self._store.write(
            "UPDATE credentials SET password_hash = ?, set_at = ? WHERE staff = ?", hashed, seconds(now), staff
        )
        if not changed:
            await self._store.write(
                "INSERT INTO credentials (staff, password_hash, set_at) VALUES (?, ?, ?)", staff, hashed, seconds(now)
            )

    async def check(self, login: str, staff: StaffId | None, password: str, now: datetime) -> bool | Wait:
        """Whether the password is that person's; a Wait while there were too many failures."""
        key = hash_of(login.casefold()).hex()
        wait = self._throttle.wait_seconds(key, now)
        if wait:
            return Wait(wait)
        self._throttle.failed(key, now)
        row = (
            None
            if staff is None
            else await self._store.one("SELECT password_hash FROM credentials WHERE staff = ?", staff)
        )
        if not await self._passwords.matches(None if row is None else row[0], password):
            return False
        self._throttle.succeeded(key)
        return True
