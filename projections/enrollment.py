"""Where a child attends and has attended, as the law sees it: kind, basis, first day, grade, file holder.

An ending belongs to the latest enrollment at that facility which began on or before its last day; a grade
to the enrollment it falls into. Both find it whatever came first. An ending without a beginning is kept
apart: the office has to enter the beginning.
"""

from datetime import date

import msgspec

from events.catalog.students import EnrollmentBegan, EnrollmentEnded, GradeAssigned
from events.ids import FacilityId
from projections.fold import Fact
from projections.shelf import Shelf


class GradeLine(msgspec.Struct, frozen=True):
    """A grade attended from a day on, with the terms of entry if this event told them."""

    fact: Fact
    grade: str
    from_day: str
    kindergarten_term: str = ""
    grade_7_term: str = ""


class EnrollmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One stay at one facility. Days are civil dates as text; ``ended`` is None while it lasts."""

    fact: Fact
    began: EnrollmentBegan
    grades: tuple[GradeLine, ...]
    ended: EnrollmentEnded | None = None
    ended_by: Fact | None = None

    @property
    def facility(self) -> FacilityId:
        return self.began.facility

    @property
    def file_holder(self) -> FacilityId:
        """The one facility that keeps the file where two share a child."""
        return self.began.file_holder or self.began.facility

    def grade_on(self, day: date) -> str:
        return self._grade(day).grade

    def classroom_on(self, day: date) -> str:
        """The class told with the grade of that day; empty where nobody told it."""
        told = self._grade(day).fact.payload
        return told.classroom if isinstance(told, (EnrollmentBegan, GradeAssigned)) else ""

    def covers(self, day: date) -> bool:
        """Whether the child attends here on that day; the last day attended still counts."""
        text = day.isoformat()
        return self.began.first_day <= text and (self.ended is None or text <= self.ended.last_day)

    def _grade(self, day: date) -> GradeLine:
        text = day.isoformat()
        started = [line for line in self.grades if line.from_day <= text]
        return started[-1] if started else self.grades[0]


class Attendance(msgspec.Struct, frozen=True):
    """All stays in order of their first day, and endings nobody has entered a beginning for."""

    lines: tuple[EnrollmentLine, ...] = ()
    unmatched_endings: tuple[tuple[Fact, EnrollmentEnded], ...] = ()

    def on(self, day: date) -> tuple[EnrollmentLine, ...]:
        return tuple(line for line in self.lines if line.covers(day))

    def current(self, day: date) -> EnrollmentLine | None:
        """The stay that decides the verdict: at the file holder if two share the child, else the latest begun.

        A child who has left is still judged by the last stay; one not yet begun by the first to come.
        """
        present = self.on(day)
        if present:
            held = [line for line in present if line.file_holder == line.facility]
            return (held or list(present))[-1]
        past = [line for line in self.lines if line.began.first_day <= day.isoformat()]
        if past:
            return past[-1]
        return self.lines[0] if self.lines else None

    def entry_terms(self, day: date) -> tuple[str, str]:
        """School years of entry to kindergarten and grade 7, as last told by that day; empty where nobody did."""
        kindergarten = seventh = ""
        for grade in self._grades_until(day):
            kindergarten = grade.kindergarten_term or kindergarten
            seventh = grade.grade_7_term or seventh
        return kindergarten, seventh

    def _grades_until(self, day: date) -> list[GradeLine]:
        text = day.isoformat()
        grades = [grade for line in self.lines for grade in line.grades if grade.from_day <= text]
        return sorted(grades, key=lambda grade: (grade.from_day, grade.fact.order))


def attendance_of(shelf: Shelf) -> Attendance:
    """The stays told by the facts on the shelf."""
    begun = sorted(shelf.of(EnrollmentBegan), key=lambda pair: (pair[1].first_day, pair[0].order))
    endings: dict[int, tuple[Fact, EnrollmentEnded]] = {}
    unmatched: list[tuple[Fact, EnrollmentEnded]] = []
    for fact, ended in shelf.of(EnrollmentEnded):
        place = _matching(begun, ended.facility, ended.last_day)
        if place is None:
            unmatched.append((fact, ended))
        else:
            endings[place] = (fact, ended)  # a second ending of the same stay corrects the first
    grades: dict[int, list[GradeLine]] = {}
    for fact, told in shelf.of(GradeAssigned):
        place = _matching(begun, told.facility, told.from_day)
        if place is not None:
            line = GradeLine(fact, told.grade, told.from_day, told.kindergarten_term, told.grade_7_term)
            grades.setdefault(place, []).append(line)
    lines = [_line(*pair, grades.get(i, []), endings.get(i)) for i, pair in enumerate(begun)]
    return Attendance(tuple(lines), tuple(unmatched))


def _matching(begun: list[tuple[Fact, EnrollmentBegan]], facility: FacilityId, day: str) -> int | None:
    """The latest stay at the facility that had begun by the day."""
    places = [i for i, (_, began) in enumerate(begun) if began.facility == facility and began.first_day <= day]
    return places[-1] if places else None


def _line(
    fact: Fact,
    began: EnrollmentBegan,
    grades: list[GradeLine],
    ending: tuple[Fact, EnrollmentEnded] | None,
) -> EnrollmentLine:
    first = GradeLine(fact, began.grade, began.first_day, began.kindergarten_term, began.grade_7_term)
    later = sorted(grades, key=lambda grade: (grade.from_day, grade.fact.order))
    return EnrollmentLine(
        fact=fact,
        began=began,
        grades=(first, *later),
        ended=ending[1] if ending else None,
        ended_by=ending[0] if ending else None,
    )
