"""A second reader: the verdicts of 1980, 1988 and 2006 derived again, from the texts alone and not from the rule sets.

Written apart from the evaluator, in the plainest way, for records whose dates are all whole and whose papers are all
accepted: what each statute asks, in the order a clerk would read it. `test_second_reader.py` holds the evaluator to it
on random records around every birthday and deadline. It knows nothing of JSON, plans, readings or explanations.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from projections.law.calendar import working_day

HOLDS = {
    "DTP": "DIPH TET PERT", "DTaP": "DIPH TET PERT", "DT": "DIPH TET", "Td": "DIPH TET",
    "OPV": "POLIO", "IPV": "POLIO", "MMR": "MEAS MUMP RUBE", "MR": "MEAS RUBE",
    "MEA": "MEAS", "MUM": "MUMP", "RUB": "RUBE", "HIB": "HIB", "HEPB": "HEPB",
}  # fmt: skip
TRIPLE, MMR = ("DIPH", "TET", "PERT"), ("MEAS", "MUMP", "RUBE")
ENOUGH, PRIMARY = "ok", "primary_ok"


@dataclass(frozen=True)
class Paper:
    """An accepted exemption statement, acting from its date."""

    kind: str  # medical | laboratory | disease | conscience
    antigens: tuple[str, ...]
    signer: str
    is_notarized: bool
    on: date


@dataclass(frozen=True)
class Child:
    """What the second reader asks of a child."""

    law: str
    born: date
    enrolled: date
    on: date
    source: str
    is_in_care: bool = False
    is_short_stay: bool = False
    sex: str = "F"
    kindergarten: int = 0
    grade_7: int = 0
    doses: tuple[tuple[str, date], ...] = ()
    papers: tuple[Paper, ...] = ()
    orders: tuple[tuple[str, date, date], ...] = ()  # antigen, first day, last day
    moved: tuple[str, date, int | None] | None = None  # from, day 0, days of the local policy

    @property
    def is_professional(self) -> bool:
        return self.source in ("physician", "public_clinic")

    def is_aged(self, years: int = 0, months: int = 0) -> bool:
        return self.on >= later(self.born, 12 * years + months)


def later(start: date, months: int) -> date:
    """So many months on: the same day, or the last one of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def antigens_of(law: str) -> tuple[str, ...]:
    """The diseases a statute is about."""
    return (*TRIPLE, "POLIO", *MMR, *(("HIB", "HEPB") if law == "mn-2006" else ()))


def read(child: Child) -> tuple[str, dict[str, str]]:
    """The overall answer and the answer per disease."""
    names = antigens_of(child.law)
    if not _is_subject(child):
        return "not_subject", dict.fromkeys(names, "not_required")
    if child.law == "mn-2006" and child.is_short_stay and 0 <= (child.on - child.enrolled).days <= 4:
        return "short_stay_exempt", dict.fromkeys(names, "not_required")
    answers = {name: _answer(child, name, _days(child, name)) for name in names}
    overall = _overall(set(answers.values()))
    if overall == "not_compliant" and _is_in_grace(child):
        overall = "transfer_grace"
    return overall, answers


def _is_subject(child: Child) -> bool:
    if child.law != "mn-1980" and child.on <= later(child.born, 2):
        return False  # only those over two months old
    return child.law != "mn-2006" or child.is_in_care or child.born > date(1956, 12, 31)


def _days(child: Child, name: str) -> list[date]:
    days = sorted({day for code, day in child.doses if name in HOLDS[code].split() and child.born <= day <= child.on})
    if name != "MEAS":
        return days
    least = later(child.born, 11) + timedelta(15) if child.law == "mn-1980" else later(child.born, 12)
    return [day for day in days if day >= least]


def _answer(child: Child, name: str, days: list[date]) -> str:
    if name == "HEPB" and not _owes_hepatitis_b(child):
        return "not_required"
    may_be_parents = child.is_professional or not (
        child.law == "mn-2006" and child.is_in_care and not child.is_aged(months=15)
    )
    if may_be_parents:
        standing = _standing(child, name, days)
        if standing:
            return standing
    if _is_free_by_age(child, name):
        return "exempt_age"
    exemption = _exemption(child, name)
    if exemption:
        return exemption
    if _is_suspended(child, name):
        return "not_required"
    begun = name in (*TRIPLE, "POLIO") or (name == "HEPB" and child.law == "mn-2006")
    if child.is_professional and begun and days and child.on <= later(child.enrolled, 18):
        return "in_process"
    return "review" if _is_blank_statement_there(child) else "short"


def _standing(child: Child, name: str, days: list[date]) -> str:
    """Whether the doses are enough, or the primary schedule on a professional's statement."""
    count, is_seven = len(days), child.is_aged(7)
    after_four = [position for position, day in enumerate(days, start=1) if day > later(child.born, 48)]
    if name in MMR or name == "HIB":
        return ENOUGH if count >= 1 else ""
    if name == "HEPB":
        return ENOUGH if count >= 3 else ""
    if child.law == "mn-1980":
        return ENOUGH if count >= (3 if name == "POLIO" else 4) else ""
    by_school = not child.is_in_care or child.law == "mn-1988"
    if name == "POLIO":
        if is_seven or not by_school:
            return ENOUGH if count >= 3 else ""
        enough, primary = count >= 4 or 3 in after_four, count >= 3
    elif not is_seven:
        enough = count >= 5 or 4 in after_four if by_school else count >= 4
        primary = count >= 4
    elif name == "PERT":
        return ENOUGH if count >= (3 if child.law == "mn-1988" else 4) else ""
    elif child.law == "mn-2006" and by_school and child.is_aged(20):
        enough = any(later(day, 120) >= child.on for day in days)
        primary = count >= 3
    else:
        return ENOUGH if count >= 3 else ""
    return ENOUGH if enough else PRIMARY if primary and child.is_professional else ""


def _owes_hepatitis_b(child: Child) -> bool:
    return not child.is_in_care and not child.is_aged(20) and (child.kindergarten >= 2000 or child.grade_7 >= 2001)


def _is_free_by_age(child: Child, name: str) -> bool:
    if name in MMR and not child.is_aged(months=15):
        return True
    return (
        (name == "PERT" and child.is_aged(7))
        or (name == "POLIO" and child.law != "mn-1980" and child.is_aged(18))
        or (name == "HIB" and child.is_aged(5))
        or (name == "MUMP" and child.law == "mn-1980" and child.is_aged(7))
        or (name == "RUBE" and child.law == "mn-1980" and child.sex == "F" and child.is_aged(12))
    )


def _may_sign(child: Child, paper: Paper) -> bool:
    if paper.on > child.on:
        return False
    if paper.kind != "conscience":
        return paper.signer == "physician"
    was_minor = paper.on < later(child.born, 18 * 12)
    signers = {"parent": was_minor, "guardian": was_minor, "adult_student": not was_minor, "emancipated": True}
    return paper.is_notarized and signers.get(paper.signer, False)


def _exemption(child: Child, name: str) -> str:
    for paper in child.papers:
        if name in paper.antigens and _may_sign(child, paper):
            return "exempt_conscience" if paper.kind == "conscience" else "exempt_medical"
    return ""


def _is_blank_statement_there(child: Child) -> bool:
    return any(not paper.antigens and _may_sign(child, paper) for paper in child.papers)


def _is_suspended(child: Child, name: str) -> bool:
    """For one year at most; in 2006 only what subdivision 4 asks, which is of no professional's statement."""
    if child.law == "mn-2006" and child.is_professional:
        return False
    return any(
        name == antigen and first <= child.on <= min(last, later(first, 12) - timedelta(1))
        for antigen, first, last in child.orders
    )


def _overall(answers: set[str]) -> str:
    if "short" in answers:
        return "not_compliant"
    for answer, token in (("review", "review"), ("in_process", "in_process"), (PRIMARY, "primary_complete")):
        if answer in answers:
            return token
    return "exempt" if answers & {"exempt_medical", "exempt_conscience"} else "complete"


def _is_in_grace(child: Child) -> bool:
    """Thirty days by right until 1997, afterwards what the board allows, from school to school alone."""
    if child.moved is None or child.is_in_care:
        return False
    came_from, day_0, policy_days = child.moved
    days = min(policy_days or 0, 30) if child.law == "mn-2006" else 30
    if came_from not in ("school", "home_school") or days <= 0:
        return False
    last = date.fromordinal(working_day((day_0 + timedelta(days)).toordinal()))
    return day_0 <= child.on <= last
