/**
 * Whether a dose given on a day would count under medically acceptable standards, and from which day it would. The same
 * walk over the series that judges a record (law/validity), with the dose added; so a phone warns of every least age
 * and interval the law's plan knows.
 *
 * A record is judged by whichever series serves it best, with four days of grace: an early third dose of hepatitis B is
 * saved by a series of four. Before the needle neither is a reason to be early. A child is held to the usual series
 * without grace as long as the earlier doses fit it, then to the usual series, then to all of them.
 */
import { bounds } from "../events/dates";
import { antigensOf } from "../law/codes";
import { readDay } from "../law/intervals";
import { type AgeRule, type GapRule, Schedule, type TargetDose } from "../law/schedule";
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
/** Stands after every dose on record, also one of the same day. */
const WANTED = Number.MAX_SAFE_INTEGER;
const SEARCH_DAYS_MAX = 730;
const DAY_MS = 86_400_000;

/**
 * What the standards hold against a dose of this vaccine on this day, whichever day a partial birth date means; doses
 * without a whole date are left out.
 */
export function untimely(student: Student, cvx: string, on: string, schedule: Schedule): readonly Untimely[] {
  const found = new Map<TimingCode, string>();
  for (const one of bounds(student.birthDate).flatMap((born) =>
    untimelyOf(student, readDay(born), cvx, on, schedule),
  )) {
    const known = found.get(one.code);
    found.set(
      one.code,
      known === "" || one.from === "" ? "" : known === undefined || known < one.from ? one.from : known,
    );
  }
  return [...found].map(([code, from]) => ({ code, from }));
}

function untimelyOf(student: Student, born: number | null, cvx: string, on: string, schedule: Schedule): Untimely[] {
  const day = readDay(on);
  const antigens = (antigensOf(cvx) ?? []).filter((antigen) => schedule.series.has(antigen));
  if (born === null || day === null || antigens.length === 0) return [];
  const earlier = student.standingDoses.flatMap((dose, index): Given[] => {
    const given = dose.given_on.length === 10 ? readDay(dose.given_on) : null;
    return given === null || given > day || dose.cvx === "" ? [] : [{ day: given, cvx: dose.cvx, dose: index }];
  });
  const held = [...strict(schedule), schedule];
  const reasonsOn = (when: number): ReadonlySet<string> => {
    const wanted = { day: when, cvx, dose: WANTED };
    const reasons = antigens.flatMap((antigen) => {
      const fits = held.find((one) => invalidDoses(one, born, earlier, [antigen]).size === 0);
      const found = invalidDoses(fits ?? schedule, born, [...earlier, wanted], [antigen]);
      return found.get(0)?.get(WANTED) ?? [];
    });
    return new Set(reasons);
  };
  const codes = new Set([...reasonsOn(day)].flatMap((reason) => CODES[reason] ?? []));
  if (codes.size === 0) return [];
  const ahead = daysUntil((days) => reasonsOn(day + days).size === 0);
  const from = ahead === null ? "" : new Date(Date.parse(on) + ahead * DAY_MS).toISOString().slice(0, 10);
  return [...codes].map((code) => ({ code, from }));
}

const stricter = new WeakMap<Schedule, readonly Schedule[]>();

/** The schedule with each antigen's usual series alone: first as it is asked for, then with the grace. */
function strict(schedule: Schedule): readonly Schedule[] {
  let known = stricter.get(schedule);
  if (known === undefined) {
    const usual = schedule.file.series.filter((one) => schedule.usual.get(one.antigen) === one);
    const asked = usual.map((one) => ({ ...one, doses: one.doses.map(asAsked) }));
    known = [asked, usual].map((series) => new Schedule({ ...schedule.file, series }, []));
    stricter.set(schedule, known);
  }
  return known;
}

/** A dose of a series with the least age and interval as asked for, the grace of four days left out. */
function asAsked(dose: TargetDose): TargetDose {
  const whole = <Rule extends AgeRule | GapRule>(rule: Rule): Rule =>
    rule.least && rule.asked ? { ...rule, least: rule.asked } : rule;
  return {
    ...dose,
    ...(dose.ages ? { ages: dose.ages.map(whole) } : {}),
    ...(dose.gaps ? { gaps: dose.gaps.map(whole) } : {}),
    ...(dose.other_gaps ? { other_gaps: dose.other_gaps.map(whole) } : {}),
  };
}

/** The first day from `on` on which a dose would count; empty where none was found within two years. */
export function countsFrom(student: Student, cvx: string, on: string, schedule: Schedule): string {
  const found = untimely(student, cvx, on, schedule);
  if (found.some(({ from }) => from === "")) return "";
  return [on, ...found.map(({ from }) => from)].sort().at(-1) ?? on;
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
