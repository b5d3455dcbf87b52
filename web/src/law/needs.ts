/**
 * Needs: what of one antigen's doses stands on a day, and which of the ways to have enough they meet or come
 * nearest to. Mirrors projections/law/needs.py.
 */
import { type AntigenFacts, type Cover, compareEntries, type Entry } from "./entries";
import type { Facts } from "./facts";
import { addMonths, at } from "./intervals";
import { NEVER, type NeedPlan, type OptionPlan } from "./plan_parts";
import { type NotCounted, notCounted } from "./verdict";

/** The doses of one antigen as they stand on one day. */
export interface Doses {
  readonly good: readonly Entry[];
  readonly maybe: readonly Entry[];
  readonly defect: readonly Entry[];
  readonly counted: readonly number[];
  readonly notCounted: readonly NotCounted[];
}

/** Leave out what lies after the day; what may lie after it may count. */
export function dosesOn(facts: Facts, mine: AntigenFacts, asOf: number): Doses {
  if (facts.latestDose <= asOf) return mine;
  const good = mine.good.filter((entry) => entry.last <= asOf);
  const maybe = [
    ...mine.maybe.filter((entry) => entry.first <= asOf),
    ...mine.good.filter((entry) => entry.first <= asOf && asOf < entry.last),
  ].sort(compareEntries);
  const defect = mine.defect.filter((entry) => entry.first <= asOf);
  const rest = [...maybe, ...defect, ...mine.bad.filter((entry) => entry.first <= asOf)];
  return {
    good,
    maybe,
    defect,
    counted: good.map((entry) => entry.dose),
    notCounted: [
      ...rest.map((entry) => notCounted(entry.dose, entry.reason || "date_straddles_as_of")),
      ...mine.every.filter((entry) => entry.first > asOf).map((entry) => notCounted(entry.dose, "after_as_of")),
    ],
  };
}

/** Take back what only the schedule set aside, for a need that states its own ages. */
export function withAside(doses: Doses, mine: AntigenFacts, asOf: number): Doses {
  const back = mine.aside.filter((entry) => entry.last <= asOf);
  const good = [...doses.good, ...back].sort(compareEntries);
  const taken = back.map((entry) => entry.dose);
  return {
    ...doses,
    good,
    counted: good.map((entry) => entry.dose),
    notCounted: doses.notCounted.filter((one) => !taken.includes(one.dose)),
  };
}

/** The doses that fit the option's conditions on each dose: surely, or possibly. */
export function fitting(
  option: OptionPlan,
  doses: readonly Entry[],
  marks: readonly number[],
  asOf: number,
  possible: boolean,
): readonly Entry[] {
  let fit = doses;
  if (option.vaccines.size > 0) fit = fit.filter((one) => option.vaccines.has(one.cvx));
  if (option.eachFrom >= 0) {
    const mark = at(marks, option.eachFrom);
    fit = fit.filter((one) => (possible ? one.last : one.first) >= mark);
  }
  if (option.eachTo >= 0) {
    const mark = at(marks, option.eachTo);
    fit = fit.filter((one) => (possible ? one.first : one.last) < mark);
  }
  if (option.withinMonths > 0) {
    fit = fit.filter((one) => {
      const since = possible ? Math.min(one.last, asOf) : one.first;
      return addMonths(since, option.withinMonths) + option.withinShift >= asOf;
    });
  }
  return fit;
}

/** Whether the months asked lie between the first and the last of these doses: surely, or possibly. */
function apart(option: OptionPlan, doses: readonly Entry[], possible: boolean): boolean {
  const first = Math.min(...doses.map((entry) => (possible ? entry.first : entry.last)));
  const last = Math.max(...doses.map((entry) => (possible ? entry.last : entry.first)));
  return first < NEVER && last >= addMonths(first, option.apartMonths) + option.apartShift;
}

/** Whether these doses meet the option: surely (each date at its worst), or possibly (at its best). */
export function met(
  option: OptionPlan,
  doses: readonly Entry[],
  marks: readonly number[],
  asOf: number,
  possible: boolean,
): boolean {
  if (option.plain) return doses.length >= option.doses;
  const fit = fitting(option, doses, marks, asOf, possible);
  if (fit.length < option.doses || (option.apartMonths > 0 && !apart(option, fit, possible))) return false;
  if (option.lastAt < 0) return true;
  const days = fit.map((entry) => (possible ? entry.last : entry.first)).sort((one, two) => one - two);
  return at(days, option.doses - 1) >= at(marks, option.lastAt) + option.lastShift;
}

/** The option that the fewest further doses, given on this day, would meet. */
export function nearest(need: NeedPlan, doses: readonly Entry[], marks: readonly number[], asOf: number): OptionPlan {
  let best = at(need.options, 0);
  let fewest = 99;
  for (const option of need.options) {
    const fit = fitting(option, doses, marks, asOf, false);
    let missing = option.doses - fit.length;
    if (option.apartMonths > 0 && missing < 1 && !apart(option, fit, false)) missing = 99; // as many as asked, but too close
    if (option.lastAt >= 0 && missing < 1) missing = 99; // the last dose asked is already given, too early
    if (option.lastAt >= 0 && asOf < at(marks, option.lastAt) + option.lastShift) missing = 99; // today is too early
    if (missing < fewest) {
      best = option;
      fewest = missing;
    }
  }
  return best;
}

/** The clause of an age exemption that holds today (empty: none), and whether it hangs on an unknown sex. */
export function ageExempt(facts: Facts, need: NeedPlan, asOf: number): readonly [string, boolean] {
  for (const one of need.exempt) {
    if (one.since >= 0 && asOf < at(facts.marks, one.since)) continue;
    if (one.until >= 0 && asOf >= at(facts.marks, one.until)) continue;
    if (one.sex !== "" && facts.sex !== one.sex) {
      if (facts.sex === "") return [one.clause, true];
      continue;
    }
    return [one.clause, false];
  }
  return ["", false];
}

/** The cover that holds today: an exemption before a paper under review. */
export function coverOn(covers: readonly Cover[] | undefined, asOf: number): Cover | null {
  let best: Cover | null = null;
  for (const cover of covers ?? []) {
    if (cover.since <= asOf && asOf < cover.until && (best === null || best.outcome === "review")) best = cover;
  }
  return best;
}
