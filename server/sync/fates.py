"""What became of a device's own submissions, told to who proves to be their sender; also after the seat was closed.

    request --signed by the seat's own key--> each submission --its own?--> the last word on it, and its proof
                                                  `--another's, or unknown: nothing is said of it

A closed seat is given no scope, so its phone would never learn how its rows were settled. Nothing else of a child's
record leaves here, and what is told of a child is on record before it leaves.
"""

from collections.abc import Iterable, Sequence

from events.errors import MalformedEvent
from events.ids import Hash, Position, StudentId, stream_id, stream_kind
from events.signing import verify
from events.wire import Fate, Fates, FatesRequest, Proof, WireEvent, b64, fates_asked, to_wire, unb64
from projections.submissions import Submission
from server.access import AccessRecord
from server.district import District
from server.identity.enrolment import Bearer
from server.live import Live
from server.sync.proofs import entries_of
from server.sync.submission import Opened, open_submission

OWN_SUBMISSIONS = "The person sent it: what became of it is told, nothing of the record (34 CFR 99.31(a)(1))"


class FateDesk:
    """Answers POST /fates. One per process."""

    def __init__(self, district: District, live: Live, access: AccessRecord) -> None:
        self._log = district.log
        self._live = live
        self._access = access

    def is_signed(self, bearer: Bearer, asked: FatesRequest) -> bool:
        """Whether the bearer's own key, open or closed, made the request."""
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
        told = [self._told(bearer, name) for name in asked.submissions]
        placed = {one.hash: one.last_word for one in told if one is not None and one.last_word is not None}
        opened = {name: await self._opened(name) for name in placed}
        kept = await self._kept(opened.values())
        proofs = await self._proofs([*placed.values(), *kept.values()], head.checkpoint.size)
        children = {child for one in opened.values() if (child := _child(one)) is not None}
        await self._access.viewed(bearer.staff, sorted(children), "fate", bearer.device, OWN_SUBMISSIONS)
        fates = []
        for name, one in zip(asked.submissions, told, strict=True):
            if one is None or one.last_word is None:
                fates.append(Fate(name))
                continue
            record, proof = await self._record(one.last_word), proofs[one.last_word]
            place = kept.get(name) if one.state == "released" else None
            fates.append(Fate(name, record, proof, self._who(one), None if place is None else proofs[place]))
        return Fates(head.note, tuple(fates))

    def _told(self, bearer: Bearer, name: Hash) -> Submission | None:
        """The submission, where this device brought it or this person wrote it."""
        held = self._live.quarantine.get(name)
        if held is None or not (held.record.from_device == bearer.device or held.record.staff == bearer.staff):
            return None
        return held

    async def _opened(self, name: Hash) -> Opened | None:
        raw = await self._log.refused(name)
        opened = None if raw is None else open_submission(raw)
        return opened if isinstance(opened, Opened) else None

    async def _kept(self, opened: Iterable[Opened | None]) -> dict[Hash, Position]:
        """Those that stand in the log as they were signed."""
        return await self._log.find({one.hash: one.header.id for one in opened if one is not None})

    async def _proofs(self, positions: Sequence[Position], size: int) -> dict[Position, Proof]:
        entries = await entries_of(self._log, positions, size)
        paths = self._live.nodes.paths(positions, size)
        return {one: Proof(b64(entries[one]), one, path) for one, path in paths.items()}

    async def _record(self, position: Position) -> WireEvent | None:
        async for row in self._log.read(position, Position(position + 1)):
            return None if row.event is None else to_wire(row.event)
        return None

    def _who(self, one: Submission) -> str:
        staff = one.taken_by if one.state == "open" else one.by
        person = None if staff is None else self._live.directory.staff.get(staff)
        return "" if person is None else person.name


def _child(opened: Opened | None) -> StudentId | None:
    if opened is None or stream_kind(opened.header.stream) != "student":
        return None
    return StudentId(stream_id(opened.header.stream))
