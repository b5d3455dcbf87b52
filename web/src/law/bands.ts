/** The band of ages a day falls into, and what a day's judgment is. Mirrors projections/law/bands.py. */
import type { Facts } from "./facts";
import { at } from "./intervals";
import type { BandPlan } from "./plan_parts";
import type { Finding, NotCounted } from "./verdict";

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

/** The band that asks of this student: by the age of `ageDay`, among those that hold on `on`. */
export function bandOn(facts: Facts, ageDay: number, on: number): BandPlan | null {
  const { marks } = facts;
  for (const band of facts.bands) {
    if (band.ageFrom >= 0 && ageDay < at(marks, band.ageFrom)) continue;
    if (band.ageTo >= 0 && ageDay >= at(marks, band.ageTo)) continue;
    if (on >= band.since) return band;
  }
  return null;
}
