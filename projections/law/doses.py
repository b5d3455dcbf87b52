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
    in_order,
)
from projections.law.intervals import read_day, read_span
from projections.law.plain import Row, plain_course
from projections.law.plan import NEVER, Plan
from projections.law.record import Dose, Record
from projections.law.validity import Given, invalid_doses
from projections.law.verdict import Finding

if TYPE_CHECKING:
    from projections.law.facts import Facts


def read_doses(facts: Facts, plan: Plan, record: Record, horizon: int) -> list[AntigenFacts]:
    """Every dose of the record, held against dates, minimum ages and standards, antigen by antigen."""
    entries: list[list[Entry]] = [[] for _ in plan.antigens]
    uneven: set[int] = set()
    live: list[int] = []
    odd = False
    born, latest, noted, codes, safe = facts.born, 0, len(facts.notes), plan.codes, facts.safe_from
    for index, dose in enumerate(record.doses):
        code = codes.get(dose.code)
        if code is None:
            note_code(facts, index, dose)
            continue
        touched, cvx, limited, is_live, is_odd = code
        odd = odd or is_odd
        span = read_span(dose.given_on)
        if not touched:
            if is_live and span is not None and span.precision == "day":
                live.append(span.first)
            continue
        if span is None and dose.given_on:
            facts.note(Finding("dose_date_impossible", dose=index, on=dose.given_on))
            continue
        first, last, precision = span or (born, NEVER, "none")
        if last < born:
            facts.note(Finding("dose_before_birth", dose=index, on=dose.given_on))
            continue
        if first < born:
            first = born
        if latest < last < NEVER:
            latest = last
        plain = Entry(first, last, GOOD, index, cvx, "")
        whole = precision == "day"
        if is_live and whole:
            live.append(first)
        if whole and not limited:
            for antigen in touched:
                entries[antigen].append(plain)
            continue
        defective = "" if whole else lacks_date(facts, plan, first, last, precision)
        for antigen in touched:
            entry = plain
            if defective or first < safe[antigen]:
                entry = weigh(facts, plan, antigen, plain, defective)
                uneven.add(antigen)
            elif not whole:
                uneven.add(antigen)
            entries[antigen].append(entry)
    facts.latest_dose = latest
    if not horizon:
        return [in_order(plan, one, antigen in uneven) if one else EMPTY for antigen, one in enumerate(entries)]
    told_apart = plan.counted_standards and not record.planned  # a planned dose may be of an antigen nobody asks
    looked_at = plan.asked_by(facts.bands) if told_apart else plan.every_antigen
    made, suspects = by_the_book(facts, plan, entries, uneven, looked_at)
    if odd or latest > horizon or close_together(live):
        suspects = [antigen for antigen, one in enumerate(entries) if one and antigen in looked_at]
    if suspects:
        standing, facts.notes = facts.notes, facts.notes[:noted]
        apply_standards(facts, plan, record, horizon, entries, uneven, suspects)
        facts.notes += standing[noted:]
        for antigen in suspects:
            made[antigen] = in_order(plan, entries[antigen], antigen in uneven)
    return made


def by_the_book(
    facts: Facts, plan: Plan, entries: list[list[Entry]], uneven: set[int], looked_at: frozenset[int]
) -> tuple[list[AntigenFacts], list[int]]:
    """The antigens whose doses keep the plain course, made at once; the others are left to be looked at.

    Looked at are the antigens asked of this student, or all where an invalid dose is only noted.
    """
    made: list[AntigenFacts] = []
    suspects: list[int] = []
    before: list[Entry] = NONE
    rows_before: tuple[Row, ...] | None = None
    facts_before: AntigenFacts | None = None
    for antigen, rows in enumerate(plan.plain_rows):
        own = entries[antigen]
        if not own:
            made.append(EMPTY)
            continue
        if antigen not in looked_at:
            own.sort()
            made.append(AntigenFacts(own, antigen not in uneven))
            continue
        found = None
        if antigen not in uneven and rows is not None:
            if rows is rows_before and own == before:  # one vaccine against several diseases
                found = facts_before
            else:
                own.sort()
                if plain_course(rows, facts.born, own):
                    found = AntigenFacts(own, True)
                before, rows_before, facts_before = own, rows, found
        made.append(found or EMPTY)
        if found is None:
            suspects.append(antigen)
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
    uneven: set[int],
    suspects: list[int],
) -> None:
    """Set aside what the medically acceptable standards do not accept, or note it where that does not count."""
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
