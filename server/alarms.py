"""An alarm in words, for a list on a terminal or a screen, and the one way to accept it.

Numbers, devices and staff; of children nothing but random ids. Whoever owns an alarm, or the health office, accepts
it with a reason (``alarm.accepted``); what comes later of the same kind raises it anew.
"""

import msgspec

from events.catalog.devices import AlarmAccepted
from events.dates import write_instant
from events.errors import Refused
from events.ids import DISTRICT_STREAM, StaffId, StudentId, stream_id, stream_kind
from events.roles import Role
from projections.alarms import Alarm, Kind
from projections.directory import Directory
from server.district import District
from server.live import Live

_STUDENTS_MAX = 50


class AlarmRow(msgspec.Struct, frozen=True):
    """One alarm. ``count`` events from ``first`` to ``last`` are missing (gap), or were lost from ``first`` on
    (rollback), or came. ``students``: up to 50 records that events of a lost role stand in."""

    kind: Kind
    about: str
    owner: str
    since: str
    count: int
    device: str
    staff: str
    first: int
    last: int
    students: tuple[StudentId, ...]
    says: str


def alarm_row(one: Alarm, directory: Directory) -> AlarmRow:
    """An alarm with the names of device and person."""
    device = directory.devices.get(one.device) if one.device else None
    person = directory.staff.get(one.staff) if one.staff else None
    students = [StudentId(stream_id(stream)) for stream in one.streams if stream_kind(stream) == "student"]
    return AlarmRow(
        one.kind,
        one.about,
        one.owner.value,
        write_instant(one.since) if one.since else "",
        one.count,
        device.label if device else one.device or "",
        person.name if person else "",
        one.first,
        one.last,
        tuple(students[:_STUDENTS_MAX]),
        one.says,
    )


async def accept_alarm(district: District, live: Live, alarm: Alarm, count: int, by: StaffId, reason: str) -> None:
    """Record that a person looked at it and why it may rest. ``count``: of how many events they were shown.

    Raises Refused for a person without the right, where somebody was faster, and where more came than they saw, be it
    at that moment.
    """
    if live.directory.roles_now(by).isdisjoint({alarm.owner, Role.HEALTH_OFFICE}):
        raise Refused("not-allowed", f"this is for the role {alarm.owner.value} to accept")
    _expect_no_more(alarm, count)
    accepted = AlarmAccepted(kind=alarm.kind, about=alarm.about, reason=reason, by=by, count=alarm.count)
    deed = f"accept {alarm.kind} {alarm.about} after {live.alarms.times_accepted(alarm)}"
    await district.record_first([(DISTRICT_STREAM, accepted)], [deed])
    await live.catch_up()
    _expect_no_more(live.alarms.get(alarm.kind, alarm.about), 0)


def _expect_no_more(alarm: Alarm | None, seen: int) -> None:
    if alarm is not None and alarm.count > seen:
        raise Refused("more-came", "more came since this was shown: list it anew, and look at that too")
