"""What the office does: rosters, links, rights, closed seats and devices, quarantine, a restored back-up.

What it writes while the server is down is not written.
"""

from __future__ import annotations

import math

from events.catalog.clinics import RosterAdded, RosterRemoved
from events.catalog.devices import DeviceClosed, EpochOpened, SeatClosed
from events.catalog.people import RoleGranted, RoleRevoked
from events.catalog.students import StudentLinked
from events.ids import DISTRICT_STREAM, stream_of
from tests.simulation.people import People


class OfficeDeeds(People):
    """Each is a fact of the log, or nothing."""

    def link_children(self) -> None:
        one, other = self.random.sample(self.students, 2)
        self._office(stream_of("student", one), StudentLinked(other=other, evidence="same birth certificate"))

    def change_roster(self) -> None:
        students = tuple(self.random.sample(self.students, 2))
        change = RosterAdded if self.random.random() < 0.5 else RosterRemoved
        self._office(stream_of("clinic", self.random.choice(self.clinics)), change(students=students))

    def close_seat(self) -> None:
        """A phone is lost and its key closed; it turns up again and goes on delivering."""
        device = self._anyone()
        identity = device.identity
        closed = SeatClosed(
            seat=identity.seat, author=identity.staff, public_key=device.key.public.hex(), reason="lost"
        )
        if len({one.identity.device for one in self.living()}) > 1:
            self._office(stream_of("device", identity.device), closed)

    def close_device(self) -> None:
        """The office ends a device at its last known event; it does not know, and goes on."""
        device = self._anyone()
        if len({one.identity.device for one in self.living()}) > 1 and self.world.server.is_up:
            held = self.world.server.live.directory.chains.get(device.identity.device)
            closed = DeviceClosed(last_seq=held.seq if held is not None else 0, reason="lost")
            self._office(stream_of("device", device.identity.device), closed)

    def settle(self) -> None:
        """The office looks at what waits in quarantine, and lets one in or closes it."""
        server = self.world.server
        if server.is_up and server.live.quarantine.waiting():
            one = self.random.choice(server.live.quarantine.waiting())
            server.settle(one.hash, self.officer, release=self.random.random() < 0.6)

    def revoke(self) -> None:
        revoked = RoleRevoked(role="nurse", reason="moved")
        self._office(stream_of("staff", self.random.choice(self.nurses)), revoked)

    def grant(self) -> None:
        self._office(stream_of("staff", self.random.choice(self.nurses)), RoleGranted(role="nurse"))

    def restore_backup(self) -> None:
        """The disk of yesterday; the operator opens a new epoch."""
        rows = self.world.server.disk.rows
        if self.random.random() < 0.5:
            return
        self.put_back(self.random.randint(math.ceil(len(rows) * 0.7), len(rows)))

    def put_back(self, size: int) -> None:
        """A back-up of so many rows; it may end within a commit, which no store's does."""
        server, disk = self.world.server, self.world.server.disk
        old = disk.head().note
        server.crash()
        disk.restore(size)
        self.world.pictures.put_back(size)
        self.world.revive_with(
            [(DISTRICT_STREAM, EpochOpened(old_checkpoint=old, survived=size, reason="restored a back-up"))]
        )
