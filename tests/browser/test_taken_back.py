"""What was taken back of a clinic's stock and loggers, on the office's page of the clinic."""

from pathlib import Path

from playwright.sync_api import Playwright, expect

from events.catalog.stock import StockEntryVoided, StockLoaded, StockWasted, TemperatureRead
from events.ids import stream_of
from tests.browser.office import Office, hold_laptop
from tests.browser.school import School
from tests.browser.test_looks import inspect

LOAD = StockLoaded(container="Box 3", cvx="165", mvx="MSD", lot="T-9", expires_on="2027-06-30", doses=5, funding="vfc")
LOSS = StockWasted(lot="T-9", container="Box 3", doses=2, drawn=False, reason="fell")
WARM = TemperatureRead(container="Box 3", at="2026-09-01T15:00:00.000Z", celsius=48, occasion="check")
COLD = TemperatureRead(container="Box 3", at="2026-09-01T15:01:00.000Z", celsius=4.8, occasion="check")


def test_the_office_reads_what_was_taken_back(playwright: Playwright, tmp_path: Path, school: School) -> None:
    """SERVER-R50: in both languages, with the lots a wrong reading held until its box was read again."""
    clinic = stream_of("clinic", school.clinic)
    school.tell(clinic, LOAD, LOSS, WARM, COLD)
    wrong = [fact.id for fact in school.facts_of(clinic) if fact.payload in (LOSS, WARM)]
    school.tell(clinic, *(StockEntryVoided(event=event, reason="another box") for event in wrong))
    laptop = hold_laptop(playwright, tmp_path / "laptop")
    office = Office(laptop.pages[0], school).sign_in()
    office.sees("Worklist")
    for language, loss, freed in (
        ("en", "2 spoiled or drawn, lot T-9, Box 3", "it holds these lots no more: T9"),
        ("es", "perdidas 2, lote T-9, Box 3", "ya no aparta estos lotes: T9"),
    ):
        office.page.evaluate("chosen => localStorage.setItem('doseledger language', chosen)", language)
        office.page.reload()
        office.go(f"clinics/{school.clinic}")
        rows = office.section("taken-back")
        expect(rows).to_contain_text(loss)
        expect(rows).to_contain_text("another box")
        expect(rows).to_contain_text(freed)
        assert inspect(office.page) == []
    laptop.close()
