"""One submission in words, for a list on a terminal or a screen: why it waits, from where, whose it is to settle.

Nothing in it is about a child: reasons and details tell of keys, forms and rights only.
"""

import msgspec

from events.dates import write_instant
from projections.directory import Directory
from projections.submissions import Submission


class QuarantineRow(msgspec.Struct, frozen=True):
    """One submission in words."""

    submission: str
    received_at: str
    reason: str
    detail: str
    owner: str
    device: str
    staff: str
    state: str
    event: str
    why: str
    by: str
    taken_by: str
    settled_at: str


def row_of(one: Submission, directory: Directory) -> QuarantineRow:
    """A submission with the names of device and people."""
    record = one.record
    device = directory.devices.get(record.from_device)
    names = {
        who: person.name for who in (record.staff, one.by, one.taken_by) if who and (person := directory.staff.get(who))
    }
    return QuarantineRow(
        one.hash,
        write_instant(one.received_at) if one.received_at else "",
        record.reason,
        record.detail,
        one.owner.value,
        device.label if device else record.from_device,
        names.get(record.staff, "") if record.staff else "",
        one.state,
        one.event or "",
        one.why,
        names.get(one.by, "") if one.by else "",
        names.get(one.taken_by, "") if one.taken_by else "",
        write_instant(one.settled_at) if one.settled_at else "",
    )
