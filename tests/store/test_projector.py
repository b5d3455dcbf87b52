"""The runner of projections: rows and position move together, a rebuild is identical, a bug stops it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec
import pytest

from events.catalog.doses import DoseAdministered
from events.ids import Position, Stream
from projections.fold import Fact
from projections.projection import Plain
from server.store import projector as module
from server.store.folding import Reached
from server.store.port import Log
from server.store.projection_rows import ProjectionRows
from server.store.projector import Projector, Row
from server.store.tables import Dropped
from server.store.vault import Unopenable
from tests.contract.place import CHILD, OTHER_CHILD, Place, SqlitePlace, doses
from tests.postgres.fixtures import Databases
from tests.postgres.place import opened_place
from tests.server.making import Writer, a_dose, make_id


class Tally(msgspec.Struct, frozen=True):
    vaccines: tuple[str, ...] = ()
    last: int = -1


class Doses:
    """Doses per child: small, order-dependent, and able to fail at a chosen vaccine."""

    name, state = "doses", Tally

    def __init__(self, version: int = 1, breaks_at: str = "") -> None:
        self.version, self.breaks_at = version, breaks_at

    def keys(self, fact: Fact) -> tuple[Stream, ...]:
        return (fact.stream,) if isinstance(fact.payload, DoseAdministered) else ()

    def evolve(self, state: Tally | None, facts: Sequence[Fact]) -> Tally:
        told = [fact.payload.cvx for fact in facts if isinstance(fact.payload, DoseAdministered)]
        assert len(told) == len(facts)
        if self.breaks_at in told:
            raise KeyError("Quillfeather")
        return Tally((*(state or Tally()).vaccines, *told), facts[-1].position)

    def plain(self, state: Tally) -> Plain:
        return Plain(status="given", count=len(state.vaccines))


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """Both stores of rows keep the same promises."""
    if request.param == "sqlite":
        place: Place = SqlitePlace(tmp_path / "home")
        yield place
        await place.close()
        return
    databases: Databases = request.getfixturevalue("databases")
    async with opened_place(databases, tmp_path / "home") as founded:
        yield founded


def runner(place: Place, log: Log, doses: Doses | None = None) -> Projector:
    return Projector(place.tables(log), log, [doses or Doses()])


async def row_of(one: Projector, stream: Stream) -> Row | None:
    return next((row for row in await one.rows("doses") if row.stream == stream), None)


async def test_it_catches_up_from_where_it_stood(place: Place) -> None:
    """STORE-R26"""
    log = await place.open()
    events = doses(5)
    await log.append(events[:3])
    one = runner(place, log)
    assert await one.catch_up() == {"doses": Reached(Position(3))}
    await one.close()
    await log.append([*events[3:], *doses(2, "tablet", OTHER_CHILD)])
    two = runner(place, log)
    assert await two.catch_up() == {"doses": Reached(Position(7))}
    assert {row.stream: row.plain.count for row in await two.rows("doses")} == {CHILD: 5, OTHER_CHILD: 2}
    row = await row_of(two, CHILD)
    assert row is not None
    assert row.state == Tally(("03",) * 5, 4)
    await two.close()


async def test_a_crash_inside_the_transaction_leaves_rows_and_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R26: whatever was written of the batch goes with its position."""
    place = SqlitePlace(tmp_path / "home")
    log, events = await place.open(), doses(4)
    await log.append(events[:2])
    one = runner(place, log)
    await one.catch_up()
    before = await one.rows("doses")
    await log.append([*events[2:], *doses(1, "tablet", OTHER_CHILD)])
    stored = ProjectionRows.store
    calls: list[int] = []

    def dies(*arguments: object) -> None:
        calls.append(1)
        stored(*arguments)  # type: ignore[arg-type]
        if len(calls) == 2:
            raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(ProjectionRows, "store", dies)
        with pytest.raises(sqlite3.OperationalError):
            await one.catch_up()
    assert await one.rows("doses") == before
    assert await one.catch_up() == {"doses": Reached(Position(5))}
    await one.close()
    await place.close()


async def test_a_rebuild_is_identical(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """STORE-R27: live rows made in many small steps equal rows made in one go."""
    log, live = await place.open(), runner(place, await place.open())
    for number in range(6):
        await log.append(doses(3, f"phone {number}", (CHILD, OTHER_CHILD)[number % 2]))
        monkeypatch.setattr(module, "FACTS_PER_BATCH", 1 + number)
        await live.catch_up()
    grown, rows = await live.digest("doses"), await live.rows("doses")
    monkeypatch.setattr(module, "FACTS_PER_BATCH", 500)
    assert await live.rebuild("doses") == Reached(Position(18))
    assert (await live.digest("doses"), await live.rows("doses")) == (grown, rows)
    await live.close()


async def test_the_live_rows_are_served_until_the_rebuild_is_whole(place: Place) -> None:
    """STORE-R27: a rebuild that fails half way changes nothing that readers see."""
    log, writer = await place.open(), Writer(make_id("phone"))
    await log.append([writer.write(CHILD, a_dose("03")), writer.write(CHILD, a_dose("08"))])
    sound = runner(place, log)
    await sound.catch_up()
    digest = await sound.digest("doses")
    broken = runner(place, log, Doses(breaks_at="08"))
    assert (await broken.rebuild("doses")).paused == "KeyError"
    assert await sound.digest("doses") == digest == await broken.digest("doses")
    await sound.close()
    await broken.close()


async def test_a_new_version_is_built_anew(place: Place) -> None:
    """STORE-R27"""
    log = await place.open()
    await log.append(doses(3))
    one, two = runner(place, log), runner(place, log, Doses(version=2))
    await one.catch_up()
    with pytest.raises(LookupError):
        await two.rows("doses")
    assert await two.catch_up() == {"doses": Reached(Position(3))}
    assert len(await two.rows("doses")) == 1
    await one.close()
    await two.close()


async def test_two_versions_of_the_program_each_keep_rows_of_their_own(place: Place) -> None:
    """STORE-R49: whichever catches up, nothing of the other's is built anew, and both answer."""
    log = await place.open()
    await log.append(doses(3))
    old, new = runner(place, log), runner(place, log, Doses(version=2))
    for turn in range(6):
        await (old, new)[turn % 2].catch_up()
        await log.append(doses(1, f"phone {turn}"))
    for one in (old, new):
        assert await one.catch_up() == {"doses": Reached(Position(9))}
    assert await old.digest("doses") == await new.digest("doses")
    there = await place.tables(log).generations("doses")
    assert [(one.number, one.version, one.is_live) for one in there] == [(1, 1, True), (2, 2, True)]
    await new.rebuild("doses")
    assert (await row_of(old, CHILD), [one.version for one in await place.tables(log).generations("doses")]) == (
        await row_of(new, CHILD), [1, 2],
    )  # fmt: skip
    await old.close()
    await new.close()


async def test_rows_of_another_version_are_dropped_when_nobody_used_them_for_an_hour(place: Place) -> None:
    """STORE-R49: by the log's own times; those in use, and all of them while nothing is recorded, stay."""
    log = await place.open()
    old, new = runner(place, log), runner(place, log, Doses(version=2))

    async def versions_left() -> list[int]:
        await new.catch_up()
        await new.retire()
        return [one.version for one in await place.tables(log).generations("doses")]

    await log.append(doses(3))
    await old.catch_up()
    place.clock.turn(days=30)
    assert await versions_left() == [1, 2]
    await log.append(doses(1, "after the holidays"))
    assert await versions_left() == [1, 2]
    place.clock.turn(minutes=59)
    await log.append(doses(1, "an hour later"))
    assert await versions_left() == [1, 2]
    await old.catch_up()
    place.clock.turn(minutes=59)
    await log.append(doses(1, "two hours later"))
    assert await versions_left() == [1, 2]
    place.clock.turn(minutes=61)
    await log.append(doses(1, "three hours later"))
    assert await versions_left() == [2]
    assert await old.catch_up() == {"doses": Reached(Position(7))}  # it is still there after all: built anew
    assert await old.digest("doses") == await new.digest("doses")
    await old.close()
    await new.close()


async def test_one_process_builds_at_a_time_and_takes_what_another_built(place: Place) -> None:
    """STORE-R50: who waits finds the rows; what a process that died left unfinished is dropped."""
    log = await place.open()
    await log.append(doses(3))
    tables = place.tables(log)
    runners = [runner(place, await place.open()) for _ in range(3)]
    async with tables.turn():
        waiting = [asyncio.create_task(one.catch_up()) for one in runners]
        await tables.begin("doses", 1)  # and no more of it: whoever has the next turn finds it so
        assert [one.number for one in await tables.generations("doses")] == [1]
        assert not any(one.done() for one in waiting)
    assert await asyncio.gather(*waiting) == [{"doses": Reached(Position(3))}] * 3
    assert [(one.number, one.is_live) for one in await tables.generations("doses")] == [(2, True)]
    for one in runners:
        await one.close()


async def test_a_swap_takes_no_reader_back(place: Place) -> None:
    """STORE-R50: rows that have read less than those they replace are caught up before they are shown."""
    log = await place.open()
    await log.append([*doses(3), *doses(1, "tablet", OTHER_CHILD)])
    one, tables = runner(place, log), place.tables(log)
    await one.catch_up()
    rows = await one.rows("doses")
    await tables.swap("doses", await tables.begin("doses", 1))
    assert [(it.number, it.position, it.is_live) for it in await tables.generations("doses")] == [(2, 0, True)]
    assert await one.rows("doses") == rows
    await tables.swap("doses", await tables.begin("doses", 1))
    assert await one.rows("doses", [OTHER_CHILD]) == [row for row in rows if row.stream == OTHER_CHILD]
    with pytest.raises(Dropped):
        await tables.swap("doses", 1)
    await one.close()


async def test_readers_and_writers_do_not_notice_rebuilds(place: Place) -> None:
    """STORE-R50: no error, nobody is taken back, and every answer is what the log's facts fold to."""
    log, done, read = await place.open(), asyncio.Event(), 0
    streams, writer = (
        (CHILD, OTHER_CHILD),
        Writer(make_id("phone")),
    )  # the event at a position is of streams[position % 2]

    async def write() -> None:
        while not done.is_set():
            await log.append([writer.write(stream, a_dose("03")) for stream in streams])

    async def read_again_and_again() -> None:
        nonlocal read
        one, last = runner(place, await place.open()), [-1, -1]
        while not done.is_set():
            reached = (await one.catch_up())["doses"].position
            rows = {row.stream: row.state for row in await one.rows("doses")}
            await one.digest("doses")
            for number, stream in enumerate(streams[:reached]):
                tally = rows[stream]
                assert len(tally.vaccines) == len(range(number, tally.last + 1, 2))
                assert tally.last % 2 == number
                assert tally.last >= max(last[number], reached - 2)
                last[number] = tally.last
            read += 1
        await one.close()

    async def rebuild() -> None:
        one = runner(place, await place.open())
        await one.catch_up()
        for _ in range(12):
            assert not (await one.rebuild("doses")).paused
            before = read
            while read < before + 3:  # noqa: ASYNC110 - readers go on between two rebuilds
                await asyncio.sleep(0.001)
        done.set()
        assert (await one.compare("doses")).holds
        await one.close()

    async with asyncio.timeout(300):
        await asyncio.gather(write(), read_again_and_again(), read_again_and_again(), rebuild())
    assert [one.number for one in await place.tables(log).generations("doses")] == [13]


async def test_a_bug_pauses_before_the_fact_and_never_skips(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """STORE-R28: the alarm names no words of the fact; the mended code goes on from there."""
    log, writer = await place.open(), Writer(make_id("phone"))
    await log.append([writer.write(CHILD, a_dose(cvx)) for cvx in ("03", "21", "08", "10")])
    sound = runner(place, log)
    await sound.catch_up()
    await log.append([writer.write(CHILD, a_dose(cvx)) for cvx in ("20", "999", "20")])
    broken = runner(place, log, Doses(breaks_at="999"))
    for _ in range(2):
        assert await broken.catch_up() == {"doses": Reached(Position(5), "KeyError")}
    row = await row_of(broken, CHILD)
    assert row is not None
    assert row.state.last == 4
    told = capsys.readouterr()
    assert "projection.paused" in told.out + told.err
    assert "Quillfeather" not in told.out + told.err
    assert await sound.catch_up() == {"doses": Reached(Position(7))}
    await sound.close()
    await broken.close()


async def test_destroying_the_key_destroys_the_row(place: Place) -> None:
    """STORE-R29: what remains is a rebuild's result too."""
    log = await place.open()
    await log.append([*doses(2), *doses(2, "tablet", OTHER_CHILD)])
    one = runner(place, log)
    await one.catch_up()
    await one.close()
    await place.close()
    await place.destroy(CHILD)
    two = runner(place, await place.open())
    await two.catch_up()
    assert [row.stream for row in await two.rows("doses")] == [OTHER_CHILD]
    digest = await two.digest("doses")
    await two.rebuild("doses")
    assert await two.digest("doses") == digest
    await two.close()


async def test_rows_at_rest_tell_nothing_but_plain_columns(place: Place) -> None:
    """STORE-R16, and a plain column that was changed makes its row fail to open."""
    log = await place.open()
    await log.append(doses(2))
    one = runner(place, log)
    await one.catch_up()
    assert all(b"vaccines" not in content for content in (await place.files()).values())
    await place.forge("UPDATE projection_row SET count = 99")
    with pytest.raises(Unopenable, match="not open"):
        await one.rows("doses")
    await one.close()


async def test_two_runners_make_one_result(place: Place) -> None:
    """STORE-R26"""
    log = await place.open()
    one, two = runner(place, log), runner(place, await place.open())
    await one.catch_up()
    for number in range(8):
        await log.append(doses(2, f"phone {number}"))
        await asyncio.gather(one.catch_up(), two.catch_up())
    row = await row_of(one, CHILD)
    assert row is not None
    assert row.plain.count == 16
    await one.close()
    await two.close()


async def test_projections_read_the_log_together_and_one_bug_stops_one(place: Place) -> None:
    """STORE-R28: the other goes on to the head."""
    log, writer = await place.open(), Writer(make_id("phone"))
    await log.append([writer.write(CHILD, a_dose(cvx)) for cvx in ("03", "999", "20")])
    broken = Doses(breaks_at="999")
    broken.name = "broken"
    both = Projector(place.tables(log), log, [broken, Doses()])
    assert await both.catch_up() == {"broken": Reached(Position(1), "KeyError"), "doses": Reached(Position(3))}
    assert both.reached["broken"].paused == "KeyError"
    with pytest.raises(LookupError):
        await both.rows("broken")
    await both.close()


async def test_live_rows_are_compared_with_the_same_built_from_zero(place: Place) -> None:
    """STORE-R32: also while they move on, and one changed row is found."""
    log = await place.open()
    one, two = runner(place, log), runner(place, await place.open())
    for number in range(5):
        await log.append(doses(3, f"phone {number}", (CHILD, OTHER_CHILD)[number % 2]))
        await one.catch_up()
    await log.append(doses(3, "late"))
    found, _ = await asyncio.gather(two.compare("doses"), one.catch_up())
    assert found.holds
    assert found.live == found.rebuilt == await one.digest("doses") or found.position == 15
    row = await row_of(one, OTHER_CHILD)
    assert row is not None
    await place.forge(f"DELETE FROM projection_row WHERE stream = '{OTHER_CHILD}'")
    assert not (await two.compare("doses")).holds
    assert [row.stream for row in await one.rows("doses")] == [CHILD]
    await one.close()
    await two.close()


async def test_rows_of_another_history_are_built_anew(tmp_path: Path) -> None:
    """STORE-R33: a back-up of the rows or of the log was restored beside the other."""
    place, other = SqlitePlace(tmp_path / "home"), SqlitePlace(tmp_path / "other")
    theirs = await other.open()
    await theirs.append(doses(4, "stranger"))
    stranger = runner(other, theirs)
    await stranger.catch_up()
    await stranger.close()
    place.home.projections.write_bytes(other.home.projections.read_bytes())
    log = await place.open()
    await log.append(doses(5, "phone", OTHER_CHILD))
    one = runner(place, log)
    assert await one.catch_up() == {"doses": Reached(Position(5))}
    assert [(row.stream, row.plain.count) for row in await one.rows("doses")] == [(OTHER_CHILD, 5)]
    await one.close()
    await place.close()
    await other.close()


async def test_no_row_is_written_without_its_stream_s_key(place: Place) -> None:
    """STORE-R29: a key destroyed while its facts are being folded is never made anew for the row."""
    log = await place.open()
    await log.append([*doses(2), *doses(2, "tablet", OTHER_CHILD)])
    await place.destroy(CHILD)
    one = Projector(place.tables(await place.open()), log, [Doses()])  # the log still knows the key, the runner no more
    await one.catch_up()
    assert [row.stream for row in await one.rows("doses")] == [OTHER_CHILD]
    assert await place.key_count(CHILD) == 0
    await one.close()
