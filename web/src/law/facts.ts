/**
 * Facts: one record under one plan, every date an ordinal, nothing yet decided by today's date. Mirrors
 * projections/law/facts.py: what cannot be is left out and noted, never thrown.
 */
import { workingDay } from "./calendar";
import { readDoses } from "./doses";
import type { AntigenFacts, Cover, Entry, Note } from "./entries";
import { addMonths, at, readDay } from "./intervals";
import { readExemption, readOrders, readPapers } from "./papers";
import type { Plan } from "./plan";
import { type BandPlan, NEVER } from "./plan_parts";
import type { LawRecord } from "./record";
import { own, type RuleSet } from "./ruleset";
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
    this.group = groupOf(plan.rules, record.facility, record.grade);
    this.professional = plan.rules.in_process.statements.includes(record.statement_source);
    this.source = record.statement_source;
    this.sex = record.sex;
    this.enrolled = this.day(record.enrolled_on, "enrolled_on_impossible");
    this.bands = plan.bandsFor(this.group, record.grade);
    this.readClock();
    this.readSubject();
    this.readTransfer();
    this.antigens = readDoses(this, exactBirth ? horizon : 0);
    for (const exemption of record.exemptions) readExemption(this, exemption);
    readPapers(this);
    readOrders(this);
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

  note(what: Finding, since = 0, until = NEVER): void {
    this.notes.push({ since, until, finding: what });
    if (since !== 0) this.edges.push(since);
    if (until < NEVER) this.edges.push(until);
  }

  /** The days on which a verdict may change because of something that holds from one to the other. */
  edge(since: number, until: number): void {
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
}

/** The facility group whose bands decide: by grade where the rule set says so, else by facility. */
function groupOf(rules: RuleSet, facility: string, grade: string): string {
  return own(rules.group_of_grade ?? {}, grade) || own(rules.facilities, facility) || "";
}
