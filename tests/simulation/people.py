"""Who lives in the simulation: a district, its clinics and children, nurses with devices, and what they do with them.

Every choice is drawn from the world's one source of chance, so that the same seed is the same run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from client_sync.inputs import Refresh, Unfollow
from client_sync.state import Identity
from events.catalog import Payload
from events.catalog.devices import DeviceEnrolled, SeatOpened
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import Address, Giver
from events.catalog.people import RoleRevoked
from events.checkpoint import verifier_key
from events.ids import (
    ClinicId,
    DeviceId,
    SeatId,
    StaffId,
    Stream,
    StudentId,
    stream_of,
    uuid7,
)
from events.signing import SigningKey
from tests.simulation.device import Device
from tests.simulation.memory_log import LOG_NAME

if TYPE_CHECKING:
    from tests.simulation.world import World

STUDENTS, CLINICS, NURSES, DEVICES_MIN, DEVICES_MAX = 8, 2, 3, 2, 4
DEVICES_MANY, MANY_CHANCE = 50, 0.01
"""One run in a hundred has a whole district's phones."""
WORK = Address(lines=("1 Main St",))
GIVER = Giver(name="N. Nurse", title="RN", address=WORK)
YEAR_SECONDS = 366 * 86_400


class People:
    """Who there is, and a nurse's own deeds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = world.random
        self.devices: list[Device] = []
        self.cloned: set[DeviceId] = set()
        self.happened: Counter[str] = Counter()
        """What was planned to happen, by name."""
        self.students = [StudentId(self._new_id()) for _ in range(STUDENTS)]
        self.clinics = [ClinicId(self._new_id()) for _ in range(CLINICS)]
        self.nurses = [StaffId(self._new_id()) for _ in range(NURSES)]
        self.officer = StaffId(self._new_id())
        self.log_key = verifier_key(LOG_NAME, world.server.key.public)

    def living(self) -> list[Device]:
        return [device for device in self.devices if not device.is_lost]

    def give_dose(self) -> None:
        """A nurse without a network too: a burst of doses on one device."""
        device = self._anyone()
        for _ in range(self.random.choice((1, 1, 2, 6))):
            dose = DoseAdministered(
                cvx=self.random.choice(("03", "21", "20")),
                given_on="2026-11-21",
                lot="A1",
                mvx="MSD",
                site="left_deltoid",
                route="IM",
                dose_ml=0.5,
                giver=GIVER,
            )
            device.record(stream_of("student", self.random.choice(self.students)), dose)

    def overstep(self) -> None:
        """Somebody writes what is not theirs to write."""
        revoked = RoleRevoked(role="nurse", reason="not mine to say")
        self._anyone().record(stream_of("staff", self.random.choice(self.nurses)), revoked)

    def change_scope(self) -> None:
        device = self._anyone()
        if device.state is None:
            return
        scope = self.random.choice((f"clinic/{self.random.choice(self.clinics)}", "district"))
        device.feed(Unfollow(scope)) if scope in device.state.scopes else device.follow(scope)

    def ask(self) -> None:
        self._anyone().feed(Refresh())

    def enroll(self) -> None:
        """A new device for one of the nurses, following a clinic or the district."""
        world, nurse = self.world, self.random.choice(self.nurses)
        key = SigningKey(self.random.randbytes(32))
        device, seat = DeviceId(self._new_id()), SeatId(self._new_id())
        opened = SeatOpened(seat=seat, author=nurse, public_key=key.public.hex())
        stream = stream_of("device", device)
        if not world.server.is_up or not world.server.record(
            [(stream, DeviceEnrolled(kind="phone", label="phone")), (stream, opened)]
        ):
            return
        identity = Identity(world.server.id, device, seat, nurse, self.log_key, f"{LOG_NAME}/{world.server.id}")
        made = Device(world, f"device {len(self.devices)}", identity, key, self._wrong_clock())
        self.devices.append(made)
        made.go_online()
        scopes = [f"clinic/{clinic}" for clinic in self.clinics] + ["district"]
        for scope in self.random.sample(scopes, self.random.choice((1, 1, 2))):
            made.follow(scope)

    def _office(self, stream: Stream, payload: Payload) -> None:
        if self.world.server.is_up:
            self.world.server.record([(stream, payload)])

    def _anyone(self) -> Device:
        return self.random.choice(self.living())

    def _wrong_clock(self) -> Callable[[], datetime]:
        """Mostly right; at times a year off."""
        off = timedelta(seconds=self.random.choice((0, 0, 180, -YEAR_SECONDS, YEAR_SECONDS)))
        return lambda: self.world.clock() + off

    def _new_id(self) -> str:
        return uuid7(self.world.clock(), self.random.randbytes(10))
