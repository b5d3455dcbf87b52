/**
 * What a plan is made of: the parts of a rule set with ages as indexes into the plan's (-1: none), dates as ordinals.
 * Mirrors projections/law/plan_parts.py.
 */
/** An ordinal after every date, for "no end". */
export const NEVER = 4_000_000;

/** An ordinal after every date a verdict may name (year 2738); what lies beyond never comes. */
export const LAST_DAY = 1_000_000;

export interface OptionPlan {
  readonly doses: number;
  readonly plain: boolean;
  readonly lastAt: number;
  readonly lastShift: number;
  readonly lastReading: string;
  readonly eachFrom: number;
  readonly eachTo: number;
  readonly withinMonths: number;
  readonly withinShift: number;
  readonly apartMonths: number;
  readonly apartShift: number;
  readonly vaccines: ReadonlySet<string>;
}

export interface ExemptPlan {
  readonly clause: string;
  readonly since: number;
  readonly until: number;
  readonly sex: string;
}

export interface NeedPlan {
  readonly options: readonly OptionPlan[];
  readonly clause: string;
  readonly exempt: readonly ExemptPlan[];
  readonly cohort: string;
  readonly readings: readonly string[];
  readonly plainDoses: number;
  readonly ownAges: boolean;
}

export interface BandPlan {
  readonly id: string;
  readonly ageFrom: number;
  readonly ageTo: number;
  readonly since: number;
  readonly statements: ReadonlySet<string>;
  readonly asks: readonly (NeedPlan | null)[];
}

export interface PrimaryPlan {
  readonly ageFrom: number;
  readonly ageTo: number;
  readonly groups: readonly string[];
  readonly doses: readonly number[];
}

export interface EdgesPlan {
  /** Index of an age, and a shift in days. */
  readonly ages: readonly (readonly [number, number])[];
  /** Antigen, months after a dose, age from which it matters (-1: any). */
  readonly windows: readonly (readonly [number, number, number])[];
}
