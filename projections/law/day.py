"""The questions of one day, antigen by antigen, in a fixed order: the first that is answered decides.

Is the antigen asked at all? do the doses that count meet it (`ok`)? the primary schedule on a physician's statement
(`primary_ok`)? an age (`exempt_age`)? a statement (`exempt_...`)? a suspension (`not_required`)? the begun schedule
(`in_process`)? an unchecked paper (`review`)? doses whose date may be on the right side (`review`)? doses that only
lack their date (`date_defect`)? Otherwise it is `short`. So one more dose on record never makes a verdict worse.

`flags` name the readings that may have decided something, for `readings.py` to try the other one.
"""

from __future__ import annotations

import re
from typing import cast

from projections.law.bands import band_on
from projections.law.entries import Entry
from projections.law.facts import Facts
from projections.law.intervals import write_day
from projections.law.needs import (
    Doses,
    age_exempt,
    cover_on,
    doses_on,
    first_met,
    fitting,
    nearest,
    with_aside,
)
from projections.law.plan import Plan
from projections.law.plan_parts import NEVER, BandPlan, NeedPlan, OptionPlan, PrimaryPlan
from projections.law.verdict import AntigenVerdict, Finding, NotCounted, Outcome

DT = frozenset(("28", "DT"))
TERM = re.compile(r"[0-9]{4}(-[0-9]{2}([0-9]{2})?)?")
LATE_GRADES = ("7", "8", "9", "10", "11", "12")
CURES = {"short": "dose", "date_defect": "date", "review": "check", "in_process": "dose", "primary_ok": "booster"}


class Day:
    """The questions of one day: what is asked of this student today, and the flags met on the way."""

    def __init__(self, facts: Facts, as_of: int) -> None:
        plan = facts.plan
        self.facts, self.as_of, self.plan = facts, as_of, plan
        self.flags: set[str] = set()
        self.findings: list[Finding] = []
        self.age_day = as_of
        if plan.values.get("age_on") == "enrollment" and facts.enrolled < as_of:
            self.age_day = facts.enrolled
        self.band = band_on(facts, self.age_day, as_of)
        self.primary = self._primary() if facts.professional else None
        self.accepted = not self.band or not self.band.statements or facts.source in self.band.statements

    def _primary(self) -> PrimaryPlan | None:
        marks, on = self.facts.marks, self.age_day
        for one in self.plan.primary:
            if one.groups and self.facts.group not in one.groups:
                continue
            if (one.age_from < 0 or on >= marks[one.age_from]) and (one.age_to < 0 or on < marks[one.age_to]):
                return one
        return None

    def parts(self, band: BandPlan) -> list[AntigenVerdict]:
        """The answer for each antigen: at once where it is plain, as it mostly is."""
        plan = self.plan
        found: list[AntigenVerdict] = []
        past = self.facts.latest_dose <= self.as_of and self.accepted
        for index, own in enumerate(self.facts.antigens):
            need = band.asks[index]
            if need is None:
                found.append(plan.not_asked[index])
            elif past and own.plain and len(own.good) >= need.plain_doses > 0 and not need.cohort:
                found.append(AntigenVerdict(plan.antigens[index], "ok", need.plain_doses, own.counted, (), need.clause))
            else:
                found.append(self.part(index))
        return found

    def part(self, antigen: int) -> AntigenVerdict:
        """The answer for one antigen."""
        need = self.band.asks[antigen] if self.band is not None else None
        if need is None:
            return self.plan.not_asked[antigen]
        facts, own = self.facts, self.facts.antigens[antigen]
        if need.cohort and not self._in_cohort(need.cohort):
            return self.plan.not_asked[antigen]
        doses = doses_on(facts, own, self.as_of)
        if need.own_ages and own.aside:
            doses = with_aside(doses, own, self.as_of)
        if self.accepted:
            if need.plain_doses and len(doses.good) >= need.plain_doses and not own.defect:
                name = self.plan.antigens[antigen]
                return AntigenVerdict(name, "ok", need.plain_doses, doses.counted, doses.not_counted, need.clause)
            option = first_met(need, doses.good, facts.marks, self.as_of, False)
            if option is not None:
                return self._enough(antigen, need, option, doses)
            for near in need.options:
                self._note_near(near, doses)
        return self._otherwise(antigen, need, doses)

    def _enough(self, antigen: int, need: NeedPlan, option: OptionPlan, doses: Doses) -> AntigenVerdict:
        if doses.defect:
            self.flags.add("surplus_dose")
            if self.plan.values.get("surplus_dose") == "spoils":
                return self._made(antigen, "date_defect", option, doses, self.plan.rules.dates.clause)
        self._note_near(option, doses)
        return self._made(antigen, "ok", option, doses, need.clause)

    def _note_near(self, option: OptionPlan, doses: Doses) -> None:
        """Flag the readings on which this option hangs by a few days."""
        if option.within_months and doses.good:
            self.flags.add("ten_years")
        if option.last_at >= 0 and len(doses.good) >= option.doses:
            days = sorted(entry.first for entry in doses.good)
            if abs(days[option.doses - 1] - self.facts.marks[option.last_at]) <= 5:
                self.flags.update((option.last_reading, "grace"))

    def _otherwise(self, antigen: int, need: NeedPlan, doses: Doses) -> AntigenVerdict:
        """The questions after "enough doses?" was answered no."""
        facts, plan, as_of = self.facts, self.plan, self.as_of
        option = nearest(need, doses.good, facts.marks, as_of)
        asked = self.primary.doses[antigen] if self.primary is not None and self.accepted else 0
        primary_done = bool(asked) and len(doses.good) >= asked
        if primary_done:
            self.flags.add("physician_primary")
        if primary_done and plan.values.get("physician_primary") == "accepted":
            return self._made(antigen, "primary_ok", option, doses, plan.rules.in_process.clause)
        clause, unsure = age_exempt(facts, need, as_of)
        if clause and not unsure:
            return self._made(antigen, "exempt_age", option, doses, clause)
        cover = cover_on(facts.covers.get(antigen), as_of)
        if cover is not None and cover.flag:
            self.flags.add(cover.flag)
        if need.cohort:
            self.flags.add(plan.rules.cohorts[need.cohort].reading)
        self.flags.update(need.readings)
        if cover is not None and cover.outcome != "review":
            return self._made(antigen, cover.outcome, option, doses, cover.clause)
        if any(since <= as_of <= last for since, last in facts.suspended.get(antigen, ())):
            return self._made(antigen, "not_required", option, doses, plan.rules.suspensions.clause)
        begun = self._begun(antigen, option, doses) if self.accepted and not primary_done else ""
        if begun:
            return self._made(antigen, begun, option, doses, plan.rules.in_process.clause)
        paper = cover_on(facts.papers.get(antigen), as_of)
        if cover is not None or paper is not None or clause:
            return self._made(
                antigen, "review", option, doses, clause or (cover.clause if cover else "") or need.clause
            )
        if not self.accepted:
            return self._made(antigen, "short", option, doses, plan.rules.statement_rule, "statement")
        return self._short_of_what(antigen, need, option, doses)

    def _short_of_what(self, antigen: int, need: NeedPlan, option: OptionPlan, doses: Doses) -> AntigenVerdict:
        facts = self.facts
        open_doses = sorted(doses.good + doses.maybe) if doses.maybe else doses.good
        if self.plan.values.get("partial_date") == "review" and self._could_do(
            antigen, need, option, doses, open_doses
        ):
            self.flags.add("partial_date")
            return self._made(antigen, "review", option, doses, need.clause)
        if doses.defect and self._could_do(antigen, need, option, doses, sorted(open_doses + doses.defect)):
            self.flags.add(self.plan.rules.dates.reading)
            return self._made(antigen, "date_defect", option, doses, self.plan.rules.dates.clause)
        if facts.antigens[antigen].bad:
            self.flags.add("grace")
        if self.plan.antigens[antigen] == "PERT" and any(dose.code in DT for dose in facts.record.doses):
            self.flags.add("dt_under_7")
        ran_out = (
            facts.professional and antigen in self.plan.in_process and doses.good and self.as_of > facts.clock_last
        )
        return self._made(
            antigen, "short", option, doses, self.plan.rules.in_process.clause if ran_out else need.clause
        )

    def _could_do(self, antigen: int, need: NeedPlan, option: OptionPlan, doses: Doses, possible: list[Entry]) -> bool:
        """Whether the possible doses, dated at their best, would meet the need or the primary schedule, or begin it."""
        facts, as_of = self.facts, self.as_of
        accepted = self.primary is not None and self.plan.values.get("physician_primary") == "accepted"
        asked = self.primary.doses[antigen] if self.primary is not None and accepted else 0
        if first_met(need, possible, facts.marks, as_of, True) is not None or (asked and len(possible) >= asked):
            return True
        if doses.good or not facts.professional or antigen not in self.plan.in_process or as_of > facts.clock_last:
            return False
        return bool(fitting(option, possible, facts.marks, as_of, True) if option.vaccines else possible)

    def _begun(self, antigen: int, option: OptionPlan, doses: Doses) -> str:
        """`in_process` for a begun schedule inside its months, `review` where their start is not known."""
        facts, plan = self.facts, self.plan
        if not facts.professional or antigen not in plan.in_process or not doses.good:
            return ""
        if option.vaccines and not fitting(option, doses.good, facts.marks, self.as_of, False):
            return ""
        if facts.clock_last == NEVER:
            self.findings.append(Finding("clock_start_unknown", antigen=plan.antigens[antigen]))
            return "review"
        if facts.clock_moved:
            self.flags.add("clock")
        if facts.clock_later:
            self.flags.add("later_requirement")
        if abs(self.as_of - facts.clock_last) <= 1:
            self.flags.add("last_day")
        if self.as_of > facts.clock_last:
            return ""
        if plan.schedule and facts.schedule_past(antigen, doses.good, self.as_of, self.age_day):
            self.flags.add("schedule")
            return "" if plan.values.get("schedule") == "adopted" else "in_process"
        return "in_process"

    def note_age_at_enrollment(self, parts: list[AntigenVerdict]) -> None:
        """Flag the reading on age where the band of the day of enrollment would ask what is not there (A-04)."""
        facts, values = self.facts, self.plan.values
        if values.get("age_on") not in ("as_of", "enrollment"):
            return
        other = band_on(facts, facts.enrolled if values["age_on"] == "as_of" else self.as_of, self.as_of)
        if other is None or other is self.band:
            return
        for antigen, part in enumerate(parts):
            need = other.asks[antigen]
            enough = (
                need is None or part.outcome not in ("ok", "exempt_age") or len(part.counted) >= need.plain_doses > 0
            )
            if not enough or (part.outcome in ("short", "in_process")):
                self.flags.add("age_on")

    def _in_cohort(self, name: str) -> bool:
        """Whether a requirement phased in by the term of entry holds. Who is in the grade now has entered it."""
        cohort, record, rules = self.plan.rules.cohorts[name], self.facts.record, self.plan.rules
        kg, g7 = self._entered(record.kg_term), self._entered(record.g7_term)
        by_kg = kg >= cohort.kg_from[:4] if kg else record.grade == "K" and rules.effective_from > cohort.kg_from
        by_g7 = g7 >= cohort.g7_from[:4] if g7 else record.grade == "7" and rules.effective_from > cohort.g7_from
        unknown = not g7 and (record.grade in LATE_GRADES or (not kg and not record.grade.startswith("PREK")))
        if unknown and not by_kg and not by_g7:
            self.findings.append(Finding("entry_term_unknown", detail=name))
        if self.plan.values.get(cohort.reading) == "entry_only":
            return (by_kg and record.grade == "K") or (by_g7 and record.grade == "7")
        return by_kg or by_g7

    def _entered(self, term: str) -> str:
        """The year in which a school term like `2000-2001` began; empty when none is told."""
        if not term or TERM.fullmatch(term):
            return term[:4]
        self.findings.append(Finding("entry_term_impossible", on=term))
        return ""

    def _made(
        self, antigen: int, outcome: str, option: OptionPlan, doses: Doses, clause: str, cure: str = ""
    ) -> AntigenVerdict:
        counted, not_counted = doses.counted, doses.not_counted
        if not option.plain and (option.vaccines or option.each_from >= 0 or option.within_months):
            fit = [e.dose for e in fitting(option, doses.good, self.facts.marks, self.as_of, False)]
            aside = [dose for dose in counted if dose not in fit]
            not_counted = not_counted + tuple(NotCounted(dose, "not_of_the_kind_asked") for dose in aside)
            counted = tuple(dose for dose in counted if dose in fit)
        cure_by = write_day(self.facts.clock_last) if outcome == "in_process" else ""
        return AntigenVerdict(
            self.plan.antigens[antigen],
            cast(Outcome, outcome),
            option.doses,
            counted,
            not_counted,
            clause,
            cure or CURES.get(outcome, ""),
            cure_by,
        )


def look_at(plan: Plan, antigen: str) -> AntigenVerdict:
    """An antigen about which nothing can be said: a person must look."""
    return AntigenVerdict(antigen, "review", 0, (), (), plan.rules.statement_rule, "check")
