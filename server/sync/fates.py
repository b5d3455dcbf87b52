"""What became of a device's own submissions, told to who proves to be their sender; also after the seat was closed.

    request --signed by the seat's own key--> each submission --its own?--> the last word on it, and its proof
                                                  `--another's, or unknown: nothing is said of it

A closed seat is given no scope, so its phone would never learn how its rows were settled. Nothing else of a child's
record leaves here, and what is told of a child is on record before it leaves.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

import structlog

from events.errors import MalformedEvent
from events.ids import DeviceId, Hash, Position, StaffId, StudentId, stream_id, stream_kind
from events.signing import verify
from events.wire import Fate, Fates, FatesRequest, Proof, WireEvent, b64, fates_asked, to_wire, unb64
from projections.submissions import Submission
from server.access import AccessRecord
from server.district import District
from server.identity.enrolment import Bearer
from server.live import Live
from server.store.vault import Unopenable
from server.sync.proofs import entries_of
from server.sync.submission import Opened, open_submission

OWN_SUBMISSIONS = "The person sent it: what became of it is told, nothing of the record (34 CFR 99.31(a)(1))"

_log = structlog.get_logger(__name__)


class _Unreadable(Exception):
    """The disk does not give back what was submitted, or what was said of it."""


class FateDesk:
    """Answers POST /fates. One per process."""

    def __init__(self, district: District, live: Live, access: AccessRecord) -> None:
        self._log = district.log
        self._live = live
        self._access = access
        self._looks: set[tuple[DeviceId, StaffId, Hash, Position]] = set()

    async def is_signed(self, bearer: Bearer, asked: FatesRequest) -> bool:
        """Whether the bearer's own key, open or closed, made the request."""
        await self._live.catch_up()
        try:
            signature = unb64(asked.signature)
        except MalformedEvent:
            return False
        message = fates_asked(bearer.seat, asked.submissions)
        seats = self._live.directory.seats(bearer.device, bearer.staff)
        return any(seat.seat == bearer.seat and verify(seat.public_key, signature, message) for seat in seats)

    async def tell(self, bearer: Bearer, asked: FatesRequest) -> Fates:
        """The fates, in order. The request must be known to be signed (``is_signed``)."""
        await self._live.catch_up()
        head = self._live.head
        size = head.checkpoint.size
        words = {one.hash: one for name in asked.submissions if (one := self._told(bearer, name)) is not None}
        opened: dict[Hash, Opened | None] = {}
        records: dict[Hash, WireEvent] = {}
        for name, one in words.items():
            with suppress(_Unreadable):  # nothing is said of this one; the others are answered
                opened[name], records[name] = await self._opened(name), await self._record(_last(one))
        kept = await self._kept(opened[name] for name in records if words[name].state == "released")
        late = {name for name, place in kept.items() if place >= size}  # not settled under this head
        known = {name: words[name] for name in records if name not in late}
        places = [*map(_last, known.values()), *(kept[name] for name in known if name in kept)]
        proofs = await self._proofs(places, size)
        await self._record_looks(bearer, {name: (_last(one), _child(opened[name])) for name, one in known.items()})

        def fate(name: Hash) -> Fate:
            one, place = known.get(name), kept.get(name)
            if one is None:
                return Fate(name)
            proof = None if place is None else proofs[place]
            return Fate(name, records[name], proofs[_last(one)], self._who(one), proof)

        return Fates(head.note, tuple(fate(name) for name in asked.submissions))

    async def _record_looks(self, bearer: Bearer, told: Mapping[Hash, tuple[Position, StudentId | None]]) -> None:
        """Once for each device, person and word: a phone asks again each minute until all is settled."""
        new = {
            (bearer.device, bearer.staff, name, word): child
            for name, (word, child) in told.items()
            if child is not None and (bearer.device, bearer.staff, name, word) not in self._looks
        }
        children = sorted({child for child in new.values() if child is not None})
        await self._access.viewed(bearer.staff, children, "fate", bearer.device, OWN_SUBMISSIONS)
        self._looks.update(new)

    def _told(self, bearer: Bearer, name: Hash) -> Submission | None:
        """The submission with its last word, where this device brought it or this person wrote it."""
        held = self._live.quarantine.get(name)
        if (
            held is None
            or held.last_word is None
            or not (held.record.from_device == bearer.device or held.record.staff == bearer.staff)
        ):
            return None
        return held

    async def _opened(self, name: Hash) -> Opened | None:
        try:
            raw = await self._log.refused(name)
        except Unopenable as error:
            _log.error("fates.damaged", submission=name, why=str(error))
            raise _Unreadable from error
        opened = None if raw is None else open_submission(raw)
        return opened if isinstance(opened, Opened) else None

    async def _kept(self, opened: Iterable[Opened | None]) -> dict[Hash, Position]:
        """Those that stand in the log as they were signed."""
        return await self._log.find({one.hash: one.header.id for one in opened if one is not None})

    async def _proofs(self, positions: Sequence[Position], size: int) -> dict[Position, Proof]:
        entries = await entries_of(self._log, positions, size)
        paths = self._live.nodes.paths(positions, size)
        return {one: Proof(b64(entries[one]), one, path) for one, path in paths.items()}

    async def _record(self, position: Position) -> WireEvent:
        async for row in self._log.read(position, Position(position + 1)):
            if row.damage:
                self._live.note_damage(row)
            if row.event is not None:
                return to_wire(row.event)
        raise _Unreadable

    def _who(self, one: Submission) -> str:
        staff = one.taken_by if one.state == "open" else one.by
        person = None if staff is None else self._live.directory.staff.get(staff)
        return "" if person is None else person.name


def _last(one: Submission) -> Position:
    """Of one that something was said of (``_told``)."""
    if one.last_word is None:
        raise LookupError(f"nothing was said of submission {one.hash} yet")
    return one.last_word


def _child(opened: Opened | None) -> StudentId | None:
    if opened is None or stream_kind(opened.header.stream) != "student":
        return None
    return StudentId(stream_id(opened.header.stream))
