"""A record on a terminal, as somebody reads it over a counter: names, the verdict first, like with like."""

from datetime import date
from io import StringIO
from pathlib import Path

from rich.console import Console

from events.catalog.doses import DoseRecorded
from events.catalog.event_type import PersonName, Told
from events.catalog.students import StudentCorrected, StudentLinked
from events.ids import stream_of
from server.commands.replay import show_replay
from server.commands.showing import show_summary
from server.commands.student import list_students
from server.records import read_records
from server.replay import replay, summary_on
from tests.server.house import ADA, NURIA, SCHOOL, open_house

PAPER = Told(source="paper", recorder="R. Clerk")


def printed(show: object, *what: object) -> str:
    console = Console(width=100, record=True, file=StringIO())
    show(console, *what)  # type: ignore[operator]
    return console.export_text()


async def test_a_record_says_names_and_the_verdict_first(tmp_path: Path) -> None:
    """REPLAY-R04: facilities by name, doses of a day on one line, vaccines that stand alike together."""
    async with open_house(tmp_path) as house:
        stream = stream_of("student", ADA)
        await house.tell(
            stream, *(DoseRecorded(cvx=cvx, given_on="2016-01-04", told=PAPER) for cvx in ("10", "20", "49"))
        )
        records = await read_records(house.district)
        text = printed(show_summary, summary_on(records, records.student(ADA), date(2026, 11, 21)))
        assert "Elm, grade K (elementary, full): 2021-09-07 to now" in text
        assert SCHOOL not in text
        assert "measles, mumps, rubella" in text
        assert text.index("NOT_COMPLIANT") < text.index("given on")
        day = next(line for line in text.splitlines() if line.startswith("2016-01-04"))
        assert day.count(",") >= 2
        assert "R. Clerk" in day


async def test_linked_records_are_both_named(tmp_path: Path) -> None:
    """REPLAY-R04: what a person merged is shown as one child, told as two."""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("student", ADA), StudentLinked(other=NURIA, evidence="same birth certificate"))
        await house.tell(
            stream_of("student", NURIA),
            StudentCorrected(reason="as she writes it", name=PersonName(given="Núria", family="Okafor")),
        )
        records = await read_records(house.district)
        child = records.student(NURIA)
        summary = summary_on(records, child, date(2026, 11, 21))
        assert {row.student for row in summary.linked} == {ADA, NURIA}
        text = printed(show_summary, summary)
        assert "linked record: Núria Okafor" in text
        assert "linked record: Ada Okafor" in text
        alone = summary_on(records, records.student(ADA), date(2026, 11, 21))
        assert alone == summary
        found = replay(records, records, NURIA, date(2026, 11, 21), date(2026, 11, 21))
        assert "linked record" in printed(show_replay, found)


async def test_a_list_shows_linked_records_once(tmp_path: Path) -> None:
    """REPLAY-R04"""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("student", ADA), StudentLinked(other=NURIA, evidence="same birth certificate"))
        rows = await list_students(house.district.settings, clock=house.clock)
        assert len(rows) == 2
        assert {row.facility for row in rows} == {"Elm"}
