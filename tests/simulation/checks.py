"""What must hold after every quiet period. Each check raises AssertionError in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client_sync.effects import KeepReceipt, KeepRefusal
from client_sync.outbox import row_of, submission_names
from client_sync.state import SeatEvent, Trust
from client_sync.verifying import judge, learn_seats
from client_sync.writes import let_in_at
from events.catalog.devices import ForkFound, SubmissionQuarantined
from events.checkpoint import epoch_of, open_checkpoint
from events.dates import from_milliseconds
from events.envelope import event_hash, parse_header
from events.ids import Hash, Stream, StudentId, stream_id, stream_of
from events.merkle import Edge, leaf_hash
from events.packing import Pulled
from events.receipt import make_entry, verify_receipt
from projections.fold import Fact, fact_of
from projections.student import fold
from server.identity.rights import knows_scope, may_pull
from tests.simulation.asking import held_of, own_events
from tests.simulation.device import Device

if TYPE_CHECKING:
    from tests.simulation.world import World


def check_all(world: World) -> None:
    """CLIENT-R01, CLIENT-R04, CLIENT-R06, CLIENT-R13."""
    check_log(world)
    check_heads(world)
    check_nothing_lost(world)
    check_quarantine(world)
    for device in world.town.devices:
        check_receipts(world, device)
        check_flags(world, device)
        check_witness(world, device)
    for device in world.town.living():
        check_replica(world, device)
        check_fates(world, device)
    check_folds(world)
    check_forks(world)


def check_forks(world: World) -> None:
    """Whoever was cloned and wrote on two sides is named in the log; neither side stopped: all of it was delivered."""
    facts = [fact_of(row.event, row.position, row.received_at) for row in world.server.disk.rows if row.event]
    named = {fact.payload.device for fact in facts if isinstance(fact.payload, ForkFound)}
    for device in world.town.living():
        for (_, origin), kept in device.disk.receipts.items():
            forked = isinstance(kept, KeepRefusal) and kept.reason == "conflict_seq"
            here = epoch_of(origin) == world.server.disk.epoch
            assert not (forked and here) or device.identity.device in named, f"nobody says that {device.name} forked"
    assert named <= world.town.cloned, "a fork is told of a device that was never cloned"


def check_log(world: World) -> None:
    """Positions are gapless, the tree over them is the signed one, nothing is in it twice."""
    disk = world.server.disk
    assert [row.position for row in disk.rows] == list(range(len(disk.rows))), "positions have gaps"
    leaves = (leaf_hash(make_entry(row.event_hash, row.received_at)) for row in disk.rows)
    assert Edge().extend(leaves).root() == disk.head().checkpoint.root, "the tree is not the log's"
    assert len({row.event_hash for row in disk.rows}) == len(disk.rows), "an event is in the log twice"
    for row in disk.rows:
        assert row.event is not None, f"the event at {row.position} is gone"
        assert event_hash(row.event) == row.event_hash, f"another event stands at {row.position}"


def check_heads(world: World) -> None:
    """Every head ever signed, in whatever epoch, is a prefix of that epoch's tree."""
    disk = world.server.disk
    for (epoch, size), note in disk.signed.items():
        signed = open_checkpoint(note, world.town.log_key)
        assert (epoch_of(signed.origin), signed.size) == (epoch, size)
        assert disk.root_at(size, epoch) == signed.root, f"epoch {epoch} had another tree of {size} than was signed"


def check_quarantine(world: World) -> None:
    """Whatever was refused has one record, its bytes, and at most one end; what was released is in the log.

    A second record is only written while nobody can read the first.
    """
    disk, ids = world.server.disk, world.server.disk.by_id
    recorded: dict[str, int] = {}
    for row in disk.rows:
        if row.event is not None and row.header is not None and row.header.type == "submission.quarantined":
            payload = fact_of(row.event, row.position, row.received_at).payload
            assert isinstance(payload, SubmissionQuarantined)
            first = recorded.setdefault(payload.submission, row.position)
            assert first == row.position or first in world.decay.places, "a submission has two records"
    for name in recorded:
        held = world.server.live.quarantine.get(Hash(name))
        assert held is not None, "a record of quarantine that nobody can see"
        assert held.hash in disk.refused, "the bytes of a refused submission are gone"
        assert held.state != "released" or held.event in ids, "what was released is not in the log"


def check_nothing_lost(world: World) -> None:
    """Every event made is in the log, in quarantine, or in a living device's outbox.

    What a drowned phone had no receipt for in this epoch, and nobody carried for it, is gone with it: nobody can
    promise otherwise.
    """
    origin = world.server.disk.head().checkpoint.origin
    for device in world.town.devices:
        for known in device.made:
            own = device.disk.own[known]
            delivered = (known, origin) in device.disk.receipts or (known, origin) in world.courier.receipts
            drowned = device.is_lost and not delivered
            held = is_held(world, device, known) or drowned or (own.state == "waiting" and not device.is_lost)
            assert held, f"{device.name} lost event {own.write.seq} ({own.state})"


def is_held(world: World, device: Device, known: Hash) -> bool:
    """Whether the log holds the event, or the record of its quarantine and its bytes."""
    if known in world.server.disk.by_hash:
        return True
    names = submission_names(row_of(device.disk.own[known].write.event))
    return any(name in world.server.live.quarantine and name in world.server.disk.refused for name in names)


def check_receipts(world: World, device: Device) -> None:
    """Each receipt verifies offline and is honoured: this event (or the record naming it), at this position."""
    disk = world.server.disk
    for (known, origin), kept in device.disk.receipts.items():
        named = event_hash(kept.record) if isinstance(kept, KeepRefusal) else known
        proven = verify_receipt(kept.receipt, named, device.identity.log_key)
        assert proven.position == kept.position, "the receipt is for another position"
        if epoch_of(origin) == disk.epoch:
            assert disk.rows[kept.position].event_hash == named, f"a receipt of {device.name} is not honoured"
        elif not device.is_lost:
            assert is_held(world, device, known), f"what {device.name} had a receipt for did not come back"
            if named in disk.by_hash:
                arrived = disk.rows[disk.by_hash[named]].received_at
                since = world.server.live.known_since.of(named, arrived)
                honoured = since <= proven.received_at or isinstance(kept, KeepRefusal)
                assert honoured, f"what {device.name} delivered at {proven.received_at} counts as known since {since}"
    for known, let_in in device.disk.let_in.items() if not device.is_lost else ():
        if known in disk.by_hash:
            since = world.server.live.known_since.of(known, disk.rows[disk.by_hash[known]].received_at)
            assert all(since <= (let_in_at(fate) or since) for fate in let_in), f"{known} was let in before {since}"


def check_flags(world: World, device: Device) -> None:
    """What a device was told to have looked at is what it would be told again, whichever answer came through."""
    live, disk = world.server.live, world.server.disk
    for (known, origin), kept in device.disk.receipts.items():
        if not isinstance(kept, KeepReceipt) or epoch_of(origin) != disk.epoch or world.decay.harmed:
            continue
        told = () if known in live.quarantine else live.alarms.flags(kept.position)
        assert kept.flags == told, f"{device.name} was told {kept.flags} and would now be told {told}"


def check_witness(world: World, device: Device) -> None:
    """Every checkpoint that a device ever verified is a prefix of its epoch's tree."""
    disk = world.server.disk
    for note in device.disk.notes:
        seen = open_checkpoint(note, device.identity.log_key)
        root = disk.root_at(seen.size, epoch_of(seen.origin))
        assert root == seen.root, f"{device.name} verified another tree of {seen.size}"
    assert device.is_lost or device.disk.alarm is None, f"{device.name} is alarmed: {device.disk.alarm}"
    surplus = set(device.disk.healed) - device.harmed - with_linked(world, world.decay.streams)
    assert not surplus, f"{device.name} held {surplus} wrongly, and nothing harmed its disk"


def with_linked(world: World, streams: set[str]) -> set[str]:
    """These and what is one child with any of them: while the row that links it is damaged the server leaves it out."""
    students = [StudentId(stream_id(Stream(one))) for one in streams if one.startswith("student/")]
    linked = [stream_of("student", other) for one in students for other in world.server.live.scopes.linked(one)]
    return streams | set(linked)


def check_replica(world: World, device: Device) -> None:
    """What a device holds of a scope is what the server gives of it: each event, verified, and nothing else."""
    waiting = [own.write.seq for own in device.disk.own.values() if own.state == "waiting"]
    assert not waiting, f"{device.name} is quiet and has not delivered its events {waiting}"
    directory = world.server.live.directory
    for name, kept in device.disk.scopes.items():
        held = {position: event.event_hash for position, event in kept.events.items()}
        if not knows_scope(directory, name) or not may_pull(directory, device.bearer, name):
            assert not held, f"{device.name} keeps {name}, which it may no longer have"
            continue
        places = world.server.plan(name).places
        given = {position: world.server.disk.rows[position].event_hash for _, position in places}
        missing, surplus = sorted(given.keys() - held.keys()), sorted(held.keys() - given.keys())
        assert held == given, f"{device.name}, {name}: missing {missing}, should not have {surplus}"
        assert device.disk.scrub(name) is True, f"{device.name}, {name}: not what the log signed"
        doubted = not_verified(kept.events, device.identity.log_key, world.verified)
        # KNOWN GAP (decision 0017): where nobody can tell whose a damaged row is, it may have closed anybody's seat
        writers = {at: f"device/{parse_header(kept.events[at].event.header).device}" for at in doubted}
        doubted = [at for at in doubted if writers[at] not in world.decay.unknown]
        assert not doubted, f"{device.name}, {name}: not verified at {doubted}"


def check_fates(world: World, device: Device) -> None:
    """What a device was told of its rows is the log's last word on each, proven; or was, where it hears otherwise."""
    disk, now = world.server.disk, {own.event_hash: own for own in own_events(device, "quarantined")}
    for known, fate in device.disk.fates.items():
        assert known in now, f"{device.name} was told of a row that is not in quarantine"
        held = held_of(now[known], world)
        assert fate.state in ("open", held.state), f"{device.name} was told {fate.state}, the log says {held.state}"
        at = fate.position if fate.position is not None else held.last_word
        assert at is not None, f"{device.name} was told of what nobody has said"
        named = known if fate.position is not None else disk.rows[at].event_hash
        assert disk.rows[at].event_hash == named, f"{device.name} was told another place than the log's"
        if fate.state == held.state != "open":
            assert verify_receipt(fate.receipt, named, device.identity.log_key).position == at, (
                "the proof is of another"
            )


def not_verified(events: dict[int, Pulled], log_key: str, verified: set[tuple[Hash, int]]) -> list[int]:
    """The positions whose signature does not hold, by the keys that what is held itself tells of.

    ``verified`` were found good on another device already: every scope has all seats, as was compared before this.
    """
    new = [at for at, one in events.items() if (one.event_hash, at) not in verified]
    if not new:
        return []
    told = [SeatEvent(at, events[at].event, is_verified=at not in new) for at in sorted(events) if _is_seat(events[at])]
    seats = learn_seats(told, log_key, {})
    bad = [at for at in new if judge(events[at].event, at, log_key, seats) is not Trust.VERIFIED]
    verified.update((events[at].event_hash, at) for at in new if at not in bad)
    return bad


def _is_seat(event: Pulled) -> bool:
    return event.stream.startswith("device/") and b'"type":"seat.' in event.event.header


def check_folds(world: World) -> None:
    """A child's record is the same wherever it is held whole."""
    for student in world.town.students[:3]:
        stream = stream_of("student", student)
        rows = [row for row in world.server.disk.rows if row.header is not None and row.header.stream == stream]
        facts = [fact_of(row.event, row.position, row.received_at) for row in rows if row.event is not None]
        for device in world.town.living():
            for kept in device.disk.scopes.values():
                held = _facts(kept.events, stream)
                assert not held or fold(held) == fold(facts), f"{device.name} folds {stream} to another record"


def _facts(events: dict[int, Pulled], stream: str) -> list[Fact]:
    return [
        fact_of(event.event, event.position, from_milliseconds(event.received_at))
        for event in events.values()
        if event.stream == stream
    ]
