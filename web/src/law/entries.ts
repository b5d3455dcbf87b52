/**
 * Entries: the doses and papers as they bear on one antigen, before any day is asked about. Mirrors
 * projections/law/entries.py.
 */
import { at } from "./intervals";
import type { Plan } from "./plan";
import { type Finding, type NotCounted, notCounted } from "./verdict";

export const GOOD = 0;
export const MAYBE = 1;
export const DEFECT = 2;
export const BAD = 3;

/** Begins the reason of a dose set aside by the schedule, not by the rule set's own text. */
export const STANDARDS = "standards_";

/** One dose as it bears on one antigen. */
export interface Entry {
  readonly first: number;
  readonly last: number;
  readonly kind: number;
  readonly dose: number;
  readonly cvx: string;
  readonly reason: string;
}

/** A statement's effect on one antigen from `since` to before `until`. */
export interface Cover {
  readonly since: number;
  readonly until: number;
  readonly outcome: string;
  readonly clause: string;
  readonly flag: string;
}

export interface Note {
  readonly since: number;
  readonly until: number;
  readonly finding: Finding;
}

export function compareEntries(one: Entry, two: Entry): number {
  return (
    one.first - two.first ||
    one.last - two.last ||
    one.kind - two.kind ||
    one.dose - two.dose ||
    compareText(one.cvx, two.cvx) ||
    compareText(one.reason, two.reason)
  );
}

function compareText(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}

/** The doses that bear on one antigen; `counted` and `notCounted` hold once every dose is past. */
export class AntigenFacts {
  readonly good: readonly Entry[];
  readonly maybe: readonly Entry[];
  readonly defect: readonly Entry[];
  readonly bad: readonly Entry[];
  readonly aside: readonly Entry[];
  readonly counted: readonly number[];
  readonly notCounted: readonly NotCounted[];
  /** Every dose that bears on the antigen, counted or not. */
  readonly every: readonly Entry[];

  constructor(entries: readonly Entry[]) {
    this.good = entries.filter((entry) => entry.kind === GOOD);
    this.maybe = entries.filter((entry) => entry.kind === MAYBE);
    this.defect = entries.filter((entry) => entry.kind === DEFECT);
    this.bad = entries.filter((entry) => entry.kind === BAD);
    this.aside = this.bad.filter((entry) => entry.reason.startsWith(STANDARDS));
    this.counted = this.good.map((entry) => entry.dose);
    const rest = [...this.maybe, ...this.defect, ...this.bad];
    this.notCounted = rest.map((entry) => notCounted(entry.dose, entry.reason));
    this.every = [...this.good, ...rest];
  }
}

/** A dose without its day, of a month in which another has one, may be that other told less exactly. */
function perhapsToldTwice(entry: Entry, entries: readonly Entry[]): Entry {
  if (entry.kind !== GOOD || entry.first === entry.last) return entry;
  const exact = entries.filter((one) => one.first === one.last && one.reason !== "same_day");
  if (!exact.some((one) => entry.first <= one.first && one.first <= entry.last)) return entry;
  return { ...entry, kind: MAYBE, reason: "perhaps_the_same_dose" };
}

/** In order of date, a second record of one day set aside; what may be a double becomes MAYBE. */
export function withoutDoubles(plan: Plan, given: Entry[]): Entry[] {
  let entries = given;
  entries.sort(compareEntries);
  let before = entries[0];
  for (let i = 1; i < entries.length; i += 1) {
    const entry = at(entries, i);
    const apart = entry.first !== before?.first || entry.last !== before.last;
    if (apart || entry.kind === BAD || before?.kind === BAD) {
      before = entry;
      continue;
    }
    if (entry.first === entry.last) entries[i] = { ...entry, kind: BAD, reason: "same_day" };
    else if (entry.kind === GOOD) entries[i] = { ...entry, kind: MAYBE, reason: "perhaps_the_same_dose" };
  }
  entries = entries.map((entry) => perhapsToldTwice(entry, entries));
  if (plan.values.get("partial_date") !== "not_counted") return entries;
  return entries.map((entry) => (entry.kind === MAYBE ? { ...entry, kind: BAD } : entry));
}
