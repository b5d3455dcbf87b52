"""How a child's file ends: proposed by one person, approved by another, then destroyed in two phases.

    may be destroyed --propose--> proposed --approve (somebody else)--> approved
        --destroy--> destruction.requested   nothing is served any more, devices forget, late events are refused
                     pictures                of its papers
                     keys and rows           of every stream about the child, and of refused bytes that name it
                     destruction.completed   the certificate

The period and every hold are looked at anew at each step, and a step or a hold is recorded only as the next word after
those that were looked at: a file that was held meanwhile is not destroyed. A crash between the phases leaves
``requested``, and ``finish`` goes on from there: the request says which streams, so nothing of the record is needed.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar, get_args

from events.catalog.disclosures import RecordDisclosed
from events.catalog.event_type import MANY_MAX
from events.catalog.retention import (
    DestructionApproved,
    DestructionCompleted,
    DestructionProposed,
    DestructionRequested,
    HoldPlaced,
    HoldReleased,
)
from events.catalog.transfers import TransferSent
from events.errors import Refused
from events.ids import DISTRICT_STREAM, DeviceId, EventId, Hash, StaffId, StudentId, stream_of
from events.roles import Role
from projections.fold import Fact
from projections.policy import Policy
from projections.retention import Timeline, of_office, timeline_of
from projections.student import Student
from server.desk import Desk, typed
from server.live import Live
from server.photos import destroy_photos, photos_of
from server.replay import open_matters
from server.sync.quarantine import key_name

BACKUPS_KEPT = timedelta(days=35)
"""How long a back-up of the keyring lives (docs/keys.md)."""
PROPOSERS = frozenset({Role.RECORDS, Role.HEALTH_OFFICE})
APPROVERS = frozenset({Role.ADMINISTRATOR})

Word = HoldPlaced | HoldReleased | DestructionProposed | DestructionApproved | DestructionRequested
_WORDS: tuple[type[Word], ...] = get_args(Word)
_Step = TypeVar("_Step", DestructionProposed, DestructionApproved)


class Ending:
    """The steps, at one desk. ``live`` tells roles, devices and what is in quarantine."""

    def __init__(self, desk: Desk, live: Live) -> None:
        self._desk = desk
        self._district = desk.district
        self._live = live
        self._policy = desk.records.policy
        self._certified = sum(one.events_destroyed for _, one in self._policy.shelf.of(DestructionCompleted))

    @property
    def today(self) -> date:
        """The district's civil day."""
        return self._desk.today

    async def propose(self, child: Student, by: StaffId) -> EventId:
        """Record that the period is over, with its computation. Raises Refused where it is not, or held."""
        self.require_role(by, PROPOSERS)
        line = self._require_ripe(child)
        if line.stage:
            raise Refused("destruction-under-way", f"a destruction of this file is {line.stage} already")
        assert line.earliest is not None
        proposed = DestructionProposed(
            student=_lead(child),
            earliest_on=line.earliest.isoformat(),
            computation="; ".join(part.ground for part in line.parts),
            proposed_by=by,
        )
        return await self._next(child, proposed)

    async def approve(self, child: Student, by: StaffId) -> EventId:
        """A second person agrees. Raises Refused without a proposal, or for the person who proposed."""
        self.require_role(by, APPROVERS)
        stage = self._require_ripe(child).stage
        found = _last(self._policy, DestructionProposed, child.streams)
        if found is None:
            raise Refused("not-proposed", "nobody has proposed to destroy this file")
        if stage != "proposed":
            raise Refused("destruction-under-way", f"a destruction of this file is {stage} already")
        fact, proposed = found
        if proposed.proposed_by in (None, by):
            raise Refused("second-person", "destruction takes two people: somebody else must approve")
        approved = DestructionApproved(event=fact.id, student=_lead(child), approved_by=by)
        return await self._next(child, approved)

    async def hold(self, child: Student, by: StaffId, reason: str, authority: str, from_day: str) -> EventId:
        """The file must stay from that day on, whatever its period. Raises Refused for words that break a rule."""
        self.require_role(by, PROPOSERS)
        told = {"reason": reason, "authority": authority, "from_day": from_day, "by": by}
        return await self._next(child, typed(HoldPlaced, student=_lead(child), **told))

    async def destroy(self, child: Student) -> DestructionCompleted:
        """Both phases. Raises Refused without an approval, or where something has come to hold it since."""
        found = _last(self._policy, DestructionApproved, child.streams)
        if found is None:
            raise Refused("not-approved", "a second person has to approve the proposal first")
        self._require_ripe(child)
        streams = [*(stream_of("student", one) for one in child.streams), *self._live.about.streams(child.streams)]
        if len(streams) > MANY_MAX:
            raise Refused("too-many-streams", f"{len(streams)} streams are about this child; at most {MANY_MAX}")
        recipients = self._recipients(child)
        request = [
            DestructionRequested(student=one, approval=found[0].id, streams=tuple(streams), recipients=recipients)
            for one in child.streams
        ]
        pictures = [Hash(photo.sealed) for photo in photos_of(child) if photo.sealed]
        await self._next(child, *request)
        async with self._district.photo_rows() as rows:
            await destroy_photos(rows, pictures)
        return await self._complete(request)

    async def finish(self) -> list[DestructionCompleted]:
        """Complete what was requested and cut short by a crash."""
        requested: dict[EventId, list[DestructionRequested]] = {}
        done = {one.student for _, one in self._policy.shelf.of(DestructionCompleted)}
        for _, one in self._policy.shelf.of(DestructionRequested):
            requested.setdefault(one.approval, []).append(one)
        open_ones = [request for request in requested.values() if not any(one.student in done for one in request)]
        return [await self._complete(request) for request in open_ones]

    async def _complete(self, request: Sequence[DestructionRequested]) -> DestructionCompleted:
        """Phase two: keys, rows, refused bytes and files; then the certificate."""
        children, streams = [one.student for one in request], request[0].streams
        submissions = await self._submissions_naming(children)
        total = await self._district.destroy([*streams, *(key_name(one) for one in submissions)])
        self._remove_files(children)
        completed = DestructionCompleted(
            student=children[0],
            events_destroyed=total - self._certified,
            backups_expire_on=(self._desk.today + BACKUPS_KEPT).isoformat(),
            streams=streams,
            submissions=tuple(submissions[:MANY_MAX]),
            unconfirmed_devices=self._devices_given(children),
            recipients=request[0].recipients,
        )
        await self._district.record_first([(DISTRICT_STREAM, completed)], [f"certify {request[0].approval}"])
        self._certified = total
        return completed

    async def _next(self, child: Student, *words: Word) -> EventId:
        """Record the next step or hold of this file. Raises Refused where another was recorded since it was read."""
        told = [one for kind in _WORDS for one in self._policy.shelf.of(kind) if one[1].student in child.streams]
        last = max((fact for fact, _ in told), key=lambda fact: fact.order, default=None)
        deed = f"file of {_lead(child)} after {last.id if last else 'nothing'}"
        facts = [(DISTRICT_STREAM, word) for word in words]
        return (await self._district.record_first(facts, [f"{deed}: {at}" for at in range(len(words))]))[0]

    async def _submissions_naming(self, children: Sequence[StudentId]) -> list[Hash]:
        """Refused bytes that hold one of these ids, settled or not."""
        found = []
        for one in self._live.quarantine.all():
            raw = await self._district.log.refused(one.hash)
            if raw is not None and any(child.encode() in raw for child in children):
                found.append(one.hash)
        return found

    def _devices_given(self, children: Sequence[StudentId]) -> tuple[DeviceId, ...]:
        """Devices that were given the child and are not closed: each forgets at its next pull, and is not heard yet."""
        given = self._live.deliveries.devices(children)
        known = self._live.directory.devices
        return tuple(one for one in given if one in known and known[one].last_seq is None)[:MANY_MAX]

    def _recipients(self, child: Student) -> tuple[str, ...]:
        """Who outside was ever given a copy."""
        named = [told.party for _, told in child.shelf.of(RecordDisclosed)]
        facts = self._desk.records.transfer_facts(child)
        named += [fact.payload.to for fact in facts if isinstance(fact.payload, TransferSent)]
        return tuple(dict.fromkeys(named))[:MANY_MAX]

    def _remove_files(self, children: Sequence[StudentId]) -> None:
        """What commands wrote about the child under its id (transfer files)."""
        for file in self._district.home.out.iterdir():
            if any(child in file.name for child in children):
                file.unlink()

    def _require_ripe(self, child: Student) -> Timeline:
        on = self._desk.today
        line = timeline_of(child, self._policy, on, open_matters(self._desk.records, child, on))
        state = line.state(on)
        if state != "may_be_destroyed":
            raise Refused("not-ripe", _why_not(line, state, on))
        return line

    def require_role(self, by: StaffId, roles: frozenset[Role]) -> None:
        """Raises Refused unless the person holds one of the roles now."""
        if self._live.directory.roles_now(by).isdisjoint(roles):
            wanted = " or ".join(sorted(role.value for role in roles))
            raise Refused("not-allowed", f"this takes the role {wanted}")


def _why_not(line: Timeline, state: str, on: date) -> str:
    holds = "; ".join(hold.reason for hold in line.open_holds(on))
    grounds = "; ".join(part.ground for part in line.parts)
    return f"this file may not be destroyed ({state.replace('_', ' ')}): {holds or grounds}"


def release_of(policy: Policy, event: EventId, on: str, reason: str, by: StaffId) -> HoldReleased:
    """What ends a hold. Raises Refused for an event that is no hold, or one that is over."""
    placed = next((one for fact, one in policy.shelf.of(HoldPlaced) if fact.id == event), None)
    if placed is None or of_office(policy.shelf.about(event, HoldReleased)):
        raise Refused("unknown-hold", f"no hold that stands is recorded as {event!r}")
    return typed(HoldReleased, event=event, student=placed.student, on=on, reason=reason, by=by)


def _last(policy: Policy, kind: type[_Step], students: Sequence[StudentId]) -> tuple[Fact, _Step] | None:
    """The newest of its kind about this child."""
    found = [(fact, step) for fact, step in of_office(policy.shelf.of(kind)) if step.student in students]
    return found[-1] if found else None


def _lead(child: Student) -> StudentId:
    if child.id is None:
        raise Refused("unknown-student", "nothing is known of this child")
    return child.id
