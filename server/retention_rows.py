"""How files end, in rows for a screen: which may go, what holds each, how far its end has come, certificates.

every child's record + the district's policy --fold--> FileRow, the soonest first      Files, at most SHOWN_MAX
"""

from datetime import date

import msgspec

from events.catalog.retention import DestructionCompleted, HoldPlaced, HoldReleased
from events.ids import EventId, StudentId
from projections.directory import Directory
from projections.policy import Policy
from projections.retention import of_office, timeline_of
from projections.student import Student
from server.records import Records
from server.replay import open_matters

SHOWN_MAX = 200


class HoldRow(msgspec.Struct, frozen=True):
    """A hold somebody placed that nobody has ended."""

    event: EventId
    reason: str
    authority: str
    from_day: str


class FileRow(msgspec.Struct, frozen=True):
    """One child's file. ``state`` is kept, held, no_period or may_be_destroyed; ``stage`` how far its end has come."""

    student: StudentId
    name: str
    birth_date: str
    state: str
    stage: str
    earliest: str
    why: tuple[str, ...]
    holds: tuple[HoldRow, ...]


class Certificate(msgspec.Struct, frozen=True):
    """What was destroyed; no name of a child is in it. ``devices`` had not been heard of when it was written."""

    student: StudentId
    on: str
    events: int
    backups_expire_on: str
    devices: tuple[str, ...]
    recipients: tuple[str, ...]


class Files(msgspec.Struct, frozen=True):
    """Files whose period is over, that are held, or whose end has begun; at most 200. Then every certificate."""

    as_of: str
    files: tuple[FileRow, ...]
    more: bool
    certificates: tuple[Certificate, ...]


def files_of(records: Records, directory: Directory, today: date) -> Files:
    """The files an office has to think about on a civil day, the soonest first, and every certificate."""
    standing = _standing(records.policy)
    rows = [_row(one, records, today, standing) for one in records.students()]
    wanted = [row for row in rows if row.stage or row.holds or row.state in ("may_be_destroyed", "held")]
    wanted.sort(key=lambda row: (row.earliest or "9999", row.name, row.student))
    certificates = tuple(_certificates(records.policy, directory, today))
    return Files(today.isoformat(), tuple(wanted[:SHOWN_MAX]), len(wanted) > SHOWN_MAX, certificates)


def _row(student: Student, records: Records, today: date, standing: dict[StudentId, list[HoldRow]]) -> FileRow:
    line = timeline_of(student, records.policy, today, open_matters(records, student, today))
    why = [hold.reason for hold in line.open_holds(today)]
    why += [part.ground for part in line.parts if part.earliest is None]
    return FileRow(
        student.id or StudentId(""),
        student.full_name,
        student.birth_date,
        line.state(today),
        line.stage,
        line.earliest.isoformat() if line.earliest else "",
        tuple(dict.fromkeys(why)),
        tuple(hold for one in student.streams for hold in standing.get(one, ())),
    )


def _standing(policy: Policy) -> dict[StudentId, list[HoldRow]]:
    """Placed holds that nobody ended, by child."""
    ended = {one.event for _, one in of_office(policy.shelf.of(HoldReleased))}
    found: dict[StudentId, list[HoldRow]] = {}
    for fact, one in policy.shelf.of(HoldPlaced):
        if fact.id not in ended:
            row = HoldRow(fact.id, one.reason, one.authority, one.from_day)
            found.setdefault(one.student, []).append(row)
    return found


def _certificates(policy: Policy, directory: Directory, today: date) -> list[Certificate]:
    devices = directory.devices
    return [
        Certificate(
            done.student,
            (policy.civil_day(fact.received_at) if fact.received_at else today).isoformat(),
            done.events_destroyed,
            done.backups_expire_on,
            tuple(devices[one].label for one in done.unconfirmed_devices if one in devices),
            done.recipients,
        )
        for fact, done in policy.shelf.of(DestructionCompleted)
    ]
