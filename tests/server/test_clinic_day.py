"""A clinic's day off the rows of projections: by the API and by command, the same, and each look recorded."""

import sqlite3
from pathlib import Path

import msgspec

from events.catalog.clinics import ClinicClosed, RosterRemoved
from events.catalog.doses import DoseNotGiven
from events.catalog.students import StudentLinked
from events.ids import stream_of
from server.commands.clinic import list_clinics, show_clinic
from tests.server.house import ADA, BEA, CLINIC, NURIA, OTHER_CLINIC, House, Phone, open_house
from tests.server.making import a_dose, make_id
from tests.server.test_identity_http import refusals
from tests.server.test_reading_http import viewings


async def a_day(house: House) -> Phone:
    """Ada served on two devices with the same dose, Bea refused, Núria served without being on the list."""
    phone, tablet = await house.enroll(), await house.enroll("olga", "tablet")
    here = msgspec.structs.replace(a_dose("03"), clinic=CLINIC)
    no = DoseNotGiven(clinic=CLINIC, cvx=("21",), reason="refused", on="2026-11-21")
    await phone.push(
        phone.writer.write(stream_of("student", ADA), here),
        phone.writer.write(stream_of("student", NURIA), here),
        phone.writer.write(stream_of("student", BEA), no),
    )
    await tablet.push(tablet.writer.write(stream_of("student", ADA), here))
    return phone


async def test_a_day_shows_who_was_served_refused_and_unexpected(tmp_path: Path) -> None:
    """SERVER-R22: with what does not fit; the same by command."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        await house.sign_in("olga")
        day = (await house.http.get(f"/api/clinics/{CLINIC}")).json()
        assert (day["name"], day["state"], day["expected"], day["served"], day["waiting"]) == (
            "Gym 2026-11-21", "planned", 2, 2, 0,
        )  # fmt: skip
        assert [(row["name"], row["expected"], row["state"]) for row in day["visits"]] == [
            ("Ada Okafor", True, "served"),
            ("Bea Lindqvist", True, "not_given"),
            ("Núria Garcia-Lopez", False, "served"),
        ]
        assert day["visits"][1]["not_given"] == ["Varicella: refused"]
        kinds = {one["kind"] for one in day["discrepancies"]}
        assert kinds - {"clock_skew"} == {"duplicate_dose"}, "clocks of these phones stand still"
        assert {look[1] for look in await viewings(house) if look[2] == "clinic"} == {ADA, BEA, NURIA}
        shown = await show_clinic(house.district.settings, "gym 2026-11-21", "olga", house.clock)
        assert msgspec.json.decode(msgspec.json.encode(shown)) | {"log_size": 0} == day | {"log_size": 0}
        assert {look[1] for look in await viewings(house) if look[2] == "clinic show"} == {ADA, BEA, NURIA}


async def test_a_linked_child_is_one_visit_and_who_left_the_list_stays_in_view(tmp_path: Path) -> None:
    """SERVER-R22"""
    async with open_house(tmp_path) as house:
        await a_day(house)
        await house.tell(stream_of("student", ADA), StudentLinked(other=NURIA, evidence="same birth certificate"))
        await house.tell(stream_of("clinic", CLINIC), RosterRemoved(students=(BEA,), reason="moved"))
        await house.sign_in("olga")
        day = (await house.http.get(f"/api/clinics/{CLINIC}")).json()
        assert [(row["expected"], row["state"], len(row["given"])) for row in day["visits"]] == [
            (True, "served", 3),
            (False, "not_given", 0),
        ]


async def test_only_who_may_work_there_sees_it(tmp_path: Path) -> None:
    """SERVER-R22: refused clearly, and recorded."""
    async with open_house(tmp_path) as house:
        await house.sign_in("anna")
        assert (await house.http.get(f"/api/clinics/{CLINIC}")).status_code == 200
        for clinic, status in ((OTHER_CLINIC, 403), (make_id("nowhere"), 404), ("gym", 404)):
            assert (await house.http.get(f"/api/clinics/{clinic}")).status_code == status
        assert [one.place for one in await refusals(house, "anna")] == [f"clinic/{OTHER_CLINIC}"]


async def test_clinics_are_rows_with_day_state_and_count_in_plain_columns_only(tmp_path: Path) -> None:
    """SERVER-R22, PROJ-R44"""
    async with open_house(tmp_path) as house:
        await house.tell(
            stream_of("clinic", OTHER_CLINIC), ClinicClosed(at="2026-11-22T20:00:00.000Z", signed_by=("A. Ek", "O. Ek"))
        )
        rows = await list_clinics(house.district.settings, house.clock)
        assert [(row.on, row.state, row.expected) for row in rows] == [
            ("2026-11-21", "planned", 2),
            ("2026-11-22", "closed", 0),
        ]
        with sqlite3.connect(house.district.home.projections) as database:
            plain = database.execute(
                "SELECT status, holds_until, count FROM projection_row WHERE name = 'clinic' ORDER BY holds_until"
            ).fetchall()
        database.close()
        assert plain == [("planned", "2026-11-21", 2), ("closed", "2026-11-22", 0)]
