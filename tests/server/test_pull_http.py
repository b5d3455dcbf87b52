"""Pulling pages over a real socket: what a phone gets, what it proves, and when it must start over."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from events.catalog.clinics import RosterAdded, RosterRemoved
from events.catalog.devices import DeviceClosed, SeatClosed
from events.catalog.people import RoleGranted
from events.digest import open_vouched, scope_digest, stream_digest
from events.ids import DeviceId, Hash, StudentId, stream_id, stream_kind, stream_of
from events.packing import digest_of, unpack
from events.wire import Cursor, Page, Reset, SyncResponse
from server.sync import pages
from server.sync.pages import PAGE_BYTES_MAX, RESET_SPREAD_SECONDS, reset_seconds
from tests.server.house import ADA, BEA, CLINIC, NURIA, OTHER_CLINIC, SCHOOL, House, Phone, open_house
from tests.server.making import make_id

GYM = stream_of("clinic", CLINIC)


def page_of(response: SyncResponse) -> Page:
    assert isinstance(response.page, Page), response.page
    return response.page


def reason_of(response: SyncResponse) -> str:
    assert isinstance(response.page, Reset), response.page
    return response.page.reason


async def pull_all(
    phone: Phone, scope: str = GYM, cursor: Cursor | None = None, limit: int = 500
) -> tuple[list[str], Page]:
    """The streams of everything up to the end, and the last page."""
    streams: list[str] = []
    while True:
        page = page_of(await phone.turn(scope=scope, cursor=cursor, limit=limit))
        streams += [pulled.stream for pulled in unpack(page.events)]
        cursor = page.cursor
        if page.done:
            return streams, page


async def children(phone: Phone, scope: str) -> set[StudentId]:
    streams, _ = await pull_all(phone, scope)
    return {StudentId(stream_id(one)) for one in streams if stream_kind(one) == "student"}  # type: ignore[arg-type]


async def test_a_phone_gets_its_clinic_and_nothing_else(tmp_path: Path) -> None:
    """SYNC-R10, SYNC-R12"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        await phone.push(phone.dose())
        streams, _ = await pull_all(phone, limit=4)
        kinds = {stream_kind(one) for one in streams}  # type: ignore[arg-type]
        assert kinds == {"clinic", "student", "staff", "device", "facility", "district"}
        assert await children(phone, GYM) == {ADA, BEA}
        assert streams.count(stream_of("student", ADA)) == 3


async def test_small_pages_and_one_big_page_hold_the_same(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        small, last = await pull_all(phone, limit=1)
        big, same = await pull_all(phone)
        assert small == big
        assert (last.cursor.effective, last.cursor.position) == (same.cursor.effective, same.cursor.position)


@pytest.mark.parametrize("bytes_max", [1, 4_000])
async def test_a_page_ends_before_it_grows_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytes_max: int
) -> None:
    """SYNC-R14: at about 4 MiB of events, here made small; one event larger than that comes alone, nothing lacks."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        whole, last = await pull_all(phone)
        assert PAGE_BYTES_MAX == 4 * 1024 * 1024
        monkeypatch.setattr(pages, "PAGE_BYTES_MAX", bytes_max)
        await phone.push(phone.dose())
        whole.append(stream_of("student", ADA))
        sizes, streams, cursor, done = [], [], None, False
        while not done:
            page = page_of(await phone.turn(scope=GYM, cursor=cursor))
            pulled = unpack(page.events)
            sizes.append(sum(len(one.event.header) + len(one.event.payload) for one in pulled))
            streams += [one.stream for one in pulled]
            assert sizes[-1] <= bytes_max or len(pulled) == 1
            assert (page.cursor.effective, page.cursor.position) == (pulled[-1].effective, pulled[-1].position)
            assert (open_vouched(page.note, phone.enrolled.log_key).whole is None) != page.done
            cursor, done = page.cursor, page.done
        assert sorted(streams) == sorted(whole)
        vouched = open_vouched(page.note, phone.enrolled.log_key)
        assert vouched.whole is not None
        assert vouched.whole != open_vouched(last.note, phone.enrolled.log_key).whole


async def test_joining_and_leaving_the_roster_reach_the_phone(tmp_path: Path) -> None:
    """SYNC-R11"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        _, page = await pull_all(phone)
        await house.tell(GYM, RosterAdded(students=(NURIA,)), RosterRemoved(students=(BEA,)))
        streams, page = await pull_all(phone, cursor=page.cursor)
        assert stream_of("student", NURIA) in streams
        assert page.forget == (BEA,)
        streams, page = await pull_all(phone, cursor=page.cursor)
        assert (streams, page.forget) == ([], ())


async def test_a_cursor_is_believed_only_where_the_log_bears_it_out(tmp_path: Path) -> None:
    """SYNC-R16"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        _, page = await pull_all(phone)

        async def reset(**changed: object) -> str:
            return reason_of(await phone.turn(scope=GYM, cursor=msgspec.structs.replace(page.cursor, **changed)))

        assert await reset(origin="log.example/isd-900/1") == "origin_changed"
        assert await reset(size=10**6) == "cursor_ahead"
        assert await reset(root="ab" * 32) == "root_differs"
        assert await reset(size=page.cursor.size - 1) == "root_differs"
        assert await reset(scope="district") == "scope_unknown"


async def test_a_page_and_the_whole_scope_are_signed_by_the_log(tmp_path: Path) -> None:
    """WIRE-R08: what is given, and at the end the digest of everything the scope holds."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        cursor, held = None, dict[str, dict[int, Hash]]()
        while True:
            page = page_of(await phone.turn(scope=GYM, cursor=cursor, limit=4))
            said = open_vouched(page.note, phone.enrolled.log_key)
            after = (0, -1) if cursor is None else (cursor.effective, cursor.position)
            until = (page.cursor.effective, page.cursor.position)
            pulled = unpack(page.events)
            assert (said.origin, said.scope, said.size) == (page.cursor.origin, GYM, page.cursor.size)
            assert (said.after, said.until, said.page) == (after, until, digest_of(pulled, page.forget))
            for one in pulled:
                held.setdefault(one.stream, {})[one.position] = one.event_hash
            if page.done:
                break
            assert said.whole is None
            cursor = page.cursor
        digests = {stream: stream_digest(hashes for _, hashes in sorted(of.items())) for stream, of in held.items()}
        assert said.whole == scope_digest(digests.items())
        again = page_of(await phone.turn(scope=GYM, cursor=page.cursor, digests=True))
        assert again.digests is not None
        assert dict(again.digests) == {stream: digest.hex() for stream, digest in digests.items()}


async def test_devices_that_must_start_over_do_so_at_moments_of_their_own(tmp_path: Path) -> None:
    """SYNC-R22"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        _, page = await pull_all(phone)
        ahead = msgspec.structs.replace(page.cursor, size=10**6)
        waits = [(await phone.turn(scope=GYM, cursor=ahead)).page.after_seconds for _ in range(2)]  # type: ignore[union-attr]
        assert waits[0] == waits[1]
        assert 0 <= waits[0] < RESET_SPREAD_SECONDS
    spread = {reset_seconds(DeviceId(make_id(f"phone {number}")), "log.example/isd-900/1") for number in range(200)}
    assert len(spread) > RESET_SPREAD_SECONDS / 2


async def test_devices_that_ask_for_the_same_page_share_it(tmp_path: Path) -> None:
    """SYNC-R23: until the log has grown; a page read ahead is the one that comes."""
    async with open_house(tmp_path) as house:
        phone, tablet = await house.enroll(), await house.enroll("anna", "tablet")
        one = page_of(await phone.turn(scope=GYM, limit=3))
        assert page_of(await tablet.turn(scope=GYM, limit=3)) == one
        next_one = page_of(await phone.turn(scope=GYM, cursor=one.cursor, limit=3))
        assert page_of(await tablet.turn(scope=GYM, cursor=one.cursor, limit=3)) == next_one
        await phone.push(phone.dose())
        assert page_of(await phone.turn(scope=GYM, limit=3)).cursor.size > one.cursor.size


async def test_rights_limit_what_is_pulled_never_what_is_pushed(tmp_path: Path) -> None:
    """SYNC-R17"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        other = stream_of("clinic", OTHER_CLINIC)
        for scope, reason in (
            (other, "scope_not_allowed"),
            (stream_of("facility", SCHOOL), "scope_not_allowed"),
            ("district", "scope_not_allowed"),
            ("clinic/nowhere", "scope_unknown"),
            ("nonsense", "scope_unknown"),
            ("", "ok"),
        ):
            response = await phone.turn(phone.dose(NURIA), scope=scope)
            assert type(response.answers[0]).__name__ == "Accepted"
            if scope:
                assert reason_of(response) == reason
        await house.tell(stream_of("staff", house.staff["anna"]), RoleGranted(role="nurse", facility=SCHOOL))
        assert await children(phone, stream_of("facility", SCHOOL)) == {ADA, BEA, NURIA}
        office = await house.enroll("olga", "laptop")
        assert await children(office, "district") == {ADA, BEA, NURIA}


async def close_seat(house: House, phone: Phone) -> None:
    closed = SeatClosed(
        seat=phone.writer.seat, author=phone.writer.author, public_key=phone.writer.key.public.hex(), reason="lost"
    )
    await house.tell(phone.writer.stream, closed)


async def test_a_lost_phone_pulls_no_more_and_what_it_pushes_goes_to_review(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone, tablet = await house.enroll(), await house.enroll("anna", "tablet")
        await close_seat(house, phone)
        await house.tell(tablet.writer.stream, DeviceClosed(last_seq=0, reason="lost"))
        for device in (phone, tablet):
            response = await device.turn(device.dose(), scope=GYM)
            assert response.answers[0].reason == "revoked_key"  # type: ignore[union-attr]
            assert reason_of(response) == "scope_not_allowed"


async def test_an_answer_is_compressed_when_asked(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        body = msgspec.json.encode({"pull": {"scope": GYM}})
        answer = await house.http.post("/sync", content=body, headers=phone.headers | {"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "no-store"


async def test_a_damaged_row_blocks_no_other_and_is_found_by_the_digest(tmp_path: Path) -> None:
    """SYNC-R31: the page goes without it, the scope's digest still counts it, and the server's log names its place."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        (answer,) = await phone.push(phone.dose())
        whole, _ = await pull_all(phone)
        position = answer.proof.position
        with sqlite3.connect(house.district.home.ledger) as ledger:
            row = "FROM vault WHERE position = ?"
            (sealed,) = ledger.execute(f"SELECT sealed {row}", (position,)).fetchone()
            flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
            ledger.execute("UPDATE vault SET sealed = ? WHERE position = ?", (flipped, position))
        ledger.close()
        await phone.push(phone.dose(cvx="21"))
        page = page_of(await phone.turn(scope=GYM))
        pulled = unpack(page.events)
        assert position not in {one.position for one in pulled}
        assert len(pulled) == len(whole), "one more, and one less"
        held: dict[str, list[Hash]] = {}
        for one in pulled:
            held.setdefault(one.stream, []).append(one.event_hash)
        digests = {stream: stream_digest(hashes) for stream, hashes in held.items()}
        assert open_vouched(page.note, phone.enrolled.log_key).whole != scope_digest(digests.items())
