"""A device without a screen: enrol, choose a scope, record without a network, deliver, show every receipt.

    async with HttpTransport("http://127.0.0.1:8000") as transport:
        async with open_replica(Path("device.db"), "passphrase", transport) as device:
            enrolled = await device.enroll(code, label="gym laptop")    once; makes the seat key, pins the log key
            await device.choose(f"clinic/{clinic}")                     any number of scopes
            report = await device.pull()                                fetch until the scopes are complete
            event = await device.record(stream, payload)                signed and stored in one step; no network
            event = await device.record(stream, payload, picture)       with the paper's picture (JPEG), sealed
            report = await device.sync()                                deliver, verify receipts, fetch
            rows = await device.outbox()                                each own event in words
            facts = await device.facts(stream)                          for the folds of projections/

``record`` never needs a network and never waits for one; it may run beside ``sync`` or ``run``. ``sync`` goes
on until nothing is left to deliver or known to be missing, or ``patience_seconds`` are over, and then as long for
pictures, which never go before an event; it raises for no network and no server: its report says what happened.
``run`` does the same for as long as it is let.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from client_sync.carrying import Carried, NotCarried, carry
from client_sync.downloads import HeldEvent
from client_sync.driver import Driver
from client_sync.engine import restart
from client_sync.errors import NotEnrolled
from client_sync.fates import ask_fates, is_refused
from client_sync.hand_off import District, hand_off_of
from client_sync.inputs import Follow, Reconsider, Unfollow
from client_sync.known import known_facts
from client_sync.lapsing import lapse, lapse_in_time
from client_sync.opening import open_store
from client_sync.photos import seal_picture, with_photo
from client_sync.report import HeldReceipt, OutboxRow, SyncReport, held_receipt
from client_sync.rows import outbox_rows
from client_sync.seat import SEED_BYTES, SIGNING_RANDOM_BYTES, sign_next
from client_sync.state import State, Trust
from client_sync.store import Store
from client_sync.transport import Transport
from events.catalog import Payload
from events.checkpoint import epoch_of
from events.dates import from_milliseconds
from events.envelope import Seen, SignedEvent, parse_header
from events.ids import EventId, Stream
from events.packing import Pulled
from events.signing import SigningKey
from events.wire import ClinicChoice, DeviceReport, Enrolled, EnrollRequest, HandOff
from projections.fold import Fact, fact_of

PATIENCE_SECONDS = 60.0


class Replica:
    """One enrolled device, or one about to be. Made by ``open_replica``."""

    def __init__(
        self, store: Store, transport: Transport, clock: Callable[[], datetime], chance: Callable[[], float]
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._chance = chance
        self._driver: Driver | None = None

    # Who this device is

    @property
    def enrolled(self) -> Enrolled | None:
        """What the district said at enrolment; None before it."""
        return None if self._driver is None else self._driver.enrolled

    @property
    def state(self) -> State:
        """The engine's state, to look at. Raises NotEnrolled."""
        return self._at_work().state

    async def enroll(self, code: str, label: str, kind: Literal["phone", "tablet", "laptop"] = "laptop") -> Enrolled:
        """Redeem a one-time code. The seat key is made and kept before anything is asked, so a retry names the same.

        Raises NotEnrolled when the device is enrolled already, Unreachable or ServerRefused as the transport does.
        """
        if self._driver is not None:
            raise NotEnrolled("this device is enrolled already; another enrolment needs another file")
        key = await self._seat_key()
        asked = EnrollRequest(code=code, public_key=key.public.hex(), label=label, kind=kind)
        enrolled = await self._transport.enroll(asked)
        async with self._store.transaction() as transaction:
            await transaction.put("enrolled", msgspec.json.encode(enrolled))
        await self.start()
        return enrolled

    async def clinics(self) -> tuple[ClinicChoice, ...]:
        """The clinics this seat may work at, as the server has them now. Raises as the transport does."""
        return await self._transport.clinics(self._at_work().enrolled.token)

    async def choose(self, scope: str) -> None:
        """Keep ``clinic/<id>``, ``facility/<id>`` or ``district`` on this device from now on."""
        await self._at_work().feed(Follow(scope))

    async def leave(self, scope: str) -> None:
        """Drop a scope's downloaded events. What this device made stays."""
        await self._at_work().feed(Unfollow(scope))

    # Recording

    async def record(self, stream: Stream, payload: Payload, picture: bytes | None = None) -> EventId:
        """Sign an event and store it, in one step and without a network.

        ``picture`` is the paper's (JPEG, at most 10 MiB, kept as it is): sealed, named by the event, stored in the same
        step, and sent behind the events.
        Raises MalformedEvent when the payload breaks a rule of its type, ValueError for a stream of another kind,
        NotAPicture for what cannot be attached.
        """
        driver, key = self._at_work(), await self._seat_key()
        sealed = None if picture is None else seal_picture(picture)
        stated = payload if sealed is None else with_photo(payload, sealed.photo)

        def sign(state: State) -> SignedEvent:
            randomness = os.urandom(SIGNING_RANDOM_BYTES)
            seen = _seen(state, driver.enrolled)
            return sign_next(state.identity, key, state.head, seen, stream, stated, self._clock(), randomness)

        return parse_header((await driver.record(sign, sealed)).header).id

    # Synchronising

    async def sync(self, patience_seconds: float = PATIENCE_SECONDS) -> SyncReport:
        """Deliver what waits, verify what comes back, fetch what is missing; then rest offline."""
        report = await self.pull(patience_seconds)
        await self._at_work().verify()
        return msgspec.structs.replace(report, unverified=await self._store.downloads.count())

    async def pull(
        self, patience_seconds: float = PATIENCE_SECONDS, take: Callable[[Sequence[Fact]], None] | None = None
    ) -> SyncReport:
        """As ``sync``, but leave the signatures of what came to ``verify``: it is there to be used at once.

        What came is what the log holds, by its signed digests; who wrote each event is not checked yet. ``take`` is
        given the facts of each page, in log order, as soon as it is written: to fold while the next one comes.
        """
        driver = self._at_work()
        driver.on_page = None if take is None else lambda events: take(facts_of(events))
        try:
            return await driver.sync(patience_seconds)
        finally:
            driver.on_page = None

    async def verify(self) -> int:
        """Check every signature not checked yet, in the background of anything else; how many are good."""
        await self._at_work().verify()
        return await self._store.downloads.count(Trust.VERIFIED)

    async def scrub(self) -> tuple[str, ...]:
        """Recompute every digest from the stored bytes now; ``sync`` and ``run`` do it daily.

        The streams held wrongly; they are pulled anew by the next ``sync``.
        """
        return await self._at_work().scrub()

    async def healed(self) -> list[str]:
        """The streams that were found held wrongly and pulled anew, oldest first."""
        return await self._store.downloads.healed()

    async def run(self) -> None:
        """Stay in step with the log until cancelled."""
        driver = self._at_work()
        lapsing = asyncio.create_task(lapse_in_time(self._store, driver, self._clock))
        try:
            await driver.run()
        finally:
            lapsing.cancel()

    async def carry(self, file: HandOff) -> list[Carried | NotCarried]:
        """Deliver another device's hand-off file, unopened; each event with its verified receipt, or why it has none.

        Raises NotAHandOff, Unreachable or ServerRefused; carrying it again does no harm.
        """
        driver = self._at_work()
        return await carry(file, self._transport, driver.enrolled.token, driver.state)

    async def hand_off(self) -> HandOff:
        """All it ever made, receipted or not, sealed to the district: for a server that was put back and knows no such
        device any more. Another device carries it."""
        enrolled = self._at_work().enrolled
        district = District(enrolled.district, enrolled.device, bytes.fromhex(enrolled.sealing_key))
        return hand_off_of([(own.seq, own.event) for own in await self._store.own()], district)

    async def reconsider(self) -> None:
        """A person looked at the alarm and lets the device ask the server again."""
        await self._at_work().feed(Reconsider())

    # Showing

    async def outbox(self) -> list[OutboxRow]:
        """Every event this device made, in words, oldest first: where it is, who has it, and where its picture is."""
        device = self._at_work()
        return await outbox_rows(self._store, device.state.identity.device, device.sent, self.facts)

    async def receipts(self) -> list[HeldReceipt]:
        """The newest verified receipt of each own event that has one."""
        receipts = [held_receipt(own) for own in await self._store.own()]
        return [receipt for receipt in receipts if receipt is not None]

    async def held(self, stream: Stream | None = None) -> list[HeldEvent]:
        """Downloaded events as they are kept, each with what checking it came to so far."""
        return await self._store.held(stream or "")

    async def unheard(self, stream: Stream) -> list[DeviceReport]:
        """The other devices at work where this stream is held, and when the server last heard of each (UTC).

        What they made since is on no other device yet. Longest silent first, as of the last complete pull.
        """
        return await self._store.downloads.reports(stream)

    async def facts(self, stream: Stream | None = None) -> list[Fact]:
        """What this device knows, in the log's order: downloaded events, then its own not downloaded yet.

        Damaged events are left out here; they stay in the store. Of what the district set aside: client_sync/known.py.
        """
        return await known_facts(self._store, self._at_work().state.identity.device, stream)

    # Inside

    async def start(self) -> None:
        """Take up what the file holds; ``open_replica`` calls this."""
        kept = await self._store.get("enrolled")
        if kept is not None:
            enrolled = msgspec.json.decode(kept, type=Enrolled)
            self._store.seal_to(enrolled)
            state = restart(await self._store.load(enrolled))
            self._driver = Driver(self._store, self._transport, enrolled, state, self._chance, self._clock)
            self._driver.on_refusal = self._ask_fates
            await lapse(self._store, self._driver, self._clock())

    async def _ask_fates(self) -> None:
        """A scope was refused: nothing pulled tells any more what became of the rows in quarantine."""
        driver = self._at_work()
        if is_refused(driver.state):
            await ask_fates(self._store, self._transport, driver.enrolled, await self._seat_key())

    def _at_work(self) -> Driver:
        if self._driver is None:
            raise NotEnrolled("enroll this device first")
        return self._driver

    async def _seat_key(self) -> SigningKey:
        """This device's seat key, made and kept on first use."""
        seed = await self._store.get("seat")
        if seed is None:
            seed = os.urandom(SEED_BYTES)
            async with self._store.transaction() as transaction:
                await transaction.put("seat", seed)
        return SigningKey(seed)


def facts_of(events: Iterable[Pulled]) -> list[Fact]:
    """What the events of a page state, by position."""
    events = list(events)
    received = {at: from_milliseconds(at) for at in {one.received_at for one in events}}
    facts = [fact_of(one.event, one.position, received[one.received_at], one.header, one.event_hash) for one in events]
    return sorted(facts, key=lambda fact: fact.position)


def _seen(state: State, enrolled: Enrolled) -> Seen:
    """What the author could have known: the last verified checkpoint, or the epoch of enrolment at size 0."""
    held = state.checkpoint
    return Seen(epoch_of(enrolled.origin), 0) if held is None else Seen(epoch_of(held.origin), held.size)


@asynccontextmanager
async def open_replica(
    path: Path,
    secret: str | bytes,
    transport: Transport,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    chance: Callable[[], float] = random.random,
) -> AsyncIterator[Replica]:
    """Open a device's file (or make it) and the device in it, as it was left.

    ``secret`` is a passphrase or PIN, or a 32-byte key; ``clock`` the device's wall clock, for the record only;
    ``chance`` draws the jitter of back-off.
    Raises DeviceInUse, WrongKey, StoreDamaged.
    """
    async with open_store(path, secret) as store:
        replica = Replica(store, transport, clock, chance)
        await replica.start()
        yield replica
