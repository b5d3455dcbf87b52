"""Doses: read once, put to every antigen they count for, and weighed.

    code understood? --> a date that can be? --> exact enough? --> old enough by the text? --> valid by the standards?

What cannot be is noted and left out; what fails a question stays as an entry with its reason. Most records are by the
book (`plain.py`) and pass the last question at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from projections.law.codes import CODES
from projections.law.entries import (
    BAD,
    DEFECT,
    EMPTY,
    GOOD,
    MAYBE,
    NONE,
    STANDARDS,
    AntigenFacts,
    Entry,
    close_together,
    even,
    in_order,
    weighed,
)
from projections.law.intervals import read_day, read_span
from projections.law.plain import Courses, plain_course
from projections.law.plan import Plan
from projections.law.plan_parts import NEVER
from projections.law.record import Dose, Record
from projections.law.target import Given
from projections.law.validity import invalid_doses
from projections.law.verdict import Finding

if TYPE_CHECKING:
    from projections.law.facts import Facts


def read_doses(facts: Facts, plan: Plan, record: Record, horizon: int) -> list[AntigenFacts]:
    """Every dose of the record, held against dates, minimum ages and standards, antigen by antigen.

    A dose that passes at once is kept with those that count for the same antigens; one that must be weighed is kept
    apart for each antigen, for it may pass for one and fail for another.
    """
    noted = len(facts.notes)
    alike: dict[tuple[int, ...], list[Entry]] = {}
    apart: dict[int, list[Entry]] = {}
    odd, live = sort_in(facts, plan, record, alike, apart)
    entries = gathered(plan, alike, apart)
    if not horizon:
        return [in_order(plan, own, antigen in apart) if own else EMPTY for antigen, own in enumerate(entries)]
    told_apart = plan.counted_standards and not record.planned  # a planned dose may be of an antigen nobody asks
    looked_at = facts.asks.asked if told_apart else plan.every_antigen
    made, suspects = by_the_book(facts, plan, entries, apart, looked_at)
    if odd or facts.latest_dose > horizon or close_together(live):
        suspects = [antigen for antigen, own in enumerate(entries) if own and antigen in looked_at]
    if suspects:
        standing, facts.notes = facts.notes, facts.notes[:noted]
        uneven = apply_standards(facts, plan, record, horizon, entries, suspects)
        facts.notes += standing[noted:]
        for antigen in suspects:
            made[antigen] = in_order(plan, entries[antigen], antigen in uneven or antigen in apart)
    return made


def sort_in(
    facts: Facts,
    plan: Plan,
    record: Record,
    alike: dict[tuple[int, ...], list[Entry]],
    apart: dict[int, list[Entry]],
) -> tuple[bool, list[int]]:
    """Put each dose where it belongs; whether one is of an odd kind, and the days of live ones."""
    live: list[int] = []
    odd = False
    born, latest, codes, marks = facts.born, 0, plan.codes, facts.marks
    for index, dose in enumerate(record.doses):
        code = codes.get(dose.code)
        if code is None:
            note_code(facts, index, dose)
            continue
        touched, cvx, limit, is_live, is_odd = code
        span = read_span(dose.given_on)
        if span is None:
            if touched and dose.given_on:
                facts.note(Finding("dose_date_impossible", dose=index, on=dose.given_on))
                continue
            first, last, precision = born, NEVER, "none"
        else:
            first, last, precision = span
        whole = precision == "day"
        if is_odd:
            odd = True
        if is_live and whole and (first >= born or not touched):
            live.append(first)
        if not touched:
            continue
        if first < born:
            if last < born:
                facts.note(Finding("dose_before_birth", dose=index, on=dose.given_on))
                continue
            first = born
        if latest < last < NEVER:
            latest = last
        entry = Entry(first, last, GOOD, index, cvx, "")
        if whole and (limit == -1 or (limit >= 0 and first >= marks[limit])):
            if touched in alike:
                alike[touched].append(entry)
            else:
                alike[touched] = [entry]
            continue
        defective = "" if whole else lacks_date(facts, plan, first, last, precision)
        for antigen in touched:
            apart.setdefault(antigen, []).append(weigh(facts, plan, antigen, entry, defective))
    facts.latest_dose = latest
    return odd, live


def gathered(plan: Plan, alike: dict[tuple[int, ...], list[Entry]], apart: dict[int, list[Entry]]) -> list[list[Entry]]:
    """The doses of each antigen, oldest first. Antigens that only ever share a vaccine share the list."""
    entries = [NONE] * len(plan.antigens)
    for touched, own in alike.items():
        if len(own) > 1:
            own.sort()
        for antigen in touched:
            there = entries[antigen]
            entries[antigen] = sorted(there + own) if there else own
    for antigen, own in apart.items():
        entries[antigen] = sorted(entries[antigen] + own)
    return entries


def by_the_book(
    facts: Facts, plan: Plan, entries: list[list[Entry]], apart: dict[int, list[Entry]], looked_at: frozenset[int]
) -> tuple[list[AntigenFacts], list[int]]:
    """The antigens whose doses keep the plain course, made at once; the others are left to be looked at.

    Looked at are the antigens asked of this student, or all where an invalid dose is only noted.
    """
    born = facts.born
    made: list[AntigenFacts] = [EMPTY] * len(entries)
    suspects: list[int] = []
    before, before_made = NONE, EMPTY  # one vaccine against several diseases: weighed once
    passed: Courses | None = None
    for antigen, own in enumerate(entries):
        if not own:
            continue
        if own is not before:
            before, before_made, passed = own, even(own), None
        if antigen in looked_at:
            courses = plan.plain_courses[antigen]
            if antigen in apart or courses is None:
                suspects.append(antigen)
                continue
            if passed is not courses:
                if not plain_course(courses, born, own):
                    suspects.append(antigen)
                    continue
                passed = courses
        elif antigen in apart:
            made[antigen] = weighed(own)
            continue
        made[antigen] = before_made
    return made, suspects


def weigh(facts: Facts, plan: Plan, antigen: int, entry: Entry, defective: str) -> Entry:
    """The dose held against the minimum age the rule set states, and against its want of a date."""
    limit = plan.limits[antigen]
    mark = facts.marks[limit] - plan.grace if limit >= 0 else 0
    if entry.last < mark:
        return replace(entry, kind=BAD, reason="before_minimum_age")
    if defective:
        return replace(entry, kind=DEFECT, reason=defective)
    if entry.first < mark:
        return replace(entry, kind=MAYBE, reason="date_straddles_minimum_age")
    if plan.grace and limit >= 0 and entry.first < mark + plan.grace:
        facts.flags.add("grace")
    return entry


def apply_standards(
    facts: Facts,
    plan: Plan,
    record: Record,
    horizon: int,
    entries: list[list[Entry]],
    suspects: list[int],
) -> set[int]:
    """Set aside what the medically acceptable standards do not accept, or note it where that does not count.

    Says for which antigens something was set aside.
    """
    uneven: set[int] = set()
    given: list[Given] = []
    for index, dose in enumerate(record.doses):
        span = read_span(dose.given_on)
        if span is not None and span.first == span.last and facts.born <= span.first <= horizon:
            given.append(Given(span.first, CODES.cvx(dose.code) or dose.code, index))
    found = invalid_doses(plan.standards, facts.born, given, [plan.antigens[one] for one in suspects])
    for (which, index), reason in found.items():
        antigen = suspects[which]
        if not plan.counted_standards:
            day = read_day(record.doses[index].given_on) or 0
            facts.note(Finding("dose_invalid_by_standards", plan.antigens[antigen], index, detail=reason), day)
            continue
        uneven.add(antigen)
        entries[antigen] = [
            replace(one, kind=BAD, reason=STANDARDS + reason)
            if one.dose == index and one.reason != "before_minimum_age"
            else one
            for one in entries[antigen]
        ]
    return uneven


def note_code(facts: Facts, index: int, dose: Dose) -> None:
    """A code nobody understands is kept, told and counts for nothing."""
    if CODES.antigens_of(dose.code) is None:
        facts.note(Finding("code_not_understood", dose=index, detail=dose.code))


def lacks_date(facts: Facts, plan: Plan, first: int, last: int, precision: str) -> str:
    """Why the date is not exact enough for this rule set: empty when it is."""
    if precision != "month":
        return "date_missing" if precision == "none" else "month_missing"
    if plan.day_if_enrolled_after < NEVER:
        if facts.enrolled > plan.day_if_enrolled_after:
            return "" if plan.lenient_limit else "day_missing"
        facts.flags.add(plan.rules.dates.enrolled_reading)
        return "day_missing" if plan.day_for_everyone else ""
    if last > plan.day_if_given_after and not (plan.lenient_limit and first <= plan.day_if_given_after):
        return "day_missing"
    return ""
