"""Papers: exemption statements, statements not yet entered, orders, statuses and promises, with their dates.

Each function reads one kind into the facts: what covers which antigen from when to when, and the days (`edges`) on
which a verdict may change because of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.law.codes import CODES
from projections.law.entries import Cover
from projections.law.form import ExemptionRule
from projections.law.intervals import add_months, read_day
from projections.law.plan import Plan
from projections.law.plan_parts import NEVER
from projections.law.record import Exemption, Record
from projections.law.verdict import Finding

if TYPE_CHECKING:
    from projections.law.facts import Facts


def read_exemption(facts: Facts, plan: Plan, paper: Exemption) -> None:
    """One exemption statement: whom the law honours, from when to when, or what is to be reviewed."""
    told = (paper.signed_on, paper.received_on, paper.accepted_on, paper.rejected_on, paper.withdrawn_on)
    impossible = {text for text in told if text and read_day(text) is None}
    for text in told:
        if text in impossible:
            facts.note(Finding("exemption_date_impossible", on=text))
            impossible.remove(text)
    since = max(read_day(paper.signed_on) or 0, read_day(paper.received_on) or 0)
    signed = read_day(paper.signed_on) or since
    withdrawn = read_day(paper.withdrawn_on) or NEVER
    accepted, rejected = read_day(paper.accepted_on), read_day(paper.rejected_on)
    if (paper.withdrawn_on and withdrawn == NEVER) or (paper.rejected_on and rejected is None):
        accepted = None  # it ended on a day that is none: a person must look
    if accepted is not None and rejected is not None and rejected >= accepted:
        withdrawn, rejected = min(withdrawn, rejected), None
    named = CODES.named_on_statement(paper.antigens)
    if paper.antigens and not named:
        facts.note(Finding("exemption_names_unknown", detail="+".join(paper.antigens)), since)
    blank = not paper.antigens
    covered = [i for i, antigen in enumerate(plan.antigens) if blank or antigen in named]
    until = withdrawn if accepted is not None else min(withdrawn, rejected or NEVER)
    if since >= until:
        return
    facts.edges += [since] if since else []
    facts.edges += [until] if until < NEVER else []
    covers = {antigen: honoured(facts, plan, paper, antigen, signed, accepted is not None) for antigen in covered}
    for antigen, rule in covers.items():
        if rule is not None:
            facts.covers.setdefault(antigen, []).append(Cover(since, until, *rule))
    if covered and not any(covers.values()):
        facts.note(Finding("statement_not_lawful", detail=paper.kind, on=paper.signed_on), since, until)


def _rule_for(
    plan: Plan, kind: str, signer: str, notarized: bool, antigen: str, group: str, signed: int, marks: tuple[int, ...]
) -> tuple[ExemptionRule | None, str]:
    """The first rule of the law that honours such a statement for this antigen; None when none does.

    With it the reading in whose way a rule stood, if one did.
    """
    blocked = ""
    for rule, (age_from, age_to) in zip(plan.rules.exemptions, plan.exemption_ages, strict=True):
        if rule.kind != kind or signer not in rule.signers or (rule.notarized and not notarized):
            continue
        if (rule.antigens and antigen not in rule.antigens) or (rule.groups and group not in rule.groups):
            continue
        if rule.signed_before and signed >= (read_day(rule.signed_before) or 0):
            continue
        if (age_from >= 0 and signed < marks[age_from]) or (age_to >= 0 and signed >= marks[age_to]):
            continue
        if rule.reading and plan.values[rule.reading] != rule.reading_value:
            blocked = rule.reading
            continue
        return rule, blocked
    return None, blocked


def honoured(
    facts: Facts, plan: Plan, paper: Exemption, antigen: int, signed: int, accepted: bool
) -> tuple[str, str, str] | None:
    """Outcome, clause and flag of a statement for one antigen; None where the law does not honour it."""
    if not accepted:
        return "review", "", "unchecked"
    name = plan.antigens[antigen]
    rule, blocked = _rule_for(plan, paper.kind, paper.signer, paper.notarized, name, facts.group, signed, facts.marks)
    if rule is None and blocked:
        facts.flags.add(blocked)
    blank = not paper.antigens
    if rule is None or not paper.signed or (blank and plan.values.get("blank_statement") == "nothing"):
        return None
    return ("review", rule.clause, "blank_statement") if blank else (rule.outcome, rule.clause, rule.reading)


def read_papers(facts: Facts, plan: Plan, record: Record) -> None:
    """Record statements received and not yet entered: what they cover is under review."""
    for paper in record.papers:
        for text in (paper.received_on, paper.checked_on):
            if text and read_day(text) is None:
                facts.note(Finding("paper_date_impossible", on=text))
        since, until = read_day(paper.received_on) or 0, read_day(paper.checked_on) or NEVER
        if since >= until:
            continue
        facts.edges += [since] if since else []
        facts.edges += [until] if until < NEVER else []
        named = CODES.named_on_statement(paper.antigens or ("ALL",))
        for antigen in (plan.index[a] for a in plan.antigens if a in named):
            facts.papers.setdefault(antigen, []).append(Cover(since, until, "review", "", "unchecked"))


def read_orders(facts: Facts, plan: Plan, record: Record) -> None:
    """Suspensions, protected statuses and planned doses."""
    limit = plan.rules.suspensions
    reached = not limit.statements or facts.source in limit.statements
    reached = reached or plan.values.get(limit.reading) == "all"
    for order in record.suspensions:
        since, end = read_day(order.since), read_day(order.until)
        if since is None or (order.until and (end is None or end < since)):
            facts.note(Finding("suspension_date_impossible", on=order.since if since is None else order.until))
            continue
        last = end or NEVER - 1
        if limit.months:
            last = min(last, add_months(since, limit.months) - 1)
        facts.edges += [since, last + 1]
        named = CODES.named_on_statement(order.antigens or ("ALL",))
        for antigen in (plan.index[a] for a in plan.antigens if reached and a in named):
            facts.suspended.setdefault(antigen, []).append((since, last))
    kinds = plan.rules.protection.kinds if plan.rules.protection is not None else ()
    for status in (one for one in record.protected if one.kind in kinds):
        for text in (status.since, status.until):
            if text and read_day(text) is None:
                facts.note(Finding("status_date_impossible", on=text))
        since, last = read_day(status.since) or 0, read_day(status.until) or NEVER - 1
        facts.protected.append((since, last))
        facts.edges += [since, last + 1]
    for planned in record.planned:
        day = read_day(planned.planned_on)
        if day is None:
            facts.note(Finding("planned_date_impossible", on=planned.planned_on))
            continue
        named = CODES.named_on_statement(planned.antigens)
        for name in (one for one in plan.antigens if one in named):
            given = [e for e in facts.antigens[plan.index[name]].good if e.first >= day - 30]
            if not given:
                facts.note(Finding("planned_dose_missed", antigen=name, on=planned.planned_on), day + 1)
