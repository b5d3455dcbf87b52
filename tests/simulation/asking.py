"""What a phone learns of its rows in quarantine when it is given no scope any more: POST /fates, over a bad network.

    a scope is refused --client_sync.fates.ask_fates--> the desk that ships --proofs--> kept on the device's disk

As the driver that ships does, a device asks after each answer that refuses it something, and one question at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from types import coroutine
from typing import TYPE_CHECKING, Any

import msgspec

from client_sync import fates
from client_sync.effects import KeepRefusal
from client_sync.errors import TransportError, Unreachable
from client_sync.state import Identity
from client_sync.store import OwnEvent
from client_sync.writes import Fate, Refusal
from events.catalog.devices import SubmissionQuarantined
from events.codec import decode_payload
from events.envelope import parse_header
from events.ids import EventId, Hash
from events.wire import Enrolled, Fates, FatesRequest, Reset, SyncResponse
from projections.submissions import Submission
from tests.simulation.courier import ANSWER_SECONDS_MAX
from tests.simulation.device import Device
from tests.simulation.network import Request

if TYPE_CHECKING:
    from tests.simulation.world import World


@coroutine
def _exchange(request: FatesRequest) -> Generator[FatesRequest, Fates, Fates]:
    """The one place where a question waits: for the network of the world."""
    return (yield request)


class _Wire:
    async def fates(self, token: str, request: FatesRequest) -> Fates:
        return await _exchange(request)


class _Store:
    """What the shipped question needs of a device's store."""

    def __init__(self, device: Device) -> None:
        self._device = device

    async def own(self, state: str) -> list[OwnEvent]:
        return own_events(self._device, state)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[_Store]:
        yield self

    async def keep_fates(self, found: Mapping[Hash, Fate]) -> None:
        self._device.disk.fates.update(found)


class Asking:
    """Every device's questions."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.under_way: set[str] = set()

    def after(self, device: Device, life: int, answer: SyncResponse) -> None:
        """The device has taken in an answer: where that refused a scope to it, it asks."""
        state = device.state
        if state is None or device.life != life or not isinstance(answer.page, Reset):
            return
        if fates.is_refused(state) and device.name not in self.under_way:
            _Question(self.world, self, device)

    def is_behind(self, device: Device) -> bool:
        """Whether something was said of a row of the device that it does not know yet and hears of in no other way.

        A seat whose opening was lost with a back-up cannot prove to be the sender: it is enrolled anew.
        """
        scopes, bearer = {} if device.state is None else device.state.scopes, device.bearer
        seats = self.world.server.live.directory.seats(bearer.device, bearer.staff)
        if not any(kept.refused == "scope_not_allowed" for kept in scopes.values()):
            return False
        if all(seat.seat != bearer.seat for seat in seats):
            return False
        return any(_differs(device, own, self.world) for own in own_events(device, "quarantined"))

    def told(self) -> int:
        """How many rows some device knows the fate of by having asked."""
        return sum(len(device.disk.fates) for device in self.world.town.devices)


class _Question:
    """One attempt: the coroutine that ships, driven by the world instead of an event loop."""

    def __init__(self, world: World, asking: Asking, device: Device) -> None:
        self._world, self._asking, self._device, self._life = world, asking, device, device.life
        self._origin = _origin(device)
        self._asked = 0
        store: Any = _Store(device)
        wire: Any = _Wire()
        self._work = fates.ask_fates(store, wire, enrolled_as(device.identity), device.key)
        asking.under_way.add(device.name)
        self._go_on(None)

    def _go_on(self, given: Fates | TransportError | None) -> None:
        device = self._device
        if device.life != self._life or device.state is None or _origin(device) != self._origin:
            self._work.close()  # the process is gone; or the log it asked, which the next turn tells of first
            return self._asking.under_way.discard(device.name)
        try:
            request = self._work.throw(given) if isinstance(given, TransportError) else self._work.send(given)
        except StopIteration:
            return self._asking.under_way.discard(device.name)
        return self._send(request)

    def _send(self, request: FatesRequest) -> None:
        self._asked += 1
        asked, device = self._asked, self._device

        def answered(answer: Any) -> None:
            if asked == self._asked:
                self._asked += 1
                self._go_on(answer)

        def failed(kind: str) -> None:
            answered(Unreachable(f"simulated: {kind}"))

        body = msgspec.json.encode(request)
        self._world.send(Request(device.name, device.bearer, body, answered, failed, asks_fates=True))
        self._world.at(ANSWER_SECONDS_MAX, lambda: failed("no answer came in time"))


def own_events(device: Device, state: str) -> list[OwnEvent]:
    """As ``client_sync.store.Store.own``."""
    disk, found = device.disk, list[OwnEvent]()
    refusals = {known: kept for (known, _), kept in disk.receipts.items() if isinstance(kept, KeepRefusal)}
    for known, own in disk.own.items():
        if own.state == state:
            kept = refusals.get(known)
            why = None if kept is None else Refusal(kept.reason, kept.detail, kept.owner, kept.record)
            one = OwnEvent(own.write.seq, known, own.write.event, state, own.attempts, own.complaint)
            found.append(msgspec.structs.replace(one, refusal=why, fate=disk.fates.get(known)))
    return found


def submission_of(own: OwnEvent) -> SubmissionQuarantined:
    """The record that the device holds of the row's quarantine."""
    assert own.refusal is not None
    header = parse_header(own.refusal.record.header)
    payload = decode_payload(header.type, header.schema, own.refusal.record.payload)
    assert isinstance(payload, SubmissionQuarantined)
    return payload


def held_of(own: OwnEvent, world: World) -> Submission:
    held = world.server.live.quarantine.get(Hash(submission_of(own).submission))
    assert held is not None, "a device has a receipt for a quarantine that nobody knows of"
    return held


def _differs(device: Device, own: OwnEvent, world: World) -> bool:
    held = held_of(own, world)
    is_its = held.record.from_device == device.bearer.device or held.record.staff == device.bearer.staff
    known = "" if own.fate is None else own.fate.state
    return is_its and held.last_word is not None and known != held.state


def _origin(device: Device) -> str:
    held = None if device.state is None else device.state.checkpoint
    return "" if held is None else held.origin


def enrolled_as(identity: Identity) -> Enrolled:
    """What the asking device was told when it enrolled; a question looks at the log's key alone."""
    return Enrolled(
        district=identity.district, district_name="", device=identity.device, seat=identity.seat, staff=identity.staff,
        staff_name="", staff_title="", token="", log_key=identity.log_key, origin="", sealing_key="",
        time_zone="America/Chicago", opened=EventId(""),
    )  # fmt: skip
