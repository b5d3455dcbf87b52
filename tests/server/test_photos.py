"""Pictures of papers: sent in pieces, resumed, vouched for, opened for who may read, gone with the child. SYNC-R60"""

import hashlib
from pathlib import Path

import httpx
import msgspec
import pytest

from events.catalog.disclosures import RecordViewed
from events.catalog.event_type import Photo, Told
from events.catalog.statements import StatementReceived
from events.dates import write_instant
from events.errors import BadCheckpoint
from events.ids import StudentId, stream_of
from events.photos import PHOTO_BYTES_MAX, PIECE_BYTES, open_photo_note, seal_photo
from events.wire import PhotoState
from server.backup import make_backup, restore_backup
from server.commands import destruction as end
from server.photos import UNFINISHED_MAX
from server.store.connection import connect
from tests.server.house import ADA, BEA, House, Phone, open_house, settings_for
from tests.server.test_destruction import OLD, approved, bytes_on_disk, grown_up
from tests.server.test_quarantine import facts

PICTURE = bytes(range(256)) * 4_500
"""1.1 MiB: three pieces."""
KEY, NONCE = bytes(32), bytes(12)
SEALED = seal_photo(PICTURE, KEY, NONCE)
NAME = hashlib.sha256(SEALED).hexdigest()
PIECES = [SEALED[at : at + PIECE_BYTES] for at in range(0, len(SEALED), PIECE_BYTES)]
PHOTO = Photo(sha256=hashlib.sha256(PICTURE).hexdigest(), size_bytes=len(PICTURE), sealed=NAME, key=KEY.hex())


def statement(received_on: str = "2026-11-21") -> StatementReceived:
    told = Told(source="paper", recorder="A. Ek")
    return StatementReceived(
        kind="medical", signer="Dr. B", standing="physician", received_on=received_on, told=told, photo=PHOTO
    )


async def put(phone: Phone, number: int, piece: bytes, name: str = NAME, size: int = len(SEALED)) -> httpx.Response:
    return await phone.house.http.put(
        f"/photos/{name}/{number}", params={"size": size}, content=piece, headers=phone.headers
    )


async def state(phone: Phone, name: str = NAME) -> PhotoState:
    answer = await phone.house.http.get(f"/photos/{name}", headers=phone.headers)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PhotoState)


async def send(phone: Phone) -> PhotoState:
    """All that is missing, as a phone does after a broken connection."""
    for number in range((await state(phone)).pieces, len(PIECES)):
        answer = await put(phone, number, PIECES[number])
        assert answer.status_code == 200, answer.text
    return await state(phone)


async def look(house: House, name: str = NAME, child: StudentId = ADA) -> httpx.Response:
    return await house.http.get(f"/api/students/{child}/photos/{name}")


async def test_a_picture_comes_in_pieces_and_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    """SYNC-R60"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        assert await state(phone) == PhotoState(0)
        await put(phone, 0, PIECES[0])
        await put(phone, 0, PIECES[0])
        assert await state(phone) == PhotoState(1, bytes_here=PIECE_BYTES)
    async with open_house(tmp_path) as house:
        phone.house = house
        assert await state(phone) == PhotoState(1, bytes_here=PIECE_BYTES)
        received = await send(phone)
        said = open_photo_note(received.note, phone.enrolled.log_key)
        assert (said.name, said.size_bytes, said.origin) == (NAME, len(SEALED), phone.enrolled.origin)
        assert said.received_at == write_instant(house.clock())
        house.clock.turn(hours=1)
        again = await put(phone, 2, PIECES[2])
        assert msgspec.json.decode(again.content, type=PhotoState) == received


async def part(phone: Phone, number: int, at: int, content: bytes) -> httpx.Response:
    params = {"size": len(SEALED), "at": at}
    return await phone.house.http.put(f"/photos/{NAME}/{number}", params=params, content=content, headers=phone.headers)


async def test_a_piece_comes_in_parts_over_a_slow_link(tmp_path: Path) -> None:
    """SYNC-R66: each where the one before ended; one that comes again, or overlaps, changes nothing that is here."""
    step = 200_000
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        for number, whole in enumerate(PIECES):
            for at in range(0, len(whole), step):
                for start in (at, max(0, at - 1_000)):
                    answer = await part(phone, number, start, whole[start : at + step])
                    assert answer.status_code == 200, answer.text
                here = msgspec.json.decode(answer.content, type=PhotoState)
                assert here.bytes_here == min(number * PIECE_BYTES + at + step, number * PIECE_BYTES + len(whole))
                assert here.pieces == (here.bytes_here // PIECE_BYTES if not here.note else 3)
        assert here.note
        kept = connect(house.district.settings.home / "photos.db")
        assert [row[0] for row in kept.execute("SELECT bytes FROM photo_pieces ORDER BY number")] == PIECES
        kept.close()


async def test_a_part_that_was_begun_goes_on_as_a_whole_piece(tmp_path: Path) -> None:
    """SYNC-R66: a device on a better link, or of an earlier version."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        await part(phone, 0, 0, PIECES[0][:1_000])
        assert await state(phone) == PhotoState(0, bytes_here=1_000)
        assert (await send(phone)).note


@pytest.mark.parametrize(
    ("number", "at", "content"), [(0, 1, b"x"), (0, -1, b"x"), (0, 0, b""), (0, PIECE_BYTES, b"x"), (1, 0, b"x")]
)
async def test_what_is_no_next_part_is_refused(number: int, at: int, content: bytes, tmp_path: Path) -> None:
    """SYNC-R66"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        answer = await part(phone, number, at, content)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
        assert await state(phone) == PhotoState(0)


async def test_a_note_of_something_else_is_no_receipt(tmp_path: Path) -> None:
    """SYNC-R60: neither a checkpoint nor a changed note."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        note = (await send(phone)).note
        checkpoint = (await phone.turn()).checkpoint
        for other in (checkpoint, note.replace(NAME[:8], "00000000")):
            with pytest.raises(BadCheckpoint):
                open_photo_note(other, phone.enrolled.log_key)


@pytest.mark.parametrize(
    ("number", "piece", "name", "size", "status", "code"),
    [
        (1, PIECES[1], NAME, len(SEALED), 400, "bad-request"),
        (3, PIECES[2], NAME, len(SEALED), 400, "bad-request"),
        (0, PIECES[0][:-1], NAME, len(SEALED), 400, "bad-request"),
        (0, PIECES[0], "etc", len(SEALED), 400, "bad-request"),
        (0, PIECES[0], NAME.upper(), len(SEALED), 400, "bad-request"),
        (0, PIECES[0], NAME, PHOTO_BYTES_MAX + 1, 413, "too-large"),
        (0, PIECES[0] + b"x", NAME, len(SEALED), 413, "too-large"),
        (0, b"", NAME, 0, 400, "bad-request"),
    ],
)
async def test_what_is_no_piece_is_refused(
    number: int, piece: bytes, name: str, size: int, status: int, code: str, tmp_path: Path
) -> None:
    """SYNC-R61"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        answer = await put(phone, number, piece, name, size)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert await state(phone) == PhotoState(0)


async def test_bytes_that_are_not_their_name_are_thrown_away(tmp_path: Path) -> None:
    """SYNC-R61: and can be sent again."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        for number, piece in enumerate([PIECES[0], PIECES[1], PIECES[2][:-1] + b"?"]):
            answer = await put(phone, number, piece)
        assert (answer.status_code, answer.json()["field"]) == (400, "name")
        assert (await send(phone)).note


async def test_without_a_token_nothing_is_taken(tmp_path: Path) -> None:
    """SYNC-R61"""
    async with open_house(tmp_path) as house:
        answer = await house.http.put(f"/photos/{NAME}/0", params={"size": len(SEALED)}, content=PIECES[0])
        assert answer.json()["code"] == "token-unknown"
        assert (await house.http.get(f"/photos/{NAME}")).json()["code"] == "token-unknown"


async def test_a_device_keeps_only_so_many_unfinished(tmp_path: Path) -> None:
    """SYNC-R61: the oldest gives way, the finished never."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        finished = await send(phone)
        names = [hashlib.sha256(bytes([number])).hexdigest() for number in range(UNFINISHED_MAX + 1)]
        for name in names:
            house.clock.turn(seconds=1)
            await put(phone, 0, PIECES[0], name)
        kept = [(await state(phone, name)).pieces for name in names]
        assert kept == [0] + [1] * UNFINISHED_MAX
        assert await state(phone) == finished


async def test_who_may_read_the_record_sees_it_and_that_is_on_record(tmp_path: Path) -> None:
    """SYNC-R62"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        event = phone.writer.write(stream_of("student", ADA), statement())
        await phone.push(event)
        await house.sign_in("olga")
        record = (await house.http.get(f"/api/students/{ADA}")).json()
        assert record["papers"][0]["photo"] == NAME
        assert (await look(house)).status_code == 404, "the event came first: the picture is still on the phone"
        await send(phone)
        shown = await look(house)
        assert (shown.content, shown.headers["content-type"]) == (PICTURE, "image/jpeg")
        assert shown.headers["cache-control"] == "no-store"
        view = (await facts(house, RecordViewed))[-1].payload
        assert isinstance(view, RecordViewed)
        assert [(one.student, one.part) for one in view.viewings] == [(ADA, "photo")]
        assert (await look(house, child=BEA)).status_code == 404, "no other child's paper names it"
        await house.sign_in("rita")
        assert (await look(house)).status_code == 403
        house.http.cookies.clear()
        assert (await look(house)).status_code == 401


async def test_nothing_of_it_lies_open_on_the_disk(tmp_path: Path) -> None:
    """SYNC-R62"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        await phone.push(phone.writer.write(stream_of("student", ADA), statement()))
        await send(phone)
        there = bytes_on_disk(house)
        assert PICTURE[:256] not in there
        assert KEY.hex().encode() not in there
        assert SEALED[:64] in there


async def test_it_goes_with_the_child(tmp_path: Path) -> None:
    """SYNC-R63"""
    async with grown_up(tmp_path) as (house, phone):
        await house.tell(stream_of("student", OLD), statement(received_on="1999-05-01"))
        await send(phone)
        await approved(house)
        await end.destroy(house.district.settings, OLD, "rita", house.clock)
        assert await state(phone) == PhotoState(0)
        await house.sign_in("olga")
        assert (await look(house, child=OLD)).status_code in (404, 409)


async def test_it_is_in_the_back_up(tmp_path: Path) -> None:
    """SYNC-R63"""
    async with open_house(tmp_path / "home") as house:
        phone = await house.enroll()
        await phone.push(phone.writer.write(stream_of("student", ADA), statement()))
        note = (await send(phone)).note
        settings, now = house.district.settings, house.clock()
        await make_backup(settings, tmp_path / "copy", tmp_path / "ring", now)
    elsewhere = settings_for(tmp_path / "elsewhere")
    await restore_backup(elsewhere, tmp_path / "copy", tmp_path / "ring", now)
    kept = connect(elsewhere.home / "photos.db")
    assert kept.execute("SELECT name, note FROM photos").fetchall() == [(NAME, note)]
    assert [row[0] for row in kept.execute("SELECT bytes FROM photo_pieces ORDER BY number")] == PIECES
    kept.close()
