"""Settling what is in quarantine: GET /api/quarantine, GET …/{submission}, POST …/{submission}/release, close, assign.

The list tells reasons and owners and nothing about a child. The bytes are shown to the health office, the records
office and auditors; seeing a child's is on record first. A device learns of both settlements by its next pull: they
stand in the stream of the device that brought the bytes.
"""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK

from events.errors import Refused
from events.ids import Hash, StaffId, StudentId, is_hash
from events.roles import Role
from projections.submissions import Submission
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.identity.rights import has_role
from server.live import Live
from server.review import Review
from server.review_row import QuarantineRow, row_of

LOOKERS = frozenset({Role.HEALTH_OFFICE, Role.RECORDS, Role.DISTRICT_ADMIN, Role.AUDITOR})
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


class Waiting(msgspec.Struct, frozen=True):
    """What waits, the oldest first; with ``all`` also what was settled."""

    submissions: tuple[QuarantineRow, ...]


class Shown(msgspec.Struct, frozen=True):
    """One submission with what came. Empty ``raw``: the bytes were destroyed; empty ``type``: they are no event."""

    row: QuarantineRow
    raw: str
    type: str
    stream: str
    payload: str


class Decision(msgspec.Struct, frozen=True):
    """``release`` or ``close``, and why. ``into`` writes what is released to another child's record."""

    reason: Reason
    into: StudentId | None = None


class Assignment(msgspec.Struct, frozen=True):
    """The role that has it from now on (none: as before); ``take``: the asker settles it in person."""

    owner: Role | None = None
    take: bool = False


def quarantine_routes(review: Review, asking: Asking, live: Live, access: AccessRecord) -> list[HTTPRouteHandler]:
    """The routes of /api/quarantine."""

    def row(submission: Submission) -> QuarantineRow:
        return row_of(submission, live.directory)

    async def found(submission: str) -> Submission:
        await live.catch_up()
        held = live.quarantine.get(Hash(submission)) if is_hash(submission) else None
        if held is None:
            raise ProblemError("not-found", "Nothing with this hash was ever refused.")
        return held

    async def refusing(staff: StaffId, attempted: str, error: Refused) -> Exception:
        """A refusal for want of a right is recorded; any other is only answered."""
        return await asking.refuse(staff, attempted, error.message) if error.code == "not-allowed" else error

    @get("/api/quarantine", tags=["quarantine"])
    async def waiting(request: AnyRequest, everything: FromQuery[bool] = False) -> Waiting:
        """What could not be taken as an event, whose it is to settle, and how it was settled."""
        await live.catch_up()
        person = await asking.staff(request)
        if not has_role(live.directory, person.id, LOOKERS):
            raise await asking.refuse(person.id, "look into quarantine", "None of your roles settles anything here.")
        return Waiting(tuple(row(one) for one in review.listed(everything)))

    @get("/api/quarantine/{submission:str}", tags=["quarantine"])
    async def show(request: AnyRequest, submission: FromPath[str]) -> Shown:
        """The bytes as they came."""
        held, person = await found(submission), await asking.staff(request)
        try:
            review.require_reader(person.id)
        except Refused as error:
            raise await refusing(person.id, "open a submission", error) from error
        kept = await review.kept(held)
        if kept.student is not None:
            await access.viewed(person.id, [kept.student], "quarantine")
        raw = "" if kept.raw is None else kept.raw.decode(errors="replace")
        if kept.opened is None:
            return Shown(row(held), raw, "", "", "")
        header, payload = kept.opened.header, kept.opened.event.payload.decode()
        return Shown(row(held), raw, header.type, header.stream, payload)

    @post("/api/quarantine/{submission:str}/release", status_code=HTTP_200_OK, tags=["quarantine"])
    async def release(request: AnyRequest, submission: FromPath[str], data: JSONBody[Decision]) -> QuarantineRow:
        """Let it in: as it was signed where it passes every check now, else as an event of the office."""
        held, person = await found(submission), await asking.staff(request)
        if data.into is not None and live.register.get(data.into) is None:
            raise ProblemError("not-found", "No child with this id is registered.", "into")
        try:
            await review.release(held, person.id, data.reason, data.into)
        except Refused as error:
            raise await refusing(person.id, "release a submission", error) from error
        return row(await found(submission))

    @post("/api/quarantine/{submission:str}/close", status_code=HTTP_200_OK, tags=["quarantine"])
    async def close(request: AnyRequest, submission: FromPath[str], data: JSONBody[Decision]) -> QuarantineRow:
        """Settle it without letting it in."""
        held, person = await found(submission), await asking.staff(request)
        try:
            await review.close(held, person.id, data.reason)
        except Refused as error:
            raise await refusing(person.id, "close a submission", error) from error
        return row(await found(submission))

    @post("/api/quarantine/{submission:str}/assign", status_code=HTTP_200_OK, tags=["quarantine"])
    async def assign(request: AnyRequest, submission: FromPath[str], data: JSONBody[Assignment]) -> QuarantineRow:
        """Give it to another role, or take it: then everybody sees whose it is, the phone too."""
        held, person = await found(submission), await asking.staff(request)
        try:
            await review.assign(held, person.id, data.owner or held.owner, person.id if data.take else None)
        except Refused as error:
            raise await refusing(person.id, "assign a submission", error) from error
        return row(await found(submission))

    return [waiting, show, release, close, assign]
