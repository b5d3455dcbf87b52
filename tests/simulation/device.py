"""A device of the simulation: the engine that ships, a disk that survives, a process that may die at any step.

    made --commit--> on disk --step--> sent --...--> settled

A crash strikes before a step's transaction or between it and everything after; the next life starts from
the disk alone. What a person made counts from the commit on.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Protocol

from client_sync import engine
from client_sync.effects import Effects, Send
from client_sync.inputs import Compared, Damaged, Follow, Input, LocalEvent, Online, Tick
from client_sync.seat import SIGNING_RANDOM_BYTES, sign_next
from client_sync.state import Identity, State
from events.catalog import Payload
from events.checkpoint import epoch_of
from events.envelope import Seen, event_hash
from events.ids import Hash, Stream
from events.packing import Pulled
from events.signing import SigningKey
from server.identity.enrolment import Bearer
from tests.simulation.disk import DeviceDisk


class Surroundings(Protocol):
    """What a device meets: time, a network, chance, and death."""

    now: float
    seed: int

    def at(self, delay: float, action: Callable[[], None]) -> None: ...

    def carry(self, device: "Device", life: int, send: Send) -> None: ...

    def dies(self, device: "Device") -> bool: ...


class Device:
    """One enrolment. ``state`` is None while the process is down; ``is_lost`` once its disk is gone for good."""

    def __init__(
        self, world: Surroundings, name: str, identity: Identity, key: SigningKey, clock: Callable[[], datetime]
    ) -> None:
        self.world, self.name, self.identity, self.key, self.clock = world, name, identity, key, clock
        self.bearer = Bearer(identity.device, identity.seat, identity.staff)
        self.disk = DeviceDisk(identity)
        self.state: State | None = None
        self.life = 0
        self.is_lost = False
        self.made: list[Hash] = []
        self.harmed: set[str] = set()
        """Streams of which the disk lost or changed something."""
        self.random = Random(f"{world.seed}/{name}")
        self._alarm_clock = 0

    def start(self) -> None:
        """Switch on: whatever the disk holds, offline."""
        if self.is_lost or self.state is not None:
            return
        self.life += 1
        self.state = engine.restart(self.disk.load())

    def crash(self) -> None:
        self.state = None

    def lose(self) -> None:
        """The phone fell into the lake."""
        self.crash()
        self.is_lost = True

    def harm(self, scope: str, position: int, event: Pulled | None) -> None:
        """The disk forgets a downloaded event, or gives back another one than was written."""
        events = self.disk.scopes[scope].events
        self.harmed.add(events.pop(position).stream)
        if event is not None:
            events[position] = event

    def scrub(self) -> None:
        """Recompute every digest from what the disk holds, as a device does daily."""
        if self.state is None:
            return
        for name, kept in self.state.scopes.items():
            outcome = self.disk.scrub(name)
            if isinstance(outcome, tuple):
                self.feed(Damaged(name, outcome))
            elif kept.wrong:
                self.feed(Damaged(name, kept.wrong))
            elif not outcome and kept.cursor is not None:
                self.feed(Compared(name, kept.cursor.size, equal=False))

    def go_online(self) -> None:
        self.start()
        self.feed(Online())

    def follow(self, scope: str) -> None:
        self.feed(Follow(scope))

    def record(self, stream: Stream, payload: Payload) -> None:
        """Sign and store; nothing happens on a device that is off."""
        if self.state is None:
            return
        held = self.state.checkpoint
        seen = Seen(0, 0) if held is None else Seen(epoch_of(held.origin), held.size)
        randomness = self.random.randbytes(SIGNING_RANDOM_BYTES)
        event = sign_next(self.identity, self.key, self.state.head, seen, stream, payload, self.clock(), randomness)
        known = event_hash(event)
        self.feed(LocalEvent(event))
        if known in self.disk.own:
            self.made.append(known)

    def feed(self, given: Input) -> None:
        """One step as the shipped driver takes it: decide, write, adopt, send."""
        if self.state is None:
            return None
        after, effects = engine.step(self.state, given, self.world.now, self.random.random())
        if self.world.dies(self):
            return self.crash()
        found = self.disk.write(effects.writes) if effects.writes else []
        if effects.writes and self.world.dies(self):
            return self.crash()
        self._adopt(after, effects)
        for compared in found:
            self.feed(compared)
        return None

    def _adopt(self, after: State, effects: Effects) -> None:
        self.state = after
        if effects.reload:
            self.state = engine.reload(after, self.disk.load())
            return self.feed(Online())
        if effects.send is not None:
            self.world.carry(self, self.life, effects.send)
        if effects.wake_at is not None:
            self._wake(effects.wake_at)
        return None

    def _wake(self, moment: float) -> None:
        self._alarm_clock += 1
        armed, life = self._alarm_clock, self.life

        def ring() -> None:
            if (armed, life) == (self._alarm_clock, self.life):
                self.feed(Tick())

        self.world.at(max(0.0, moment - self.world.now), ring)
