"""Pictures of papers in PostgreSQL: the same statements, each district its own, carried by a back-up."""

from pathlib import Path

from events.ids import stream_of
from server.backup import make_backup
from server.store.connection import connect
from tests.server.house import ADA, open_house
from tests.server.test_photos import NAME, PICTURE, PIECES, look, put, send, state, statement


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
