"""What is held wrongly is found by digests recomputed from stored bytes, named, and pulled anew (CLIENT-R19)."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from client_sync.checking import Checking
from client_sync.effects import KeepScope, StartOver
from client_sync.engine import is_quiet
from client_sync.inputs import Damaged, Follow, Input, Refresh
from client_sync.opening import open_store
from client_sync.replica import Replica
from client_sync.sealing import Sealer, unwrap_key
from client_sync.state import ScopeState, Trust
from client_sync.writes import seal_struct
from events.digest import scope_digest
from events.envelope import SignedEvent
from events.ids import stream_of
from events.wire import Page, SyncResponse
from tests.client_sync.rig import CHILD, IDENTITY, Rig
from tests.client_sync.test_engine import OTHER_CHILD, online
from tests.client_sync.test_real_server import KEY, device_of
from tests.server.house import ADA, BEA, open_house
from tests.server.making import START, a_dose

ADA_STREAM = stream_of("student", ADA)


def whole_district() -> Rig:
    """A device that holds three events of two children."""
    rig = Rig()
    for child in (CHILD, OTHER_CHILD, CHILD):
        rig.append(rig.office.write(stream_of("student", child), a_dose()))
    rig.feed(Follow("district"))
    online(rig).talk()
    assert is_quiet(rig.state)
    return rig


def scrub(rig: Rig) -> None:
    rig.scrub()
    rig.feed(Refresh())
    rig.talk()


@pytest.mark.parametrize("harm", ["payload", "header", "row"])
def test_a_device_finds_names_and_heals_what_its_disk_got_wrong(harm: str) -> None:
    """CLIENT-R19: a flipped bit in payload or header, a lost row."""
    rig = whole_district()
    events = rig.disk.scopes["district"].events
    kept = events[2]
    if harm == "row":
        del events[2]
    else:
        event = kept.event
        changed = {
            "payload": event.payload.replace(b"2026", b"2025", 1),
            "header": event.header.replace(b'"seq":3', b'"seq":4'),
        }
        events[2] = replace(kept, event=replace(event, **{harm: changed[harm]}))
    scrub(rig)
    assert rig.disk.healed == [stream_of("student", CHILD)]
    assert rig.disk.scopes["district"].events[2] == kept
    assert rig.disk.scrub("district") is True
    assert is_quiet(rig.state)


def test_a_server_that_withholds_an_event_is_found_out() -> None:
    """CLIENT-R19: starting over does not help, so it is tried twice; then the stream is named and work goes on."""
    rig = whole_district()
    rig.append(rig.office.write(stream_of("student", OTHER_CHILD), a_dose()))
    rig.feed(Refresh())
    _talk_to_a_withholder(rig)
    assert rig.state.alarm is None
    assert rig.state.scopes["district"].wrong == (stream_of("student", OTHER_CHILD),)
    made = rig.record(1)
    assert rig.sent is not None
    rig.answer(rig.honest(rig.sent))
    assert made[0] not in rig.state.outbox, "deliveries go on"
    assert sum(isinstance(write, StartOver) for write in rig.writes) == 2


@pytest.mark.parametrize("lie", ["of what is given", "none"])
def test_digests_that_do_not_amount_to_the_signed_one_are_no_answer(lie: str) -> None:
    """CLIENT-R50: what differs would have no name and all be called well, or it would be asked for without a pause."""
    rig = whole_district()
    before = rig.state.scopes["district"].cursor
    rig.append(rig.office.write(stream_of("student", OTHER_CHILD), a_dose()))
    rig.feed(Refresh())
    for _ in range(12):
        if rig.sent is not None:
            answer = withheld(rig, rig.honest(rig.sent))
            assert isinstance(answer.page, Page)
            held = {stream: digest.hex() for stream, digest in rig.disk._digests("district", ()).items()}
            is_asked = rig.sent.request.pull is not None and rig.sent.request.pull.digests
            told = tuple(held.items()) if is_asked and lie != "none" else None
            rig.answer(replace(answer, page=replace(answer.page, digests=told)))
    assert rig.state.turns < 8, "it waits before it asks again"
    assert "digest" in rig.state.problem
    assert not is_quiet(rig.state)
    assert before != rig.state.scopes["district"].cursor
    assert not any(isinstance(write, StartOver) for write in rig.writes)


def test_what_a_server_gives_wrongly_is_known_after_a_restart() -> None:
    """CLIENT-R19: named at once, and the scope is not pulled anew at every start."""
    rig = whole_district()
    rig.append(rig.office.write(stream_of("student", OTHER_CHILD), a_dose()))
    rig.feed(Refresh())
    _talk_to_a_withholder(rig)
    for _ in range(3):
        rig.restart()
        assert rig.state.scopes["district"].wrong == (stream_of("student", OTHER_CHILD),)
        rig.go_online()
        _talk_to_a_withholder(rig)
    assert sum(isinstance(write, StartOver) for write in rig.writes) == 2
    rig.feed(Damaged("district", rig.state.scopes["district"].wrong))
    rig.talk()
    rig.restart()
    kept = rig.state.scopes["district"]
    assert (kept.heals, kept.wrong) == (0, ()), "healed unsaid, and found whole by the daily look"
    assert rig.disk.scrub("district") is True


async def test_what_a_server_gave_wrongly_is_tried_anew_by_the_daily_look(tmp_path: Path) -> None:
    """CLIENT-R19: it may have been healed unsaid, or while this process slept."""
    wrong, fed = (ADA_STREAM,), list[Input]()
    state = replace(Rig().state, scopes={"district": ScopeState("district", heals=2, wrong=wrong)})

    async def feed(given: Input) -> None:
        fed.append(given)

    async with open_store(tmp_path / "device.db", KEY) as store:
        async with store.transaction() as transaction:
            await transaction.write([KeepScope("district")])
        checking = Checking(store, asyncio.Lock(), IDENTITY.log_key, lambda: START)
        assert await checking.scrub(lambda: state, feed) == (), "nothing is wrong here"
    assert fed == [Damaged("district", wrong)]


def _talk_to_a_withholder(rig: Rig) -> None:
    for _ in range(12):
        if rig.sent is not None:
            rig.answer(withheld(rig, rig.honest(rig.sent)))


def withheld(rig: Rig, answer: SyncResponse) -> SyncResponse:
    """The answer without the event at 3, its page signed as if that were all, the scope's digest the true one."""
    page = answer.page
    assert rig.sent is not None
    assert isinstance(page, Page)
    assert rig.sent.request.pull is not None
    after = rig.sent.request.pull.cursor
    first = 0 if after is None else after.position + 1
    rows = [row for row in rig.rows()[first:] if row.position != 3]
    digests = page.digests or ()
    whole = scope_digest((stream, bytes.fromhex(digest)) for stream, digest in digests)
    told = rig.vouched("district", rows, after, page.cursor, whole)
    return replace(answer, page=replace(told, digests=digests))


Harm = Callable[[sqlite3.Connection, Sealer], None]


def lose_a_row(db: sqlite3.Connection, _: Sealer) -> None:
    db.execute("DELETE FROM inbox WHERE rowid = (SELECT max(i.rowid) FROM inbox i JOIN streams s ON s.id = i.stream"
               " WHERE s.stream = ?)", (ADA_STREAM,))  # fmt: skip


def flip_a_bit(db: sqlite3.Connection, _: Sealer) -> None:
    row, box = _newest(db)
    db.execute("UPDATE inbox SET sealed = ? WHERE rowid = ?", (box[:-1] + bytes([box[-1] ^ 1]), row))


def forge_a_payload(db: sqlite3.Connection, sealer: Sealer) -> None:
    """By somebody who has the device's key."""
    row, _ = _newest(db)
    (name,) = db.execute("SELECT event_hash FROM inbox WHERE rowid = ?", (row,)).fetchone()
    forged = SignedEvent(b"{}", bytes(64), bytes(16), b"{}")
    db.execute("UPDATE inbox SET sealed = ? WHERE rowid = ?", (seal_struct(sealer, forged, name), row))


def change_the_payload_alone(db: sqlite3.Connection, sealer: Sealer) -> None:
    """Header and signature stay: the event's name is still its hash, and its payload is not the one it commits to."""
    row, name, event = _opened(db, sealer)
    other = replace(event, payload=event.payload.replace(b'"grade":"K"', b'"grade":"1"'))
    assert other != event
    db.execute("UPDATE inbox SET sealed = ? WHERE rowid = ?", (seal_struct(sealer, other, name), row))


def put_another_event_in_its_place(db: sqlite3.Connection, sealer: Sealer) -> None:
    """Whole by itself, under a name that is not its own."""
    row, name, event = _opened(db, sealer)
    other = replace(event, signature=bytes(64))
    db.execute("UPDATE inbox SET sealed = ? WHERE rowid = ?", (seal_struct(sealer, other, name), row))


def _opened(db: sqlite3.Connection, sealer: Sealer) -> tuple[int, str, SignedEvent]:
    row, box = _newest(db)
    (name,) = db.execute("SELECT event_hash FROM inbox WHERE rowid = ?", (row,)).fetchone()
    return row, name, msgspec.msgpack.decode(sealer.open(box, name), type=SignedEvent)


def _newest(db: sqlite3.Connection) -> tuple[int, bytes]:
    query = "SELECT i.rowid, i.sealed FROM inbox i JOIN streams s ON s.id = i.stream WHERE s.stream = ? ORDER BY 1 DESC"
    row, box = db.execute(query, (ADA_STREAM,)).fetchone()
    return row, box


@pytest.mark.parametrize(
    "harm",
    [lose_a_row, flip_a_bit, forge_a_payload, change_the_payload_alone, put_another_event_in_its_place],
    ids=lambda harm: harm.__name__,
)
async def test_a_real_file_is_scrubbed_and_healed(tmp_path: Path, harm: Harm) -> None:
    """CLIENT-R19: over a real server; the other child's events are not named."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "device.db"
        async with device_of(house, path) as device:
            await device.record(stream_of("student", BEA), a_dose())
            await device.sync()
            whole = await everything(device)
        with sqlite3.connect(path) as db:
            keys = dict(db.execute("SELECT name, value FROM meta WHERE name IN ('salt', 'wrapped_key')"))
            harm(db, unwrap_key(KEY, keys["salt"], keys["wrapped_key"]))
        db.close()
        async with device_of(house, path) as device:
            assert await device.facts(stream_of("student", BEA)), "one bad row takes nothing else with it"
            house.clock.turn(days=1)
            report = await device.sync()
            assert report.is_quiet
            assert report.unverified == 0
            assert await device.healed() == [ADA_STREAM]
            assert await everything(device) == whole
            assert await device.scrub() == ()


async def everything(device: Replica) -> list[tuple[int, str]]:
    return sorted((fact.position, fact.event_hash) for fact in await device.facts())


async def test_what_the_log_gave_is_usable_before_its_signatures_are_checked(tmp_path: Path) -> None:
    """CLIENT-R14"""
    async with open_house(tmp_path / "server") as house, device_of(house, tmp_path / "device.db") as device:
        report = await device.pull()
        facts = await device.facts()
        assert len(facts) == report.downloaded == report.unverified > 0
        trusts = {one.trust for one in await device.held()}
        assert trusts == {Trust.GIVEN}
        assert await device.verify() == len(facts)
        assert {one.trust for one in await device.held()} == {Trust.VERIFIED}
