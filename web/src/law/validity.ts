/**
 * Which doses are valid under medically acceptable standards: every series walked, the one that serves best taken.
 * Mirrors projections/law/validity.py step for step; how one dose is held against one target: target.ts.
 */
import { at, readDay } from "./intervals";
import type { Schedule, Series } from "./schedule";
import {
  type Check,
  checkDose,
  compareGiven,
  EXTRANEOUS,
  type Given,
  NOT_VALID,
  passedOver,
  reached,
  type Step,
  VALID,
  within,
} from "./target";

interface Walk {
  readonly series: Series;
  readonly checks: readonly Check[];
  readonly valid: number;
  readonly complete: boolean;
  readonly left: number;
  readonly lastValid: number;
}

/** The doses that bear on an antigen, in the order given. */
function bearing(schedule: Schedule, born: number, doses: readonly Given[], antigen: string): Given[] {
  const ages = schedule.bearsOn.get(antigen);
  const found: Given[] = [];
  for (const given of ages === undefined ? [] : doses) {
    for (const [ageFrom, ageTo] of ages?.get(given.cvx) ?? []) {
      if (within(born, given.day, ageFrom, ageTo)) found.push(given);
    }
  }
  return found;
}

function same(one: readonly Given[], two: readonly Given[]): boolean {
  return one.length === two.length && one.every((given, index) => given === two[index]);
}

const askedRows = (schedule: Schedule, doses: Series["doses"], cvx: string): (readonly [string, string])[] =>
  doses.flatMap(({ vaccines }) => schedule.offered.get(`${vaccines} ${cvx}`) ?? []);

/** Whether a series gives this vaccine at this age. The phone's alone. */
export function isOfferedBy(schedule: Schedule, series: Series, born: number, { cvx, day }: Given): boolean {
  const isOfAge = [series.doses[0]?.ages?.[0]?.least, series.start_from].every((from) => within(born, day, from, ""));
  const open = series.doses.filter(({ ages = [] }) => ages.every(({ before }) => within(born, day, "", before)));
  return isOfAge && askedRows(schedule, open, cvx).some(([low, high]) => within(born, day, low, high));
}

/** Whether the standards give this vaccine at this age; of one they name nowhere they say nothing. The phone's alone. */
export function isOffered(schedule: Schedule, antigen: string, born: number, given: Given): boolean {
  const ways = schedule.series.get(antigen) ?? [];
  const isNamed = ways.some((one) => askedRows(schedule, one.doses, given.cvx).length > 0);
  return !isNamed || ways.some((one) => isOfferedBy(schedule, one, born, given));
}

/** What a series by itself says against a dose; empty where it holds, or all of it was given. The phone's alone. */
export function reasonIn(
  schedule: Schedule,
  series: Series,
  born: number,
  doses: readonly Given[],
  dose: number,
): string {
  const everything = [...doses].sort(compareGiven);
  const mine = bearing(schedule, born, everything, series.antigen);
  const { checks, valid } = walkSeries(schedule, series, born, mine, everything);
  const index = mine.findIndex((given) => given.dose === dose);
  const { status, reason } = at(checks, index);
  const goesOn = valid >= 0 && checks.every((one, other) => other === index || one.status !== NOT_VALID);
  if (!goesOn || reason === "too_old") return "not_this_vaccine";
  return status === NOT_VALID ? reason : "";
}

/** Whether a dose is one more than the standards ask for, or comes too late for them. The phone's alone. */
export function isExtra(
  schedule: Schedule,
  born: number,
  doses: readonly Given[],
  antigen: string,
  dose: number,
): boolean {
  const everything = [...doses].sort(compareGiven);
  const mine = bearing(schedule, born, everything, antigen);
  return checkDoses(schedule, born, mine, everything, antigen).get(dose)?.status === EXTRANEOUS;
}

/** Whether doses complete a series by themselves. The phone's alone. */
export function isWhole(schedule: Schedule, series: Series, born: number, doses: readonly Given[]): boolean {
  const everything = [...doses].sort(compareGiven);
  const mine = bearing(schedule, born, everything, series.antigen);
  const latest = mine.at(-1);
  if (latest === undefined || !canStart(series, born, latest.day)) return false;
  const { valid, complete } = walkSeries(schedule, series, born, mine, everything);
  return complete && valid > 0;
}

/** Every dose the standards do not accept: per index of the antigen, index of the dose to reason. */
export function invalidDoses(
  schedule: Schedule,
  born: number,
  doses: readonly Given[],
  antigens: readonly string[],
): Map<number, Map<number, string>> {
  const found = new Map<number, Map<number, string>>();
  const done = new Map<string, readonly [readonly Given[], ReadonlyMap<number, Check>]>();
  const everything = [...doses].sort(compareGiven);
  for (const [index, antigen] of antigens.entries()) {
    const mine = bearing(schedule, born, everything, antigen);
    const twin = done.get(schedule.twin.get(antigen) ?? "");
    const known = twin !== undefined && same(twin[0], mine) ? twin[1] : null;
    const checks = known ?? checkDoses(schedule, born, mine, everything, antigen);
    done.set(antigen, [mine, checks]);
    for (const [dose, check] of checks) {
      if (check.status !== NOT_VALID) continue;
      const there = found.get(index) ?? new Map<number, string>();
      there.set(dose, check.reason);
      found.set(index, there);
    }
  }
  return found;
}

function checkDoses(
  schedule: Schedule,
  born: number,
  mine: readonly Given[],
  everything: readonly Given[],
  antigen: string,
): ReadonlyMap<number, Check> {
  const latest = mine.at(-1);
  if (latest === undefined) return new Map();
  const usual = schedule.usual.get(antigen);
  if (usual !== undefined && canStart(usual, born, latest.day)) {
    const walk = walkSeries(schedule, usual, born, mine, everything);
    if (walk.valid === mine.length) return new Map(mine.map((given, index) => [given.dose, at(walk.checks, index)]));
  }
  const groups = new Map<number, Walk[]>();
  for (const series of schedule.series.get(antigen) ?? []) {
    if (!canStart(series, born, latest.day)) continue;
    const walk = walkSeries(schedule, series, born, mine, everything);
    groups.set(series.group, [...(groups.get(series.group) ?? []), walk]);
  }
  const mostWeight = latest.day < (readDay(schedule.file.longer_series_since) ?? 0) ? 1 : 3;
  const best = [...groups.values()].map((walks) => bestOf(walks, mostWeight));
  return new Map(
    mine.map((given, index) => {
      const checks = best.map((walk) => at(walk.checks, index));
      const word = checks.find((one) => one.status === VALID) ?? checks[0] ?? { status: VALID, reason: "" };
      return [given.dose, word];
    }),
  );
}

function canStart(series: Series, born: number, on: number): boolean {
  if (series.since && on < (readDay(series.since) ?? 0)) return false;
  return !series.start_from || reached(born, on, series.start_from);
}

function walkSeries(
  schedule: Schedule,
  series: Series,
  born: number,
  mine: readonly Given[],
  everything: readonly Given[],
): Walk {
  const checks: Check[] = [];
  const metBy = new Map<number, number>();
  let target = 0;
  let firstValid = 0;
  let lastValid = 0;
  for (const [index, given] of mine.entries()) {
    const step: Step = { born, index, own: mine, checks, metBy, everything };
    while (target < series.doses.length && passedOver(at(series.doses, target), step)) target += 1;
    if (target >= series.doses.length) {
      checks.push({ status: EXTRANEOUS, reason: "series_complete" });
      continue;
    }
    const check = checkDose(schedule, at(series.doses, target), target === 0, step);
    checks.push(check);
    if (check.status === VALID) {
      firstValid = firstValid || given.day;
      lastValid = given.day;
      metBy.set(target + 1, given.day);
      target += at(series.doses, target).again ? 0 : 1;
    }
  }
  let valid = checks.filter((check) => check.status === VALID).length;
  if (series.start_before && firstValid > 0 && reached(born, firstValid, series.start_before)) valid = -1;
  const complete = target >= series.doses.length;
  return { series, checks, valid, complete, left: series.doses.length - target, lastValid };
}

const preference = (walk: Walk): number => walk.series.preference ?? 9;

/** The series that serves best: complete before begun, then the scores, then the committee's preference. */
function bestOf(walks: readonly Walk[], mostWeight: number): Walk {
  const possible = walks.filter((walk) => walk.valid >= 0);
  const open = possible.length > 0 ? possible : walks;
  const complete = open.filter((walk) => walk.complete);
  const begun = open.filter((walk) => walk.valid !== 0);
  const field = complete.length > 0 ? complete : begun.length > 0 ? begun : open;
  if (!field.some((walk) => walk.valid > 0)) {
    const usual = field.find((walk) => walk.series.usual);
    return (
      usual ??
      at(
        [...field].sort((one, two) => preference(one) - preference(two)),
        0,
      )
    );
  }
  const most = Math.max(...field.map((walk) => walk.valid));
  const fewest = Math.min(...field.map((walk) => walk.left));
  const first = Math.min(...field.map((walk) => walk.lastValid));
  const tiesMost = field.filter((walk) => walk.valid === most).length;
  const tiesFewest = field.filter((walk) => walk.left === fewest).length;
  const tiesFirst = field.filter((walk) => walk.lastValid === first).length;
  const score = (walk: Walk): number => {
    if (complete.length > 0) {
      let points = walk.valid === most ? (tiesMost > 1 ? 0 : mostWeight) : -mostWeight;
      points += walk.lastValid === first ? (tiesFirst > 1 ? 1 : 2) : -1;
      return points + (walk.series.product ? 1 : 0);
    }
    let points = walk.valid === most ? (tiesMost > 1 ? 0 : 2) : -2;
    points += walk.left === fewest ? (tiesFewest > 1 ? 0 : 2) : -2;
    const allValid = walk.checks.every((check) => check.status === VALID);
    return points + (walk.series.product ? (allValid ? 2 : -2) : 0);
  };
  return field.reduce((best, walk) => {
    const ahead = score(walk) - score(best) || preference(best) - preference(walk);
    return ahead > 0 ? walk : best;
  });
}
