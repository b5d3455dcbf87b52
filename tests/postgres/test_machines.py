"""Processes of one district on several machines: homes of their own, keys copied, one folder for what is outside.

The machines are folders here, and the shared folder is a link in each; a network file system with working locks is on
no machine of ours. What is tested is that nothing else of a home needs to be shared.
"""

import shutil
from pathlib import Path

import pytest

from events.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from server.errors import RolledBack
from server.home import Home
from server.keys import load_keys
from server.store.destruction import DestructionList
from server.store.outside import OutsideCheckpoint
from server.store.postgres.log import PostgresLog
from tests.contract.log_contract import rows, tree_over
from tests.contract.place import CHILD, LOG_NAME, OTHER_CHILD, doses
from tests.postgres.fixtures import Databases
from tests.postgres.place import PostgresPlace
from tests.server.making import DISTRICT


class Machine(PostgresPlace):
    """Another machine: its home holds a copy of the keys and nothing else of its own."""

    def __init__(self, first: PostgresPlace, path: Path, shared: Path) -> None:
        self.url, self.clock, self._opened = first.url, first.clock, list[PostgresLog]()
        self.home = Home(path)
        path.mkdir()
        (path / "checkpoint").symlink_to(shared)
        shutil.copytree(first.home.keys, self.home.keys)
        self.home.make()
        self.keys = load_keys(self.home, LOG_NAME, DISTRICT, {})


@pytest.fixture
async def machines(databases: Databases, tmp_path: Path) -> object:
    shared = tmp_path / "shared"
    url = await databases.new()
    first = PostgresPlace(url, tmp_path / "first")
    (tmp_path / "first" / "checkpoint").rename(shared)
    (tmp_path / "first" / "checkpoint").symlink_to(shared)
    await first.found()
    second = Machine(first, tmp_path / "second", shared)
    yield first, second
    await first.close()
    await second.close()
    await databases.drop(url)


async def test_machines_with_homes_of_their_own_write_one_log(machines: tuple[PostgresPlace, Machine]) -> None:
    """PG-R32: one order, one head outside, whichever machine answered last."""
    first, second = machines
    one, two = await first.open(), await second.open()
    for turn in range(4):
        for place, log in ((first, one), (second, two)):
            result = await log.append(doses(2, f"{place.home.path.name} {turn}"))
            assert open_checkpoint(second.checkpoint(), first.keys.log_verifier) == result.head.checkpoint
    stored = await rows(two)
    assert [row.position for row in stored] == list(range(16))
    assert tree_over(stored).root() == (await one.head()).checkpoint.root


async def test_what_one_machine_signed_stops_the_other_when_the_database_is_behind(
    machines: tuple[PostgresPlace, Machine],
) -> None:
    """PG-R32, STORE-R20"""
    first, second = machines
    one, two = await first.open(), await second.open()
    for number in range(3):
        await two.append(doses(1, f"phone {number}"))
    ahead = Checkpoint((await one.head()).checkpoint.origin, 50, bytes(32))
    outside = OutsideCheckpoint(first.home.checkpoints, DISTRICT, first.keys.log_verifier)
    outside.advance(ahead, sign_checkpoint(ahead, first.keys.name, first.keys.log))
    with pytest.raises(RolledBack):
        await two.append(doses(1, "late"))
    with pytest.raises(RolledBack):
        await second.open()


async def test_a_destruction_at_one_machine_is_on_the_list_of_the_other(
    machines: tuple[PostgresPlace, Machine],
) -> None:
    """PG-R32, PG-R15"""
    first, second = machines
    one, two = await first.open(), await second.open()
    await one.append([*doses(1), *doses(1, "tablet", OTHER_CHILD)])
    await one.destroy([CHILD])
    assert DestructionList(second.home.checkpoints, DISTRICT).read() != set()
    assert [row.event is None for row in await rows(two)] == [True, False]
