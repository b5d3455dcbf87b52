"""Work carried by another hand: a device's undelivered events, sealed to the district, delivered by somebody else's.

    waiting on one device --sealed--> a file --client_sync.carrying.carry, over the same bad network--> receipts

What the courier has a verified receipt for is safe, even where the phone that made it lies in the lake. The phone that
carries may drown or lose its storage on the way: whoever has the file gives it to another. Its clock may be a year off.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from types import coroutine
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from client_sync import engine
from client_sync.carrying import Carried, NotCarried, carry
from client_sync.errors import ServerRefused, TransportError, Unreachable
from client_sync.hand_off import District, seal_to_district
from events.checkpoint import open_checkpoint
from events.ids import Hash
from events.wire import (
    ClinicChoice,
    Enrolled,
    EnrollRequest,
    Fates,
    FatesRequest,
    HandOff,
    News,
    PhotoState,
    SealedEvent,
    SyncRequest,
    SyncResponse,
    b64,
)
from tests.simulation.device import Device
from tests.simulation.network import Request

if TYPE_CHECKING:
    from tests.simulation.world import World

TRIES_MAX = 5
PAUSE_SECONDS_MAX = 120.0
ANSWER_SECONDS_MAX = 180.0


@coroutine
def _exchange(request: SyncRequest) -> Generator[SyncRequest, SyncResponse, SyncResponse]:
    """The one place where a delivery waits: for the network of the world."""
    return (yield request)


class _Wire:
    """A transport whose answers come when the world says so."""

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        return await _exchange(request)

    async def enroll(self, request: EnrollRequest) -> Enrolled:
        raise NotImplementedError("a courier is enrolled")

    async def fates(self, token: str, request: FatesRequest) -> Fates:
        raise NotImplementedError("a courier asks about nothing of its own")

    async def clinics(self, token: str) -> tuple[ClinicChoice, ...]:
        raise NotImplementedError("a courier knows where to go")

    async def photo(self, token: str, name: str) -> PhotoState:
        raise NotImplementedError("a courier carries no pictures")

    async def send_piece(self, token: str, name: str, number: int, size_bytes: int, part: bytes, at: int) -> PhotoState:
        raise NotImplementedError("a courier carries no pictures")

    def news(self, token: str) -> AsyncIterator[News]:
        raise NotImplementedError("a courier hears no news")


class Courier:
    """Whoever carries files in this district. ``receipts`` are by event and origin, like a device's own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.receipts: dict[tuple[Hash, str], Carried] = {}
        self.lost = 0
        """Deliveries whose phone was gone before they were over."""

    def file_of(self, device: Device) -> HandOff:
        """What the device holds undelivered, sealed; also while it is off or locked."""
        identity, key = device.identity, self.world.server.sealing.public_key().public_bytes_raw()
        district = District(identity.district, identity.device, key)
        waiting = [own.write for own in device.disk.own.values() if own.state == "waiting"]
        sealed = (
            SealedEvent(identity.device, one.seq, one.event_hash, b64(seal_to_district(one.event, district)))
            for one in waiting
        )
        return HandOff(identity.district, tuple(sealed))

    def deliver(self, file: HandOff, by: Device, tries: int = TRIES_MAX) -> None:
        """Bring the file as the other device, and again where nothing usable came back."""
        if file.events and tries > 0:
            _Delivery(self, file, by, tries).go_on(None)

    def keep(self, carried: list[Carried | NotCarried], by: Device) -> None:
        for one in carried:
            if isinstance(one, NotCarried):
                continue
            origin = open_checkpoint(one.receipt.partition("\n\n")[2], by.identity.log_key).origin
            self.receipts[one.event_hash, origin] = one


class _Delivery:
    """One attempt: the coroutine that ships, driven by the world instead of an event loop."""

    def __init__(self, courier: Courier, file: HandOff, by: Device, tries: int) -> None:
        self._courier, self._file, self._by, self._tries = courier, file, by, tries
        self._work = carry(file, _Wire(), "", by.state or engine.restart(by.disk.load()))
        self._asked = 0
        self._is_over = False

    def go_on(self, given: SyncResponse | TransportError | None) -> None:
        try:
            request = self._work.throw(given) if isinstance(given, TransportError) else self._work.send(given)
        except StopIteration as done:
            self._is_over = True
            self._courier.keep(done.value, self._by)
            self._leave([one.event_hash for one in done.value if isinstance(one, NotCarried)])
            return
        except TransportError:
            self._is_over = True
            self._try_again()
            return
        self._send(request)

    def _send(self, request: SyncRequest) -> None:
        self._asked += 1
        asked, world = self._asked, self._courier.world

        def answered(answer: SyncResponse | TransportError) -> None:
            if asked != self._asked or self._is_over:
                return
            self._asked += 1
            if self._by.is_lost:
                self._give_to_another()
            else:
                self.go_on(answer)

        def failed(kind: str) -> None:
            answered(ServerRefused(500, kind, "simulated") if kind == "refused" else Unreachable(f"simulated: {kind}"))

        world.send(Request(self._by.name, self._by.bearer, msgspec.json.encode(request), answered, failed))
        world.at(ANSWER_SECONDS_MAX, lambda: failed("no answer came in time"))

    def _give_to_another(self) -> None:
        """Nobody hears this answer any more; the file is still where it was."""
        world, self._is_over = self._courier.world, True
        self._courier.lost += 1
        self._by = world.chance.choice(world.town.living())
        self._try_again()

    def _leave(self, left: list[str]) -> None:
        """What is not proven to be delivered stays in the file, which is brought again."""
        events = tuple(one for one in self._file.events if one.event_hash in left)
        self._file = replace(self._file, events=events)
        if events:
            self._try_again()

    def _try_again(self) -> None:
        world, courier = self._courier.world, self._courier
        pause = world.chance.uniform(1, PAUSE_SECONDS_MAX)
        world.at(pause, lambda: courier.deliver(self._file, self._by, self._tries - 1))
