/**
 * A plan: a rule set made ready to judge with, under one choice of readings. Mirrors projections/law/plan.py:
 * antigens and ages become indexes, dates become ordinals; a plan holds no student.
 */
import { antigensOf, cvxOf, preparedCodes } from "./codes";
import { type Age, at, reach, readAge, readDay } from "./intervals";
import {
  type BandPlan,
  type EdgesPlan,
  type ExemptPlan,
  NEVER,
  type NeedPlan,
  type OptionPlan,
  type PrimaryPlan,
} from "./plan_parts";
import {
  type AgeExemption,
  type Band,
  type ExclusionRow,
  type Loaded,
  type Need,
  type Option,
  own,
  type Primary,
  type RuleSet,
} from "./ruleset";
import { type Schedule, scheduleNamed } from "./schedule";

/** Switch to the value where a rule set says nothing. Mirrors projections/law/readings.py. */
const SWITCHES: readonly (readonly [string, string])[] = [
  ["age_on", "as_of"],
  ["blank_statement", "review"],
  ["clock", "continues"],
  ["dt_under_7", "no_pertussis"],
  ["grace", "none"],
  ["last_day", "same_day"],
  ["later_requirement", "from_requirement"],
  ["leap_birthday", "february_28"],
  ["partial_date", "review"],
  ["physician_primary", "accepted"],
  ["schedule", "advisory"],
  ["surplus_dose", "ignored"],
  ["weekend", "rolls"],
];

const GRACE_DAYS: Readonly<Record<string, number>> = { none: 0, four_days: 4 };
const KEPT_BIRTHS_MAX = 20_000;

export type Override = readonly [name: string, value: string];

/** Everything facts and judge ask of a rule set. Made by planFor, shared, never changed. */
export class Plan {
  readonly rules: RuleSet;
  readonly values: ReadonlyMap<string, string>;
  readonly antigens: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly ages: Age[] = [];
  readonly grace: number;
  readonly standards: Schedule;
  readonly countedStandards: boolean;
  readonly limits: readonly number[];
  readonly subjectAges: readonly number[];
  readonly exemptionAges: readonly (readonly [number, number])[];
  readonly graded: ReadonlySet<string>;
  readonly inProcess: ReadonlySet<number>;
  readonly primary: readonly PrimaryPlan[];
  readonly schedule: readonly (readonly [ExclusionRow, number, number])[];
  readonly dayIfEnrolledAfter: number;
  readonly dayIfGivenAfter: number;
  readonly lenientLimit: boolean;
  readonly dayForEveryone: boolean;
  readonly effectiveFrom: number;
  readonly effectiveTo: number;
  readonly codes: ReadonlyMap<string, readonly number[]>;
  readonly statementRule: string;
  private readonly leapDayMarch: boolean;
  private readonly bands: readonly (readonly [Band, BandPlan])[];
  private readonly ageIndex = new Map<string, number>();
  private readonly knownBands = new Map<string, readonly BandPlan[]>();
  private readonly knownEdges = new Map<readonly BandPlan[], EdgesPlan>();
  private readonly knownMarks = new Map<number, readonly number[]>();

  constructor(
    readonly loaded: Loaded,
    readings: readonly Override[],
  ) {
    const rules = loaded.rules;
    this.rules = rules;
    const values = new Map(SWITCHES);
    for (const [name, reading] of Object.entries(rules.readings)) values.set(name, reading.value);
    for (const [name, value] of readings) if (own(rules.readings, name) !== undefined) values.set(name, value);
    this.values = values;
    this.antigens = rules.antigens;
    this.index = new Map(rules.antigens.map((antigen, i) => [antigen, i]));
    this.grace = own(GRACE_DAYS, values.get("grace") ?? "none") ?? 0;
    this.leapDayMarch = values.get("leap_birthday") === "march_1";
    this.standards = scheduleNamed(rules.standards.schedule, rules.standards.without);
    this.countedStandards = rules.standards.use === "counted";
    this.limits = rules.antigens.map((antigen) => this.age(own(rules.limits, antigen)?.min_age));
    this.subjectAges = rules.subject.map((one) => this.age(one.age_to));
    this.exemptionAges = rules.exemptions.map((one) => [this.age(one.age_from), this.age(one.age_to)]);
    this.bands = rules.bands.map((band) => [band, this.bandPlan(band)]);
    this.graded = new Set(rules.bands.filter((band) => band.grades?.length).map((band) => band.group ?? ""));
    this.inProcess = new Set(rules.in_process.antigens.map((antigen) => this.indexOf(antigen)));
    this.primary = rules.in_process.primary.map((one) => this.primaryPlan(one));
    this.schedule = (rules.schedule ?? []).map((one) => [one, this.age(one.age_from), this.age(one.age_to)]);
    this.dayIfEnrolledAfter = readDay(rules.dates.day_if_enrolled_after ?? "") ?? NEVER;
    this.dayIfGivenAfter = readDay(rules.dates.day_if_given_after ?? "") ?? NEVER;
    this.lenientLimit = values.get(rules.dates.reading ?? "") === "accepted";
    this.dayForEveryone = values.get(rules.dates.enrolled_reading ?? "") === "everyone";
    this.effectiveFrom = readDay(rules.effective_from) ?? 0;
    this.effectiveTo = readDay(rules.effective_to) ?? NEVER;
    this.codes = new Map(preparedCodes.map((code) => [code, this.countsFor(code)]));
    this.statementRule = rules.statement_rule ?? "1";
  }

  /** The value a reading has here; throws for a name the rule set does not hold. */
  value(name: string): string {
    const value = this.values.get(name);
    if (value === undefined) throw new Error(`no reading "${name}" in ${this.rules.id}`);
    return value;
  }

  indexOf(antigen: string): number {
    const index = this.index.get(antigen);
    if (index === undefined) throw new Error(`no antigen "${antigen}" in ${this.rules.id}`);
    return index;
  }

  /** The day each of `ages` is reached by one born on `born`. */
  marks(born: number): readonly number[] {
    let known = this.knownMarks.get(born);
    if (known === undefined) {
      if (this.knownMarks.size > KEPT_BIRTHS_MAX) this.knownMarks.clear();
      known = this.ages.map((age) => reach(born, age, this.leapDayMarch));
      this.knownMarks.set(born, known);
    }
    return known;
  }

  /** The bands that may apply to this facility group and grade, in order. */
  bandsFor(group: string, grade: string): readonly BandPlan[] {
    const key = `${group}\n${grade}`;
    let known = this.knownBands.get(key);
    if (known === undefined) {
      known = this.bands
        .filter(
          ([band]) => (!band.group || band.group === group) && (!band.grades?.length || band.grades.includes(grade)),
        )
        .map(([, made]) => made);
      this.knownBands.set(key, known);
    }
    return known;
  }

  /** What these bands make a verdict depend on: ages reached, and windows that close. */
  edgesFor(bands: readonly BandPlan[]): EdgesPlan {
    const known = this.knownEdges.get(bands);
    if (known !== undefined) return known;
    const ages: [number, number][] = [];
    const windows: [number, number, number][] = [];
    for (const one of [...bands, ...this.primary]) ages.push([one.ageFrom, 0], [one.ageTo, 0]);
    for (const band of bands) {
      band.asks.forEach((need, index) => {
        for (const option of need?.options ?? []) {
          ages.push([option.lastAt, option.lastShift]);
          if (option.withinMonths > 0) windows.push([index, option.withinMonths, band.ageFrom]);
        }
        for (const exempt of need?.exempt ?? []) ages.push([exempt.since, 0], [exempt.until, 0]);
      });
    }
    const made = { ages: unique(ages.filter(([age]) => age >= 0)), windows: unique(windows) };
    this.knownEdges.set(bands, made);
    return made;
  }

  /** The suggested exclusion schedule for so many doses recorded at enrollment. */
  scheduleRow(antigen: number, recorded: number, marks: readonly number[], on: number): ExclusionRow | null {
    for (const [row, since, until] of this.schedule) {
      const fits = (since < 0 || on >= at(marks, since)) && (until < 0 || on < at(marks, until));
      if (fits && row.recorded === recorded && row.antigens.includes(at(this.antigens, antigen))) return row;
    }
    return null;
  }

  private countsFor(code: string): readonly number[] {
    const antigens = [...(antigensOf(code) ?? [])];
    if (cvxOf(code) === "28" && this.values.get("dt_under_7") === "counts") antigens.push("PERT");
    return antigens.flatMap((antigen) => this.index.get(antigen) ?? []);
  }

  private age(text: string | undefined): number {
    if (!text) return -1;
    let index = this.ageIndex.get(text);
    if (index === undefined) {
      index = this.ages.length;
      this.ageIndex.set(text, index);
      this.ages.push(readAge(text));
    }
    return index;
  }

  private option(option: Option): OptionPlan {
    const after = option.last_reading ? this.value(option.last_reading) === "after" : false;
    const exclusive = option.within_reading ? this.value(option.within_reading) === "exclusive" : false;
    const vaccines = option.vaccines ?? [];
    const conditions = [
      option.last_at,
      option.each_from,
      option.each_to,
      option.within_years,
      vaccines.length,
      option.apart_months,
    ];
    return {
      doses: option.doses,
      plain: !conditions.some(Boolean),
      lastAt: this.age(option.last_at),
      lastShift: this.grace > 0 ? -this.grace : after ? 1 : 0,
      lastReading: option.last_reading ?? "",
      eachFrom: this.age(option.each_from),
      eachTo: this.age(option.each_to),
      withinMonths: (option.within_years ?? 0) * 12,
      withinShift: exclusive ? -1 : 0,
      apartMonths: option.apart_months ?? 0,
      apartShift: -this.grace,
      vaccines: new Set(vaccines.map((code) => cvxOf(code) ?? code)),
    };
  }

  private exempt(one: AgeExemption): ExemptPlan {
    return { clause: one.clause, since: this.age(one.since), until: this.age(one.until), sex: one.sex ?? "" };
  }

  private need(need: Need, band: Band): NeedPlan | null {
    if (need.reading && this.value(need.reading) !== need.reading_value) return null;
    const offered = need.options.filter((one) => !one.reading || this.value(one.reading) === one.reading_value);
    const options = offered.map((option) => this.option(option));
    const plain = options.filter((option) => option.plain).map((option) => option.doses);
    const flags = new Set([need.reading ?? "", ...need.options.map((one) => one.reading ?? "")]);
    flags.delete("");
    return {
      options,
      clause: need.clause || band.clause,
      exempt: (need.exempt ?? []).map((one) => this.exempt(one)),
      cohort: need.cohort ?? "",
      readings: [...flags].sort(),
      plainDoses: plain.length > 0 ? Math.min(...plain) : 0,
      ownAges: need.own_ages ?? false,
    };
  }

  private bandPlan(band: Band): BandPlan {
    const asks = this.antigens.map((antigen) => {
      const name = own(band.asks, antigen);
      const need = name === undefined ? undefined : own(this.rules.needs, name);
      return need === undefined ? null : this.need(need, band);
    });
    return {
      id: band.id,
      ageFrom: this.age(band.age_from),
      ageTo: this.age(band.age_to),
      since: readDay(band.since ?? "") ?? 0,
      statements: new Set(band.statements ?? []),
      asks,
    };
  }

  private primaryPlan(primary: Primary): PrimaryPlan {
    return {
      ageFrom: this.age(primary.age_from),
      ageTo: this.age(primary.age_to),
      groups: primary.groups ?? [],
      doses: this.antigens.map((antigen) => own(primary.doses, antigen) ?? 0),
    };
  }
}

function unique<T extends readonly number[]>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.join(), row])).values()];
}

const plans = new WeakMap<Loaded, Map<string, Plan>>();

/** The plan of a rule set with some readings set otherwise; made once for each choice. */
export function planFor(loaded: Loaded, readings: readonly Override[] = []): Plan {
  let known = plans.get(loaded);
  if (known === undefined) {
    known = new Map();
    plans.set(loaded, known);
  }
  const key = JSON.stringify(readings);
  let plan = known.get(key);
  if (plan === undefined) {
    plan = new Plan(loaded, readings);
    known.set(key, plan);
  }
  return plan;
}
