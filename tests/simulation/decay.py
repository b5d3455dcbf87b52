"""The server's own disk goes bad: rows of the vault that no longer give their events back.

    harmed --read, or the daily reading--> named, wanted --a device that holds it--> healed     else: from a standby

Chances of its own, so that what people do under a seed stays the same. The invariant: in a quiet time every row is
healed that a living device holds, and whatever is damaged is named. What nobody holds is then put back by hand, as an
operator would, before the other checks.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import msgspec

from client_sync.effects import KeepRefusal
from events.envelope import SignedEvent, event_hash
from events.ids import Hash, Position
from events.wire import WANTED_MAX, SyncRequest, SyncResponse, to_wire
from server.store.healing import header_of
from tests.simulation.device import Device
from tests.simulation.network import Request

if TYPE_CHECKING:
    from tests.simulation.world import World

STORM_CHANCE = 0.25
"""A disk does not fail in most storms; one that does fails in some places."""
HARMS_MAX = 3


class Decay:
    """What befalls the server's disk in one run, and what comes of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = Random(f"{world.seed}/decay")
        self.harmed = 0
        self.places: set[int] = set()
        """Every position that was ever harmed."""
        self.streams: set[str] = set()
        """Of which the server could not give something for a while: devices then find that their digests differ."""
        self.unknown: set[str] = set()
        """Those of them of which nobody could tell that they were."""
        self.put_back = 0

    def storm(self, seconds: float) -> None:
        """Plan what fails during a storm."""
        if self.random.random() < STORM_CHANCE:
            for _ in range(self.random.randint(1, HARMS_MAX)):
                self.world.at(self.random.uniform(0, seconds), self._harm)

    def _harm(self) -> None:
        """A bit of one row; of some nobody can tell any more whose it was."""
        disk = self.world.server.disk
        at = self.random.randrange(len(disk.rows))
        header, is_known = disk.rows[at].header, self.random.random() < 0.7
        self.streams |= set() if header is None else {header.stream}
        self.unknown |= set() if header is None or is_known else {header.stream}
        if disk.harm(Position(at), is_known=is_known):
            self.harmed += 1
            self.places.add(at)

    def lend(self, device: Device, life: int, answer: SyncResponse) -> None:
        """As the driver that ships does: give back what is asked for and held."""
        if not answer.wanted or device.life != life or device.state is None:
            return
        held = held_by(device)
        events = [to_wire(held[known]) for known in answer.wanted[:WANTED_MAX] if known in held]
        if events:
            body = msgspec.json.encode(SyncRequest(returned=tuple(events)))
            self.world.send(Request(device.name, device.bearer, body, lambda _: None, lambda _: None))

    def is_healed(self) -> bool:
        """Whether every damaged row is healed that a living device can heal."""
        wanted = {row.event_hash for row in self.world.server.disk.rows if row.damage}
        return not wanted or not any(wanted & sound(held_by(device)) for device in self.world.town.living())

    def check_and_put_back(self) -> None:
        """Whatever is damaged yet is named; then it is taken from a standby."""
        server = self.world.server
        damaged = [row.position for row in server.disk.rows if row.damage]
        unnamed = set(damaged) - server.live.damaged.keys()
        assert not unnamed, f"rows {sorted(unnamed)} are damaged and nobody says so"
        assert set(server.live.damaged) == set(damaged), "a sound row is called damaged"
        for at in damaged:
            self.put_back += 1
            server.disk.put_back(at)
        if damaged:
            server.crash()
            self.world.revive()


def held_by(device: Device) -> dict[Hash, SignedEvent]:
    """What the device has by each event's name: its own, and its downloads, whatever its disk made of them."""
    held = {one.event_hash: one.event for scope in device.disk.scopes.values() for one in scope.events.values()}
    held |= {known: own.write.event for known, own in device.disk.own.items()}
    for kept in device.disk.receipts.values():
        if isinstance(kept, KeepRefusal):
            held[event_hash(kept.record)] = kept.record
    return held


def sound(held: dict[Hash, SignedEvent]) -> set[Hash]:
    """What the device's own disk left whole: a payload it changed heals nobody's row."""
    return {known for known, event in held.items() if header_of(event, known) is not None}
