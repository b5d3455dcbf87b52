"""Who lives in the simulation and what they do: a district, its clinics and children, nurses with devices.

A storm is a list of things people do and things that happen to them, at random times.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from client_sync.inputs import Offline, Refresh, Unfollow
from client_sync.state import Identity
from events.catalog import Payload
from events.catalog.clinics import ClinicPlanned, RosterAdded, RosterRemoved
from events.catalog.devices import DeviceClosed, DeviceEnrolled, EpochOpened, SeatClosed, SeatOpened
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import Address, Giver, PersonName
from events.catalog.people import RoleGranted, RoleRevoked, StaffRegistered
from events.catalog.students import StudentLinked, StudentRegistered
from events.checkpoint import verifier_key
from events.ids import (
    DISTRICT_STREAM,
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
from events.wire import b64
from tests.simulation.device import Device
from tests.simulation.memory_log import LOG_NAME
from tests.simulation.network import Cut

if TYPE_CHECKING:
    from tests.simulation.world import World

STUDENTS, CLINICS, NURSES, DEVICES_MIN, DEVICES_MAX = 8, 2, 3, 2, 4
DEVICES_MANY, MANY_CHANCE = 50, 0.01
"""One run in a hundred has a whole district's phones."""
ACTIONS_MIN, ACTIONS_MAX = 15, 50
WORK = Address(lines=("1 Main St",))
GIVER = Giver(name="N. Nurse", title="RN", address=WORK)
YEAR_SECONDS = 366 * 86_400


def _flip(raw: bytes) -> bytes:
    return raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:]


class Town:
    """The people, and the actions of a storm by weight."""

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

    def found(self) -> None:
        """The district before its first storm."""
        facts: list[tuple[Stream, Payload]] = []
        for nurse in self.nurses:
            stream = stream_of("staff", nurse)
            facts += [(stream, StaffRegistered(name="N. Nurse", title="RN", address=WORK))]
            facts += [(stream, RoleGranted(role="nurse"))]
        office = stream_of("staff", self.officer)
        facts.append((office, StaffRegistered(name="O. Office", title="LSN", address=WORK)))
        facts += [(office, RoleGranted(role="health_office")), (office, RoleGranted(role="nurse"))]
        for student in self.students:
            name = PersonName(given="Given", family="Family")
            facts.append((stream_of("student", student), StudentRegistered(name=name, birth_date="2015-06-15")))
        for clinic in self.clinics:
            stream = stream_of("clinic", clinic)
            roster = tuple(self.random.sample(self.students, STUDENTS // 2))
            facts.append((stream, ClinicPlanned(name="Gym", facility=None, address=WORK, on="2026-11-21")))
            facts.append((stream, RosterAdded(students=roster)))
        assert self.world.server.record(facts)
        many = self.random.random() < MANY_CHANCE
        for _ in range(DEVICES_MANY if many else self.random.randint(DEVICES_MIN, DEVICES_MAX)):
            self.enroll()

    def storm(self, seconds: float) -> None:
        """Plan what happens during a storm."""
        actions = list(self._actions())
        weights = [self._actions()[action] for action in actions]
        for _ in range(self.random.randint(ACTIONS_MIN, ACTIONS_MAX)):
            action = self.random.choices(actions, weights)[0]
            self.happened[action.__name__] += 1
            self.world.at(self.random.uniform(0, seconds), action)

    def _actions(self) -> dict[Callable[[], None], int]:
        return {
            self.give_dose: 30,
            self.overstep: 3,
            self.switch_off: 4,
            self.lose_network: 6,
            self.part: 4,
            self.ask: 4,
            self.change_roster: 6,
            self.change_scope: 2,
            self.link_children: 1,
            self.crash_server: 2,
            self.poison: 2,
            self.enroll: 1,
            self.drown_phone: 1,
            self.revoke: 1,
            self.grant: 1,
            self.close_seat: 1,
            self.close_device: 1,
            self.settle: 4,
            self.hand_off: 3,
            self.drown_after_hand_off: 1,
            self.turn_server_clock: 1,
            self.clone: 1,
            self.evict_storage: 1,
            self.restore_backup: 1,
            self.harm_disk: 2,
        }

    # What people do

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

    def link_children(self) -> None:
        one, other = self.random.sample(self.students, 2)
        self._office(stream_of("student", one), StudentLinked(other=other, evidence="same birth certificate"))

    def change_roster(self) -> None:
        students = tuple(self.random.sample(self.students, 2))
        change = RosterAdded if self.random.random() < 0.5 else RosterRemoved
        self._office(stream_of("clinic", self.random.choice(self.clinics)), change(students=students))

    def change_scope(self) -> None:
        device = self._anyone()
        if device.state is None:
            return
        scope = self.random.choice((f"clinic/{self.random.choice(self.clinics)}", "district"))
        device.feed(Unfollow(scope)) if scope in device.state.scopes else device.follow(scope)

    def ask(self) -> None:
        self._anyone().feed(Refresh())

    # What happens to them

    def switch_off(self) -> None:
        device = self._anyone()
        device.crash()
        self.world.at(self.random.uniform(1, 120), device.go_online)

    def lose_network(self) -> None:
        device = self._anyone()
        device.feed(Offline())
        self.world.at(self.random.uniform(1, 300), device.go_online)

    def part(self) -> None:
        """Some devices are cut off for a while and do not know it: nothing of theirs comes through, or no answer."""
        cut = self.random.sample(self.living(), self.random.randint(1, len(self.living())))
        kind: Cut = self.random.choice(("asking", "answers"))
        self.world.cut.update(dict.fromkeys((device.name for device in cut), kind))

        def heal() -> None:
            for device in cut:
                self.world.cut.pop(device.name, None)

        self.world.at(self.random.uniform(1, 300), heal)

    def turn_server_clock(self) -> None:
        """Somebody sets the server a year off; it is put right after a while."""
        self.world.server_clock_off = timedelta(seconds=self.random.choice((-YEAR_SECONDS, YEAR_SECONDS, -180)))

        def put_right() -> None:
            self.world.server_clock_off = timedelta()

        self.world.at(self.random.uniform(1, 200), put_right)

    def hand_off(self) -> None:
        """One device's undelivered work is brought by another, perhaps twice."""
        self._carry(self._anyone())

    def drown_after_hand_off(self) -> None:
        """A nurse saves her work as a file, and then the phone is gone."""
        device = self._anyone()
        if len(self.living()) > 1:
            device.lose()
            self._carry(device)

    def _carry(self, device: Device) -> None:
        file, courier = self.world.courier.file_of(device), self.world.courier
        for _ in range(self.random.choice((1, 1, 2))):
            self.world.at(self.random.uniform(0, 120), lambda: courier.deliver(file, self._anyone()))

    def drown_phone(self) -> None:
        """Its undelivered events are gone with it; nobody can promise otherwise."""
        if len(self.living()) > 1:
            self._anyone().lose()

    def harm_disk(self) -> None:
        """A flash chip forgets a row, or flips a bit of a payload or of a header."""
        device = self._anyone()
        held = [(name, at) for name, scope in device.disk.scopes.items() for at in scope.events]
        if not held:
            return
        scope, at = self.random.choice(held)
        kept = device.disk.scopes[scope].events[at]
        header, payload = kept.event.header, kept.event.payload
        flipped = self.random.choice(
            (None, replace(kept.event, payload=_flip(payload)), replace(kept.event, header=_flip(header)))
        )
        device.harm(scope, at, None if flipped is None else replace(kept, event=flipped))

    def crash_server(self) -> None:
        self.world.crash_server()

    def poison(self) -> None:
        """From now on the server fails on every request that carries one certain undelivered event."""
        waiting = [own.write for device in self.living() for own in device.disk.own.values() if own.state == "waiting"]
        if waiting:
            signature = self.random.choice(waiting).event.signature
            self.world.kryptonite.add(b64(signature))

    def evict_storage(self) -> None:
        """The browser throws everything away; its person enrolls anew."""
        self.drown_phone()
        self.enroll()

    def clone(self) -> None:
        """A disk image is set up on a second machine: two writers act as one device."""
        device = self._anyone()
        if device.state is None or len(self.devices) >= DEVICES_MANY:
            return
        twin = Device(self.world, f"{device.name}'s twin", device.identity, device.key, self._wrong_clock())
        twin.disk = copy.deepcopy(device.disk)
        twin.harmed = set(device.harmed)
        self.cloned.add(device.identity.device)
        self.devices.append(twin)
        twin.go_online()

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
        server, disk = self.world.server, self.world.server.disk
        if self.random.random() < 0.5:
            return
        size = self.random.randint(math.ceil(len(disk.rows) * 0.7), len(disk.rows))
        old = disk.head().note
        server.crash()
        disk.restore(size)
        self.world.revive_with(
            [(DISTRICT_STREAM, EpochOpened(old_checkpoint=old, survived=size, reason="restored a back-up"))]
        )

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
