/**
 * Whether a dose given on a day would count under medically acceptable standards, and from which day it would. The same
 * walk over the series that judges a record (law/validity), with the dose added; so a phone warns of every least age
 * and interval the law's plan knows, and of those of HPV and meningococcal B, which no law asks for.
 *
 * A record is judged by whichever series serves it best, with four days of grace: an early third dose of hepatitis B is
 * saved by a series of four. Before the needle neither is a reason to be early. A child is held to the usual series
 * without grace as long as the earlier doses fit it, then to the usual series, then to all of them. Nor does it matter
 * that a product for another age would be counted (DTaP at 8), or that one of another maker begins a series of its own
 * (meningococcal B), where that leaves the doses before it without one.
 */
import { bounds, earliest, latest } from "../events/dates";
import { antigensOf, cvxOf, groupsOf } from "../law/codes";
import { readDay } from "../law/intervals";
import { type AgeRule, type GapRule, Schedule, type Series, type TargetDose } from "../law/schedule";
import { type Given, invalidDoses, isOffered } from "../law/validity";
import type { DoseLine } from "./history";
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
export const WANTED = Number.MAX_SAFE_INTEGER;
const SEARCH_DAYS_MAX = 730;
const DAY_MS = 86_400_000;

/** The day a dose on record is taken to have been given. */
type ReadDose = (dose: DoseLine) => string;

/** Whether only its month or year is known. */
export const isWithoutDay = ({ given_on }: DoseLine): boolean => given_on !== "" && given_on.length !== 10;

/** The first day a dose can have been given: not before the birth. */
export const firstDay =
  ({ birthDate }: Student): ReadDose =>
  (dose) => {
    if (!isWithoutDay(dose)) return dose.given_on;
    const [born = ""] = bounds(birthDate);
    const first = earliest(dose.given_on);
    return first < born && born <= latest(dose.given_on) ? born : first;
  };

/** The last day until `on` a dose can have been given: no later than it was written down; the first where that is before it. */
export const lastDay =
  (on: string): ReadDose =>
  ({ given_on, fact }) => {
    if (given_on.length === 10) return given_on;
    const written = new Date(fact.receivedAt ?? Date.parse(fact.header.recorded_at)).toISOString().slice(0, 10);
    const [last = on] = [given_on === "" ? on : latest(given_on), written, on].sort();
    return given_on !== "" && last < earliest(given_on) ? earliest(given_on) : last;
  };

/**
 * What the standards hold against a dose of this vaccine on this day, whichever day a partial birth date means, the
 * doses on record `read` as of a day; those without any date are left out.
 */
export function untimely(
  student: Student,
  cvx: string,
  on: string,
  schedule: Schedule,
  read = lastDay(on),
): readonly Untimely[] {
  const found = new Map<TimingCode, string>();
  for (const one of bounds(student.birthDate).flatMap((born) =>
    untimelyOf(dated(student, read), readDay(born), cvx, on, schedule),
  )) {
    const known = found.get(one.code);
    found.set(
      one.code,
      known === "" || one.from === "" ? "" : known === undefined || known < one.from ? one.from : known,
    );
  }
  return [...found].map(([code, from]) => ({ code, from }));
}

/** Which vaccine it was, by its code or by the words it was written in; empty where nobody understood them. */
export const codeOf = ({ cvx, as_written }: DoseLine): string => cvx || (cvxOf(as_written) ?? "");

/** What was given, as far as its vaccine and a date are known. */
export function dated({ standingDoses }: Student, read: ReadDose): Given[] {
  return standingDoses.flatMap((dose, index): Given[] => {
    const day = dose.given_on === "" ? null : readDay(read(dose));
    const cvx = codeOf(dose);
    return day === null || cvx === "" ? [] : [{ day, cvx, dose: index }];
  });
}

function untimelyOf(
  given: readonly Given[],
  born: number | null,
  cvx: string,
  on: string,
  schedule: Schedule,
): Untimely[] {
  const day = readDay(on);
  const antigens = walkedFor(cvx, schedule);
  if (born === null || day === null || antigens.length === 0) return [];
  const earlier = given.filter((one) => one.day <= day);
  const held = [...strict(schedule), schedule];
  const reasonsOn = (when: number): ReadonlySet<string> => {
    const wanted = { day: when, cvx, dose: WANTED };
    const reasons = antigens.flatMap((antigen) => {
      const fits = held.find((one) => invalidDoses(one, born, earlier, [antigen]).size === 0);
      const found = invalidDoses(fits ?? schedule, born, [...earlier, wanted], [antigen]).get(0);
      const against = [...(found ?? [])]
        .filter(([dose]) => dose === WANTED || fits !== undefined)
        .map(([, why]) => why);
      const isOfAge = against.includes("too_young") || isOffered(schedule, antigen, born, wanted);
      return isOfAge ? against : [...against, "not_this_vaccine"];
    });
    return new Set(reasons);
  };
  const codes = new Set([...reasonsOn(day)].flatMap((reason) => CODES[reason] ?? []));
  if (codes.size === 0) return [];
  const ahead = daysUntil((days) => reasonsOn(day + days).size === 0);
  const from = ahead === null ? "" : new Date(Date.parse(on) + ahead * DAY_MS).toISOString().slice(0, 10);
  return [...codes].map((code) => ({ code, from }));
}

/** The antigens whose series hold it: those the law counts it for, and what it is besides (MenABCWY: meningococcal B). */
export function walkedFor(cvx: string, schedule: Schedule): readonly string[] {
  const named = new Set([...(antigensOf(cvx) ?? []), ...groupsOf(cvx)]);
  return [...named].filter((antigen) => schedule.series.has(antigen));
}

const stricter = new WeakMap<Schedule, readonly Schedule[]>();

/** The schedule with each antigen's usual series: first as it is asked for, then with the grace. */
function strict(schedule: Schedule): readonly Schedule[] {
  let known = stricter.get(schedule);
  if (known === undefined) {
    const usual = schedule.file.series.filter((one) => isUsual(one, schedule));
    const asked = usual.map((one) => ({ ...one, doses: one.doses.map(asAsked) }));
    known = [asked, usual].map((series) => new Schedule({ ...schedule.file, series }, []));
    stricter.set(schedule, known);
  }
  return known;
}

/**
 * Also the one for who begins too old for it (HPV from 15, varicella from 13), and of an antigen without one the
 * shortest (meningococcal B).
 */
function isUsual(one: Series, schedule: Schedule): boolean {
  const usual = schedule.usual.get(one.antigen);
  const begins = one.start_from ?? one.doses[0]?.ages?.[0]?.least;
  if (usual !== undefined) return one === usual || (!!begins && begins === usual.start_before);
  const ways = schedule.series.get(one.antigen) ?? [];
  return ways.every(({ doses }) => doses.length >= one.doses.length);
}

/** As the plan writes it. */
const GRACE = /(?<=.)-4d$/;

/** A dose of a series with the least age and interval as asked for: no grace of four days, no interval that only counts. */
function asAsked({ other_gaps: _, ...dose }: TargetDose): TargetDose {
  const whole = <Rule extends AgeRule | GapRule>(rule: Rule): Rule =>
    rule.least ? { ...rule, least: rule.asked ?? rule.least.replace(GRACE, "") } : rule;
  return {
    ...dose,
    ...(dose.ages ? { ages: dose.ages.map(whole) } : {}),
    ...(dose.gaps ? { gaps: dose.gaps.map(whole) } : {}),
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
