"""A signed-in browser: a random token in a cookie, its hash and two times on the server.

A session ends after 12 hours, after 30 minutes without use, at log-out, or when the person leaves the
district or gets a new password. What the person may do is never stored with it: roles are read from
the log each time.
"""

from datetime import datetime, timedelta

from events.ids import StaffId
from server.identity.store import Identities, seconds
from server.identity.tokens import Randomness, hash_of, new_token

SESSION_LASTS = timedelta(hours=12)
SESSION_IDLE = timedelta(minutes=30)
_NOTE_USE_AFTER_SECONDS = 60


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, store: Identities, randomness: Randomness) -> None:
        self._store = store
        self._randomness = randomness

    async def begin(self, staff: StaffId, now: datetime) -> str:
        """The token for the cookie. Clears sessions that are over."""
        token = new_token(self._randomness)
        oldest, idle = seconds(now - SESSION_LASTS), seconds(now - SESSION_IDLE)
        await self._store.write("DELETE FROM sessions WHERE begun_at <= ? OR used_at <= ?", oldest, idle)
        await self._store.write(
            "INSERT INTO sessions (token_hash, staff, begun_at, used_at) VALUES (?, ?, ?, ?)",
            hash_of(token),
            staff,
            seconds(now),
            seconds(now),
        )
        return token

    async def find(self, token: str, now: datetime) -> StaffId | None:
        """Whose session it is, if it is not over; notes the use, at most once a minute."""
        row = await self._store.one(
            "SELECT staff, begun_at, used_at FROM sessions WHERE token_hash = ?", hash_of(token)
        )
        if row is None:
            return None
        staff, begun_at, used_at = row
        if begun_at <= seconds(now - SESSION_LASTS) or used_at <= seconds(now - SESSION_IDLE):
            await self.end(token)
            return None
        if seconds(now) - used_at >= _NOTE_USE_AFTER_SECONDS:
            await self._store.write(
                "UPDATE sessions SET used_at = ? WHERE token_hash = ?", seconds(now), hash_of(token)
            )
        return StaffId(staff)

    async def end(self, token: str) -> None:
        await self._store.write("DELETE FROM sessions WHERE token_hash = ?", hash_of(token))

    async def end_all(self, staff: StaffId) -> None:
        await self._store.write("DELETE FROM sessions WHERE staff = ?", staff)
