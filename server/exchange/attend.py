"""A roster's word on where a child goes, against the stays on record.

A first day is never made up: without one in the file (or ``--first-day``) the child is registered and the
enrollment left to a person. A grade is told for this school year only; for a child who began in an
earlier year the grade of that first day is ``UNGRADED``, since the file does not say it. A class is told with the
grade, from today where only the class is new.
"""

from collections.abc import Callable
from datetime import date

import msgspec

from events.catalog import Payload
from events.catalog.event_type import Told
from events.catalog.facilities import FacilityOpened
from events.catalog.students import EnrollmentBegan, GradeAssigned
from events.ids import FacilityId, Stream, stream_of
from server.exchange.known import RECORDER, Known, KnownChild, Stay
from server.exchange.places import KnownFacility
from server.exchange.rows import Attendance, ChildRow, Flag, Place


class Attended(msgspec.Struct, frozen=True):
    """What a roster row adds: of facilities, of the child; ``changes`` when the child's record is changed by it."""

    facilities: tuple[tuple[Stream, Payload], ...]
    entries: tuple[tuple[Stream, Payload], ...]
    flags: tuple[Flag, ...]
    changes: bool


def attendance_events(
    known: Known, child: KnownChild, row: ChildRow, today: date, first_day: str, mint: Callable[[], str]
) -> Attended:
    """Facilities to open or rename, enrollments to begin, grades to assign."""
    entries: list[tuple[Stream, Payload]] = []
    changes = False
    attended = sorted(row.attends, key=lambda one: not one.primary)
    met = [known.places.meet(one.school, mint) for one in attended]
    facilities = [told for _, told in met if told is not None]
    flags = [_new_facility(row.place) for _, told in facilities if isinstance(told, FacilityOpened)]
    shared = met[0][0].id if len(met) > 1 else None
    for attends, (facility, _) in zip(attended, met, strict=True):
        stays = [stay for stay in child.stays if stay.facility == facility.id]
        going = next((stay for stay in stays if not stay.last_day), None)
        if going is not None:
            assigned = _new_grade(going, attends, today, row.place)
            if assigned is not None:
                entries.append((stream_of("student", child.id), assigned))
                changes = True
            continue
        began = attends.first_day if len(attends.first_day) == 10 else first_day
        if not began:
            flags.append(
                Flag(place=row.place, column="first day", reason="none in the file: pass --first-day or enroll")
            )
        elif any(stay.last_day >= began for stay in stays):
            flags.append(
                Flag(place=row.place, column="school", reason="on record as having left: enroll again by hand")
            )
        else:
            beginning = _enrollment(facility, attends, began, today, shared, row.place)
            entries += [(stream_of("student", child.id), payload) for payload in beginning]
            flags += _elsewhere(child, {one.id for one, _ in met}, row.place)
    return Attended(tuple(facilities), tuple(entries), tuple(flags), changes)


def _new_facility(place: Place) -> Flag:
    return Flag(place=place, column="school", reason="a new facility was opened as a school: check its kind")


def _elsewhere(child: KnownChild, told: set[FacilityId], place: Place) -> list[Flag]:
    """A stay that a new one did not end: whether the child left is for a person to say, it starts the clock."""
    reason = "still on record at another school too: end that enrollment if the child has left it"
    still = any(not stay.last_day and stay.facility not in told for stay in child.stays)
    return [Flag(place=place, column="school", reason=reason)] if still else []


def _new_grade(stay: Stay, attends: Attendance, today: date, place: Place) -> GradeAssigned | None:
    """A grade or class the roster says for the first time; nothing when a person has set another since."""
    is_new_grade = attends.grade not in ("UNGRADED", stay.grade, stay.sourced_grade)
    is_new_class = attends.classroom not in ("", stay.classroom, stay.sourced_classroom)
    if not is_new_grade and not is_new_class:
        return None
    grade = attends.grade if is_new_grade else stay.grade
    since = min(today, _year_start(today)) if is_new_grade else today
    term = _term(today)
    return GradeAssigned(
        facility=stay.facility,
        grade=grade,
        from_day=max(stay.first_day, since.isoformat()),
        kindergarten_term=term if is_new_grade and grade == "K" else "",
        grade_7_term=term if is_new_grade and grade == "7" else "",
        classroom=attends.classroom,
        told=_told(place),
    )


def _enrollment(
    facility: KnownFacility,
    attends: Attendance,
    began: str,
    today: date,
    holder: FacilityId | None,
    place: Place,
) -> list[Payload]:
    this_year = began >= _year_start(today).replace(month=7).isoformat()
    grade = attends.grade if this_year else "UNGRADED"
    beginning = EnrollmentBegan(
        facility=facility.id,
        kind=facility.kind,
        basis="full" if holder is None else "shared",
        first_day=began,
        grade=grade,
        kindergarten_term=_term(today) if grade == "K" else "",
        grade_7_term=_term(today) if grade == "7" else "",
        classroom=attends.classroom if this_year else "",
        file_holder=holder,
        told=_told(place),
    )
    if this_year:
        return [beginning]
    now = _new_grade(Stay(facility.id, began, "UNGRADED", "UNGRADED"), attends, today, place)
    return [beginning] if now is None else [beginning, now]


def _year_start(today: date) -> date:
    """1 September of the school year a day is in; 1 July begins the summer before it."""
    return date(today.year if today.month >= 7 else today.year - 1, 9, 1)


def _term(today: date) -> str:
    year = _year_start(today).year
    return f"{year}-{year + 1}"


def _told(place: Place) -> Told:
    return Told(source="import_file", recorder=RECORDER, detail=str(place)[:254])
