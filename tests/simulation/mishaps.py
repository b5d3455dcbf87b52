"""What happens to devices, their networks and disks, and to the server.

None of it may cost an event that a living device made, nor a receipt.
"""

from __future__ import annotations

import copy
from datetime import timedelta

from msgspec.structs import replace

from client_sync.inputs import Offline
from events.wire import b64
from tests.simulation.device import Device
from tests.simulation.network import Cut
from tests.simulation.people import DEVICES_MANY, YEAR_SECONDS, People


def _flip(raw: bytes) -> bytes:
    return raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:]


class Mishaps(People):
    """Networks part, phones drown, disks forget, servers crash."""

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
