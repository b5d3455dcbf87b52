"""What is in quarantine, and how a person settles it: released or closed, with a reason, as events of the log.

    waiting --release--> the submitted event itself, where it passes every check now   \\
                     \\-> else the same payload, written by the office                    > submission.released
    waiting --close----> submission.closed; what came for a destroyed record dies with it

One word settles a submission: it has the one id that every process of the district makes for it, and what it lets in
goes into the log in the same commit or not at all. Of two people who settle at once one is told that he came second.

Settling takes the owner (the record names one, ``submission.assigned`` another) or the health office; to write a
payload anew, moreover, somebody who might have written it (its type's authors). What nobody is proven to have said
(a bad signature, unreadable bytes) is never released: it is closed, and entered by hand if it is true.
What waits only because its type was newer than this program is released by the program itself.
"""

from typing import Literal

import msgspec
import structlog

from events.catalog import CATALOG, Payload
from events.catalog.devices import SubmissionAssigned, SubmissionClosed, SubmissionReleased
from events.codec import Unknown, decode_payload
from events.envelope import SignedEvent
from events.errors import Refused
from events.ids import EventId, StaffId, Stream, StudentId, stream_id, stream_kind, stream_of
from events.roles import Role
from projections.directory import Directory
from projections.submissions import Submission, Word
from server.district import District
from server.live import Live
from server.seat import only_id
from server.sync.quarantine import deed_of, key_name
from server.sync.session import Candidate, Desk, Sound, signing_seat
from server.sync.submission import Opened, open_submission

READERS = frozenset({Role.HEALTH_OFFICE, Role.RECORDS, Role.AUDITOR})
"""Who may see the bytes. Whoever runs the system settles keys and programs without reading them."""
_NEWER = "newer_type"

_log = structlog.get_logger(__name__)


class Kept(msgspec.Struct, frozen=True):
    """A submission with the bytes that came. ``opened`` is None where they are no event, or were destroyed."""

    submission: Submission
    raw: bytes | None
    opened: Opened | None

    @property
    def student(self) -> StudentId | None:
        """The child it is about, as far as its bytes say."""
        if self.opened is None or stream_kind(self.opened.header.stream) != "student":
            return None
        return StudentId(stream_id(self.opened.header.stream))


class Review:
    """Settles what is in quarantine. One per process."""

    def __init__(self, district: District, live: Live) -> None:
        self._district = district
        self._live = live

    def listed(self, everything: bool = False) -> tuple[Submission, ...]:
        """What waits, the oldest first; or all that ever came, each matter once."""
        return self._live.quarantine.matters() if everything else self._live.quarantine.waiting()

    def find(self, asked: str) -> Submission:
        """The one submission whose hash begins so. Raises Refused."""
        found = [one for one in self._live.quarantine.all() if one.hash.startswith(asked.lower())]
        if len(found) != 1 or len(asked) < 4:
            raise Refused("unknown-submission", f"{asked!r} is not one submission: see `doseledger quarantine list`")
        return found[0]

    def require_reader(self, by: StaffId) -> None:
        """Raises Refused unless the person may see what came: it may be about any child of the district."""
        if self._live.directory.roles_now(by).isdisjoint(READERS):
            raise Refused("not-allowed", "what came is shown to the health office, the records office and auditors")

    async def kept(self, submission: Submission) -> Kept:
        """The submission with its bytes."""
        raw = await self._district.log.refused(submission.hash)
        opened = None if raw is None else open_submission(raw)
        return Kept(submission, raw, opened if isinstance(opened, Opened) else None)

    async def release(self, submission: Submission, by: StaffId, reason: str, into: StudentId | None = None) -> EventId:
        """Let it in; the event it became. ``into`` writes it to another child's record than it names.

        Raises Refused: settled already, never proven, or not this person's to release.
        """
        submission = await self._still_open(submission)
        opened = (await self.kept(submission)).opened
        if opened is None:
            raise Refused("cannot-release", "these bytes are no event that can be read: close it, and enter by hand")
        require_settler(self._live.directory, by, submission)
        if into is None and self._passes(opened):
            event = await self._let_in(opened, submission, reason, by)
            if event is not None:
                return event
            submission = await self._still_open(submission)
        self._require_proven(opened)
        payload = _payload(opened)
        _require_author(self._live.directory, by, opened)
        return await self._write_anew(opened, payload, submission, by, reason, into)

    async def assign(self, submission: Submission, by: StaffId, owner: Role, staff: StaffId | None = None) -> None:
        """Give it to a role, or to a person who holds that role. Raises Refused: settled, or not this person's."""
        submission = await self._still_open(submission)
        directory = self._live.directory
        require_settler(directory, by, submission)
        if staff is not None and owner not in directory.roles_now(staff):
            raise Refused("wrong-owner", f"who takes it must hold the role {owner.value} now")
        assigned = SubmissionAssigned(submission=submission.hash, owner=_owner(owner), staff=staff, by=by)
        if not await self._say(submission, assigned):
            raise Refused("settled-already", "somebody else gave it on at the same moment: look at it again")

    async def close(self, submission: Submission, by: StaffId, reason: str) -> None:
        """Settle it without letting it in. Raises Refused: settled already, or not this person's."""
        submission = await self._still_open(submission)
        require_settler(self._live.directory, by, submission)
        closed = SubmissionClosed(submission=submission.hash, reason=reason, by=by)
        if not await self._say(submission, closed):
            raise await self._settled_before(submission)
        if submission.record.reason == "destroyed_stream":
            await self._district.destroy([key_name(submission.hash)])

    async def release_what_is_known_now(self) -> list[EventId]:
        """Let in what waited for a newer program, now that this one knows the type; the events."""
        released = []
        for submission in self._live.quarantine.waiting():
            if submission.record.reason == _NEWER:
                opened = (await self.kept(submission)).opened
                if opened is not None and self._passes(opened):
                    reason = f"this program understands {opened.header.type} schema {opened.header.schema}"
                    event = await self._let_in(opened, submission, reason, None)
                    released += [event] if event is not None else []
        if released:
            _log.info("quarantine.released", count=len(released))
        return released

    def _passes(self, opened: Opened) -> bool:
        """Whether nothing stands against the event any more."""
        desk = Desk(self._live.directory, self._district.id, self._live.scopes.is_hidden, self._live.is_lacking)
        examined = desk.examine(opened, (), ())
        if not isinstance(examined, Candidate):
            return False
        return isinstance(desk.settle(examined, signing_seat(examined)), Sound)

    def _require_proven(self, opened: Opened) -> None:
        """Raises Refused unless the signature is by a seat its author ever had on its device, in this district."""
        header = opened.header
        seats = self._live.directory.seats(header.device, header.author)
        if header.district != self._district.id or signing_seat(Candidate(opened, seats)) is None:
            raise Refused("cannot-release", "nobody of this district is proven to have said this: close it")

    async def _let_in(self, opened: Opened, submission: Submission, reason: str, by: StaffId | None) -> EventId | None:
        """Let the event in as it was signed; None, and nothing written, where the log holds another in its place or
        somebody settled it meanwhile."""
        released = SubmissionReleased(submission=submission.hash, event=opened.header.id, reason=reason, by=by)
        return opened.header.id if await self._say(submission, released, as_signed=opened.event) else None

    async def _write_anew(
        self,
        opened: Opened,
        payload: Payload,
        submission: Submission,
        by: StaffId,
        reason: str,
        into: StudentId | None,
    ) -> EventId:
        """The same payload as an event of the office, and the release that names it, in one commit."""
        stream = opened.header.stream if into is None else stream_of("student", into)
        if stream_kind(stream) != CATALOG[opened.header.type].stream or self._live.scopes.is_hidden(stream):
            raise Refused("cannot-release", f"{opened.header.type} cannot be written to {stream}: name another child")
        event = EventId((await self._district.seat()).new_id())
        released = SubmissionReleased(submission=submission.hash, event=event, reason=reason, by=by)
        if not await self._say(submission, released, anew=(event, stream, payload)):
            raise await self._settled_before(submission)
        return event

    async def _still_open(self, submission: Submission) -> Submission:
        """As the log has it now. Raises Refused when it was settled."""
        await self._live.catch_up()
        now = self._live.quarantine.get(submission.hash) or submission
        if now.state != "open":
            raise Refused("settled-already", f"this submission was {now.state} before: {now.why}")
        return now

    async def _say(
        self,
        submission: Submission,
        word: Word,
        as_signed: SignedEvent | None = None,
        anew: tuple[EventId, Stream, Payload] | None = None,
    ) -> bool:
        """The next word on it, under each name it came by, and what it lets in, in one commit; False, and nothing,
        where somebody was faster."""
        alike = [submission, *self._live.quarantine.others_alike(submission)]
        key, epoch = self._district.keys.log, self._live.head.epoch
        words = [msgspec.structs.replace(word, submission=one.hash) for one in alike]
        facts: list[tuple[Stream, Payload]] = [(one.stream, said) for one, said in zip(alike, words, strict=True)]
        deeds = [deed_of(said, one.last_word) for one, said in zip(alike, words, strict=True)]
        ids = [only_id(key, epoch, deed) for deed in deeds]
        if anew is not None:
            facts.insert(0, anew[1:])
            ids.insert(0, anew[0])
        is_said = await self._district.record_once(facts, ids, beside=() if as_signed is None else (as_signed,))
        await self._live.catch_up()
        return is_said

    async def _settled_before(self, submission: Submission) -> Refused:
        """The problem to raise, with how it was settled where that can be read."""
        try:
            await self._still_open(submission)
        except Refused as known:
            return known
        return Refused("settled-already", "this submission was settled before, in words that cannot be read now")


def require_settler(directory: Directory, by: StaffId, submission: Submission) -> None:
    """Raises Refused unless the person is the owner the record names, or the health office."""
    owner = submission.owner
    if directory.roles_now(by).isdisjoint({owner, Role.HEALTH_OFFICE}):
        raise Refused("not-allowed", f"this is for the role {owner.value} to settle")


def _owner(role: Role) -> Literal["health_office", "records", "district_admin"]:
    """Raises Refused for a role that settles nothing."""
    match role:
        case Role.HEALTH_OFFICE:
            return "health_office"
        case Role.RECORDS:
            return "records"
        case Role.DISTRICT_ADMIN:
            return "district_admin"
        case _:
            raise Refused("wrong-owner", "submissions belong to the health office, records or the district admin")


def _require_author(directory: Directory, by: StaffId, opened: Opened) -> None:
    authors = CATALOG[opened.header.type].authors
    if directory.roles_now(by).isdisjoint(authors):
        wanted = ", ".join(role.value for role in authors if role is not Role.SYSTEM) or "nobody"
        raise Refused("not-allowed", f"{opened.header.type} is written by: {wanted}")


def _payload(opened: Opened) -> Payload:
    """What the submission says. Raises Refused where this program cannot read it."""
    header = opened.header
    payload = decode_payload(header.type, header.schema, opened.event.payload)
    if isinstance(payload, Unknown):
        raise Refused("cannot-release", f"{header.type} schema {header.schema} is newer than this program")
    return payload
