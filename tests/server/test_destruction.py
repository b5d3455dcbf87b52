"""The end of a file: two people, two phases, nothing left that opens, and whoever comes later is told."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from events.catalog.clinics import RosterAdded
from events.catalog.disclosures import RecordDisclosed
from events.catalog.doses import DoseRecorded
from events.catalog.event_type import PersonName, Told
from events.catalog.people import RoleGranted
from events.catalog.retention import (
    DestructionApproved,
    DestructionCompleted,
    DestructionProposed,
    DestructionRequested,
)
from events.catalog.students import StudentRegistered
from events.digest import Place
from events.envelope import SignedEvent, parse_header
from events.errors import Refused
from events.ids import DISTRICT_STREAM, EventId, Stream, StudentId, stream_of
from events.wire import Accepted, Page, Pull, Quarantined
from projections.alarms import GAP
from server.commands import destruction as end
from server.district import District, open_district
from server.live import Live
from server.store.connection import connect
from server.store.fsck import Verified, verify_log
from server.sync.pages import Pages, Reading
from tests.server.house import ADA, CLINIC, House, Phone, open_house
from tests.server.making import make_id
from tests.server.test_quarantine import decide, facts

OLD = StudentId(make_id("child of long ago"))
STREAM, CASE = stream_of("student", OLD), stream_of("case", make_id("case of long ago"))
PAPER = Told(source="paper", recorder="R. Clerk")


@asynccontextmanager
async def grown_up(path: Path) -> AsyncIterator[tuple[House, Phone]]:
    """A house with a child whose period is over, on a clinic's list, on a phone, and with a refused dose."""
    async with open_house(path) as house:
        name = PersonName(given="Thorvald", family="Quillfeather")
        await house.tell(
            STREAM,
            StudentRegistered(name=name, birth_date="1995-03-01"),
            DoseRecorded(cvx="03", given_on="1996-04-01", told=PAPER),
            RecordDisclosed(student=OLD, party="Hamline School", basis="99.31", what="file", on="2013-06-01"),
        )
        await house.tell(stream_of("clinic", CLINIC), RosterAdded(students=(OLD,)))
        await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="administrator"))
        phone = await house.enroll()
        answer = await phone.turn(scope=f"clinic/{CLINIC}")
        assert isinstance(answer.page, Page)
        tablet = await house.enroll("root", "tablet")
        (refused,) = await tablet.push(tablet.dose(OLD))
        assert isinstance(refused, Quarantined)
        yield house, phone


async def approved(house: House) -> None:
    settings, clock = house.district.settings, house.clock
    await end.propose(settings, OLD, "rita", clock)
    await end.approve(settings, OLD, "root", clock)


async def destroyed(house: House) -> DestructionCompleted:
    await approved(house)
    return await end.destroy(house.district.settings, OLD, "rita", house.clock)


def verified(district: District) -> Verified:
    return verify_log(district.home, district.id, district.settings.log_name, district.keys, lambda *_: None)


def wrapped_keys(house: House) -> list[bytes]:
    ring = connect(house.district.home.keyring)
    rows = ring.execute("SELECT wrapped FROM stream_key WHERE stream IN (?, ?)", (STREAM, CASE)).fetchall()
    ring.close()
    return [row[0] for row in rows]


def bytes_on_disk(house: House) -> bytes:
    return b"\n".join(file.read_bytes() for file in house.district.home.path.rglob("*") if file.is_file())


async def test_it_takes_two_people_with_the_right_and_a_period_that_is_over(tmp_path: Path) -> None:
    """RETENTION-R02"""
    async with grown_up(tmp_path) as (house, _):
        settings, clock = house.district.settings, house.clock
        for login in ("anna", "root"):
            with pytest.raises(Refused, match="takes the role"):
                await end.propose(settings, OLD, login, clock)
        with pytest.raises(Refused, match="may not be destroyed"):
            await end.propose(settings, ADA, "rita", clock)
        with pytest.raises(Refused, match="nobody has proposed"):
            await end.approve(settings, OLD, "root", clock)
        await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="records"))
        await end.propose(settings, OLD, "root", clock)
        with pytest.raises(Refused, match="two people"):
            await end.approve(settings, OLD, "root", clock)
        with pytest.raises(Refused, match="role administrator"):
            await end.approve(settings, OLD, "rita", clock)
        with pytest.raises(Refused, match="second person has to approve"):
            await end.destroy(settings, OLD, "rita", clock)
        assert await facts(house, DestructionRequested) == []


async def test_a_step_that_a_device_wrote_is_no_step(tmp_path: Path) -> None:
    """RETENTION-R02: an older log may hold one: who is named in it is nobody's word, and it stands in nobody's way."""
    async with grown_up(tmp_path) as (house, _):
        settings, clock, olga = house.district.settings, house.clock, house.staff["olga"]
        laptop = await house.enroll("root", "laptop")
        told = DestructionProposed(student=OLD, earliest_on="2018-03-02", computation="over", proposed_by=olga)
        proposed = laptop.writer.write(DISTRICT_STREAM, told)
        await house.district.log.append([proposed])
        with pytest.raises(Refused, match="nobody has proposed"):
            await end.approve(settings, OLD, "root", clock)
        named = EventId(parse_header(proposed.header).id)
        agreed = DestructionApproved(event=named, student=OLD, approved_by=olga)
        await house.district.log.append([laptop.writer.write(DISTRICT_STREAM, agreed)])
        with pytest.raises(Refused, match="second person has to approve"):
            await end.destroy(settings, OLD, "rita", clock)
        await approved(house)
        assert (await end.destroy(settings, OLD, "rita", clock)).student == OLD


async def test_a_hold_that_came_since_stops_it(tmp_path: Path) -> None:
    """RETENTION-R02: the period and every hold are looked at anew at each step."""
    async with grown_up(tmp_path) as (house, _):
        settings, clock = house.district.settings, house.clock
        await approved(house)
        event = await end.hold(settings, OLD, "rita", "the parents asked to see it", "34 CFR 99.10(e)", clock=clock)
        with pytest.raises(Refused, match="the parents asked to see it"):
            await end.destroy(settings, OLD, "rita", clock)
        await end.unhold(settings, event, "rita", "seen", clock)
        house.clock.turn(days=1)
        assert (await end.destroy(settings, OLD, "rita", clock)).events_destroyed == 3


async def test_nothing_that_opens_is_left_on_any_disk(tmp_path: Path) -> None:
    """RETENTION-R03: keys, rows, refused bytes and files; the log still verifies, and the certificate says what."""
    async with grown_up(tmp_path) as (house, phone):
        keys = wrapped_keys(house)
        assert keys
        assert all(key in bytes_on_disk(house) for key in keys)
        (house.district.home.out / f"transfer-{OLD}-2013.zip").write_bytes(b"Quillfeather")
        await house.district.reading.everything()
        done = await destroyed(house)
        assert (done.student, done.events_destroyed, done.streams) == (OLD, 3, (STREAM,))
        assert (len(done.submissions), done.recipients) == (1, ("Hamline School",))
        assert done.unconfirmed_devices == (phone.enrolled.device,)
        disk = bytes_on_disk(house)
        assert b"Quillfeather" not in disk
        assert not any(key in disk for key in keys)
        rows = connect(house.district.home.projections)
        assert rows.execute("SELECT count(*) FROM projection_row WHERE stream = ?", (STREAM,)).fetchone() == (0,)
        rows.close()
        found = verified(house.district)
        assert (found.fault, found.destroyed, found.gaps) == (None, 3, ())
        (told,) = await end.certificates(house.district.settings, house.clock)
        assert (told.events, told.unconfirmed, told.recipients) == (3, ("anna's phone",), ("Hamline School",))


async def test_a_running_server_forgets_at_once_and_devices_at_their_next_pull(tmp_path: Path) -> None:
    """RETENTION-R04: the command is another process; the server's memory opens nothing either."""
    async with grown_up(tmp_path) as (house, phone):
        await house.sign_in("olga")
        assert (await house.http.get(f"/api/students/{OLD}")).status_code == 200
        await destroyed(house)
        assert (await house.http.get(f"/api/students/{OLD}")).json()["code"] == "not-found"
        found = await house.http.get("/api/students", params={"query": "quillfeather"})
        assert found.json()["students"] == []
        assert await house.district.log.read_streams([STREAM], 10_000) == []
        page = (await phone.turn(scope=f"clinic/{CLINIC}")).page
        assert isinstance(page, Page)
        assert OLD in page.forget
        facts_left, _ = await house.district.reading.everything()
        assert STREAM not in {fact.stream for fact in facts_left}


async def test_a_page_read_while_a_destruction_begins_holds_nothing_of_the_child(tmp_path: Path) -> None:
    """RETENTION-R04: what was read before is read anew before it is signed."""
    async with grown_up(tmp_path) as (house, _):
        await approved(house)
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        pages = Pages(house.district, live)
        fill, read = pages._fill, list[tuple[str, ...]]()

        async def fill_slowly(places: tuple[Place, ...]) -> Reading:
            reading = await fill(places)
            read.append(reading.packed.streams)
            if len(read) == 1:
                await end.destroy(house.district.settings, OLD, "rita", house.clock)
                await live.catch_up()
            return reading

        with patch.object(pages, "_fill", fill_slowly):
            page = await pages.page(Pull(f"clinic/{CLINIC}"))
        assert STREAM in read[0]
        assert STREAM not in page.events.streams


async def test_a_device_sixty_days_offline_is_told_and_what_it_brings_is_kept_for_the_office(tmp_path: Path) -> None:
    """RETENTION-R05: under a key of its own, which dies when the office closes the matter."""
    async with grown_up(tmp_path) as (house, phone):
        late, other = phone.dose(OLD, "08"), phone.dose(ADA)
        await destroyed(house)
        house.clock.turn(days=60)
        kept, accepted = await phone.push(late, other)
        assert isinstance(kept, Quarantined)
        assert (kept.reason, kept.owner) == ("destroyed_stream", "records")
        assert "destroyed" in kept.detail
        assert isinstance(accepted, Accepted)
        assert await house.district.log.refused(kept.submission) is not None
        await house.sign_in("rita")
        shown = (await house.http.get(f"/api/quarantine/{kept.submission}")).json()
        assert shown["stream"] == STREAM
        assert (await decide(house, kept.submission, "release", "let it in")).status_code == 403
        assert (await decide(house, kept.submission, "close", "the period is over")).status_code == 200
        assert await house.district.log.refused(kept.submission) is None
        assert verified(house.district).fault is None


async def test_the_records_office_may_open_a_new_record_with_it(tmp_path: Path) -> None:
    """RETENTION-R05"""
    async with grown_up(tmp_path) as (house, phone):
        late = phone.dose(OLD, "08")
        await destroyed(house)
        (kept,) = await phone.push(late)
        assert isinstance(kept, Quarantined)
        again = StudentId(make_id("the same child anew"))
        name = PersonName(given="Thorvald", family="Quillfeather")
        await house.tell(stream_of("student", again), StudentRegistered(name=name, birth_date="1995-03-01"))
        await house.sign_in("olga")
        assert (await decide(house, kept.submission, "release", "came back", into=again)).status_code == 200
        assert [dose["cvx"] for dose in (await house.http.get(f"/api/students/{again}")).json()["doses"]] == ["08"]


async def test_a_crash_between_the_phases_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RETENTION-R06: before the keys went, and after; the certificate counts each event once."""
    async with grown_up(tmp_path) as (house, _):
        settings, clock = house.district.settings, house.clock
        await approved(house)
        destroy = District.destroy

        async def dies_before(*_: object) -> int:
            raise OSError("the power went")

        async def dies_after(self: District, names: Sequence[Stream]) -> int:
            await destroy(self, names)
            raise OSError("the power went")

        with monkeypatch.context() as patched:
            patched.setattr(District, "destroy", dies_before)
            with pytest.raises(OSError, match="the power went"):
                await end.destroy(settings, OLD, "rita", clock)
            patched.setattr(District, "destroy", dies_after)
            with pytest.raises(OSError, match="the power went"):
                await end.finish(settings, "rita", clock)
        assert verified(house.district).fault is not None, "events that do not open, and no certificate yet"
        assert await end.finish(settings, "rita", clock) == 1
        (done,) = await facts(house, DestructionCompleted)
        assert isinstance(done.payload, DestructionCompleted)
        assert (done.payload.events_destroyed, done.payload.recipients) == (3, ("Hamline School",))
        assert await end.finish(settings, "rita", clock) == 0
        assert verified(house.district).fault is None


async def test_a_restored_keyring_gives_nothing_back(tmp_path: Path) -> None:
    """RETENTION-R07: verify says so, and the next opening destroys the keys again, before it opens anything."""
    async with grown_up(tmp_path / "home") as (house, _):
        home, settings, district = house.district.home, house.district.settings, house.district
        keys = wrapped_keys(house)
        running = connect(home.keyring)
        kept = running.execute("SELECT * FROM stream_key").fetchall()
        running.close()
        await destroyed(house)
    restored = connect(home.keyring)
    restored.executemany("INSERT OR IGNORE INTO stream_key VALUES (?, ?, ?, ?)", kept)
    restored.close()
    found = verified(district)
    assert found.fault is not None
    assert "destroyed keys are back" in found.fault.what
    async with open_district(settings, house.clock, "command", "test") as again:
        assert await again.log.read_streams([STREAM], 10_000) == []
    assert verified(district).fault is None
    disk = bytes_on_disk(house)
    assert not any(key in disk for key in keys)


async def test_a_device_s_chain_goes_on_behind_what_was_destroyed(tmp_path: Path) -> None:
    """RETENTION-R04: after a restart too, its next event is no gap."""
    async with grown_up(tmp_path) as (house, phone):
        assert all(isinstance(one, Accepted) for one in await phone.push(phone.dose(ADA), *_two(phone)))
        await destroyed(house)
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        assert live.directory.chains[phone.enrolled.device].seq == 3
        assert live.alarms.open() == (), "what was destroyed is not missing"
        (answer,) = await phone.push(phone.dose(ADA))
        assert isinstance(answer, Accepted)
        assert GAP not in answer.flags
        assert verified(house.district).gaps == ()


def _two(phone: Phone) -> list[SignedEvent]:
    told = DoseRecorded(cvx="10", given_on="1999-01-01", told=PAPER)
    return [phone.writer.write(STREAM, told) for _ in range(2)]
