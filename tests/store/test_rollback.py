"""A database that forgot what was signed signs nothing more (STORE-R20); one that is ahead is caught up."""

import shutil
from pathlib import Path

import pytest

from events.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from server.errors import RolledBack
from server.store.appending import read_head_row
from server.store.connection import connect
from tests.contract.place import SqlitePlace, doses
from tests.server.making import DISTRICT


def copy_database(place: SqlitePlace, to: Path) -> None:
    shutil.copy(place.home.ledger, to)


async def grown(tmp_path: Path) -> tuple[SqlitePlace, Path]:
    """A log of six, closed, with a back-up of its first three."""
    place, back_up = SqlitePlace(tmp_path / "home"), tmp_path / "back-up.db"
    await (await place.open()).append(doses(3))
    await place.close()
    copy_database(place, back_up)
    await (await place.open()).append(doses(3, "tablet"))
    await place.close()
    return place, back_up


async def test_a_restored_back_up_does_not_open(tmp_path: Path) -> None:
    """STORE-R20"""
    place, back_up = await grown(tmp_path)
    shutil.copy(back_up, place.home.ledger)
    signed = place.checkpoint()
    with pytest.raises(RolledBack, match="size 3"):
        await place.open()
    assert place.checkpoint() == signed


async def test_a_database_rolled_back_while_open_signs_nothing(tmp_path: Path) -> None:
    """STORE-R20: compared at each commit, not only at opening."""
    place, back_up = await grown(tmp_path)
    signed = place.checkpoint()
    shutil.copy(back_up, place.home.ledger)
    outside = place.home.checkpoints / "isd-900"
    outside.write_text(_head_of_three(place, back_up, tmp_path), encoding="utf-8")
    log = await place.open()
    outside.write_text(signed, encoding="utf-8")
    with pytest.raises(RolledBack):
        await log.append(doses(1, "laptop"))
    assert place.checkpoint() == signed
    with pytest.raises(RolledBack):
        await log.append(doses(1, "laptop"))


@pytest.mark.parametrize("more", [3, 5])
async def test_another_history_as_large_or_larger_is_refused(tmp_path: Path, more: int) -> None:
    """STORE-R20: it holds as much as was signed, and not what was signed; nothing of it is called damage."""
    place, back_up = await grown(tmp_path)
    six = place.checkpoint()
    shutil.copy(back_up, place.home.ledger)
    outside = place.home.checkpoints / "isd-900"
    outside.write_text(_head_of_three(place, back_up, tmp_path), encoding="utf-8")
    await (await place.open()).append(doses(more, "other tablet"))
    await place.close()
    outside.write_text(six, encoding="utf-8")
    with pytest.raises(RolledBack, match="does not extend the head of size 6"):
        await place.open()
    assert place.checkpoint() == six


@pytest.mark.parametrize("content", [None, "", "not a note\n"])
async def test_without_its_checkpoint_the_log_stays_shut(tmp_path: Path, content: str | None) -> None:
    """STORE-R20: missing, emptied or foreign."""
    place, _ = await grown(tmp_path)
    outside = place.home.checkpoints / "isd-900"
    outside.unlink()
    if content is not None:
        outside.write_text(content, encoding="utf-8")
    with pytest.raises(RolledBack):
        await place.open()


async def test_a_crash_before_the_checkpoint_is_made_good_at_opening(tmp_path: Path) -> None:
    """STORE-R21: the database is ahead; nothing was answered for what is above, and nothing is lost."""
    place, back_up = await grown(tmp_path)
    six = place.checkpoint()
    outside = place.home.checkpoints / "isd-900"
    outside.write_text(_head_of_three(place, back_up, tmp_path), encoding="utf-8")
    assert (await (await place.open()).head()).checkpoint.size == 6
    assert place.checkpoint() == six
    assert open_checkpoint(six, place.keys.log_verifier).size == 6


def _head_of_three(place: SqlitePlace, back_up: Path, scratch: Path) -> str:
    """The checkpoint that was outside when the back-up was made."""
    copy = scratch / "read.db"
    shutil.copy(back_up, copy)
    database = connect(copy)
    row = read_head_row(database, DISTRICT)
    database.close()
    head = Checkpoint(f"{place.keys.name}/0", row.edge.size, row.edge.root())
    return sign_checkpoint(head, place.keys.name, place.keys.log)
