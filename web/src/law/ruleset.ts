/**
 * A rule-set file as projections/law/ruleset.py defines it. The files are checked where they are made (Python, at
 * load and in tests); what may be left out in JSON is optional here.
 */

export interface Source {
  readonly title: string;
  readonly kind?: string;
}

export interface Clause {
  readonly cite: string;
  readonly source: string;
  readonly text: string;
  readonly text_es?: string;
  readonly verified?: boolean;
}

export interface Subject {
  readonly clause: string;
  readonly group?: string;
  readonly facilities?: readonly string[];
  readonly grades?: readonly string[];
  readonly age_to?: string;
  readonly age_to_reading?: string;
  readonly born_to?: string;
  readonly resident?: boolean | null;
  readonly online_contact?: boolean | null;
  readonly online_classroom?: boolean | null;
  readonly excluded_service?: boolean | null;
}

export interface Option {
  readonly doses: number;
  readonly last_at?: string;
  readonly last_reading?: string;
  readonly each_from?: string;
  readonly each_to?: string;
  readonly apart_months?: number;
  readonly within_years?: number;
  readonly within_reading?: string;
  readonly vaccines?: readonly string[];
  readonly reading?: string;
  readonly reading_value?: string;
}

export interface AgeExemption {
  readonly clause: string;
  readonly since?: string;
  readonly until?: string;
  readonly sex?: string;
}

export interface Need {
  readonly options: readonly Option[];
  readonly clause?: string;
  readonly exempt?: readonly AgeExemption[];
  readonly cohort?: string;
  readonly own_ages?: boolean;
  readonly reading?: string;
  readonly reading_value?: string;
}

export interface Band {
  readonly id: string;
  readonly clause: string;
  readonly asks: Readonly<Record<string, string>>;
  readonly group?: string;
  readonly age_from?: string;
  readonly age_to?: string;
  readonly grades?: readonly string[];
  readonly since?: string;
  readonly statements?: readonly string[];
}

export interface ExemptionRule {
  readonly kind: string;
  readonly outcome: string;
  readonly clause: string;
  readonly signers: readonly string[];
  readonly antigens?: readonly string[];
  readonly groups?: readonly string[];
  readonly notarized?: boolean;
  readonly signed_before?: string;
  readonly age_from?: string;
  readonly age_to?: string;
  readonly reading?: string;
  readonly reading_value?: string;
}

export interface Primary {
  readonly doses: Readonly<Record<string, number>>;
  readonly age_from?: string;
  readonly age_to?: string;
  readonly groups?: readonly string[];
}

export interface Step {
  readonly dose: number;
  readonly after: number;
  readonly months: number;
  readonly gap_months?: number;
  readonly gap_weeks?: number;
}

export interface ExclusionRow {
  readonly key: string;
  readonly recorded: number;
  readonly antigens: readonly string[];
  readonly steps: readonly Step[];
  readonly age_from?: string;
  readonly age_to?: string;
}

export interface Reading {
  readonly ambiguity: string;
  readonly value: string;
  readonly other: string;
  readonly why: string;
  readonly why_es?: string;
}

export interface RuleSet {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly effective_from: string;
  readonly effective_to: string;
  readonly verified: boolean;
  readonly clauses: Readonly<Record<string, Clause>>;
  readonly antigens: readonly string[];
  readonly facilities: Readonly<Record<string, string>>;
  readonly subject: readonly Subject[];
  readonly needs: Readonly<Record<string, Need>>;
  readonly bands: readonly Band[];
  readonly limits: Readonly<Record<string, { readonly min_age: string; readonly clause: string }>>;
  readonly dates: {
    readonly clause: string;
    readonly month_clause: string;
    readonly day_if_enrolled_after?: string;
    readonly day_if_given_after?: string;
    readonly reading?: string;
    readonly enrolled_reading?: string;
  };
  readonly exemptions: readonly ExemptionRule[];
  readonly in_process: {
    readonly clause: string;
    readonly statements: readonly string[];
    readonly antigens: readonly string[];
    readonly months: number;
    readonly primary: readonly Primary[];
  };
  readonly transfer: {
    readonly clause: string;
    readonly kind: string;
    readonly days: number;
    readonly group: string;
    readonly moved_from: readonly string[];
  } | null;
  readonly short_stay: { readonly clause: string; readonly kinds: readonly string[]; readonly days: number } | null;
  readonly suspensions: {
    readonly clause: string;
    readonly months?: number;
    readonly statements?: readonly string[];
    readonly reading?: string;
  };
  readonly protection: { readonly clause: string; readonly kinds: readonly string[] } | null;
  readonly cohorts: Readonly<
    Record<
      string,
      { readonly clause: string; readonly kg_from: string; readonly g7_from: string; readonly reading?: string }
    >
  >;
  readonly readings: Readonly<Record<string, Reading>>;
  readonly standards: {
    readonly use: string;
    readonly schedule: string;
    readonly clause: string;
    readonly without?: readonly string[];
  };
  readonly schedule?: readonly ExclusionRow[];
  readonly group_of_grade?: Readonly<Record<string, string>>;
  readonly statement_rule?: string;
}

/** A rule set with the SHA-256 of the bytes it was read from. Equal only to itself. */
export interface Loaded {
  readonly rules: RuleSet;
  readonly sha256: string;
}

/** The answer for a date that no rule set covers: never a guess. */
export interface NoVerifiedVersion {
  readonly on: string;
  readonly before: string;
  readonly after: string;
}

/** The rule set in force on a day (`YYYY-MM-DD`), of a list in order of dates. */
export function ruleSetOn(loaded: readonly Loaded[], day: string): Loaded | NoVerifiedVersion {
  let before = "";
  for (const one of loaded) {
    if (one.rules.effective_from > day) return { on: day, before, after: one.rules.id };
    if (one.rules.effective_to === "" || day <= one.rules.effective_to) return one;
    before = one.rules.id;
  }
  return { on: day, before, after: "" };
}

/** A key of a JSON object, never one of its prototype. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
