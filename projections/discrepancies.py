"""What does not fit together in one child's record: a check a kind, each reading the folded record.

Nothing here decides anything: a discrepancy (``projections/discrepancy.py``) names both sides for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import combinations

from events.catalog.students import StudentCorrected
from events.dates import PartialDate, earliest, latest, read_instant
from events.roles import Role
from projections.alerts import Alert
from projections.answers import doses_against_answers
from projections.clinic_words import ClinicWords
from projections.clocks import skewed
from projections.consent_matters import consent_matters
from projections.discrepancy import (
    Discrepancy,
    dose_words,
    first_of,
    may_be_one_dose,
    raised,
    settled_keys,
    vaccine_name,
)
from projections.fold import Fact, civil_day, knew
from projections.forms import form_entries, forms_entered_twice
from projections.held_doses import doses_of_held_lots
from projections.history import DoseLine
from projections.orders import WithdrawnOrders
from projections.papers import known_at
from projections.reactions import reactions_of
from projections.student import Student


def discrepancies_of(student: Student, clinics: ClinicWords) -> tuple[Discrepancy, ...]:
    """Everything open in one child's record (all linked streams), gravest and oldest first."""
    settled = settled_keys(student)
    found = [one for check in _CHECKS for one in check(student)]
    found += [*_under_withdrawn_orders(student, clinics.orders), *doses_of_held_lots(student, clinics.held)]
    found += forms_entered_twice(form_entries(student))
    found += doses_against_answers(student)
    found = [one for one in found if one.key not in settled]
    return tuple(sorted(found, key=lambda one: (one.severity, one.raised_on, one.key)))


def _duplicate_doses(student: Student) -> Iterator[Discrepancy]:
    for one, other in combinations(student.standing_doses, 2):
        if not may_be_one_dose(one, other):
            continue
        both_given = one.basis == other.basis == "administered"
        days = "the same day" if one.given_on == other.given_on else f"{one.given_on} and {other.given_on}"
        yield raised(
            "duplicate_dose",
            "hard" if both_given else "soft",
            [(one.fact, dose_words(one)), (other.fact, dose_words(other))],
            Role.HEALTH_OFFICE,
            f"{vaccine_name(one.cvx)} is on record twice, on {days}",
        )


def _impossible_dates(student: Student) -> Iterator[Discrepancy]:
    born = earliest(PartialDate(student.birth_date)) if student.birth_date else None
    for dose in student.standing_doses:
        if not dose.given_on:
            continue
        written = PartialDate(dose.given_on)
        words = [(dose.fact, dose_words(dose))]
        if born is not None and latest(written) < born:
            says = f"{vaccine_name(dose.cvx)} is dated {dose.given_on}, before the birth on {student.birth_date}"
            yield raised("dose_before_birth", "hard", words, Role.RECORDS, says)
        known = _dated_at(dose).date()
        if earliest(written) > known:
            says = f"{vaccine_name(dose.cvx)} is dated {dose.given_on}, after the day it was recorded ({known})"
            yield raised("dose_in_the_future", "hard", words, Role.HEALTH_OFFICE, says)


def _dated_at(dose: DoseLine) -> datetime:
    """When its day was written."""
    dating = [one.fact for one in dose.corrections if any(change.field == "given_on" for change in one.changes)]
    return _written(dating[-1] if dating else dose.fact)


def _against_contraindications(student: Student) -> Iterator[Discrepancy]:
    for alert in student.alerts:
        for dose in student.standing_doses:
            if dose.basis != "administered" or dose.event in alert.after or not alert.is_for(dose.given_on):
                continue
            if _is_after(alert.fact, dose) or not _stood_at(alert, dose):
                continue
            if alert.forbids(dose.cvx) and (alert.fact.order < dose.fact.order or not knew(alert.fact, dose.fact)):
                says = f"{vaccine_name(dose.cvx)} was given on {dose.given_on} against: {alert.text}"
                sides = [(alert.fact, alert.text), (dose.fact, dose_words(dose))]
                yield raised("dose_against_contraindication", "hard", sides, Role.HEALTH_OFFICE, says)


def _stood_at(alert: Alert, dose: DoseLine) -> bool:
    """Whether nobody had lifted it when the dose was given: to lift it later clears no dose given against it."""
    by = alert.lifted_by
    if by is None or _is_after(by, dose):
        return True
    if dose.from_paper:
        return bool(dose.given_at) and _written(by) > read_instant(dose.given_at)
    return knew(by, dose.fact)


def _written(fact: Fact) -> datetime:
    """When it was written, by the device or, where its clock was ahead, by the log."""
    return min(known_at(fact), read_instant(fact.header.recorded_at))


def _is_after(fact: Fact, dose: DoseLine) -> bool:
    """Whether it was written on a day after the dose's, for instance before that was copied: nobody knew of it then."""
    return bool(dose.given_on) and civil_day(_written(fact)) > latest(PartialDate(dose.given_on)).isoformat()


def _under_withdrawn_orders(student: Student, orders: WithdrawnOrders) -> Iterator[Discrepancy]:
    for dose in student.standing_doses:
        found = orders.against(dose.order, dose.given_on)
        if found is not None:
            fact, no = found
            on, by = no.on, no.by
            says = f"{vaccine_name(dose.cvx)} was given on {dose.given_on} under an order withdrawn from {on} by {by}"
            sides = [(fact, f"order withdrawn from {on} by {by}: {no.reason}"), (dose.fact, dose_words(dose))]
            yield raised("dose_under_withdrawn_order", "hard", sides, Role.HEALTH_OFFICE, says)


def _checks_of_withdrawn_papers(student: Student) -> Iterator[Discrepancy]:
    for line in student.papers:
        if line.withdrawn is None or line.withdrawn_by is None or line.checked_by is None:
            continue
        if not knew(line.withdrawn_by, line.checked_by):
            says = f"a {line.paper.kind} statement was {line.outcome} after {line.withdrawn.by} had withdrawn it"
            sides = [(line.withdrawn_by, f"withdrawn from {line.withdrawn.on}"), (line.checked_by, str(line.outcome))]
            yield raised("check_of_withdrawn_paper", "soft", sides, Role.HEALTH_OFFICE, says)


def _conflicting_corrections(student: Student) -> Iterator[Discrepancy]:
    for dose in student.standing_doses:
        for one, other in combinations(dose.corrections, 2):
            fields = {change.field: change.now for change in one.changes}
            differ = [c.field for c in other.changes if c.field in fields and fields[c.field] != c.now]
            after = [(later.fact, {change.field for change in later.changes}) for later in dose.corrections]
            differ = _unseen(differ, one.fact, other.fact, after)
            if differ:
                says = f"two corrections of {vaccine_name(dose.cvx)} disagree on {', '.join(differ)}"
                sides = [(one.fact, one.reason), (other.fact, other.reason)]
                yield raised("conflicting_corrections", "soft", sides, Role.HEALTH_OFFICE, says)


def _conflicting_demographics(student: Student) -> Iterator[Discrepancy]:
    told = [one for one in student.identities if one.name is not None]
    for one, other in combinations(told, 2):
        if _are_apart(one.birth_date, other.birth_date) or {one.sex, other.sex} == {"female", "male"}:
            sides = [(first_of(student, who.student), f"born {who.birth_date}, {who.sex}") for who in (one, other)]
            says = f"linked records disagree: {sides[0][1]} against {sides[1][1]}"
            yield raised("conflicting_demographics", "soft", sides, Role.RECORDS, says)


def _are_apart(one: str, other: str) -> bool:
    """Whether no day fits both of two written dates."""
    if not one or not other:
        return one != other
    first, second = PartialDate(one), PartialDate(other)
    return latest(first) < earliest(second) or latest(second) < earliest(first)


def _concurrent_identities(student: Student) -> Iterator[Discrepancy]:
    told = [(fact, payload, _told_fields(payload)) for fact, payload in student.shelf.of(StudentCorrected)]
    after = [(fact, set(fields)) for fact, _, fields in told]
    for (one, first, fields), (other, second, others) in combinations(told, 2):
        differ = [name for name in fields if name in others and fields[name] != others[name]]
        differ = _unseen(differ, one, other, after) if one.stream == other.stream else []
        if differ:
            says = f"two corrections of who the child is disagree on {', '.join(differ)}"
            sides = [(one, first.reason), (other, second.reason)]
            yield raised("conflicting_demographics", "soft", sides, Role.RECORDS, says)


def _told_fields(payload: StudentCorrected) -> dict[str, object]:
    """What a correction says of who the child is, by the words for it."""
    told = {
        "name": payload.name,
        "birth date": payload.birth_date,
        "sex": payload.sex,
        "numbers": payload.identifiers,
    }
    return {word: value for word, value in told.items() if value is not None}


def _unseen(fields: list[str], one: Fact, other: Fact, corrections: Iterable[tuple[Fact, set[str]]]) -> list[str]:
    """Those on which the later of two was made without the earlier, and nobody who saw both has said more since."""
    if knew(other, one):
        return []
    spoken = [said for fact, said in corrections if fact.order > other.order and knew(fact, one) and knew(fact, other)]
    return [field for field in fields if not any(field in said for said in spoken)]


def _wrong_clocks(student: Student) -> Iterator[Discrepancy]:
    for one in skewed(student.facts):
        minutes = round(abs(one.by).total_seconds() / 60)
        way = "ahead" if one.by > timedelta(0) else "behind"
        says = f"a device's clock was {minutes} minutes {way} when it recorded here; its times are not to be relied on"
        yield raised("clock_skew", "soft", [(one.fact, one.fact.header.recorded_at)], Role.DISTRICT_ADMIN, says)


def _unreported_reactions(student: Student) -> Iterator[Discrepancy]:
    for one in reactions_of(student.shelf):
        if one.is_owed:
            says = "a reaction is neither reported to VAERS nor said to need no report (42 U.S.C. 300aa-25(b))"
            sides = [(one.fact, one.told.description)]
            yield raised("reaction_not_reported", "hard", sides, Role.HEALTH_OFFICE, says)


def _copies_to_verify(student: Student) -> Iterator[Discrepancy]:
    for dose in student.doses:
        if dose.is_to_verify:
            severity = "hard" if dose.verified is False else "soft"
            sides = [(dose.fact, dose_words(dose))]
            yield raised("copy_not_verified", severity, sides, Role.HEALTH_OFFICE, _copy_words(dose))


def _copy_words(dose: DoseLine) -> str:
    """How far a copied dose, as it stands, was held against its paper."""
    vaccine, day = vaccine_name(dose.cvx), dose.given_on
    if dose.verified is False:
        return f"{vaccine} on {day} was copied from paper and does not agree with it"
    if not dose.corrections:
        return f"{vaccine} on {day} was copied from paper and not yet compared by a second person"
    return (
        f"{vaccine} on {day} was copied from paper and corrected since;"
        " a second person has still to compare it as it now stands"
    )


_CHECKS: tuple[Callable[[Student], Iterator[Discrepancy]], ...] = (
    _duplicate_doses,
    _impossible_dates,
    consent_matters,
    _against_contraindications,
    _checks_of_withdrawn_papers,
    _conflicting_corrections,
    _conflicting_demographics,
    _concurrent_identities,
    _wrong_clocks,
    _unreported_reactions,
    _copies_to_verify,
)
