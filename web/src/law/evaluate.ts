/**
 * `evaluate(record, ruleSet, asOf)`: the law's answer for one record on one day. Mirrors projections/law/evaluate.py;
 * the same three arguments give the same JSON, here and in Python. `holds_until` is exact.
 */

import type { Part, State } from "./bands";
import { Facts } from "./facts";
import { addMonths, at, readAnyDay, readDay, readSpan, writeDay } from "./intervals";
import { judge } from "./judge";
import { type Override, type Plan, planFor } from "./plan";
import { LAST_DAY, NEVER } from "./plan_parts";
import type { LawRecord } from "./record";
import { type Loaded, own } from "./ruleset";
import { type Finding, finding, type Outcome, type Overall, type ReadingUse, type Verdict } from "./verdict";

interface Answer {
  readonly state: State;
  readonly uses: readonly ReadingUse[];
}

/** Judge a record under a rule set on a day (`YYYY-MM-DD`). Throws only for a day that is no date. */
export function evaluate(record: LawRecord, ruleSet: Loaded, asOf: string): Verdict {
  const day = readAnyDay(asOf);
  if (day === null) throw new RangeError(`"${asOf}" is not a day`);
  return new Case(record, ruleSet).verdict(day);
}

/** One record under one rule set, with the facts read once per plan. */
class Case {
  private readonly facts = new Map<Plan, Map<number, readonly Facts[]>>();
  private readonly latestDose: number;

  constructor(
    private readonly record: LawRecord,
    private readonly ruleSet: Loaded,
  ) {
    this.latestDose = Math.max(0, ...record.doses.map((dose) => readSpan(dose.given_on)?.first ?? 0));
  }

  verdict(asOf: number): Verdict {
    const now = this.answer(asOf);
    return this.write(now, asOf, this.holdsUntil(asOf, now));
  }

  /** The first candidate day whose answer is another. A flag met on the way brings its reading's own days. */
  private holdsUntil(asOf: number, now: Answer): string | null {
    const known = new Set(this.state(this.plan(asOf), asOf).flags);
    const nowState = comparable(now.state);
    const nowUses = JSON.stringify(now.uses);
    let days = this.candidates(asOf, known);
    for (let day = days.shift(); day !== undefined; day = days.shift()) {
      const state = this.state(this.plan(day), day);
      if (comparable(state) !== nowState) return writeDay(day);
      if (state.flags.size === 0 && now.uses.length === 0) continue;
      if (JSON.stringify(this.answer(day).uses) !== nowUses) return writeDay(day);
      const before = known.size;
      for (const flag of state.flags) known.add(flag);
      if (known.size > before) days = this.candidates(day, known);
    }
    return null;
  }

  private plan(asOf: number, extra: readonly Override[] = []): Plan {
    const adopted: Override[] = this.record.readings
      .filter((one) => (readDay(one.since) ?? 0) <= asOf && asOf <= (readDay(one.until) || NEVER))
      .map((one) => [one.name, one.value]);
    return planFor(this.ruleSet, [...adopted, ...extra]);
  }

  /** The facts under a plan: one, or one for each end of a birth date without its day; none without one. */
  private read(plan: Plan, asOf: number): readonly Facts[] {
    const horizon = asOf < this.latestDose ? asOf : NEVER;
    let byHorizon = this.facts.get(plan);
    if (byHorizon === undefined) {
      byHorizon = new Map();
      this.facts.set(plan, byHorizon);
    }
    let known = byHorizon.get(horizon);
    if (known === undefined) {
      const span = readSpan(this.record.born_on);
      const ends = span === null ? [] : span.first === span.last ? [span.first] : [span.first, span.last];
      known = ends.map((born) => new Facts(plan, this.record, born, ends.length === 1, horizon));
      byHorizon.set(horizon, known);
    }
    return known;
  }

  private state(plan: Plan, asOf: number): State {
    const facts = this.read(plan, asOf);
    const first = facts[0];
    if (first === undefined || first.born > asOf) return unborn(plan, this.record);
    const second = facts[1];
    return second === undefined ? judge(first, asOf) : merge(plan, judge(first, asOf), judge(second, asOf));
  }

  private answer(asOf: number): Answer {
    const plan = this.plan(asOf);
    const state = this.state(plan, asOf);
    const uses = [...state.flags].sort().flatMap((name) => this.tryOther(plan, name, state, asOf));
    return { state, uses };
  }

  private tryOther(plan: Plan, name: string, state: State, asOf: number): ReadingUse[] {
    const reading = own(plan.rules.readings, name);
    if (reading === undefined) return [];
    const turned = this.turned(plan, asOf, name);
    const other = this.state(turned, asOf);
    const use = (antigen: string, says: string, otherSays: string): ReadingUse => ({
      ambiguity: reading.ambiguity,
      name,
      value: plan.value(name),
      other_value: turned.value(name),
      antigen,
      says,
      other: otherSays,
    });
    const uses = plan.antigens.flatMap((antigen, i) => {
      const mine = at(state.parts, i).outcome;
      const theirs = at(other.parts, i).outcome;
      return mine === theirs ? [] : [use(antigen, mine, theirs)];
    });
    return state.overall === other.overall ? uses : [...uses, use("", state.overall, other.overall)];
  }

  /** The days after `asOf` to judge: of the plans adopted then and later, and of the readings flagged. */
  private candidates(asOf: number, flags: ReadonlySet<string>): number[] {
    const changes = this.record.readings.flatMap((reading) => [
      readDay(reading.since) ?? 0,
      (readDay(reading.until) || NEVER) + 1,
    ]);
    const days = new Set(changes);
    for (const start of [asOf, ...changes]) {
      const plan = this.plan(start);
      const names = [...flags].filter((name) => own(plan.rules.readings, name) !== undefined);
      for (const one of [plan, ...names.map((name) => this.turned(plan, start, name))]) {
        for (const facts of this.read(one, asOf)) for (const day of edges(facts, asOf)) days.add(day);
      }
    }
    return [...days].filter((day) => asOf < day && day <= LAST_DAY).sort((one, two) => one - two);
  }

  /** The plan of a day with one reading turned to its other value. */
  private turned(plan: Plan, on: number, name: string): Plan {
    const reading = own(plan.rules.readings, name);
    if (reading === undefined) throw new Error(`no reading "${name}"`);
    return this.plan(on, [[name, plan.value(name) === reading.value ? reading.other : reading.value]]);
  }

  private write(answer: Answer, asOf: number, holdsUntil: string | null): Verdict {
    const { state, uses } = answer;
    const { rules, sha256 } = this.ruleSet;
    return {
      rule_set: rules.id,
      revision: rules.revision,
      sha256,
      verified: rules.verified && !state.findings.some((one) => one.code === "rule_set_not_in_force"),
      as_of: writeDay(asOf),
      overall: state.overall as Overall,
      may_attend: state.mayAttend,
      clause: state.clause,
      last_day: state.lastDay,
      antigens: rules.antigens.map((antigen, i) => {
        const part = at(state.parts, i);
        return {
          antigen,
          outcome: part.outcome as Outcome,
          needed: part.needed,
          counted: part.counted,
          not_counted: part.notCounted,
          clause: part.clause,
          cure: part.cure,
          cure_by: part.cureBy,
        };
      }),
      findings: state.findings,
      readings: uses,
      holds_until: holdsUntil,
    };
  }
}

/** A judgment as text, without its flags: equal texts are equal judgments. */
function comparable(state: State): string {
  return JSON.stringify({ ...state, flags: null });
}

/** Every day after `asOf` on which the judgment of these facts could change (and some on which it cannot). */
function edges(facts: Facts, asOf: number): number[] {
  const { plan, marks } = facts;
  const { ages, windows } = plan.edgesFor(facts.bands);
  const days = ages.map(([age, shift]) => at(marks, age) + shift);
  days.push(...facts.edges, facts.born, facts.enrolled, facts.clockStart, plan.effectiveFrom, plan.effectiveTo + 1);
  days.push(facts.notSubjectUntil - 1, facts.notSubjectUntil, facts.notSubjectUntil + 2, facts.stayLast + 1);
  days.push(facts.graceFrom, facts.graceUnrolled + 1, facts.graceLast + 1, facts.graceLast + 2);
  const last = facts.clockLast;
  if (facts.professional && last >= asOf - 2) days.push(last - 1, last, last + 1, last + 2, ...scheduleEdges(facts));
  days.push(...facts.bands.map((band) => band.since));
  if (facts.latestDose > asOf) {
    for (const antigen of facts.antigens) for (const entry of antigen.every) days.push(entry.first, entry.last);
  }
  for (const [index, months, age] of windows) {
    for (const entry of at(facts.antigens, index).every) {
      for (const day of [entry.first, entry.last]) {
        const mark = day < NEVER ? addMonths(day, months) : NEVER;
        if (mark >= (age >= 0 ? at(marks, age) : 0)) days.push(mark, mark + 1);
      }
    }
  }
  return days;
}

/** The suggested exclusion dates, by every number of doses and age group they may be counted from. */
function scheduleEdges(facts: Facts): number[] {
  if (facts.plan.schedule.length === 0) return [];
  const days: number[] = [];
  for (const [index, antigen] of facts.antigens.entries()) {
    for (let count = 1; count <= antigen.good.length; count += 1) {
      for (const ageDay of [facts.enrolled, ...facts.marks]) {
        const due = facts.scheduleDue(index, antigen.good.slice(0, count), Math.min(ageDay, NEVER - 1));
        if (due !== null) days.push(due + 1);
      }
    }
  }
  return days;
}

/** No usable birth date on this day: nothing can be judged, everything is for a person to look at. */
function unborn(plan: Plan, record: LawRecord): State {
  const clause = plan.statementRule;
  const part: Part = { outcome: "review", needed: 0, counted: [], notCounted: [], clause, cure: "check", cureBy: "" };
  return {
    overall: "review",
    mayAttend: true,
    clause,
    lastDay: "",
    parts: plan.antigens.map(() => part),
    findings: [finding("birth_date_unusable", { on: record.born_on })],
    flags: new Set(),
  };
}

/** Two judgments, one for each end of the birth date: where they differ a person must look. */
function merge(plan: Plan, early: State, late: State): State {
  const parts = early.parts.map((one, i) =>
    one.outcome === at(late.parts, i).outcome ? one : { ...one, outcome: "review", cure: "check", cureBy: "" },
  );
  const same = (one: Finding) => early.findings.some((other) => JSON.stringify(other) === JSON.stringify(one));
  const findings = [
    ...early.findings,
    ...late.findings.filter((one) => !same(one)),
    finding("birth_date_partial", { detail: plan.rules.id }),
  ];
  if (early.overall === late.overall) return { ...early, parts, findings, flags: new Set() };
  const { clause } = early;
  return { overall: "review", mayAttend: true, clause, lastDay: "", parts, findings, flags: new Set() };
}
