"""Pictures of papers in PostgreSQL: the same statements, each district its own, carried by a back-up."""

from pathlib import Path

from events.ids import stream_of
from events.wire import PhotoState
from server.backup import make_backup, restore_backup
from server.store.connection import connect
from tests.server.house import ADA, open_house, settings_for
from tests.server.test_photos import NAME, PICTURE, PIECES, SEALED, look, put, send, state, statement


async def test_a_picture_is_kept_read_and_backed_up(database: str, tmp_path: Path) -> None:
    """SYNC-R60, SYNC-R63"""
    async with open_house(tmp_path / "home", database_url=database) as house:
        phone = await house.enroll()
        await phone.push(phone.writer.write(stream_of("student", ADA), statement()))
        await put(phone, 0, PIECES[0])
        assert (await state(phone)).pieces == 1
        note = (await send(phone)).note
        await house.sign_in("olga")
        assert (await look(house)).content == PICTURE
        await make_backup(house.district.settings, tmp_path / "copy", tmp_path / "ring", house.clock())
    kept = connect(tmp_path / "copy" / "photos.db")
    assert kept.execute("SELECT name, note FROM photos").fetchall() == [(NAME, note)]
    assert [row[0] for row in kept.execute("SELECT bytes FROM photo_pieces ORDER BY number")] == PIECES
    kept.close()


async def test_a_back_up_with_pictures_is_restored_into_postgresql(database: str, tmp_path: Path) -> None:
    """SYNC-R63, PG-R42: the picture opens there, its receipt stands, and one cut off goes on where it was."""
    home, unfinished = tmp_path / "home", "ab" * 32
    async with open_house(home) as house:
        phone = await house.enroll()
        await phone.push(phone.writer.write(stream_of("student", ADA), statement()))
        note = (await send(phone)).note
        await put(phone, 0, PIECES[0], name=unfinished)
    await make_backup(settings_for(home), tmp_path / "copy", tmp_path / "ring", house.clock())
    for file in home.glob("*.db*"):
        file.unlink()
    await restore_backup(settings_for(home, database), tmp_path / "copy", tmp_path / "ring", house.clock())
    async with open_house(home, database_url=database) as house:
        phone.house = house
        assert await state(phone) == PhotoState(len(PIECES), note, len(SEALED))
        assert (await state(phone, unfinished)).pieces == 1
        await house.sign_in("olga")
        assert (await look(house)).content == PICTURE
