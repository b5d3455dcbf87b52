"""A process that appends alone does so in one statement, and is never wrong about being alone."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import astuple

from events.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from events.dates import from_milliseconds
from events.ids import Hash
from events.merkle import leaf_hash
from events.receipt import make_entry
from events.tiles import TILE_WIDTH, tile_root
from server.errors import RolledBack, StoreBusy
from server.store.outside import OutsideCheckpoint
from server.store.port import Appended, Present
from server.store.postgres import connecting
from server.store.postgres.appending import PostgresAppender
from server.store.postgres.frontier import Frontier
from server.store.postgres.log import PostgresLog
from server.store.postgres.tree import PostgresTree
from tests.contract.log_contract import rows, tree_over
from tests.contract.place import CHILD, OTHER_CHILD, doses
from tests.postgres.place import PostgresPlace
from tests.server.making import DISTRICT


class Counted:
    """How often a group was tried at once, and how often decided under the lock."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at_once = self.carefully = 0
        at_once, carefully = PostgresAppender._at_once, PostgresAppender._carefully

        async def count_at_once(appender: PostgresAppender, *given: Any) -> Any:
            self.at_once += 1
            return await at_once(appender, *given)

        async def count_carefully(appender: PostgresAppender, *given: Any) -> Any:
            self.carefully += 1
            return await carefully(appender, *given)

        patch.setattr(PostgresAppender, "_at_once", count_at_once)
        patch.setattr(PostgresAppender, "_carefully", count_carefully)


async def alone(place: PostgresPlace) -> PostgresLog:
    """A log whose process appended last, twice."""
    log = await place.open()
    await log.append(doses(1, "first"))
    await log.append(doses(1, "second"))
    return log


async def expect_whole(log: PostgresLog, place: PostgresPlace, size: int) -> None:
    """So many entries without a gap, under a head that is theirs and is kept outside."""
    stored = await rows(log)
    assert [row.position for row in stored] == list(range(size))
    head = (await log.head()).checkpoint
    assert (head.size, head.root) == (size, tree_over(stored).root())
    assert open_checkpoint(place.checkpoint(), place.keys.log_verifier) == head


async def test_one_statement_is_enough_for_a_process_alone(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R08: and its tiles are those of the tree."""
    log, counted = await alone(place), Counted(monkeypatch)
    for number in range(6):
        await log.append(doses(100, f"phone {number}"))
    assert (counted.at_once, counted.carefully) == (6, 0)
    await expect_whole(log, place, 602)
    stored = await rows(log)
    leaves = [leaf_hash(entry) for entry in await log.entries(0, TILE_WIDTH)]
    assert await log.tile(0, 0, TILE_WIDTH) == b"".join(leaves)
    owner = await asyncpg.connect(place.url)
    kept = await owner.fetch("SELECT level, number, hashes, root FROM ledger.tile ORDER BY level, number")
    await owner.close()
    assert [(row["level"], row["number"]) for row in kept] == [(0, 0), (0, 1)]
    assert [tile_root(row["hashes"]) for row in kept] == [row["root"] for row in kept]
    assert len(stored) == 602


async def test_what_is_known_already_is_looked_up_under_the_lock(place: PostgresPlace) -> None:
    """PG-R08: duplicates and new events in one batch."""
    log = await alone(place)
    old = doses(3)
    await log.append(old)
    result = await log.append([*doses(2, "tablet"), *old])
    assert [type(outcome) for outcome in result.outcomes] == [Appended] * 2 + [Present] * 3
    assert [outcome.position for outcome in result.outcomes] == [5, 6, 2, 3, 4]
    await expect_whole(log, place, 7)


async def test_another_process_that_came_between_is_noticed(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R08, PG-R01: the statement moves nothing; the group takes its place behind."""
    log, other = await alone(place), await place.open()
    counted = Counted(monkeypatch)
    for turn in range(3):
        await other.append(doses(2, f"other {turn}"))
        result = await log.append(doses(2, f"ours {turn}"))
        assert [outcome.position for outcome in result.outcomes] == [4 + turn * 4, 5 + turn * 4]
    assert counted.carefully == 6
    await expect_whole(log, place, 14)
    await expect_whole(other, place, 14)


async def test_a_head_that_moves_after_the_look_outside_is_noticed(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R08: the other process has committed and not published yet."""
    log, other = await alone(place), await place.open()
    insert = PostgresAppender._insert

    async def overtaken(appender: PostgresAppender, *given: Any) -> Any:
        monkeypatch.undo()
        await other.append(doses(1, "quick"))
        return await insert(appender, *given)

    monkeypatch.setattr(PostgresAppender, "_insert", overtaken)
    (outcome,) = (await log.append(doses(1))).outcomes
    assert outcome.position == 3
    await expect_whole(log, place, 4)


class LosesStatement:
    """A connection that dies with the one statement: after the server carried it out, or before."""

    def __init__(self, real: Any, *, carried_out: bool) -> None:
        self._real, self._carried_out = real, carried_out

    async def fetchval(self, statement: str, *given: Any) -> Any:
        if self._carried_out:
            await self._real.fetchval(statement, *given)
        self._real.terminate()
        raise ConnectionResetError("the reply was lost")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize("carried_out", [True, False])
async def test_a_statement_whose_reply_was_lost_is_answered_with_its_position(
    place: PostgresPlace, carried_out: bool
) -> None:
    """PG-R04: as new, once in the log, at one position."""
    log = await alone(place)
    appender = log._appender
    appender._connection = LosesStatement(appender._connection, carried_out=carried_out)  # type: ignore[assignment]
    result = await log.append(doses(3))
    assert [type(outcome) for outcome in result.outcomes] == [Appended] * 3
    assert [outcome.position for outcome in result.outcomes] == [2, 3, 4]
    await expect_whole(log, place, 5)


async def test_a_locked_head_is_waited_for_by_the_one_statement_too(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R02"""
    monkeypatch.setattr(connecting, "LOCK_SECONDS", 0.2)
    log = await alone(place)
    holder = await asyncpg.connect(place.url)
    async with holder.transaction():
        await holder.execute("SELECT 1 FROM ledger.head FOR UPDATE")
        with pytest.raises(StoreBusy):
            await log.append(doses(2))
    await holder.close()
    await log.append(doses(2))
    await expect_whole(log, place, 4)


async def test_a_key_destroyed_meanwhile_seals_nothing(place: PostgresPlace) -> None:
    """PG-R15: the statement counts destructions too."""
    late, other = await alone(place), await place.open()
    await late.append(doses(1, "tablet", OTHER_CHILD))
    await other.destroy([CHILD])
    await late.append(doses(1, "laptop"))
    assert [row.event is None for row in await rows(await place.open())] == [True, True, False, False]


async def test_a_head_outside_that_is_ahead_stops_it(place: PostgresPlace) -> None:
    """PG-R08, STORE-R20: a database that fell behind is not appended to at once either."""
    log = await alone(place)
    ahead = Checkpoint((await log.head()).checkpoint.origin, 9, bytes(32))
    outside = OutsideCheckpoint(place.home.checkpoints, DISTRICT, place.keys.log_verifier)
    outside.advance(ahead, sign_checkpoint(ahead, place.keys.name, place.keys.log))
    with pytest.raises(RolledBack):
        await log.append(doses(1))
    owner = await asyncpg.connect(place.url)
    assert await owner.fetchval("SELECT count(*) FROM ledger.log") == 2
    await owner.close()


@pytest.mark.parametrize("steps", [(1, 254, 1, 1), (256,), (300, 212, 5), (65_530, 5, 1, 1)])
def test_a_frontier_grown_in_steps_fills_the_tiles_of_the_tree(steps: tuple[int, ...]) -> None:
    """PG-R08: level above level."""
    leaves = [number.to_bytes(32) for number in range(sum(steps))]
    frontier, full, at = Frontier(), [], 0
    for step in steps:
        frontier, more = frontier.extend(leaves[at : at + step])
        full += more
        at += step
    expected = leaves
    for level in range(3):
        tiles = [tile for tile in full if tile.level == level]
        assert [tile.number for tile in tiles] == list(range(len(expected) // TILE_WIDTH))
        cut = len(tiles) * TILE_WIDTH
        assert b"".join(tile.hashes for tile in tiles) == b"".join(expected[:cut])
        assert list(frontier.levels[level : level + 1]) in ([tuple(expected[cut:])], [])
        expected = [tile.root for tile in tiles]
    assert frontier.size == len(leaves)


async def test_a_frontier_read_from_a_long_log_is_that_of_its_tree(place: PostgresPlace) -> None:
    """PG-R08: what a process that just came knows of two full levels."""
    size = 65_536 + 256 + 3
    hashes = [number.to_bytes(32) for number in range(size)]
    device = UUID(int=1)
    frontier, full = Frontier().extend(leaf_hash(make_entry(Hash(name.hex()), from_milliseconds(0))) for name in hashes)
    owner = await asyncpg.connect(place.url)
    entries = [(DISTRICT, at, UUID(int=at), device, at + 1, name, 0) for at, name in enumerate(hashes)]
    await owner.copy_records_to_table("log", schema_name="ledger", records=entries)
    tiles = [(DISTRICT, *astuple(tile)) for tile in full]
    await owner.copy_records_to_table("tile", schema_name="ledger", records=tiles)
    assert await PostgresTree(DISTRICT).frontier(owner, size) == frontier
    await owner.close()
