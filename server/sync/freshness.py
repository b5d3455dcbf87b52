"""Since when each device has not reported: what a child's record may still lack (design, section 7, freshness).

    a turn of the device, now (this process's memory)  \
    the newest event the log has of it                  }  the latest of these
    the scopes it pulls, the children it was given     /   decides where it is at work

Kept in memory: after a restart a device counts as heard of when its newest event arrived, until it calls again.
"""

from datetime import datetime

from events.dates import write_instant
from events.ids import DeviceId, StudentId
from events.wire import DeviceReport
from server.live import Live

DEVICES_MAX = 200
"""Told beside one page; the longest silent ones."""
_PEOPLE_S = frozenset({"phone", "tablet", "laptop"})


class Freshness:
    """When devices were last heard of. One per process."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._heard: dict[DeviceId, datetime] = {}
        self._pulled: dict[str, set[DeviceId]] = {}

    def note(self, device: DeviceId, now: datetime) -> None:
        """The device takes a turn."""
        self._heard[device] = now

    def note_pull(self, device: DeviceId, scope: str) -> None:
        """The device is given the scope. One that asks in vain is not at work there."""
        self._pulled.setdefault(scope, set()).add(device)

    def of(self, scope: str, asking: DeviceId) -> tuple[DeviceReport, ...]:
        """The open devices at work in a scope but the one that asks, longest silent first."""
        members = self._live.scopes.members(scope, self._live.scopes.size).keys()
        at_work = self._pulled.get(scope, set()) | self._live.deliveries.devices_of(members)
        found: list[tuple[datetime, DeviceReport]] = []
        for device in sorted(at_work - {asking}):
            known, heard = self._live.directory.devices.get(device), self._last(device)
            if known is not None and known.kind in _PEOPLE_S and known.last_seq is None and heard is not None:
                found.append((heard, DeviceReport(device, known.label, write_instant(heard))))
        return tuple(report for _, report in sorted(found, key=lambda one: (one[0], one[1].device))[:DEVICES_MAX])

    def of_child(self, students: tuple[StudentId, ...]) -> tuple[DeviceReport, ...]:
        """The open devices that hold a child's record, by what they were given and what they pull, silent first."""
        scopes = self._live.scopes
        found = {one.device: one for one in self._live.reports.silent(students, scopes.size)}
        pulling = {
            device
            for scope, devices in self._pulled.items()
            if not set(students).isdisjoint(scopes.members(scope, scopes.size))
            for device in devices
        }
        for device in pulling - found.keys():
            if (one := self._live.reports.of(device, scopes.size)) is not None:
                found[device] = one
        heard = [(max(one.heard_at, self._heard.get(one.device, one.heard_at)), one) for one in found.values()]
        ordered = sorted(heard, key=lambda each: (each[0], each[1].device))[:DEVICES_MAX]
        return tuple(DeviceReport(one.device, one.label, write_instant(at)) for at, one in ordered)

    def _last(self, device: DeviceId) -> datetime | None:
        chain = self._live.directory.chains.get(device)
        moments = [self._heard.get(device), None if chain is None else chain.received_at]
        return max((moment for moment in moments if moment is not None), default=None)
