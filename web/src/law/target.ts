/**
 * One dose held against one dose that a series asks for, its target. Mirrors projections/law/target.py step for step:
 *
 *     passed over? --> given by mistake? --> age --> gap --> live vaccines --> vaccine --> valid
 */
import { addMonths, at, civil, readAge, readDay } from "./intervals";
import type { AgeRule, Condition, GapRule, Schedule, Skip, TargetDose } from "./schedule";

export const VALID = "valid";
export const NOT_VALID = "not_valid";
export const EXTRANEOUS = "extraneous";

/** One dose with a whole date: ordinal, CVX code, index in the record. */
export interface Given {
  readonly day: number;
  readonly cvx: string;
  readonly dose: number;
}

/** What the standards say of one dose for one antigen. */
export interface Check {
  readonly status: string;
  readonly reason: string;
}

/** What a walk over one series knows at one dose. */
export interface Step {
  readonly born: number;
  readonly index: number;
  readonly own: readonly Given[];
  readonly checks: readonly Check[];
  readonly metBy: ReadonlyMap<number, number>;
  readonly everything: readonly Given[];
}

/** The day so long after another. A day the month does not have becomes the first of the next month. */
function after(day: number, stretch: string): number {
  const age = readAge(stretch);
  let moved = addMonths(day, age.months);
  if (civil(moved).day !== civil(day).day) moved += 1;
  return moved + age.days;
}

const leastAndMost = new Map<string, readonly [number, number]>();

/** The days a stretch of time surely takes and never exceeds, wherever in the calendar it begins. */
function daysOf(stretch: string): readonly [number, number] {
  let known = leastAndMost.get(stretch);
  if (known === undefined) {
    const age = readAge(stretch);
    const about = Math.trunc(age.months * 30.436875 + age.days);
    known = age.months === 0 ? [age.days, age.days] : [about - 5, about + 5];
    leastAndMost.set(stretch, known);
  }
  return known;
}

/** Whether a day is so long after another, or later: `day >= after(start, stretch)`, mostly without a calendar. */
export function reached(start: number, day: number, stretch: string): boolean {
  const [least, most] = daysOf(stretch);
  const passed = day - start;
  return passed >= most || (passed >= least && day >= after(start, stretch));
}

/** In the order given. */
export function compareGiven(one: Given, two: Given): number {
  return one.day - two.day || (one.cvx < two.cvx ? -1 : one.cvx > two.cvx ? 1 : one.dose - two.dose);
}

function inForce(rule: AgeRule | GapRule, day: number): boolean {
  if (!rule.since && !rule.until) return true;
  return (readDay(rule.since ?? "") ?? 0) <= day && day <= (readDay(rule.until ?? "") ?? 9_999_999);
}

/** Whether a day is of an age from one to below another; an empty one is no limit. */
export function within(born: number, day: number, ageFrom: string | undefined, ageTo: string | undefined): boolean {
  return (!ageFrom || reached(born, day, ageFrom)) && !(ageTo && reached(born, day, ageTo));
}

/** The standards' word on the dose at hand; `first`: the target is the series' first. */
export function checkDose(schedule: Schedule, target: TargetDose, first: boolean, step: Step): Check {
  const given = at(step.own, step.index);
  if (target.inadvertent?.includes(given.cvx)) return { status: NOT_VALID, reason: "given_by_mistake" };
  const before = step.checks.at(-1);
  const late = before !== undefined && (before.reason === "too_young" || before.reason === "too_soon");
  for (const age of target.ages ?? []) {
    if (!inForce(age, given.day)) continue;
    if (age.least && !reached(step.born, given.day, age.least)) return { status: NOT_VALID, reason: "too_young" };
    if (late && !first && age.asked && !reached(step.born, given.day, age.asked)) {
      return { status: NOT_VALID, reason: "too_young" };
    }
    if (age.before && reached(step.born, given.day, age.before)) return { status: EXTRANEOUS, reason: "too_old" };
  }
  if (!gapsKept(target.gaps ?? [], first, step, late)) {
    const others = (target.other_gaps ?? []).filter((gap) => inForce(gap, given.day));
    if (others.length === 0 || !gapsKept(others, true, step, false)) return { status: NOT_VALID, reason: "too_soon" };
  }
  if (liveConflict(schedule, given, step)) return { status: NOT_VALID, reason: "live_conflict" };
  for (const name of [target.vaccines, target.allowed]) {
    for (const [low, high] of schedule.offered.get(`${name} ${given.cvx}`) ?? []) {
      if (within(step.born, given.day, low, high)) return { status: VALID, reason: "" };
    }
  }
  return { status: NOT_VALID, reason: "not_this_vaccine" };
}

function gapsKept(gaps: readonly GapRule[], first: boolean, step: Step, late: boolean): boolean {
  const given = at(step.own, step.index);
  for (const gap of gaps) {
    if (!inForce(gap, given.day)) continue;
    const since = gapStart(gap, step);
    if (since === null) continue;
    if (gap.least && !reached(since, given.day, gap.least)) return false;
    if (late && !first && gap.asked && !reached(since, given.day, gap.asked)) return false;
  }
  return true;
}

function gapStart(gap: GapRule, step: Step): number | null {
  if (gap.from_dose) return step.metBy.get(gap.from_dose) ?? null;
  if (gap.from_vaccines?.length) {
    const given = at(step.own, step.index);
    const earlier = step.everything.filter(
      (one) => compareGiven(one, given) < 0 && gap.from_vaccines?.includes(one.cvx) === true,
    );
    return earlier.length > 0 ? Math.max(...earlier.map((one) => one.day)) : null;
  }
  for (let back = step.index - 1; back >= 0; back -= 1) {
    if (at(step.checks, back).reason !== "given_by_mistake") return at(step.own, back).day;
  }
  return null;
}

function statuses(step: Step): Map<number, string> {
  return new Map(step.checks.map((check, index) => [at(step.own, index).dose, check.status]));
}

function liveConflict(schedule: Schedule, given: Given, step: Step): boolean {
  const rules = schedule.conflicts.get(given.cvx);
  if (rules === undefined) return false;
  const status = statuses(step);
  for (const other of step.everything) {
    const ends = rules.get(other.cvx);
    if (other.day >= given.day || ends === undefined) continue;
    const [begin, least, end] = ends;
    const until = (status.get(other.dose) ?? VALID) === VALID ? least : end;
    if (other.day + begin.days <= given.day && given.day < other.day + until.days) return true;
  }
  return false;
}

/** Whether this target is not asked of this person when the dose at hand is given. */
export function passedOver(target: TargetDose, step: Step): boolean {
  return (target.skips ?? []).some((skip) => skips(skip, step));
}

function skips(skip: Skip, step: Step): boolean {
  const results = skip.sets.map((one) => {
    const held = one.of.map((condition) => holds(condition, step));
    return one.any ? held.some(Boolean) : held.every(Boolean);
  });
  return skip.all ? results.every(Boolean) : results.some(Boolean);
}

function holds(condition: Condition, step: Step): boolean {
  const given = at(step.own, step.index);
  if (condition.kind === "age") return within(step.born, given.day, condition.age_from, condition.age_to);
  if (condition.kind === "gap") {
    return step.index > 0 && reached(at(step.own, step.index - 1).day, given.day, condition.least ?? "");
  }
  const vaccines = condition.vaccines ?? [];
  const status = statuses(step);
  const pool =
    vaccines.length > 0 ? step.everything.filter((one) => compareGiven(one, given) < 0) : step.own.slice(0, step.index);
  const count = pool.filter(
    (one) =>
      (vaccines.length === 0 || vaccines.includes(one.cvx)) &&
      (!condition.valid || status.get(one.dose) === VALID) &&
      within(step.born, one.day, condition.age_from, condition.age_to),
  ).length;
  const doses = condition.doses ?? 0;
  if (condition.compare === "more") return count > doses;
  return condition.compare === "equal" ? count === doses : count < doses;
}
