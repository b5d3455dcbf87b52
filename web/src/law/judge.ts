/**
 * One day's judgment of one student's facts: per antigen, then overall. Mirrors projections/law/judge.py: a chain
 * of questions in a fixed order. `flags` name the readings that may have decided something.
 */
import { compareEntries, type Entry } from "./entries";
import type { Facts } from "./facts";
import { at, writeDay } from "./intervals";
import { ageExempt, coverOn, type Doses, dosesOn, fitting, met, nearest, withAside } from "./needs";
import { type BandPlan, NEVER, type NeedPlan, type OptionPlan, type Plan, type PrimaryPlan } from "./plan";
import { own } from "./ruleset";
import { type Finding, finding, type NotCounted, notCounted } from "./verdict";

/** What an AntigenVerdict will say, but for the antigen's name. */
export interface Part {
  readonly outcome: string;
  readonly needed: number;
  readonly counted: readonly number[];
  readonly notCounted: readonly NotCounted[];
  readonly clause: string;
  readonly cure: string;
  readonly cureBy: string;
}

/** A judgment, comparable day with day but for its flags. */
export interface State {
  readonly overall: string;
  readonly mayAttend: boolean;
  readonly clause: string;
  readonly lastDay: string;
  readonly parts: readonly Part[];
  readonly findings: readonly Finding[];
  readonly flags: ReadonlySet<string>;
}

const TERM = /^[0-9]{4}(-[0-9]{2}([0-9]{2})?)?$/;
const LATE_GRADES: readonly string[] = ["7", "8", "9", "10", "11", "12"];

const NOT_ASKED: Part = {
  outcome: "not_required",
  needed: 0,
  counted: [],
  notCounted: [],
  clause: "",
  cure: "",
  cureBy: "",
};

const CURES: ReadonlyMap<string, string> = new Map([
  ["short", "dose"],
  ["date_defect", "date"],
  ["review", "check"],
  ["in_process", "dose"],
  ["primary_ok", "booster"],
]);

/** The questions of one day: what is asked of this student today, and the flags met on the way. */
class Day {
  readonly flags = new Set<string>();
  readonly findings: Finding[] = [];
  readonly band: BandPlan | null;
  private readonly plan: Plan;
  private readonly ageDay: number;
  private readonly primary: PrimaryPlan | null;
  private readonly accepted: boolean;

  constructor(
    private readonly facts: Facts,
    private readonly asOf: number,
  ) {
    this.plan = facts.plan;
    const atEnrollment = this.plan.values.get("age_on") === "enrollment" && facts.enrolled < asOf;
    this.ageDay = atEnrollment ? facts.enrolled : asOf;
    this.band = this.bandOn(this.ageDay);
    this.primary = facts.professional ? this.primaryNow() : null;
    this.accepted = this.band === null || this.band.statements.size === 0 || this.band.statements.has(facts.source);
  }

  /** The answer for one antigen. */
  part(antigen: number): Part {
    const { facts, asOf } = this;
    const need = this.band === null ? null : at(this.band.asks, antigen);
    if (need === null) return NOT_ASKED;
    const mine = at(facts.antigens, antigen);
    if (need.cohort !== "" && !this.inCohort(need.cohort)) return NOT_ASKED;
    let doses = dosesOn(facts, mine, asOf);
    if (need.ownAges && mine.aside.length > 0) doses = withAside(doses, mine, asOf);
    if (this.accepted) {
      if (need.plainDoses > 0 && doses.good.length >= need.plainDoses && mine.defect.length === 0) {
        const { counted, notCounted: rest } = doses;
        return {
          outcome: "ok",
          needed: need.plainDoses,
          counted,
          notCounted: rest,
          clause: need.clause,
          cure: "",
          cureBy: "",
        };
      }
      const option = need.options.find((one) => met(one, doses.good, facts.marks, asOf, false));
      if (option !== undefined) return this.enough(need, option, doses);
      for (const near of need.options) this.noteNear(near, doses);
    }
    return this.otherwise(antigen, need, doses);
  }

  /** Flag the reading on age where the band of the day of enrollment would ask what is not there. */
  noteAgeAtEnrollment(parts: readonly Part[]): void {
    const { facts, asOf } = this;
    const ageOn = this.plan.values.get("age_on");
    if (facts.enrolled >= asOf || (ageOn !== "as_of" && ageOn !== "enrollment")) return;
    const other = this.bandOn(ageOn === "as_of" ? facts.enrolled : asOf);
    if (other === null || other === this.band) return;
    for (const [antigen, part] of parts.entries()) {
      const need = at(other.asks, antigen);
      const enough =
        need === null ||
        (part.outcome !== "ok" && part.outcome !== "exempt_age") ||
        (part.counted.length >= need.plainDoses && need.plainDoses > 0);
      if (!enough || part.outcome === "short" || part.outcome === "in_process") this.flags.add("age_on");
    }
  }

  private bandOn(on: number): BandPlan | null {
    const marks = this.facts.marks;
    for (const band of this.facts.bands) {
      if (band.ageFrom >= 0 && on < at(marks, band.ageFrom)) continue;
      if (band.ageTo >= 0 && on >= at(marks, band.ageTo)) continue;
      if (this.asOf >= band.since) return band;
    }
    return null;
  }

  private primaryNow(): PrimaryPlan | null {
    const marks = this.facts.marks;
    const on = this.ageDay;
    for (const one of this.plan.primary) {
      if (one.groups.length > 0 && !one.groups.includes(this.facts.group)) continue;
      const since = one.ageFrom < 0 || on >= at(marks, one.ageFrom);
      if (since && (one.ageTo < 0 || on < at(marks, one.ageTo))) return one;
    }
    return null;
  }

  private enough(need: NeedPlan, option: OptionPlan, doses: Doses): Part {
    if (doses.defect.length > 0) {
      this.flags.add("surplus_dose");
      if (this.plan.values.get("surplus_dose") === "spoils") {
        return this.made("date_defect", option, doses, this.plan.rules.dates.clause);
      }
    }
    this.noteNear(option, doses);
    return this.made("ok", option, doses, need.clause);
  }

  /** Flag the readings on which this option hangs by a few days. */
  private noteNear(option: OptionPlan, doses: Doses): void {
    if (option.withinMonths > 0 && doses.good.length > 0) this.flags.add("ten_years");
    if (option.lastAt >= 0 && doses.good.length >= option.doses) {
      const days = doses.good.map((entry) => entry.first).sort((one, two) => one - two);
      if (Math.abs(at(days, option.doses - 1) - at(this.facts.marks, option.lastAt)) <= 5) {
        this.flags.add(option.lastReading);
        this.flags.add("grace");
      }
    }
  }

  /** The questions after "enough doses?" was answered no. */
  private otherwise(antigen: number, need: NeedPlan, doses: Doses): Part {
    const { facts, plan, asOf } = this;
    const option = nearest(need, doses.good, facts.marks, asOf);
    const asked = this.primary !== null && this.accepted ? at(this.primary.doses, antigen) : 0;
    const primaryDone = asked > 0 && doses.good.length >= asked;
    if (primaryDone) this.flags.add("physician_primary");
    if (primaryDone && plan.values.get("physician_primary") === "accepted") {
      return this.made("primary_ok", option, doses, plan.rules.in_process.clause);
    }
    const [clause, unsure] = ageExempt(facts, need, asOf);
    if (clause !== "" && !unsure) return this.made("exempt_age", option, doses, clause);
    const cover = coverOn(facts.covers.get(antigen), asOf);
    if (cover !== null && cover.flag !== "") this.flags.add(cover.flag);
    if (need.cohort !== "") this.flags.add(own(plan.rules.cohorts, need.cohort)?.reading ?? "");
    for (const reading of need.readings) this.flags.add(reading);
    if (cover !== null && cover.outcome !== "review") return this.made(cover.outcome, option, doses, cover.clause);
    if ((facts.suspended.get(antigen) ?? []).some(([since, last]) => since <= asOf && asOf <= last)) {
      return this.made("not_required", option, doses, plan.rules.suspensions.clause);
    }
    const begun = this.accepted && !primaryDone ? this.begun(antigen, option, doses) : "";
    if (begun !== "") return this.made(begun, option, doses, plan.rules.in_process.clause);
    const paper = coverOn(facts.papers.get(antigen), asOf);
    if (cover !== null || paper !== null || clause !== "") {
      return this.made("review", option, doses, clause || (cover?.clause ?? "") || need.clause);
    }
    if (!this.accepted) return this.made("short", option, doses, plan.statementRule, "statement");
    return this.shortOfWhat(antigen, need, option, doses);
  }

  private shortOfWhat(antigen: number, need: NeedPlan, option: OptionPlan, doses: Doses): Part {
    const { facts, plan } = this;
    const open = doses.maybe.length > 0 ? [...doses.good, ...doses.maybe].sort(compareEntries) : doses.good;
    if (plan.values.get("partial_date") === "review" && this.couldDo(antigen, need, option, doses, open)) {
      this.flags.add("partial_date");
      return this.made("review", option, doses, need.clause);
    }
    const all = [...open, ...doses.defect].sort(compareEntries);
    if (doses.defect.length > 0 && this.couldDo(antigen, need, option, doses, all)) {
      this.flags.add(plan.rules.dates.reading ?? "");
      return this.made("date_defect", option, doses, plan.rules.dates.clause);
    }
    if (at(facts.antigens, antigen).bad.length > 0) this.flags.add("grace");
    if (at(plan.antigens, antigen) === "PERT") this.flags.add("dt_under_7");
    const ranOut =
      facts.professional && plan.inProcess.has(antigen) && doses.good.length > 0 && this.asOf > facts.clockLast;
    return this.made("short", option, doses, ranOut ? plan.rules.in_process.clause : need.clause);
  }

  /** Whether the possible doses, dated at their best, would meet the need or the primary schedule, or begin it. */
  private couldDo(
    antigen: number,
    need: NeedPlan,
    option: OptionPlan,
    doses: Doses,
    possible: readonly Entry[],
  ): boolean {
    const { facts, plan, asOf } = this;
    const accepted = this.primary !== null && plan.values.get("physician_primary") === "accepted";
    const asked = this.primary !== null && accepted ? at(this.primary.doses, antigen) : 0;
    if (need.options.some((one) => met(one, possible, facts.marks, asOf, true))) return true;
    if (asked > 0 && possible.length >= asked) return true;
    if (doses.good.length > 0 || !facts.professional || !plan.inProcess.has(antigen) || asOf > facts.clockLast) {
      return false;
    }
    return (option.vaccines.size > 0 ? fitting(option, possible, facts.marks, asOf, true) : possible).length > 0;
  }

  /** `in_process` for a begun schedule inside its months, `review` where their start is not known. */
  private begun(antigen: number, option: OptionPlan, doses: Doses): string {
    const { facts, plan, asOf } = this;
    if (!facts.professional || !plan.inProcess.has(antigen) || doses.good.length === 0) return "";
    if (option.vaccines.size > 0 && fitting(option, doses.good, facts.marks, asOf, false).length === 0) return "";
    if (facts.clockLast === NEVER) {
      this.findings.push(finding("clock_start_unknown", { antigen: at(plan.antigens, antigen) }));
      return "review";
    }
    if (facts.clockMoved) this.flags.add("clock");
    if (facts.clockLater) this.flags.add("later_requirement");
    if (Math.abs(asOf - facts.clockLast) <= 1) this.flags.add("last_day");
    if (asOf > facts.clockLast) return "";
    if (plan.schedule.length > 0 && facts.schedulePast(antigen, doses.good, asOf, this.ageDay)) {
      this.flags.add("schedule");
      return plan.values.get("schedule") === "adopted" ? "" : "in_process";
    }
    return "in_process";
  }

  /** Whether a requirement phased in by the term of entry holds. Who is in the grade now has entered it. */
  private inCohort(name: string): boolean {
    const { grade, kg_term, g7_term } = this.facts.record;
    const { rules } = this.plan;
    const cohort = own(rules.cohorts, name);
    if (cohort === undefined) throw new Error(`no cohort "${name}"`);
    const kg = this.entered(kg_term);
    const g7 = this.entered(g7_term);
    const byKg = kg ? kg >= cohort.kg_from.slice(0, 4) : grade === "K" && rules.effective_from > cohort.kg_from;
    const byG7 = g7 ? g7 >= cohort.g7_from.slice(0, 4) : grade === "7" && rules.effective_from > cohort.g7_from;
    const unknown = !g7 && (LATE_GRADES.includes(grade) || (!kg && !grade.startsWith("PREK")));
    if (unknown && !byKg && !byG7) this.findings.push(finding("entry_term_unknown", { detail: name }));
    if (this.plan.values.get(cohort.reading ?? "") === "entry_only") {
      return (byKg && grade === "K") || (byG7 && grade === "7");
    }
    return byKg || byG7;
  }

  /** The year in which a school term like `2000-2001` began; empty when none is told. */
  private entered(term: string): string {
    if (term === "" || TERM.test(term)) return term.slice(0, 4);
    this.findings.push(finding("entry_term_impossible", { on: term }));
    return "";
  }

  private made(outcome: string, option: OptionPlan, doses: Doses, clause: string, cure = ""): Part {
    let { counted, notCounted: rest } = doses;
    if (!option.plain && (option.vaccines.size > 0 || option.eachFrom >= 0 || option.withinMonths > 0)) {
      const fit = fitting(option, doses.good, this.facts.marks, this.asOf, false).map((entry) => entry.dose);
      const aside = counted.filter((dose) => !fit.includes(dose));
      rest = [...rest, ...aside.map((dose) => notCounted(dose, "not_of_the_kind_asked"))];
      counted = counted.filter((dose) => fit.includes(dose));
    }
    return {
      outcome,
      needed: option.doses,
      counted,
      notCounted: rest,
      clause,
      cure: cure || (CURES.get(outcome) ?? ""),
      cureBy: outcome === "in_process" ? writeDay(this.facts.clockLast) : "",
    };
  }
}

/** The whole judgment of one day. */
export function judge(facts: Facts, asOf: number): State {
  const { plan } = facts;
  const nothing = plan.antigens.map(() => NOT_ASKED);
  const notes = facts.notes.filter((note) => note.since <= asOf && asOf < note.until).map((note) => note.finding);
  if (facts.latestDose > asOf) noteLateDoses(facts, asOf, notes);
  if (asOf < facts.enrolled && facts.enrolled < NEVER) {
    notes.push(finding("enrolled_after_as_of", { on: facts.record.enrolled_on }));
  }
  if (asOf < facts.clockStart && facts.clockStart < NEVER && facts.clockStart !== facts.enrolled) {
    notes.push(finding("clock_after_as_of", { on: writeDay(facts.clockStart) }));
  }
  if (asOf < plan.effectiveFrom || asOf > plan.effectiveTo) {
    notes.push(finding("rule_set_not_in_force", { detail: plan.rules.id }));
  }
  const flags = new Set(Math.abs(asOf - facts.notSubjectUntil) <= 1 ? ["two_months"] : []);
  const answer = (overall: string, clause: string, lastDay: string, parts: readonly Part[]): State => ({
    overall,
    mayAttend: true,
    clause,
    lastDay,
    parts,
    findings: notes,
    flags,
  });
  if (asOf < facts.notSubjectUntil) return answer("not_subject", facts.notSubjectClause, "", nothing);
  const stay = plan.rules.short_stay;
  if (stay !== null && facts.stayLast !== 0 && facts.enrolled <= asOf && asOf <= facts.stayLast) {
    return answer("short_stay_exempt", stay.clause, writeDay(facts.stayLast), nothing);
  }
  const day = new Day(facts, asOf);
  if (day.band === null) {
    notes.push(finding("no_requirement_known", { detail: facts.record.facility }));
    const unknown: Part = { ...NOT_ASKED, outcome: "review", clause: plan.statementRule, cure: "check" };
    return answer(
      "review",
      unknown.clause,
      "",
      nothing.map(() => unknown),
    );
  }
  const parts = plan.antigens.map((_, antigen) => day.part(antigen));
  day.noteAgeAtEnrollment(parts);
  if (facts.source === "none" && parts.some((part) => part.outcome === "ok")) {
    notes.push(finding("no_statement_on_file"));
  }
  if (facts.record.grade === "" && plan.graded.has(facts.group)) notes.push(finding("grade_unknown"));
  for (const [index, part] of parts.entries()) {
    if (part.cure !== "" && own(plan.rules.clauses, part.clause)?.verified === false) {
      notes.push(finding("clause_not_verified", { antigen: at(plan.antigens, index), detail: part.clause }));
    }
  }
  return overallOf(facts, asOf, day, parts, notes, flags);
}

function noteLateDoses(facts: Facts, asOf: number, notes: Finding[]): void {
  const noted = new Set(notes.map((one) => JSON.stringify(one)));
  for (const antigen of facts.antigens) {
    for (const entry of antigen.every) {
      if (entry.first <= asOf) continue;
      const late = finding("dose_after_as_of", { dose: entry.dose, on: at(facts.record.doses, entry.dose).given_on });
      if (noted.has(JSON.stringify(late))) continue;
      noted.add(JSON.stringify(late));
      notes.push(late);
    }
  }
}

const ORDER: readonly (readonly [string, string])[] = [
  ["short", "not_compliant"],
  ["date_defect", "not_compliant"],
  ["review", "review"],
  ["in_process", "in_process"],
  ["primary_ok", "primary_complete"],
  ["exempt_medical", "exempt"],
  ["exempt_conscience", "exempt"],
  ["disease_history", "exempt"],
];

function overallOf(
  facts: Facts,
  asOf: number,
  day: Day,
  given: readonly Part[],
  notes: readonly Finding[],
  flags: ReadonlySet<string>,
): State {
  let parts = given;
  let overall = "complete";
  let clause = facts.plan.statementRule;
  let lastDay = "";
  for (const [outcome, token] of ORDER) {
    const part = parts.find((one) => one.outcome === outcome);
    if (part === undefined) continue;
    overall = token;
    clause = part.clause;
    break;
  }
  let mayAttend = overall !== "not_compliant";
  if (overall === "not_compliant") {
    if (facts.graceUnrolled < asOf && asOf <= facts.graceLast + 1) day.flags.add("weekend");
    const transfer = facts.plan.rules.transfer;
    if (transfer !== null && facts.graceFrom <= asOf && asOf <= facts.graceLast) {
      overall = "transfer_grace";
      clause = transfer.clause;
      lastDay = writeDay(facts.graceLast);
      mayAttend = true;
      const last = lastDay;
      parts = parts.map((p) => (p.outcome === "short" || p.outcome === "date_defect" ? { ...p, cureBy: last } : p));
    }
    mayAttend = mayAttend || facts.protected.some(([since, last]) => since <= asOf && asOf <= last);
  }
  if (overall === "in_process") lastDay = writeDay(facts.clockLast);
  const findings = [...new Map([...notes, ...day.findings].map((one) => [JSON.stringify(one), one])).values()];
  return {
    overall,
    mayAttend,
    clause,
    lastDay,
    parts,
    findings,
    flags: new Set([...flags, ...day.flags, ...facts.flags]),
  };
}
