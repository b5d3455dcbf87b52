/**
 * Facts: one record under one plan, every date an ordinal, nothing yet decided by today's date. Mirrors
 * projections/law/facts.py: what cannot be is left out and noted, never thrown.
 */
import { workingDay } from "./calendar";
import { antigensOf, cvxOf, namedOnStatement } from "./codes";
import {
  AntigenFacts,
  BAD,
  type Cover,
  DEFECT,
  type Entry,
  GOOD,
  MAYBE,
  type Note,
  STANDARDS,
  withoutDoubles,
} from "./entries";
import { addMonths, at, readDay, readSpan } from "./intervals";
import { applies, type BandPlan, exemptionRule, NEVER, type Plan } from "./plan";
import type { Dose, Exemption, LawRecord } from "./record";
import { type Given, invalidDoses } from "./validity";
import { type Finding, finding } from "./verdict";

/** What judge reads. Ordinals; NEVER where there is no date. */
export class Facts {
  readonly notes: Note[] = [];
  readonly edges: number[] = [];
  readonly flags = new Set<string>();
  readonly marks: readonly number[];
  readonly group: string;
  readonly professional: boolean;
  readonly source: string;
  readonly sex: string;
  readonly enrolled: number;
  readonly bands: readonly BandPlan[];
  readonly antigens: readonly AntigenFacts[];
  readonly covers = new Map<number, Cover[]>();
  readonly papers = new Map<number, Cover[]>();
  readonly suspended = new Map<number, (readonly [number, number])[]>();
  readonly protected: (readonly [number, number])[] = [];
  clockMoved = false;
  clockLater = false;
  clockStart = NEVER;
  clockLast = NEVER;
  notSubjectClause = "";
  notSubjectUntil = 0;
  stayLast = 0;
  graceFrom = NEVER;
  graceLast = 0;
  graceUnrolled = 0;
  latestDose = 0;

  constructor(
    readonly plan: Plan,
    readonly record: LawRecord,
    readonly born: number,
    exactBirth: boolean,
    horizon: number,
  ) {
    if (record.suspensions.length > 0) this.flags.add("suspension_reach");
    if (record.born_on.endsWith("-02-29")) this.flags.add("leap_birthday");
    this.marks = plan.marks(born);
    this.group = applies(plan.rules, record.facility, record.grade);
    this.professional = plan.rules.in_process.statements.includes(record.statement_source);
    this.source = record.statement_source;
    this.sex = record.sex;
    this.enrolled = this.day(record.enrolled_on, "enrolled_on_impossible");
    this.bands = plan.bandsFor(this.group, record.grade);
    this.readClock();
    this.readSubject();
    this.readTransfer();
    this.antigens = this.readDoses(exactBirth ? horizon : 0);
    for (const exemption of record.exemptions) this.readExemption(exemption);
    this.readPapers();
    this.readOthers();
  }

  /** Whether the suggested exclusion date for the next dose of the primary schedule is past. */
  schedulePast(antigen: number, good: readonly Entry[], asOf: number, ageDay: number): boolean {
    const due = this.scheduleDue(antigen, good, ageDay);
    return due !== null && asOf > due;
  }

  /** The suggested exclusion date for the next dose, null when none is set for it. */
  scheduleDue(antigen: number, good: readonly Entry[], ageDay: number): number | null {
    const recorded = Math.max(1, good.filter((entry) => entry.first <= this.enrolled).length);
    const row = this.plan.scheduleRow(antigen, recorded, this.marks, ageDay);
    const upcoming = good.length + 1;
    if (row === null || upcoming >= at(row.steps, row.steps.length - 1).dose) return null;
    const step = row.steps.find((one) => one.dose === upcoming);
    if (step === undefined) return null;
    const due = addMonths(at(good, step.after - 1).first, step.months);
    const gap = addMonths(at(good, good.length - 1).first, step.gap_months ?? 0) + (step.gap_weeks ?? 0) * 7;
    return Math.min(Math.max(due, gap), this.clockLast);
  }

  private note(what: Finding, since = 0, until = NEVER): void {
    this.notes.push({ since, until, finding: what });
    if (since !== 0) this.edges.push(since);
    if (until < NEVER) this.edges.push(until);
  }

  private edge(since: number, until: number): void {
    if (since !== 0) this.edges.push(since);
    if (until < NEVER) this.edges.push(until);
  }

  private day(text: string, code: string): number {
    if (text === "") return NEVER;
    const day = readDay(text);
    if (day !== null && day >= this.born) return day;
    this.note(finding(code, { on: text }));
    return NEVER;
  }

  private readClock(): void {
    const { plan, record } = this;
    const written = record.transfer?.first_mn_enrollment ?? "";
    let first = this.day(written, "first_enrollment_impossible");
    if (this.enrolled < first && first < NEVER) {
      this.note(finding("first_enrollment_impossible", { on: written }));
      first = NEVER;
    }
    let start = this.day(record.clock_from, "clock_impossible");
    if (start === NEVER) start = first;
    if (start === NEVER) start = this.enrolled;
    this.clockMoved = start < this.enrolled && this.enrolled < NEVER;
    this.clockLater = this.enrolled < start && start < NEVER;
    if (plan.values.get("clock") === "restarts" && this.clockMoved) start = this.enrolled;
    if (plan.values.get("later_requirement") === "from_enrollment" && this.clockLater) start = this.enrolled;
    this.clockStart = start;
    if (start < NEVER) {
      this.clockLast = addMonths(start, plan.rules.in_process.months);
      this.clockLast -= plan.values.get("last_day") === "day_before" ? 1 : 0;
    }
  }

  private readSubject(): void {
    const { plan, record } = this;
    for (const [i, subject] of plan.rules.subject.entries()) {
      const asked: readonly (readonly [string | boolean | null | undefined, string | boolean])[] = [
        [subject.group, this.group],
        [subject.resident, record.resident],
        [subject.online_contact, record.online_contact],
        [subject.online_classroom, record.online_classroom],
        [subject.excluded_service, record.excluded_service],
      ];
      if (asked.some(([want, have]) => want !== "" && want !== null && want !== undefined && want !== have)) continue;
      if (subject.facilities?.length && !subject.facilities.includes(record.facility)) continue;
      if (subject.grades?.length && !subject.grades.includes(record.grade)) continue;
      if (subject.born_to && this.born > (readDay(subject.born_to) ?? 0)) continue;
      const age = at(plan.subjectAges, i);
      const over = plan.values.get(subject.age_to_reading ?? "") === "over" ? 1 : 0;
      const until = age >= 0 ? at(this.marks, age) + over : NEVER;
      if (until > this.notSubjectUntil) {
        this.notSubjectClause = subject.clause;
        this.notSubjectUntil = until;
      }
    }
    const stay = plan.rules.short_stay;
    if (stay?.kinds.includes(record.short_stay) && this.enrolled < NEVER) {
      this.stayLast = this.enrolled + stay.days - 1;
    }
  }

  private readTransfer(): void {
    const rule = this.plan.rules.transfer;
    const move = this.record.transfer;
    if (rule === null || move === null || this.group !== rule.group || !rule.moved_from.includes(move.moved_from)) {
      return;
    }
    const moved = this.day(move.moved_on, "transfer_impossible");
    const days = rule.kind === "right" ? rule.days : Math.min(move.grace_days ?? 0, rule.days);
    if (moved === NEVER || days <= 0) return;
    this.graceFrom = moved;
    this.graceUnrolled = moved + days;
    this.graceLast = this.plan.values.get("weekend") === "rolls" ? workingDay(moved + days) : moved + days;
  }

  private readDoses(horizon: number): AntigenFacts[] {
    const { plan, record } = this;
    const entries: Entry[][] = plan.antigens.map(() => []);
    const invalid = this.invalidDoses(horizon);
    for (const [index, dose] of record.doses.entries()) {
      const touched = plan.codes.get(dose.code) ?? this.understand(index, dose);
      if (touched.length === 0) continue;
      const span = readSpan(dose.given_on);
      if (span === null && dose.given_on !== "") {
        this.note(finding("dose_date_impossible", { dose: index, on: dose.given_on }));
        continue;
      }
      const last = span?.last ?? NEVER;
      if (last < this.born) {
        this.note(finding("dose_before_birth", { dose: index, on: dose.given_on }));
        continue;
      }
      const first = Math.max(span?.first ?? this.born, this.born);
      if (last < NEVER && last > this.latestDose) this.latestDose = last;
      const defective = this.lacksDate(first, last, span?.precision ?? "none");
      const cvx = cvxOf(dose.code) ?? dose.code;
      for (const antigen of touched) {
        const aside = plan.countedStandards ? invalid.get(antigen)?.get(index) : undefined;
        at(entries, antigen).push(this.entry(antigen, { first, last, dose: index, cvx }, aside, defective));
      }
    }
    return entries.map((one) => new AntigenFacts(withoutDoubles(plan, one)));
  }

  private entry(
    antigen: number,
    dose: { readonly first: number; readonly last: number; readonly dose: number; readonly cvx: string },
    aside: string | undefined,
    defective: string,
  ): Entry {
    const limit = at(this.plan.limits, antigen);
    const grace = this.plan.grace;
    const mark = limit >= 0 ? at(this.marks, limit) - grace : 0;
    let kind = GOOD;
    let reason = "";
    if (dose.last < mark) {
      kind = BAD;
      reason = "before_minimum_age";
    } else if (aside !== undefined) {
      kind = BAD;
      reason = STANDARDS + aside;
    } else if (defective !== "") {
      kind = DEFECT;
      reason = defective;
    } else if (mark !== 0 && grace > 0 && dose.first < mark + grace) {
      this.flags.add("grace");
    }
    if (kind === GOOD && dose.first < mark) {
      kind = MAYBE;
      reason = "date_straddles_minimum_age";
    }
    return { first: dose.first, last: dose.last, kind, dose: dose.dose, cvx: dose.cvx, reason };
  }

  /** Doses up to the horizon that the standards do not accept; noted where the rule set does not count them out. */
  private invalidDoses(horizon: number): ReadonlyMap<number, ReadonlyMap<number, string>> {
    const { plan, record } = this;
    const given: Given[] = [];
    for (const [index, dose] of record.doses.entries()) {
      const span = readSpan(dose.given_on);
      if (span === null || span.first !== span.last || span.first < this.born || span.first > horizon) continue;
      given.push({ day: span.first, cvx: cvxOf(dose.code) ?? dose.code, dose: index });
    }
    const found = invalidDoses(plan.standards, this.born, given, plan.antigens);
    if (!plan.countedStandards) {
      for (const [antigen, doses] of found) {
        for (const [index, reason] of doses) {
          const on = readDay(at(record.doses, index).given_on) ?? 0;
          const name = at(plan.antigens, antigen);
          this.note(finding("dose_invalid_by_standards", { antigen: name, dose: index, detail: reason }), on);
        }
      }
    }
    return found;
  }

  private understand(index: number, dose: Dose): readonly number[] {
    const antigens = antigensOf(dose.code);
    if (antigens === null) {
      this.note(finding("code_not_understood", { dose: index, detail: dose.code }));
      return [];
    }
    return antigens.flatMap((antigen) => this.plan.index.get(antigen) ?? []);
  }

  /** Why the date is not exact enough for this rule set: empty when it is. */
  private lacksDate(first: number, last: number, precision: string): string {
    const plan = this.plan;
    if (precision === "day") return "";
    if (precision !== "month") return precision === "none" ? "date_missing" : "month_missing";
    if (plan.dayIfEnrolledAfter < NEVER) {
      if (this.enrolled > plan.dayIfEnrolledAfter) return plan.lenientLimit ? "" : "day_missing";
      this.flags.add(plan.rules.dates.enrolled_reading ?? "");
      return plan.dayForEveryone ? "day_missing" : "";
    }
    const spared = plan.lenientLimit && first <= plan.dayIfGivenAfter;
    return last > plan.dayIfGivenAfter && !spared ? "day_missing" : "";
  }

  private readExemption(paper: Exemption): void {
    const plan = this.plan;
    const told = [paper.signed_on, paper.received_on, paper.accepted_on, paper.rejected_on, paper.withdrawn_on];
    this.noteImpossible("exemption_date_impossible", new Set(told));
    const since = Math.max(readDay(paper.signed_on) ?? 0, readDay(paper.received_on) ?? 0);
    const signed = readDay(paper.signed_on) || since;
    let withdrawn = readDay(paper.withdrawn_on) || NEVER;
    let accepted = readDay(paper.accepted_on);
    let rejected = readDay(paper.rejected_on);
    const noEnd = (paper.withdrawn_on !== "" && withdrawn === NEVER) || (paper.rejected_on !== "" && rejected === null);
    if (noEnd) accepted = null; // it ended on a day that is none: a person must look
    if (accepted !== null && rejected !== null && rejected >= accepted) {
      withdrawn = Math.min(withdrawn, rejected);
      rejected = null;
    }
    const named = namedOnStatement(paper.antigens);
    if (paper.antigens.length > 0 && named.length === 0) {
      this.note(finding("exemption_names_unknown", { detail: paper.antigens.join("+") }), since);
    }
    const blank = paper.antigens.length === 0;
    const covered = [...plan.antigens.keys()].filter((i) => blank || named.includes(at(plan.antigens, i)));
    const until = accepted !== null ? withdrawn : Math.min(withdrawn, rejected || NEVER);
    if (since >= until) return;
    this.edge(since, until);
    let honoured = false;
    for (const antigen of covered) {
      let cover: Cover = { since, until, outcome: "review", clause: "", flag: "unchecked" };
      if (accepted !== null) {
        const [rule, blocked] = exemptionRule(plan, paper, at(plan.antigens, antigen), this.group, signed, this.marks);
        if (rule === null && blocked !== "") this.flags.add(blocked);
        if (rule === null || !paper.signed || (blank && plan.values.get("blank_statement") === "nothing")) continue;
        cover = { since, until, outcome: rule.outcome, clause: rule.clause, flag: rule.reading ?? "" };
        if (blank) cover = { ...cover, outcome: "review", flag: "blank_statement" };
      }
      honoured = true;
      push(this.covers, antigen, cover);
    }
    if (covered.length > 0 && !honoured) {
      this.note(finding("statement_not_lawful", { detail: paper.kind, on: paper.signed_on }), since, until);
    }
  }

  private readPapers(): void {
    for (const paper of this.record.papers) {
      this.noteImpossible("paper_date_impossible", [paper.received_on, paper.checked_on]);
      const since = readDay(paper.received_on) ?? 0;
      const until = readDay(paper.checked_on) || NEVER;
      if (since >= until) continue;
      this.edge(since, until);
      for (const antigen of this.named(paper.antigens.length > 0 ? paper.antigens : ["ALL"])) {
        push(this.papers, antigen, { since, until, outcome: "review", clause: "", flag: "unchecked" });
      }
    }
  }

  private readOthers(): void {
    const { plan, record } = this;
    const limit = plan.rules.suspensions;
    const reached =
      !limit.statements?.length ||
      limit.statements.includes(this.source) ||
      plan.values.get(limit.reading ?? "") === "all";
    for (const order of record.suspensions) {
      const since = readDay(order.since);
      const end = readDay(order.until);
      if (since === null || (order.until !== "" && (end === null || end < since))) {
        this.note(finding("suspension_date_impossible", { on: since === null ? order.since : order.until }));
        continue;
      }
      let last = end || NEVER - 1;
      if (limit.months) last = Math.min(last, addMonths(since, limit.months) - 1);
      this.edges.push(since, last + 1);
      if (!reached) continue;
      for (const antigen of this.named(order.antigens.length > 0 ? order.antigens : ["ALL"])) {
        push(this.suspended, antigen, [since, last] as const);
      }
    }
    const kinds = plan.rules.protection?.kinds ?? [];
    for (const status of record.protected) {
      if (!kinds.includes(status.kind)) continue;
      this.noteImpossible("status_date_impossible", [status.since, status.until]);
      const since = readDay(status.since) ?? 0;
      const last = readDay(status.until) || NEVER - 1;
      this.protected.push([since, last]);
      this.edges.push(since, last + 1);
    }
    for (const planned of record.planned) {
      const day = readDay(planned.planned_on);
      if (day === null) {
        this.note(finding("planned_date_impossible", { on: planned.planned_on }));
        continue;
      }
      for (const antigen of this.named(planned.antigens)) {
        if (at(this.antigens, antigen).good.some((entry) => entry.first >= day - 30)) continue;
        const missed = finding("planned_dose_missed", { antigen: at(plan.antigens, antigen), on: planned.planned_on });
        this.note(missed, day + 1);
      }
    }
  }

  private noteImpossible(code: string, told: Iterable<string>): void {
    for (const text of told) if (text !== "" && readDay(text) === null) this.note(finding(code, { on: text }));
  }

  private named(written: readonly string[]): number[] {
    const named = namedOnStatement(written);
    return [...this.plan.antigens.keys()].filter((i) => named.includes(at(this.plan.antigens, i)));
  }
}

function push<T>(table: Map<number, T[]>, key: number, value: T): void {
  const there = table.get(key);
  if (there === undefined) table.set(key, [value]);
  else there.push(value);
}
