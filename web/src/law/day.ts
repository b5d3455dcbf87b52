/**
 * The questions of one day, antigen by antigen, in a fixed order: the first that is answered decides. Mirrors
 * projections/law/day.py. `flags` name the readings that may have decided something.
 */
import { bandOn, type Part } from "./bands";
import { inCohort } from "./cohorts";
import { compareEntries, type Entry } from "./entries";
import type { Facts } from "./facts";
import { at, writeDay } from "./intervals";
import { ageExempt, coverOn, type Doses, dosesOn, fitting, met, nearest, withAside } from "./needs";
import type { Plan } from "./plan";
import { type BandPlan, NEVER, type NeedPlan, type OptionPlan, type PrimaryPlan } from "./plan_parts";
import { own } from "./ruleset";
import { type Finding, finding, notCounted } from "./verdict";

export const NOT_ASKED: Part = {
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
export class Day {
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
    this.band = bandOn(facts, this.ageDay, asOf);
    this.primary = facts.professional ? this.primaryNow() : null;
    this.accepted = this.band === null || this.band.statements.size === 0 || this.band.statements.has(facts.source);
  }

  /** The answer for one antigen. */
  part(antigen: number): Part {
    const { facts, asOf } = this;
    const need = this.band === null ? null : at(this.band.asks, antigen);
    if (need === null) return NOT_ASKED;
    const mine = at(facts.antigens, antigen);
    if (need.cohort !== "" && !inCohort(facts, need.cohort, this.findings)) return NOT_ASKED;
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
    const other = bandOn(facts, ageOn === "as_of" ? facts.enrolled : asOf, asOf);
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
