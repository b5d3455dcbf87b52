/**
 * Whether a dose given on a day would count under medically acceptable standards, and from which day it would. The same
 * walk over the series that judges a record (law/validity), with the dose added; so a phone warns of every least age
 * and interval the law's plan knows.
 *
 * A record is judged by whichever series serves it best, and an early third dose of hepatitis B is saved by a series of
 * four. Before the needle that is no reason to be early: a child whose doses fit the usual series is held to it.
 */
import { antigensOf } from "../law/codes";
import { readDay } from "../law/intervals";
import { Schedule } from "../law/schedule";
import { type Given, invalidDoses } from "../law/validity";
import type { Student } from "./student";

/** `wrong_vaccine`: this product is not for this age or place in the series. */
export type TimingCode = "too_young" | "too_early" | "live_too_early" | "wrong_vaccine";

export interface Untimely {
  readonly code: TimingCode;
  /** The first day (YYYY-MM-DD) on which it would count; empty where no day within two years would. */
  readonly from: string;
}

const CODES: Readonly<Record<string, TimingCode>> = {
  too_young: "too_young",
  too_soon: "too_early",
  live_conflict: "live_too_early",
  not_this_vaccine: "wrong_vaccine",
  given_by_mistake: "wrong_vaccine",
};
const SEARCH_DAYS_MAX = 730;
const DAY_MS = 86_400_000;

/** What the standards hold against a dose of this vaccine on this day; doses without a whole date are left out. */
export function untimely(student: Student, cvx: string, on: string, schedule: Schedule): readonly Untimely[] {
  const born = readDay(student.birthDate);
  const day = readDay(on);
  const antigens = (antigensOf(cvx) ?? []).filter((antigen) => schedule.series.has(antigen));
  if (born === null || day === null || student.birthDate.length !== 10 || antigens.length === 0) return [];
  const earlier = student.standingDoses.flatMap((dose, index): Given[] => {
    const given = dose.given_on.length === 10 ? readDay(dose.given_on) : null;
    return given === null || given > day || dose.cvx === "" ? [] : [{ day: given, cvx: dose.cvx, dose: index }];
  });
  const usual = usualOnly(schedule);
  const reasonsOn = (when: number): ReadonlySet<string> => {
    const wanted = { day: when, cvx, dose: -1 };
    const reasons = antigens.flatMap((antigen) => {
      const fitsUsual = invalidDoses(usual, born, earlier, [antigen]).size === 0;
      const found = invalidDoses(fitsUsual ? usual : schedule, born, [...earlier, wanted], [antigen]);
      return found.get(0)?.get(-1) ?? [];
    });
    return new Set(reasons);
  };
  const codes = new Set([...reasonsOn(day)].flatMap((reason) => CODES[reason] ?? []));
  if (codes.size === 0) return [];
  const ahead = daysUntil((days) => reasonsOn(day + days).size === 0);
  const from = ahead === null ? "" : new Date(Date.parse(on) + ahead * DAY_MS).toISOString().slice(0, 10);
  return [...codes].map((code) => ({ code, from }));
}

const usuals = new WeakMap<Schedule, Schedule>();

/** The schedule with each antigen's usual series alone. */
function usualOnly(schedule: Schedule): Schedule {
  let known = usuals.get(schedule);
  if (known === undefined) {
    const series = schedule.file.series.filter((one) => schedule.usual.get(one.antigen) === one);
    known = new Schedule({ ...schedule.file, series }, []);
    usuals.set(schedule, known);
  }
  return known;
}

/** The fewest days after which it holds, taking it that what holds goes on holding; null where none was found. */
function daysUntil(holds: (days: number) => boolean): number | null {
  let [no, yes] = [0, 1];
  while (!holds(yes)) {
    if (yes >= SEARCH_DAYS_MAX) return null;
    no = yes;
    yes = Math.min(yes * 2, SEARCH_DAYS_MAX);
  }
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
