"""Rows built stream by stream, in several processes, are the rows that folding by position makes."""

import asyncio
from collections.abc import Sequence
from typing import Any, Self

import asyncpg
import pytest
from msgspec.structs import replace

from events.catalog.doses import DoseVoided
from events.ids import EventId, Position, Stream
from projections.fold import Fact
from projections.kept import Kept, StreamProjection
from projections.projection import Plain
from projections.tables import PROJECTIONS, STUDENT
from server.store.folding import Reached
from server.store.port import Log
from server.store.postgres import building
from server.store.projector import Projector
from server.store.tables import Step
from tests.contract.place import CHILD, OTHER_CHILD
from tests.postgres.place import PostgresPlace
from tests.server.making import Writer, a_dose, make_id

STREAMS = [Stream(f"student/{make_id(f'child {number}')}") for number in range(7)]


async def grown(place: PostgresPlace) -> tuple[Log, Projector]:
    """A log of several children, its rows folded by position as it grew."""
    log = await place.open()
    projector = Projector(place.tables(log), log, PROJECTIONS)
    writer = Writer(make_id("phone"))
    await projector.catch_up()
    for turn in range(4):
        doses = [writer.write(stream, a_dose()) for stream in STREAMS[: turn + 4]]
        await log.append(doses)
        named = [row async for row in log.read(Position(0))]
        voided = named[-1].header
        assert voided is not None
        await log.append([writer.write(voided.stream, DoseVoided(event=EventId(voided.id), reason="twice"))])
        await projector.catch_up()
    return log, projector


@pytest.mark.parametrize("events_per_process", [3, 50_000])
async def test_rows_built_by_streams_equal_those_folded_by_position(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch, events_per_process: int
) -> None:
    """STORE-R36, STORE-R27: by several processes and by one; a stream whose key is destroyed has no row."""
    log, projector = await grown(place)
    await log.destroy([STREAMS[1]])
    await projector.forget([STREAMS[1]])
    live = {one.name: await projector.digest(one.name) for one in PROJECTIONS}
    monkeypatch.setattr(building, "EVENTS_PER_PROCESS", events_per_process)
    monkeypatch.setattr(building, "STREAMS_PER_STEP", 2)
    monkeypatch.setattr(building, "PROCESSES_MAX", 2)
    size = (await log.head()).checkpoint.size
    for one in PROJECTIONS:
        assert await projector.rebuild(one.name) == Reached(Position(size))
        assert await projector.digest(one.name) == live[one.name]
    assert [row.stream for row in await projector.rows("student")] == sorted(set(STREAMS) - {STREAMS[1]})


def test_a_step_takes_as_many_streams_as_hold_a_bounded_number_of_events() -> None:
    """STORE-R36: many short streams, or one long one; never fewer than one, never none for want of events."""
    assert building.next_step(8, 8 * 28) == building.STREAMS_PER_STEP
    assert building.next_step(8, 8 * 6_667) == 1
    assert building.next_step(1, 100) == 20
    assert building.next_step(8, 0) == building.STREAMS_PER_STEP


async def test_what_is_appended_meanwhile_is_folded_before_the_swap(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R36: built as of one size, then brought to the head by position."""
    log, projector = await grown(place)
    build = building._build_share

    async def late(*given: Any) -> None:
        await build(*given)
        await log.append([Writer(make_id("late")).write(CHILD, a_dose())])

    monkeypatch.setattr(building, "_build_share", late)
    await projector.rebuild("student")
    assert CHILD in [row.stream for row in await projector.rows("student")]
    assert (await projector.compare("student")).holds


async def test_a_key_destroyed_meanwhile_leaves_no_row(place: PostgresPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """STORE-R36, STORE-R29: not even one that was written just before."""
    log, projector = await grown(place)
    build = building._build_share

    async def destroyed_after(*given: Any) -> None:
        await build(*given)
        await log.destroy([STREAMS[2]])

    monkeypatch.setattr(building, "_build_share", destroyed_after)
    await projector.rebuild("student")
    owner = await asyncpg.connect(place.url)
    left = await owner.fetchval("SELECT count(*) FROM ledger.projection_row WHERE stream = $1", STREAMS[2])
    await owner.close()
    assert left == 0


class Breaks(Kept, frozen=True):
    """Cannot take one child's third dose."""

    def after(self, facts: Sequence[Fact]) -> Self:
        if facts[0].stream == OTHER_CHILD and len(self.reached(facts)) > 2:
            raise KeyError("Quillfeather")
        return type(self)(self.reached(facts))

    @property
    def plain(self) -> Plain:
        return Plain(count=len(self.positions))


async def test_a_projection_that_raises_over_a_stream_is_stopped_before_the_fact(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R36, STORE-R28: the rows readers see stay, and the position is named."""
    log, writer = await place.open(), Writer(make_id("phone"))
    await log.append([writer.write((CHILD, OTHER_CHILD)[number % 2], a_dose()) for number in range(8)])
    good = Projector(place.tables(log), log, [STUDENT])
    await good.catch_up()
    live = await good.digest("student")
    broken = StreamProjection("student", 1, frozenset({"student"}), Breaks)
    broken.version = STUDENT.version
    monkeypatch.setattr(building, "PROJECTIONS", [broken])
    stopped = Projector(place.tables(log), log, [broken])
    assert await stopped.rebuild("student") == Reached(Position(5), "KeyError")
    assert await good.digest("student") == live


async def test_a_row_that_does_not_open_is_never_passed_over(place: PostgresPlace) -> None:
    """STORE-R36, STORE-R28: folding by position then says what becomes of it."""
    log, _ = await grown(place)
    found = [row async for row in log.read(Position(0))]
    damaged = [*found[:2], replace(found[2], event=None, header=None)]
    with pytest.raises(building.CannotFold, match="position 2"):
        building._folded(STUDENT, damaged)


async def test_a_generation_that_another_process_dropped_ends_the_work(place: PostgresPlace) -> None:
    """STORE-R36: nothing is written to it any more, and the live rows stay."""
    log, projector = await grown(place)
    tables = place.tables(log)
    live = await projector.digest("student")
    number = await tables.begin("student", STUDENT.version)
    await tables.begin("student", STUDENT.version)
    with pytest.raises(LookupError, match="dropped"):
        await tables.build("student", number, Step(0, (await log.head()).checkpoint.size, bytes(32)))
    assert await projector.digest("student") == live


async def test_two_processes_that_find_no_rows_end_with_one_generation(place: PostgresPlace) -> None:
    """STORE-R36, STORE-R50: one builds, the others wait and find its rows."""
    log = await place.open()
    await log.append([Writer(make_id("phone")).write(stream, a_dose()) for stream in STREAMS[:1]])
    runners = [Projector(place.tables(log), log, [STUDENT]) for _ in range(3)]
    found = await asyncio.gather(*(runner.catch_up() for runner in runners))
    assert found == [{"student": Reached(Position(1))}] * 3
    (generation,) = await place.tables(log).generations("student")
    assert (generation.number, generation.is_live) == (1, True)


@pytest.mark.parametrize("other", ["forget", "drop"])
async def test_whoever_deletes_rows_first_waits_for_who_moves_the_generation(place: PostgresPlace, other: str) -> None:
    """STORE-R50: one lock order; else each of the two would hold what the other waits for."""
    log, projector = await grown(place)
    tables = place.tables(log)
    (live,) = await tables.generations("student")
    deletes = tables.forget(STREAMS) if other == "forget" else tables.drop("student", live.number)
    owner, looker = await asyncpg.connect(place.url), await asyncpg.connect(place.url)
    touch = "UPDATE ledger.projection_row SET count = count WHERE name = 'student' AND stream = $1"
    async with owner.transaction():  # as ``write`` does it, row by row
        await owner.execute("UPDATE ledger.projection SET position = position WHERE name = 'student'")
        await owner.execute(touch, STREAMS[-1])
        deleting = asyncio.create_task(deletes)
        blocked = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        async with asyncio.timeout(20):
            while not await looker.fetchval(blocked):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        for stream in STREAMS:
            await owner.execute(touch, stream)
    await deleting
    assert await looker.fetchval("SELECT count(*) FROM ledger.projection_row WHERE name = 'student'") == 0
    await owner.close()
    await looker.close()
    await projector.close()
