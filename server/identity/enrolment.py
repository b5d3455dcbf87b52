"""How a phone joins: a one-time code from the office, then a token it shows ever after.

    issue(staff) -> code        valid 15 minutes, once
    redeem(code) -> Redeemed | CodeRefused (unknown, expired, used)
    admit(token for device and seat)       the bearer token of POST /sync and WS /news

A token stays good for *pushing* even after its seat or device was closed: what arrives then goes to
review, it is not turned away. Whether it may pull is decided from the log.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from events.ids import DeviceId, SeatId, StaffId
from server.identity.store import Identities, seconds
from server.identity.tokens import Randomness, hash_of, new_code, new_token, read_code

CODE_LASTS = timedelta(minutes=15)
TOKENS_KEPT_MAX = 10_000
"""In memory: nothing takes back a token, so one that was found once is not looked up at every turn."""


class Bearer(msgspec.Struct, frozen=True):
    """Who a device token speaks for."""

    device: DeviceId
    seat: SeatId
    staff: StaffId


class CodeRefused(StrEnum):
    """Why a code opens nothing; the value is the problem's stable code."""

    UNKNOWN = "code-unknown"
    EXPIRED = "code-expired"
    USED = "code-used"


class Redeemed(msgspec.Struct, frozen=True):
    """The code was good, and is now used."""

    staff: StaffId


class NotRedeemed(msgspec.Struct, frozen=True):
    """The code was not good; whose it was, when that is known."""

    why: CodeRefused
    staff: StaffId | None = None


class Enrolment:
    """Codes and device tokens."""

    def __init__(self, store: Identities, randomness: Randomness) -> None:
        self._store = store
        self._randomness = randomness
        self._known: dict[bytes, Bearer] = {}

    async def issue(self, staff: StaffId, now: datetime, lasts: timedelta = CODE_LASTS) -> tuple[str, datetime]:
        """A code for this person, and when it expires."""
        code, expires_at = new_code(self._randomness), now + lasts
        await self._store.write(
            "INSERT INTO codes (code_hash, staff, expires_at) VALUES (?, ?, ?)",
            hash_of(code),
            staff,
            seconds(expires_at),
        )
        return code, expires_at

    async def redeem(self, typed: str, now: datetime) -> Redeemed | NotRedeemed:
        """Use a code up. Two who try at once: one gets it."""
        code = read_code(typed)
        if code is None:
            return NotRedeemed(CodeRefused.UNKNOWN)
        used = await self._store.write(
            "UPDATE codes SET used_at = ? WHERE code_hash = ? AND used_at IS NULL AND expires_at > ?",
            seconds(now),
            hash_of(code),
            seconds(now),
        )
        row = await self._store.one("SELECT staff, used_at FROM codes WHERE code_hash = ?", hash_of(code))
        if row is None:
            return NotRedeemed(CodeRefused.UNKNOWN)
        if used:
            return Redeemed(StaffId(row[0]))
        return NotRedeemed(CodeRefused.EXPIRED if row[1] is None else CodeRefused.USED, StaffId(row[0]))

    async def admit(self, bearer: Bearer, now: datetime) -> str:
        """The token for a device's seat; shown once."""
        token = new_token(self._randomness)
        await self._store.write(
            "INSERT INTO devices (token_hash, device, seat, staff, issued_at) VALUES (?, ?, ?, ?, ?)",
            hash_of(token),
            bearer.device,
            bearer.seat,
            bearer.staff,
            seconds(now),
        )
        return token

    async def bearer(self, token: str) -> Bearer | None:
        named = hash_of(token)
        known = self._known.get(named)
        if known is not None:
            return known
        row = await self._store.one("SELECT device, seat, staff FROM devices WHERE token_hash = ?", named)
        return None if row is None else self._keep(named, Bearer(DeviceId(row[0]), SeatId(row[1]), StaffId(row[2])))

    def _keep(self, named: bytes, bearer: Bearer) -> Bearer:
        if len(self._known) >= TOKENS_KEPT_MAX:
            self._known.clear()
        self._known[named] = bearer
        return bearer
