"""After a restored back-up a device shows its old receipt, and the event counts as known since then (SYNC-R24)."""

from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest
from msgspec.structs import replace

from client_sync.inputs import Follow, News, Online
from events.catalog import Payload
from events.catalog.devices import EpochOpened, ReceiptPresented, SeatClosed
from events.catalog.doses import DoseAdministered
from events.checkpoint import Checkpoint, sign_checkpoint
from events.envelope import SignedEvent, event_hash
from events.ids import DISTRICT_STREAM, Hash, Position, Stream, stream_of
from events.merkle import inclusion_proof, leaf_hash
from events.receipt import encode_receipt, make_entry, parse_receipt
from events.signing import SigningKey
from events.wire import Accepted, Presented, Quarantined, SyncRequest, SyncResponse, to_wire
from projections.fold import fact_of
from tests.client_sync.rig import Rig
from tests.client_sync.test_engine import online
from tests.simulation.device import Device
from tests.simulation.memory_log import LOG_NAME
from tests.simulation.network import Request
from tests.simulation.people import GIVER
from tests.simulation.world import World

START = datetime(2026, 11, 21, 14, tzinfo=UTC)


class Restored:
    """A dose delivered and receipted; then the back-up taken before it is put back."""

    def __init__(self, seat_is_closed: bool = False) -> None:
        self.world = World(1)
        self.world.random = Random(1)
        self.world.town.found()
        self.server = self.world.server
        self.device: Device = self.world.town.devices[0]
        size = len(self.server.disk.rows)
        dose = DoseAdministered(
            cvx="03", given_on="2026-11-21", lot="A", mvx="MSD", site="left_deltoid", route="IM", dose_ml=0.5,
            giver=GIVER,
        )  # fmt: skip
        self.device.record(stream_of("student", self.world.town.students[0]), dose)
        self.named: Hash = self.device.made[0]
        self.event: SignedEvent = self.device.disk.own[self.named].write.event
        self.turn()
        row = self.server.disk.rows[self.server.disk.by_hash[self.named]]
        self.first_received = row.received_at
        self.receipt = self._receipt(row.position)
        old = self.server.disk.head().note
        self.server.crash()
        self.server.disk.restore(size)
        self.world.now += 3600
        facts: list[tuple[Stream, Payload]] = [
            (DISTRICT_STREAM, EpochOpened(old_checkpoint=old, survived=size, reason="restored"))
        ]
        if seat_is_closed:
            facts.append((stream_of("device", self.device.identity.device), self._closing()))
        self.world.revive_with(facts)

    def _closing(self) -> SeatClosed:
        mine = self.device.identity
        (seat,) = self.server.live.directory.seats(mine.device, mine.staff)
        return SeatClosed(seat=mine.seat, author=mine.staff, public_key=seat.public_key.hex(), reason="lost")

    def turn(self, *presented: Presented) -> SyncResponse:
        request = SyncRequest(push=(to_wire(self.event),), presented=presented)
        (answer,) = self.server.take([self.request(request)])
        assert isinstance(answer, SyncResponse)
        return answer

    def request(self, asked: SyncRequest) -> Request:
        return Request(self.device.name, self.device.bearer, msgspec.json.encode(asked), lambda _: None, lambda _: None)

    def known_since(self) -> datetime:
        row = self.server.disk.rows[self.server.disk.by_hash[self.named]]
        return self.server.live.known_since.of(self.named, row.received_at)

    def shown(self) -> list[ReceiptPresented]:
        facts = [fact_of(row.event, row.position, row.received_at) for row in self.server.disk.rows if row.event]
        return [fact.payload for fact in facts if isinstance(fact.payload, ReceiptPresented)]

    def _receipt(self, position: int) -> str:
        disk = self.server.disk
        row = disk.rows[position]
        path = inclusion_proof(disk.node, position, len(disk.rows))
        return encode_receipt(make_entry(row.event_hash, row.received_at), row.position, path, disk.head().note)


def test_an_old_receipt_proves_since_when_an_event_is_known() -> None:
    """SYNC-R24: recorded once, however often it is shown."""
    there = Restored()
    answer = there.turn(Presented(there.named, there.receipt))
    assert isinstance(answer.answers[0], Accepted)
    assert there.known_since() == there.first_received
    there.turn(Presented(there.named, there.receipt))
    assert [shown.event_hash for shown in there.shown()] == [there.named]


def test_a_receipt_of_what_is_set_aside_counts_once_it_is_let_in() -> None:
    """SYNC-R24: a seat closed since does not take away since when its event is known (found by seed 1285)."""
    there = Restored(seat_is_closed=True)
    answer = there.turn(Presented(there.named, there.receipt))
    assert isinstance(answer.answers[0], Quarantined)
    there.turn(Presented(there.named, there.receipt))
    assert [shown.event_hash for shown in there.shown()] == [there.named]
    assert (
        there.server.live.known_since.of(there.named, there.first_received + timedelta(days=1)) == there.first_received
    )


@pytest.mark.parametrize("fault", ["another event", "another key", "this epoch", "nonsense", "not pushed"])
def test_what_an_old_receipt_does_not_prove_is_passed_over(fault: str) -> None:
    """SYNC-R24: and the event beside it is taken in all the same."""
    there = Restored()
    old = parse_receipt(there.receipt)
    checkpoint = there.server.disk.head().checkpoint
    stranger = sign_checkpoint(replace(checkpoint, size=old.position + 1), LOG_NAME, SigningKey(bytes(32)))
    shown = {
        "another event": Presented(Hash("ab" * 32), there.receipt),
        "another key": Presented(there.named, encode_receipt(old.entry, old.position, old.path, stranger)),
        "this epoch": Presented(there.named, there.receipt.replace("/0\n", "/1\n")),
        "nonsense": Presented(there.named, "not a receipt"),
        "not pushed": Presented(there.named, there.receipt),
    }[fault]
    if fault == "not pushed":
        request = SyncRequest(presented=(shown,))
        assert there.server.take([there.request(request)])[0] is not None
    else:
        assert isinstance(there.turn(shown).answers[0], Accepted)
        assert there.known_since() >= there.first_received + timedelta(minutes=30)
    assert there.shown() == []


@pytest.mark.parametrize(
    ("origin", "counts"),
    [("log.example/isd-900/0", True), ("log.example/isd-900/1", False), ("log.example/isd-901/0", False)],
    ids=["this log, before", "this epoch", "another log"],
)
def test_only_a_receipt_of_this_log_before_its_epoch_counts(origin: str, counts: bool) -> None:
    """SYNC-R24: however early the moment it tells, and though our own key signed it."""
    there = Restored()
    assert there.server.disk.head().checkpoint.origin == "log.example/isd-900/1"
    entry = make_entry(there.named, there.first_received)
    tree = Checkpoint(origin, 1, leaf_hash(entry))
    receipt = encode_receipt(entry, Position(0), [], sign_checkpoint(tree, LOG_NAME, there.server.key))
    there.turn(Presented(there.named, receipt))
    assert (there.known_since() == there.first_received) is counts
    assert len(there.shown()) == int(counts)


def test_a_receipt_that_tells_nothing_earlier_is_not_written_down() -> None:
    """SYNC-R24: of two receipts the earlier counts; a later one shown after it adds nothing to the log."""
    there = Restored()
    entry = make_entry(there.named, there.first_received + timedelta(seconds=1))
    tree = Checkpoint("log.example/isd-900/0", 1, leaf_hash(entry))
    later = encode_receipt(entry, Position(0), [], sign_checkpoint(tree, LOG_NAME, there.server.key))
    there.turn(Presented(there.named, there.receipt))
    there.turn(Presented(there.named, later))
    assert [one.receipt for one in there.shown()] == [there.receipt]


def test_a_device_shows_its_oldest_receipt_beside_the_event() -> None:
    """CLIENT-R17: over any number of epochs, until the new one has given its own."""
    rig = Rig()
    (named,) = rig.record(1)
    online(rig).talk()
    first = next(iter(rig.disk.receipts.values())).receipt
    for _ in range(2):
        rig.log.restore(0)
        rig.feed(News(rig.log.head().checkpoint.origin, 0))
        rig.feed(Follow("district"))
        rig.feed(Online())
        while rig.sent is not None and not rig.sent.request.push:
            rig.answer(rig.honest(rig.sent))
        assert rig.sent is not None
        assert rig.sent.request.presented == (Presented(named, first),)
        rig.talk()
    assert len(rig.disk.receipts) == 3
    assert event_hash(rig.disk.own[named].write.event) == named
