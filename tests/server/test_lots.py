"""Who had a lot: the list an office calls families by, whom it is shown to, and the recall that begins it."""

from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from events.catalog.clinics import ClinicCancelled, ClinicClosed
from events.catalog.doses import DoseAdministered, DoseRecorded, DoseVoided
from events.catalog.people import RoleGranted
from events.catalog.stock import StockCleared, StockHeld
from events.catalog.students import Contact, ContactsRecorded, StudentLinked
from events.ids import ClinicId, EventId, stream_of
from tests.server.house import ADA, BEA, CLINIC, NURIA, OTHER_CLINIC, House
from tests.server.making import a_dose
from tests.server.test_identity_http import refusals
from tests.server.test_quarantine import facts
from tests.server.test_reading_http import viewings
from tests.server.test_recalls import LOT, holds
from tests.server.test_worklist import TOLD, child, kinds, open_office, post

MOTHER = Contact(name="B. Okafor", relation="mother", phone="612-555-0100", language="es")


def given(house: House, lot: str, clinic: ClinicId = CLINIC) -> DoseAdministered:
    return replace(a_dose("03", given_on=house.today.isoformat()), clinic=clinic, lot=lot)


async def asked(house: House, lot: str) -> httpx.Response:
    return await house.http.get("/api/lots", params={"lot": lot})


async def listed(house: House, lot: str) -> list[dict[str, Any]]:
    answer = await asked(house, lot)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["children"])


async def test_the_children_of_a_lot_with_whom_to_call(tmp_path: Path) -> None:
    """WORK-R31, WORK-R32: given here or told by a paper, however it is written; each is on the access record."""
    async with open_office(tmp_path) as house:
        await child(house, ADA, given(house, "c9999 aa"), ContactsRecorded(contacts=(MOTHER,)))
        told = DoseRecorded(
            cvx="03",
            given_on="2024-05-06",
            lot="C9999-AA",
            provider="Hill Clinic",
            told=TOLD,
        )
        await child(house, BEA, told)
        await child(house, NURIA, given(house, "B2"), given(house, "C9999AA"))
        [_, wrong] = [one for one in await facts(house, DoseAdministered) if one.stream.endswith(NURIA)]
        await child(house, NURIA, DoseVoided(event=EventId(wrong.id), reason="another child"))
        await house.sign_in("olga")
        ada, bea = sorted(await listed(house, "C9999AA"), key=lambda row: row["name"])
        assert (ada["student"], bea["student"]) == (ADA, BEA)
        assert ada["contacts"] == [
            {"name": "B. Okafor", "relation": "mother", "phone": "612-555-0100", "email": "", "language": "es"}
        ]
        assert [(one["lot"], one["basis"]) for one in ada["doses"]] == [("c9999 aa", "administered")]
        assert [(one["where"], one["basis"]) for one in bea["doses"]] == [("Hill Clinic", "historical")]
        seen = [(student, part) for _, student, part in await viewings(house)]
        assert sorted(one for one in seen if one[1] == "lot") == sorted([(ADA, "lot"), (BEA, "lot")])
        assert len(await listed(house, "B2")) == 1
        assert await listed(house, "no such") == []
        assert (await asked(house, " - ")).status_code == 409


async def test_a_child_is_done_with_when_nothing_about_the_dose_is_open(tmp_path: Path) -> None:
    """WORK-R31: linked records are one child."""
    async with open_office(tmp_path) as house:
        await child(house, ADA, given(house, "C9"))
        await child(house, BEA, given(house, "C9"), StudentLinked(other=ADA, evidence="one birth certificate"))
        await house.sign_in("olga")
        assert [row["open"] for row in await listed(house, "C9")] == [False]
        await house.tell(stream_of("clinic", CLINIC), StockHeld(lots=("C9",), why="recall"))
        answer = (await asked(house, "C9")).json()
        assert [row["open"] for row in answer["children"]] == [True]
        assert ("recall", CLINIC) in [(one["why"], one["clinic"]) for one in answer["holds"]]
        matters = (await house.http.get("/api/worklist")).json()["discrepancies"]
        for row in matters:
            if row["kind"] == "dose_of_held_lot":
                await post(house, "worklist/settle", key=row["key"], reason="called")
        assert [row["open"] for row in await listed(house, "C9")] == [False]


async def test_it_takes_a_role_that_calls_families_and_shows_no_child_beyond_it(tmp_path: Path) -> None:
    """WORK-R32: a refusal is on record; who reads elsewhere by another role is not shown more for it."""
    async with open_office(tmp_path) as house:
        for student in (ADA, NURIA):
            await child(house, student, given(house, "C9"))
        assert (await asked(house, "C9")).status_code == 401
        await house.sign_in("root")
        assert (await asked(house, "C9")).status_code == 403
        assert [one.attempted for one in await refusals(house, "root")] == ["list children by lot"]
        await house.sign_in("anna")
        assert {row["student"] for row in await listed(house, "C9")} == {ADA}
        await house.tell(stream_of("staff", house.staff["anna"]), RoleGranted(role="agency"))
        assert {row["student"] for row in await listed(house, "C9")} == {ADA}


async def test_the_office_says_that_a_lot_is_recalled(tmp_path: Path) -> None:
    """WORK-R33: at every clinic that has it or may come by it; the doses given of it are matters at once."""
    async with open_office(tmp_path) as house:
        await child(house, ADA, given(house, "C9", OTHER_CLINIC))
        await house.sign_in("anna")
        assert (await post(house, "lots/recall", lot="C9", source="letter")).status_code == 403
        assert [one.attempted for one in await refusals(house, "anna")] == ["recall a lot"]
        await house.sign_in("olga")
        answer = await post(house, "lots/recall", lot="c-9", source="the maker's letter of today")
        assert answer.status_code == 200, answer.text
        assert [row["student"] for row in answer.json()["children"]] == [ADA]
        for clinic in (CLINIC, OTHER_CLINIC):
            [hold] = await holds(house, clinic)
            assert (hold.lots, hold.why, hold.note) == (("c-9",), "recall", "Olga Ek: the maker's letter of today")
        assert await kinds(house) == ["dose_of_held_lot"]
        held = (await house.http.get("/api/lots/held")).json()["lots"]
        assert [(one["lot"], one["why"]) for one in held] == [("C9", "recall")]


async def test_the_office_names_whose_lot_is_recalled(tmp_path: Path) -> None:
    """WORK-R33, PROJ-R261: another maker's lot of that number, and who had it, are let be."""
    async with open_office(tmp_path) as house:
        await child(house, ADA, given(house, "C9", OTHER_CLINIC))
        await house.tell(stream_of("clinic", CLINIC), replace(LOT, lot="c-9", mvx="PMC"))
        await house.sign_in("olga")
        assert (await post(house, "lots/recall", lot="C9", mvx="Sanofi", source="letter")).status_code == 400
        answer = await post(house, "lots/recall", lot="C9", mvx="PMC", source="letter")
        assert [(one["clinic"], one["mvx"]) for one in answer.json()["holds"]] == [
            (CLINIC, "PMC"),
            (OTHER_CLINIC, "PMC"),
        ]
        assert await kinds(house) == []
        answer = await post(house, "lots/recall", lot="C9", mvx="MSD", source="another letter")
        assert [one["clinic"] for one in answer.json()["holds"] if one["mvx"] == "MSD"] == [OTHER_CLINIC]
        assert await kinds(house) == ["dose_of_held_lot"]


async def test_a_recall_is_said_again_at_every_clinic_that_freed_the_lot(tmp_path: Path) -> None:
    """WORK-R33: also at one that is over and was told before; what a clinic freed is not the office's last word."""
    async with open_office(tmp_path) as house:
        await child(house, ADA, given(house, "C9"))
        closed = ClinicClosed(at="2026-09-01T20:00:00.000Z", signed_by=("A", "B"))
        for clinic in (CLINIC, OTHER_CLINIC):
            freed = StockCleared(lots=("C9",), authority="the maker, by telephone")
            await house.tell(stream_of("clinic", clinic), StockHeld(lots=("C9",), why="recall"), freed)
        await house.tell(stream_of("clinic", CLINIC), closed)
        await house.sign_in("olga")
        assert await kinds(house) == []
        answer = await post(house, "lots/recall", lot="C9", source="the maker's second letter")
        assert {one["clinic"] for one in answer.json()["holds"]} == {CLINIC, OTHER_CLINIC}
        (matter,) = (await house.http.get("/api/worklist")).json()["discrepancies"]
        assert (matter["kind"], matter["lot"]) == ("dose_of_held_lot", "C9")


async def test_a_recall_after_the_last_clinic_reaches_the_doses_all_the_same(tmp_path: Path) -> None:
    """WORK-R33: where no clinic is left that may come by the lot, one that is over has the word."""
    async with open_office(tmp_path) as house:
        await child(house, ADA, given(house, "C9"))
        await house.tell(stream_of("clinic", OTHER_CLINIC), ClinicCancelled(reason="snow"))
        closed = ClinicClosed(at="2026-09-01T20:00:00.000Z", signed_by=("A", "B"))
        await house.tell(stream_of("clinic", CLINIC), closed)
        await house.sign_in("olga")
        assert (await post(house, "lots/recall", lot="C9", source="letter")).status_code == 200
        assert await kinds(house) == ["dose_of_held_lot"]
        assert await holds(house, OTHER_CLINIC) == []
