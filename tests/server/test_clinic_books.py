"""A clinic's books by the API and by command: stock per box and fund, loans, consents, what is still owed."""

import re
from pathlib import Path

import msgspec
import pytest

from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.catalog.consents import ConsentGiven, EligibilityStated
from events.catalog.doses import DoseVerified, DoseVoided, ReactionObserved, VaersReported
from events.catalog.stock import (
    StockBorrowed,
    StockEntryVoided,
    StockLoaded,
    StockReplaced,
    StockWasted,
    TemperatureRead,
)
from events.envelope import parse_header
from events.errors import Refused
from events.ids import EventId, stream_of
from server.commands.clinic import repay, show_books, show_clinic, show_day, withdraw_order
from server.commands.showing import show_paying
from server.commands.student import show_student
from server.terminal import Terminal
from tests.server.house import ADA, BEA, CLINIC, House, open_house
from tests.server.making import a_dose
from tests.server.test_quarantine import HEADERS, facts

GYM = stream_of("clinic", CLINIC)
MOMENT = "2026-11-21T15:30:00.000Z"
ORDER = OrderIssued(
    prescriber="R. Vance, MD",
    cvx="03",
    valid_from="2026-09-01",
    valid_to="2027-08-31",
    dose_ml=0.5,
    route="SC",
    sites=("left_arm",),
)


async def a_day(house: House) -> EventId:
    """Ada's VFC dose came from the private box, and she fainted; Bea's was copied from paper. The loan's dose."""
    phone = await house.enroll()
    load = StockLoaded(
        container="Blue", cvx="03", mvx="MSD", lot="W1", expires_on="2027-06-30", doses=10, funding="private"
    )
    lent = msgspec.structs.replace(a_dose("03"), clinic=CLINIC, lot="W1", container="Blue", funding="private")
    copied = msgspec.structs.replace(lent, from_paper=True, scribe="Anna", given_at=MOMENT)
    yes = ConsentGiven(cvx=("03", "21"), signer="Parent", standing="parent", form="paper", on="2026-11-01")
    write = phone.writer.write
    dose = write(stream_of("student", ADA), lent)
    event = EventId(parse_header(dose.header).id)
    loan = StockBorrowed(
        lot="W1", cvx="03", container="Blue", from_funding="private", to_funding="vfc",
        doses=1, reason="VFC box empty", student=ADA, dose=event, on="2026-11-21",
    )  # fmt: skip
    await phone.push(
        write(GYM, load),
        write(GYM, StockWasted(lot="W1", container="Blue", doses=2, drawn=False, reason="fell")),
        write(stream_of("student", ADA), yes),
        write(stream_of("student", ADA), EligibilityStated(category="medicaid", on="2026-11-21", said_by="Parent")),
        dose,
        write(GYM, loan),
        write(stream_of("student", ADA), ReactionObserved(doses=(event,), began_at=MOMENT, description="fainted")),
        write(stream_of("student", BEA), copied),
    )
    return event


async def test_the_books_are_the_same_by_api_and_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """SERVER-R24: each dose in its box and fund, the loan with whom it was for, reaction and paper named."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        await house.sign_in("olga")
        day = (await house.http.get(f"/api/clinics/{CLINIC}")).json()
        assert [(row["name"], row["eligibility"]) for row in day["visits"]] == [
            ("Ada Okafor", "medicaid"),
            ("Bea Lindqvist", ""),
        ]
        books = day["books"]
        [line] = books["stock"]
        assert (line["lot"], line["container"], line["funding"]) == ("W1", "Blue", "private")
        assert (line["loaded"], line["given"], line["wasted"], line["left"]) == (10, 2, 2, 6)
        [loan] = books["loans"]
        assert (loan["lent_by"], loan["owed_by"], loan["name"], loan["paid_on"]) == ("private", "vfc", "Ada Okafor", "")
        assert books["consents"] == {"consents": 2, "given": 1, "not_given": 0, "open": 1}
        assert [(row["name"], row["says"]) for row in books["to_report"]] == [("Ada Okafor", "fainted")]
        assert [row["name"] for row in books["to_verify"]] == ["Bea Lindqvist"]
        shown = await show_clinic(house.district.settings, "gym 2026-11-21", "olga", house.clock)
        assert msgspec.json.decode(msgspec.json.encode(shown.books)) == books
        show_books(Terminal(), shown)
        printed = " ".join(capsys.readouterr().out.split())
        assert "lent by private for vfc (VFC box empty); owed:" in printed
        assert "Report to VAERS: Ada Okafor" in printed


async def test_a_loan_is_paid_back_once(tmp_path: Path) -> None:
    """SERVER-R24: by its event; a second payment and an unknown loan are refused."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        settings = house.district.settings
        shown = await show_clinic(settings, "gym 2026-11-21", "olga", house.clock)
        loan = shown.books.loans[0].event
        await repay(settings, "gym 2026-11-21", loan, "W2", "2026-11-21", house.clock)
        again = await show_clinic(settings, "gym 2026-11-21", "olga", house.clock)
        assert [(one.paid_on, one.paid_lot) for one in again.books.loans] == [("2026-11-21", "W2")]
        for wrong in (loan, "no loan"):
            with pytest.raises(Refused, match="no loan that is still owed"):
                await repay(settings, "gym 2026-11-21", wrong, "W3", "", house.clock)


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-22"])
async def test_a_loan_is_paid_back_on_a_day_from_its_own_to_today(tmp_path: Path, day: str) -> None:
    """SERVER-R24: by command and in the browser; the field is named, and what may stand in it."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        await house.sign_in("olga")
        loan = (await house.http.get(f"/api/clinics/{CLINIC}")).json()["books"]["loans"][0]["event"]
        path = f"/api/clinics/{CLINIC}/loans/{loan}/repay"
        refused = await house.http.post(path, json={"lot": "W2", "on": day}, headers=HEADERS)
        says = r"on: .* is no day from the loan \(2026-11-21\) to today \(2026-11-21\)"
        assert (refused.status_code, refused.json()["code"]) == (409, "bad-date")
        assert re.match(says, refused.json()["detail"])
        with pytest.raises(Refused, match=says):
            await repay(house.district.settings, "gym 2026-11-21", loan, "W2", day, house.clock)
        assert await facts(house, StockReplaced) == []


async def test_a_child_shows_who_pays_and_what_was_lent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """SERVER-R25: by ``student show``, with the loan's state; the clinic shows who pays beside each child."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        settings = house.district.settings
        shown = await show_student(settings, "Ada Okafor", "olga", house.clock)
        assert [(one.category, one.said_by) for one in shown.paying.eligibility] == [("medicaid", "Parent")]
        assert [(one.lent_by, one.owed_by, one.paid_on) for one in shown.paying.loans] == [("private", "vfc", "")]
        show_paying(Terminal(), shown.paying)
        printed = " ".join(capsys.readouterr().out.split())
        assert "Who pays, 2026-11-21: medicaid (said by Parent)" in printed
        assert "lent by private for vfc" in printed
        assert (await show_student(settings, "Bea Lindqvist", "olga", house.clock)).paying.loans == ()
        show_day(Terminal(), await show_clinic(settings, "gym 2026-11-21", "olga", house.clock))
        assert "medicaid" in capsys.readouterr().out


async def test_the_office_pays_a_loan_back_in_its_browser(tmp_path: Path) -> None:
    """SERVER-R24, OFFICE-R13: once, by whoever may; the log names who entered it."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        await house.sign_in("olga")
        day = (await house.http.get(f"/api/clinics/{CLINIC}")).json()
        path = f"/api/clinics/{CLINIC}/loans/{day['books']['loans'][0]['event']}/repay"
        paid = await house.http.post(path, json={"lot": "W2", "on": "2026-11-21"}, headers=HEADERS)
        assert [(one["paid_on"], one["paid_lot"]) for one in paid.json()["books"]["loans"]] == [("2026-11-21", "W2")]
        again = await house.http.post(path, json={"lot": "W2"}, headers=HEADERS)
        assert (again.status_code, again.json()["code"]) == (409, "unknown-loan")
        (told,) = await facts(house, StockReplaced)
        assert isinstance(told.payload, StockReplaced)
        assert told.payload.by == house.staff["olga"]
        await house.sign_in("root")
        assert (await house.http.post(path, json={"lot": "W2"}, headers=HEADERS)).status_code == 403


async def test_a_standing_order_is_withdrawn_once(tmp_path: Path) -> None:
    """SERVER-R43, OFFICE-R14: by the office and by command; the clinic's day says from when and by whom."""
    async with open_house(tmp_path) as house:
        await house.tell(GYM, ORDER, msgspec.structs.replace(ORDER, cvx="21"))
        await house.sign_in("olga")
        first, second = (await house.http.get(f"/api/clinics/{CLINIC}")).json()["orders"]
        assert (first["vaccine"], first["withdrawn_on"]) == ("MMR", "")
        path = f"/api/clinics/{CLINIC}/orders/{first['event']}/withdraw"
        end = {"by": "R. Vance, MD", "reason": "a new protocol", "on": "2026-12-01"}
        answer = (await house.http.post(path, json=end, headers=HEADERS)).json()["orders"][0]
        assert (answer["withdrawn_on"], answer["withdrawn_by"]) == ("2026-12-01", "R. Vance, MD")
        again = await house.http.post(path, json=end, headers=HEADERS)
        assert (again.status_code, again.json()["code"]) == (409, "withdrawn-already")
        settings, gym = house.district.settings, "gym 2026-11-21"
        with pytest.raises(Refused, match="ends on 2027-08-31"):
            await withdraw_order(settings, gym, second["event"], "R. Vance, MD", "late", "2027-09-01", house.clock)
        await withdraw_order(settings, gym, second["event"], "R. Vance, MD", "shortage", "2026-12-02", house.clock)
        shown = await show_clinic(settings, gym, "olga", house.clock)
        assert [one.withdrawn_on for one in shown.orders] == ["2026-12-01", "2026-12-02"]
        assert [one.payload.entered_by for one in await facts(house, OrderWithdrawn)] == [house.staff["olga"], None]  # type: ignore[union-attr]


async def test_what_was_settled_is_owed_no_more(tmp_path: Path) -> None:
    """SERVER-R24: a voided dose owes nothing, a reported reaction and a compared paper are off the list."""
    async with open_house(tmp_path) as house:
        dose = await a_day(house)
        shown = await show_clinic(house.district.settings, "gym 2026-11-21", "olga", house.clock)
        [reaction], [paper] = shown.books.to_report, shown.books.to_verify
        told = VaersReported(reaction=reaction.event, report_number="E-1", reported_on="2026-11-22")
        await house.tell(stream_of("student", ADA), told)
        await house.tell(stream_of("student", ADA), DoseVoided(event=dose, reason="another child"))
        await house.tell(stream_of("student", BEA), DoseVerified(event=paper.event, agrees=True))
        books = (await show_clinic(house.district.settings, "gym 2026-11-21", "olga", house.clock)).books
        assert (books.loans, books.to_report, books.to_verify) == ((), (), ())
        assert (books.stock[0].given, books.stock[0].left) == (1, 7)


async def test_what_was_taken_back_is_in_the_books(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """SERVER-R50: each entry with who, when and why; a reading with the lots it held until its box was read again."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        write = phone.writer.write
        load = StockLoaded(
            container="Blue", cvx="03", mvx="MSD", lot="W-1", expires_on="2027-06-30", doses=10, funding="private"
        )
        warm = TemperatureRead(container="Blue", at=MOMENT, celsius=48, occasion="start")
        loss = write(GYM, StockWasted(lot="W-1", container="Blue", doses=2, drawn=False, reason="fell"))
        await phone.push(write(GYM, load), loss)
        readings = [write(GYM, warm), write(GYM, warm)]
        await phone.push(*readings)
        for entry in (loss, *readings):
            event = EventId(parse_header(entry.header).id)
            await phone.push(write(GYM, StockEntryVoided(event=event, reason="typed wrongly")))
        await house.sign_in("olga")
        rows = (await house.http.get(f"/api/clinics/{CLINIC}")).json()["books"]["taken_back"]
        assert [(row["kind"], row["doses"], row["celsius"], row["freed"]) for row in rows] == [
            ("stock.wasted", 2, None, None),
            ("temperature.read", 0, 48, None),
            ("temperature.read", 0, 48, None),
        ]
        assert {(row["by"], row["reason"]) for row in rows} == {(house.staff["anna"], "typed wrongly")}
        assert [one["lot"] for one in (await house.http.get("/api/lots/held")).json()["lots"]] == ["W1"]
        await phone.push(write(GYM, msgspec.structs.replace(warm, celsius=4.8)))
        shown = await show_clinic(house.district.settings, "gym 2026-11-21", "olga", house.clock)
        assert [row.freed for row in shown.books.taken_back] == [None, ("W1",), ("W1",)]
        assert (await house.http.get("/api/lots/held")).json()["lots"] == []
        show_books(Terminal(), shown)
        printed = " ".join(capsys.readouterr().out.split())
        assert "2 wasted, lot W-1, Blue (typed wrongly)" in printed
        assert "48.0 °C, Blue; holds no more: W1 (typed wrongly)" in printed
