"""Settling what is in quarantine: GET /api/quarantine, GET …/{submission}, POST …/{submission}/release, close, assign.

The list tells reasons and owners and nothing about a child. The bytes are shown to the health office, the records
office and auditors; seeing a child's is on record first. A device learns of both settlements by its next pull: they
stand in the stream of the device that brought the bytes; one that is given no scope asks (server.sync.fates).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
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
from server.review import Kept, Review
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


class QuarantineOffice:
    """What the handlers share: who asks, which submission, what becomes of a refusal."""

    def __init__(self, review: Review, asking: Asking, live: Live, access: AccessRecord) -> None:
        self.review, self._asking, self._live, self._access = review, asking, live, access

    async def listed(self, request: AnyRequest, everything: bool) -> Waiting:
        """Raises ProblemError for a person who settles nothing here."""
        await self._live.catch_up()
        person = await self._asking.staff(request)
        if not has_role(self._live.directory, person.id, LOOKERS):
            detail = "None of your roles settles anything here."
            raise await self._asking.refuse(person.id, "look into quarantine", detail)
        return Waiting(tuple(self.row(one) for one in self.review.listed(everything)))

    def row(self, submission: Submission) -> QuarantineRow:
        return row_of(submission, self._live.directory)

    async def found(self, submission: str) -> Submission:
        """Raises ProblemError for a hash that was never refused."""
        await self._live.catch_up()
        held = self._live.quarantine.get(Hash(submission)) if is_hash(submission) else None
        if held is None:
            raise ProblemError("not-found", "Nothing with this hash was ever refused.")
        return held

    def require_child(self, student: StudentId | None) -> None:
        """Raises ProblemError for a child nobody registered."""
        if student is not None and self._live.register.get(student) is None:
            raise ProblemError("not-found", "No child with this id is registered.", "into")

    async def opened(self, request: AnyRequest, submission: str) -> tuple[Submission, Kept]:
        """A submission with what came; a child's is on the access record first."""
        async with self.settling(request, submission, "open a submission") as (held, person):
            self.review.require_reader(person)
            kept = await self.review.kept(held)
            if kept.student is not None:
                await self._access.viewed(person, [kept.student], "quarantine")
            return held, kept

    @asynccontextmanager
    async def settling(
        self, request: AnyRequest, submission: str, attempted: str
    ) -> AsyncIterator[tuple[Submission, StaffId]]:
        """The submission and who settles it; a refusal for want of a right is recorded, any other only answered."""
        held, person = await self.found(submission), await self._asking.staff(request)
        try:
            yield held, person.id
        except Refused as error:
            if error.code == "not-allowed":
                raise await self._asking.refuse(person.id, attempted, error.message) from error
            raise


Office = NamedDependency[QuarantineOffice]


def quarantine_routes(review: Review, asking: Asking, live: Live, access: AccessRecord) -> Router:
    """The routes of /api/quarantine."""
    office = QuarantineOffice(review, asking, live, access)
    return Router(
        "/api/quarantine",
        route_handlers=[waiting, show, release, close, assign],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["quarantine"],
    )


@get("/")
async def waiting(request: AnyRequest, office: Office, everything: FromQuery[bool] = False) -> Waiting:
    """What could not be taken as an event, whose it is to settle, and how it was settled."""
    return await office.listed(request, everything)


@get("/{submission:str}")
async def show(request: AnyRequest, office: Office, submission: FromPath[str]) -> Shown:
    """The bytes as they came."""
    held, kept = await office.opened(request, submission)
    raw = "" if kept.raw is None else kept.raw.decode(errors="replace")
    if kept.opened is None:
        return Shown(office.row(held), raw, "", "", "")
    header, payload = kept.opened.header, kept.opened.event.payload.decode()
    return Shown(office.row(held), raw, header.type, header.stream, payload)


@post("/{submission:str}/release", status_code=HTTP_200_OK)
async def release(
    request: AnyRequest, office: Office, submission: FromPath[str], data: JSONBody[Decision]
) -> QuarantineRow:
    """Let it in: as it was signed where it passes every check now, else as an event of the office."""
    async with office.settling(request, submission, "release a submission") as (held, person):
        office.require_child(data.into)
        await office.review.release(held, person, data.reason, data.into)
    return office.row(await office.found(submission))


@post("/{submission:str}/close", status_code=HTTP_200_OK)
async def close(
    request: AnyRequest, office: Office, submission: FromPath[str], data: JSONBody[Decision]
) -> QuarantineRow:
    """Settle it without letting it in."""
    async with office.settling(request, submission, "close a submission") as (held, person):
        await office.review.close(held, person, data.reason)
    return office.row(await office.found(submission))


@post("/{submission:str}/assign", status_code=HTTP_200_OK)
async def assign(
    request: AnyRequest, office: Office, submission: FromPath[str], data: JSONBody[Assignment]
) -> QuarantineRow:
    """Give it to another role, or take it: then everybody sees whose it is, the phone too."""
    async with office.settling(request, submission, "assign a submission") as (held, person):
        await office.review.assign(held, person, data.owner or held.owner, person if data.take else None)
    return office.row(await office.found(submission))
