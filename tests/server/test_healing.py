"""Rows that the server's own disk damages: found, named, given back by a device, and read again as before."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from msgspec.structs import replace

from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.catalog.devices import RowHealed
from events.catalog.students import EnrollmentBegan, EnrollmentEnded
from events.digest import open_vouched, scope_digest, stream_digest
from events.envelope import SignedEvent, event_hash, parse_header
from events.ids import NO_HASH, Hash, Position, stream_of, uuid7
from events.packing import unpack
from events.wire import Accepted, Duplicate, Pull, Quarantined, WireEvent, b64, to_wire
from projections.fold import fact_of
from server.district import District
from server.doctor import examine
from server.healing import Healing
from server.home import Home
from server.keys import load_keys
from server.live import Live
from server.store import mending
from server.store.fsck import verify_log
from server.sync.pages import Pages
from tests.server.house import ADA, BEA, CLINIC, SCHOOL, House, Phone, open_house, settings_for
from tests.server.making import START, a_dose
from tests.server.test_pull_http import close_seat, page_of

GYM = f"clinic/{CLINIC}"
KEY = b"k" * 32
Harm = Literal["header", "payload", "row", "key"]
HARMS: tuple[Harm, ...] = ("header", "payload", "row", "key")


def harm(home: Path, position: int, how: Harm) -> None:
    """As a disk does it: a bit of the ciphertext of header or payload, the whole row, or the id of its key."""
    with sqlite3.connect(Home(home).ledger) as ledger:
        (sealed,) = ledger.execute("SELECT sealed FROM vault WHERE position = ?", (position,)).fetchone()
        at = 40 if how == "header" else len(sealed) - 30
        flipped = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        match how:
            case "row":
                ledger.execute("DELETE FROM vault WHERE position = ?", (position,))
            case "key":
                ledger.execute("UPDATE vault SET stream_key = zeroblob(16) WHERE position = ?", (position,))
            case _:
                ledger.execute("UPDATE vault SET sealed = ? WHERE position = ?", (flipped, position))
    ledger.close()


@asynccontextmanager
async def device_of(house: House, path: Path) -> AsyncIterator[Replica]:
    async with HttpTransport(house.url) as wire, open_replica(path, KEY, wire, house.clock) as device:
        if device.enrolled is None:
            await device.enroll(await house.code("anna"), "gym laptop")
            await device.choose(GYM)
        yield device


async def event_at(district: District, position: int) -> SignedEvent | None:
    async for row in district.log.read(Position(position), Position(position + 1)):
        return row.event
    raise LookupError(position)


async def healed_in_the_log(district: District) -> list[RowHealed]:
    facts = [
        fact_of(row.event, row.position, row.received_at).payload
        async for row in district.log.read(Position(0))
        if row.event is not None
    ]
    return [payload for payload in facts if isinstance(payload, RowHealed)]


def fault_of(home: Path) -> object:
    settings = settings_for(home)
    keys = load_keys(Home(home), settings.log_name, settings.district)
    return verify_log(Home(home), settings.district, settings.log_name, keys, lambda *_: None).fault


@pytest.mark.parametrize("how", HARMS)
async def test_a_damaged_row_is_named_and_given_back_by_a_device(tmp_path: Path, how: Harm) -> None:
    """SYNC-R33: found when it is asked for, healed from a device that holds it, on record, whole for the next one."""
    async with open_house(tmp_path / "home") as house, device_of(house, tmp_path / "device.db") as device:
        phone = await house.enroll()
        dose = phone.dose()
        (answer,) = await phone.push(dose)
        await device.sync()
        position = answer.proof.position
        signed = await event_at(house.district, position)
        harm(tmp_path / "home", position, how)
        await phone.push(phone.dose(cvx="21"))
        response = await phone.turn(scope=GYM)  # finds it
        assert position not in {one.position for one in unpack(page_of(response).events)}
        assert (await house.http.get("/health")).json()["damaged"] == [position]
        assert await event_at(house.district, position) is None
        await device.sync()
        assert await event_at(house.district, position) == signed
        health = (await house.http.get("/health")).json()
        assert (health["status"], health["damaged"]) == ("ok", [])
        (told,) = await healed_in_the_log(house.district)
        assert (told.position, told.event_hash) == (position, event_hash(dose))
        assert told.from_device == device.state.identity.device
        await is_whole(phone)
    assert fault_of(tmp_path / "home") is None


@pytest.mark.parametrize("how", HARMS)
async def test_a_record_says_at_once_what_the_disk_does_not_give_back(tmp_path: Path, how: Harm) -> None:
    """STORE-R34, SYNC-R34: a child's rows know every position, so none is missing in silence; healed, it is there."""
    async with open_house(tmp_path / "home") as house, device_of(house, tmp_path / "device.db") as device:
        phone = await house.enroll()
        (answer,) = await phone.push(phone.dose())
        await device.sync()
        await house.sign_in("olga")
        assert len((await house.http.get(f"/api/students/{ADA}")).json()["doses"]) == 1
        harm(tmp_path / "home", answer.proof.position, how)
        shown = (await house.http.get(f"/api/students/{ADA}")).json()
        assert (shown["damaged"], len(shown["doses"])) == ([answer.proof.position], 0)
        await device.sync()
        shown = (await house.http.get(f"/api/students/{ADA}")).json()
        assert (shown["damaged"], len(shown["doses"])) == ([], 1)


async def is_whole(phone: Phone) -> None:
    """Whoever pulls the clinic anew holds what the log signs."""
    page = page_of(await phone.turn(scope=GYM, limit=1000))
    held: dict[str, dict[int, Hash]] = {}
    for one in unpack(page.events):
        held.setdefault(one.stream, {})[one.position] = one.event_hash
    digests = {stream: stream_digest([at[n] for n in sorted(at)]) for stream, at in held.items()}
    assert open_vouched(page.note, phone.enrolled.log_key).whole == scope_digest(digests.items())


@pytest.mark.parametrize("how", HARMS)
async def test_a_server_starts_on_a_damaged_row_and_serves_the_rest(tmp_path: Path, how: Harm) -> None:
    """SYNC-R34: it names the damage, the student says so, others are whole, and all of it is healed later."""
    home = tmp_path / "home"
    async with open_house(home) as house, device_of(house, tmp_path / "device.db") as device:
        phone = await house.enroll()
        ada, bea = await phone.push(phone.dose(), phone.dose(BEA))
        await device.sync()
    position = ada.proof.position
    (home / "projections.db").unlink(missing_ok=True)  # rows made while it is damaged must not outlive the damage
    harm(home, position, how)
    async with open_house(home) as house:
        phone.house = house
        health = (await house.http.get("/health")).json()
        assert (health["status"], health["damaged"]) == ("alarm", [position])
        await house.sign_in("olga")
        shown = (await house.http.get(f"/api/students/{ADA}")).json()
        assert (shown["damaged"], len(shown["doses"])) == ([position], 0)
        other = (await house.http.get(f"/api/students/{BEA}")).json()
        assert len(other["doses"]) == 1
        assert other["damaged"] == ([] if how in ("header", "payload") else [position]), "nobody knows whose it is"
        (again,) = await phone.push(phone.dose(cvx="21"))
        assert again.proof.position > bea.proof.position
        async with device_of(house, tmp_path / "device.db") as device:
            await device.sync()
            assert not (await house.http.get("/health")).json()["damaged"]
            shown = (await house.http.get(f"/api/students/{ADA}")).json()
            assert (shown["damaged"], len(shown["doses"])) == ([], 2)
            assert (await device.sync()).is_quiet
        await is_whole(phone)
    assert fault_of(home) is None


async def test_a_seat_whose_closing_is_damaged_is_not_taken_at_its_word(tmp_path: Path) -> None:
    """SYNC-R64: a server that starts on the damaged closing sets aside what that device brings, nobody else's."""
    home = tmp_path / "home"
    async with open_house(home) as house:
        phone, other = await house.enroll(), await house.enroll()
        await close_seat(house, phone)
        closing = (await house.district.log.head()).checkpoint.size - 1
    harm(home, closing, "payload")
    async with open_house(home) as house:
        phone.house = other.house = house
        (late,) = await phone.push(phone.dose())
        assert isinstance(late, Quarantined)
        assert "damaged" in late.detail
        (taken,) = await other.push(other.dose(BEA))
        assert isinstance(taken, Accepted)


async def test_a_damaged_roster_makes_no_device_forget(tmp_path: Path) -> None:
    """SYNC-R34: what says who belongs to a clinic is damaged: none of the clinic is given until it is healed."""
    home = tmp_path / "home"
    async with open_house(home) as house, device_of(house, tmp_path / "device.db") as device:
        await device.sync()
        rows = [row async for row in house.district.log.read(Position(0))]
        roster = next(
            row.position for row in rows if row.header is not None and row.header.type == "clinic.roster_added"
        )
        before = {fact.event_hash for fact in await device.facts()}
    harm(home, roster, "payload")
    async with open_house(home) as house:
        phone = await house.enroll()
        assert (await phone.turn(scope=GYM)).page is None
        async with device_of(house, tmp_path / "device.db") as device:
            await device.sync()
            assert before <= {fact.event_hash for fact in await device.facts()}
            assert (await phone.turn(scope=GYM)).page is not None
            assert (await device.sync()).is_quiet
            assert before <= {fact.event_hash for fact in await device.facts()}


async def test_nobody_is_told_to_forget_a_child_of_whom_a_row_is_damaged(tmp_path: Path) -> None:
    """SYNC-R34: it left the school and came again; the row that says it came is the damaged one."""
    home, scope = tmp_path / "home", f"facility/{SCHOOL}"
    stream = stream_of("student", ADA)
    async with open_house(home) as house:
        phone = await house.enroll("olga")
        before = page_of(await phone.turn(scope=scope))
        assert before.done
        await house.tell(stream, EnrollmentEnded(facility=SCHOOL, last_day="2026-10-01", reason="transfer"))
        await house.tell(
            stream,
            EnrollmentBegan(facility=SCHOOL, kind="elementary", basis="full", first_day="2026-11-02", grade="5"),
        )
        back = (await house.district.log.head()).checkpoint.size - 1
    harm(home, back, "payload")
    async with open_house(home) as house:
        phone.house = house
        answer = await phone.turn(scope=scope, cursor=before.cursor)
        assert len(answer.wanted) == 1
        assert page_of(answer).forget == ()


async def test_nobody_can_put_another_event_in_a_damaged_row(tmp_path: Path) -> None:
    """SYNC-R33: only the bytes the log's own entry names; what is not damaged is not touched."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        one, two = phone.dose(), phone.dose(cvx="21")
        first, second = await phone.push(one, two)
        harm(tmp_path, first.proof.position, "payload")
        wire = to_wire(one)
        lies = (
            to_wire(two), replace(wire, payload=wire.payload + " "), replace(wire, signature="A" * 86),
            to_wire(phone.dose()), WireEvent("{}", "", "", ""),
            replace(wire, header=wire.header[:-1], signature=b64(wire.header[-1:].encode() + one.signature)),
        )  # fmt: skip
        response = await phone.turn(scope=GYM)
        assert response.wanted == (event_hash(one),)
        await give_back(phone, *lies)
        assert await event_at(house.district, first.proof.position) is None
        assert await event_at(house.district, second.proof.position) == two
        await give_back(phone, wire, wire)
        assert await event_at(house.district, first.proof.position) == one
        assert len(await healed_in_the_log(house.district)) == 1
        with sqlite3.connect(house.district.home.ledger) as ledger, pytest.raises(sqlite3.IntegrityError):
            ledger.execute("UPDATE healed SET sealed = zeroblob(40)")
        ledger.close()


async def give_back(phone: Phone, *events: WireEvent) -> None:
    answer = await phone.house.http.post(
        "/sync", json={"returned": [wire_json(one) for one in events]}, headers=phone.headers
    )
    assert answer.status_code == 200, answer.text


def wire_json(event: WireEvent) -> dict[str, str]:
    return {name: getattr(event, name) for name in ("header", "signature", "salt", "payload")}


async def test_the_digests_are_recomputed_from_the_stored_bytes(tmp_path: Path) -> None:
    """SYNC-R33: without anybody asking for the row; the stream is named. The doctor names the place."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        dose = phone.dose()
        (answer,) = await phone.push(dose)
        live = Live(house.district.log, lambda _: None)
        healing = Healing(house.district, live)
        assert await healing.scrub() == ()
        harm(tmp_path, answer.proof.position, "header")
        assert await healing.scrub() == (stream_of("student", ADA),)
        assert list(live.damaged) == [answer.proof.position]
        assert healing.wanted == (event_hash(dose),)
    found = {one.what: one async for one in examine(settings_for(tmp_path), house.clock)}
    assert found["log"].state == "fault"
    assert str(answer.proof.position) in found["log"].says


@pytest.mark.parametrize("whose", ["destroyed", "another"])
async def test_a_row_that_names_a_wrong_key_is_damage_of_the_child_whose_row_lists_it(
    tmp_path: Path, whose: str
) -> None:
    """SYNC-R33: of a destroyed stream or of another child's: never taken for destroyed, never told of the other."""
    ada, bea = stream_of("student", ADA), stream_of("student", BEA)
    async with open_house(tmp_path / "home") as house:
        phone = await house.enroll()
        (answer, other) = await phone.push(phone.dose(), phone.dose(BEA))
        position, reading = answer.proof.position, house.district.reading
        signed = await event_at(house.district, position)
        assert signed is not None
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        reading.on_damage = live.note_damage
        before = [fact.position for fact in (await reading.some([ada]))[0]]
        if whose == "destroyed":
            (case,) = [stream_of("student", uuid7(START, b"0123456789"))]
            await house.district.log.append([phone.writer.write(case, a_dose())])
            other_at = (await house.district.log.head()).checkpoint.size - 1
        else:
            other_at = other.proof.position
        with sqlite3.connect(Home(tmp_path / "home").ledger) as ledger:
            ledger.execute(
                "UPDATE vault SET stream_key = (SELECT stream_key FROM vault WHERE position = ?) WHERE position = ?",
                (other_at, position),
            )
        ledger.close()
        if whose == "destroyed":
            await house.district.log.destroy([case])
        await reading.some([bea])  # finds it first, under a key of this child's
        facts, _ = await reading.some([ada])
        assert [fact.position for fact in facts] == [at for at in before if at != position]
        assert live.damaged[position].stream == ada
        assert (live.lacks(ada), live.lacks(bea)) == ((position,), ())
        await reading.some([bea])
        assert live.lacks(bea) == ()
        healing = Healing(house.district, live)
        assert event_hash(signed) in healing.wanted
        assert await healing.take([to_wire(signed)], phone.writer.device) == [position]
        assert [fact.position for fact in (await reading.some([ada]))[0]] == before
        assert position in {one.position for one in unpack((await Pages(house.district, live).page(Pull(GYM))).events)}
        assert live.lacks(ada) == ()


async def test_the_daily_look_finds_a_row_that_names_a_destroyed_key_wrongly(tmp_path: Path) -> None:
    """SYNC-R33: without anybody reading that child, also after a restart that took it for destroyed."""
    async with open_house(tmp_path / "home") as house:
        phone = await house.enroll()
        gone, dose = phone.writer.write(stream_of("student", uuid7(START, b"0123456789")), a_dose()), phone.dose()
        start = (await house.district.log.append([gone])).head.checkpoint.size
        (answer,) = await phone.push(dose)
        await house.district.reading.some([stream_of("student", ADA)])
        await house.district.log.destroy([parse_header(gone.header).stream])
        with sqlite3.connect(Home(tmp_path / "home").ledger) as ledger:
            ledger.execute(
                "UPDATE vault SET stream_key = (SELECT stream_key FROM vault WHERE position = ?) WHERE position = ?",
                (start - 1, answer.proof.position),
            )
        ledger.close()
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        house.district.reading.on_damage = live.note_damage
        assert not live.damaged
        healing = Healing(house.district, live, breathe_seconds=0.0)
        await healing.scrub()
        assert list(live.damaged) == [answer.proof.position]
        assert await healing.take([to_wire(dose)], phone.writer.device) == [answer.proof.position]
        pages = Pages(house.district, live)
        assert event_hash(dose) in [event_hash(one.event) for one in unpack((await pages.page(Pull(GYM))).events)]


async def test_a_time_that_the_tree_denies_is_given_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SYNC-R33, STORE-R44: its event opens, its time cannot be found: named, under its own child, and left out."""
    async with open_house(tmp_path / "home") as house:
        phone = await house.enroll()
        house.clock.turn(minutes=1)
        (answer,) = await phone.push(phone.dose())
        house.clock.turn(minutes=1)
        for _ in range(3):
            await phone.push(*(phone.dose(BEA) for _ in range(90)))
        position = answer.proof.position
        assert position < 256
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        pages, pull = Pages(house.district, live), Pull(GYM)
        assert position in {one.position for one in unpack((await pages.page(pull)).events)}
        monkeypatch.setattr(mending, "TIMES_MAX", -1)
        ledger = sqlite3.connect(Home(tmp_path / "home").ledger)
        ledger.execute("DROP TRIGGER log_keeps_every_byte")
        ledger.execute("UPDATE log SET received_at = received_at - 86400077 WHERE position = ?", (position,))
        ledger.commit()
        ledger.close()
        await Healing(house.district, live).mend([0])
        assert (live.lacks(stream_of("student", ADA)), live.lacks(stream_of("student", BEA))) == ((position,), ())
        assert position not in {one.position for one in unpack((await pages.page(pull)).events)}


async def test_a_record_of_quarantine_that_the_disk_damaged_holds_up_its_own_event_alone(tmp_path: Path) -> None:
    """SYNC-R13: a server that starts anew on it records it again, once; healed, the first record stands."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        bad, good = phone.dose(district="isd-901"), phone.dose(prev=NO_HASH, seq=1)
        (first,) = await phone.push(bad)
        assert isinstance(first, Quarantined)
        harm(tmp_path, first.proof.position, "payload")
        refused = await phone.post(msgspec.json.encode({"push": [to_wire(bad), to_wire(good)]}))
        assert (refused.status_code, refused.json()["code"]) == (409, "record-damaged")
        assert isinstance((await phone.push(good))[0], Accepted | Duplicate)
    async with open_house(tmp_path) as house:
        again = Phone(house, phone.enrolled, phone.writer)
        (second,) = await again.push(bad)
        assert isinstance(second, Quarantined)
        assert second.proof.position > first.proof.position
        (third,) = await again.push(bad)
        assert isinstance(third, Quarantined)
        assert third.record == second.record
        returned = msgspec.json.encode({"returned": [first.record]})
        assert (await again.post(returned)).status_code == 200
        (healed,) = await again.push(bad)
        assert isinstance(healed, Quarantined)
        assert healed.record == first.record
