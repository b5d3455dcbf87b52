"""Where each child of the demo goes to school since when, in which grade, and its entry terms.

The terms (school years of kindergarten and of grade 7) are facts the law asks for; here they follow from
the class the child is in.
"""

from datetime import date, timedelta

from events.catalog.students import EnrollmentBegan, GradeAssigned
from server.demo.people import DemoChild, first_school_day, school_year_start
from server.demo.stories import History


def enrollment(child: DemoChild, history: History, today: date) -> EnrollmentBegan:
    kindergarten, seventh = _terms(child, today)
    moved = history.transferred_on
    return EnrollmentBegan(
        facility=child.facility,
        kind=child.kind,
        basis="short_stay" if history.story == "short_stay" else "full",
        first_day=history.first_day.isoformat(),
        grade=_grade_at(child, history.first_day, today),
        kindergarten_term=kindergarten,
        grade_7_term=seventh,
        transferred_from=history.transferred_from,
        transferred_on=None if moved is None else moved.isoformat(),
        expected_days=history.expected_days,
    )


def grade_this_year(child: DemoChild, history: History, today: date) -> GradeAssigned | None:
    """The grade since September, for a child who began in a lower one."""
    if child.grade in ("PREK", "POST") or _grade_at(child, history.first_day, today) == child.grade:
        return None
    kindergarten, seventh = _terms(child, today)
    return GradeAssigned(
        facility=child.facility,
        grade=child.grade,
        from_day=first_school_day(school_year_start(today)).isoformat(),
        kindergarten_term=kindergarten,
        grade_7_term=seventh,
    )


def _kindergarten_year(child: DemoChild, today: date) -> int | None:
    if child.grade == "PREK":
        return None
    if child.grade == "POST":
        return school_year_start(child.born - timedelta(days=1)) + 6
    return school_year_start(today) - (0 if child.grade == "K" else int(child.grade))


def _terms(child: DemoChild, today: date) -> tuple[str, str]:
    """School years of kindergarten and grade 7 entry; empty where not reached."""
    year = _kindergarten_year(child, today)
    if year is None:
        return "", ""
    seventh = f"{year + 7}-{year + 8}" if year + 7 <= school_year_start(today) else ""
    return f"{year}-{year + 1}", seventh


def _grade_at(child: DemoChild, on: date, today: date) -> str:
    """The grade a child was in on its first day."""
    year = _kindergarten_year(child, today)
    if year is None:
        return "PREK"
    grade = min(12, max(0, school_year_start(on) - year))
    return str(grade) if grade else "K"
