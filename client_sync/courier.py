"""Carries pictures of papers behind the events: one at a time, in pieces, only while no healthy event waits.

    stirred --> how much is there? --> next part of a piece --> … --> note verified and kept
    a part took little time: the next is twice as large, up to a piece        none came through: half as large
    a new epoch of the log --> how much is there? is asked of each once more; what was lost goes again
    no answer: waits a random time, then asks again how much is there        refused, or no receipt: the next picture
    an event to deliver: stops between two parts

Decides nothing about events, and nothing that happens here stops one. What fails is named in ``problem``, and tried
again.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from client_sync.backoff import backoff_seconds
from client_sync.errors import ServerRefused, Unreachable
from client_sync.photos import KeptPhoto, may_be_old, to_free
from client_sync.state import State
from client_sync.store import Store
from client_sync.transport import Transport
from events.errors import BadCheckpoint
from events.ids import Hash
from events.photos import PART_BYTES_MIN, PIECE_BYTES, open_photo_note
from events.wire import Enrolled, PhotoState

Outcome = Literal["all", "interrupted", "failed"]
QUICK_SECONDS = 5.0
"""A part that took no longer is followed by one of twice its size: a sixth of the time it is given."""
_NOBODY = (401, 403, 429)
"""Refusals of the device and not of the picture: no other fares better now."""


def is_free(state: State) -> bool:
    """Whether pictures may travel: no event that could, and a log that does not contradict itself.

    A suspect event, which waits out a back-off of its own, holds up no picture.
    """
    return state.alarm is None and all(row.attempts for row in state.outbox.values())


class Courier:
    """The pictures of one device. ``writing`` is the lock of whoever writes its file; ``state`` tells the engine's."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        enrolled: Enrolled,
        writing: asyncio.Lock,
        state: Callable[[], State],
        chance: Callable[[], float],
        clock: Callable[[], datetime],
    ) -> None:
        self.problem = ""
        self._store = store
        self._transport = transport
        self._enrolled = enrolled
        self._writing = writing
        self._state = state
        self._chance = chance
        self._clock = clock
        self._lost: dict[Hash, tuple[str, int]] = {}
        """Pictures that neither side had when they were asked for: in which log, and of which event."""
        self._part_bytes = PART_BYTES_MIN
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        """Something was attached or delivered: perhaps there is something to carry."""
        self._stirred.set()

    async def waiting(self) -> list[KeptPhoto]:
        """The pictures without a receipt of this epoch, oldest first; not those that neither side has any more."""
        photos = await self._store.photos.all()
        return [photo for photo in photos if not photo.is_receipted and not self._is_lost(photo)]

    def _is_lost(self, photo: KeptPhoto) -> bool:
        """A picture was asked for in vain; a log that was restored since may have it again."""
        return self._lost.get(photo.name, ("", 0))[0] == self._origin()

    def _origin(self) -> str:
        held = self._state().checkpoint
        return "" if held is None else held.origin

    def _lost_words(self) -> str:
        which = ", ".join(str(seq) for origin, seq in self._lost.values() if origin == self._origin())
        if not which:
            return ""
        return f"the picture of event {which} was lost with the server's disk: photograph the paper again"

    async def run(self) -> None:
        """Carry whatever may be carried, until cancelled."""
        failures = 0
        while True:
            self._stirred.clear()
            outcome = await self.carry()
            failures = failures + 1 if outcome == "failed" else 0
            if failures:
                await asyncio.sleep(backoff_seconds(failures, self._chance()))
            else:
                await self._stirred.wait()

    async def carry(self, until: float | None = None) -> Outcome:
        """Every picture that waits, one after the other; begins no part after ``until`` (the monotonic clock)."""
        self.problem = self._lost_words()
        if not await self._store.photos.all():
            return "all"
        for photo in await self.waiting():
            try:
                if not await self._carry(photo, until):
                    return "interrupted"
            except ServerRefused as refused:
                self.problem = f"a picture: {refused}"
                if refused.status in _NOBODY:
                    break
            except Unreachable as error:
                self.problem = f"a picture: {error}"
                break
            except BadCheckpoint as error:
                self.problem = f"a picture has no receipt: {error}"
        await self._free()
        return "failed" if await self.waiting() else "all"

    async def _carry(self, photo: KeptPhoto, until: float | None) -> bool:
        """One picture to its receipt; False when it had to stop. Raises TransportError, BadCheckpoint."""
        if not self._may(until):
            return False
        token, name, size = self._enrolled.token, photo.name, photo.size_bytes
        here, before = await self._transport.photo(token, name), -1
        if not here.note and not photo.is_here:
            self._lost[name] = self._origin(), photo.seq
            self.problem = self._lost_words()
            return True
        if not here.note and not await self._store.photos.is_whole(photo):
            self.problem = f"the picture of event {photo.seq} is damaged on this device and cannot be delivered"
            return True
        while not here.note:
            if not self._may(until):
                return False
            if not before < here.bytes_here < size:
                raise BadCheckpoint(f"the server had {max(0, before)} of {size} bytes, and now {here.bytes_here}")
            before = here.bytes_here
            here = await self._send(photo, before)
        await self._receipt(photo, here.note)
        return True

    async def _send(self, photo: KeptPhoto, begin: int) -> PhotoState:
        """The next part: as much as came through in little time before. Raises TransportError."""
        number, at = divmod(begin, PIECE_BYTES)
        part = (await self._store.photos.piece(photo.name, number))[at : at + self._part_bytes]
        began, token = time.monotonic(), self._enrolled.token
        try:
            here = await self._transport.send_piece(token, photo.name, number, photo.size_bytes, part, at)
        except Unreachable:
            self._part_bytes = max(PART_BYTES_MIN, self._part_bytes // 2)
            raise
        if time.monotonic() - began < QUICK_SECONDS:
            self._part_bytes = min(PIECE_BYTES, self._part_bytes * 2)
        return here

    def _may(self, until: float | None) -> bool:
        return is_free(self._state()) and (until is None or time.monotonic() < until)

    async def _receipt(self, photo: KeptPhoto, note: str) -> None:
        said = open_photo_note(note, self._enrolled.log_key)
        if (said.name, said.size_bytes) != (photo.name, photo.size_bytes):
            raise BadCheckpoint("it is of another picture")
        if said.origin != self._origin():
            raise BadCheckpoint(f"it is of {said.origin}, and this device knows another epoch")
        await asyncio.shield(asyncio.ensure_future(self._keep(photo, note)))

    async def _keep(self, photo: KeptPhoto, note: str) -> None:
        async with self._writing, self._store.transaction() as transaction:
            await transaction.photos.receipt(photo.name, note)

    async def _free(self) -> None:
        """Receipted pictures lie here for a server that is put back, and only while nothing else wants the room."""
        photos, bytes_max = await self._store.photos.all(), 0 if self._store.is_nearly_full() else None
        now_ms = round(self._clock().timestamp() * 1000)
        if may_be_old(photos, now_ms):
            now_ms = min(now_ms, await self._store.photos.told_ms())
        gone = to_free(photos, now_ms, bytes_max)
        if gone:
            await asyncio.shield(asyncio.ensure_future(self._let_go(gone)))

    async def _let_go(self, names: list[Hash]) -> None:
        async with self._writing, self._store.transaction() as transaction:
            await transaction.photos.free(names)
