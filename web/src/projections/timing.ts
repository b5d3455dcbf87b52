/**
 * Whether a dose given on a day would count under medically acceptable standards, and from which day it would. The same
 * walk over the series that judges a record (law/validity), with the dose added; so a phone warns of every least age
 * and interval the law's plan knows, and of those of HPV and meningococcal B, which no law asks for.
 *
 * It is held to the ways of projections/ways. Nor does it matter that a product for another age would be counted (DTaP
 * at 8), or that one of another maker begins a series of its own (meningococcal B), where that leaves the doses before
 * it without one.
 */
import { bounds, earliest, latest } from "../events/dates";
import { isForAge } from "../law/ages";
import { antigensOf, cvxOf, groupsOf } from "../law/codes";
import { readDay, writeDay } from "../law/intervals";
import type { Schedule } from "../law/schedule";
import { invalidDoses, isOffered, reasonIn } from "../law/validity";
import type { DoseLine } from "./history";
import type { Student } from "./student";
import { goesOnAlone, isBooster, type Made, OWN_MAKER, ownWay, type Planned, WANTED, waysOf } from "./ways";

/**
 * `before_usual`: it is usually given later, whether or not it would count; `wrong_vaccine`: this product is not for
 * this age or place in the series.
 */
export type TimingCode = "too_young" | "before_usual" | "too_early" | "live_too_early" | "wrong_vaccine";

export interface Untimely {
  readonly code: TimingCode;
  /** The first day (YYYY-MM-DD) on which it would count, or is usually given; empty where no day within two years would. */
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

/** A dose that may be given on a day (YYYY-MM-DD); its maker, where the vial is known. */
export interface Intended {
  readonly cvx: string;
  readonly on: string;
  readonly mvx?: string;
}

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
 * doses on record `read` as of a day; those without any date are left out, and those nobody understood but for the one
 * that is taken `asIf` it was of this vaccine.
 */
export function untimely(
  student: Student,
  intended: Intended,
  schedule: Schedule,
  read = lastDay(intended.on),
  asIf: DoseLine | null = null,
): readonly Untimely[] {
  const found = new Map<TimingCode, string>();
  for (const one of bounds(student.birthDate).flatMap((born) =>
    untimelyOf(dated(student, read, asIf, intended.cvx), readDay(born), intended, schedule),
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

/** What was given, as far as its vaccine and a date are known; one that is not may be taken for a vaccine. */
export function dated({ standingDoses }: Student, read: ReadDose, asIf: DoseLine | null = null, as = ""): Made[] {
  return standingDoses.flatMap((dose, index): Made[] => {
    const day = dose.given_on === "" ? null : readDay(read(dose));
    const cvx = dose === asIf ? as : codeOf(dose);
    return day === null || cvx === "" ? [] : [{ day, cvx, mvx: dose.mvx, dose: index }];
  });
}

function untimelyOf(
  given: readonly Made[],
  born: number | null,
  { cvx, on, mvx = "" }: Intended,
  schedule: Schedule,
): Untimely[] {
  const today = readDay(on);
  if (born === null || today === null) return [];
  const doses = given.filter((one) => one.day <= today).map((one) => asKindOf(one, cvx));
  const planned = (day: number): Planned => ({ born, doses, wanted: { day, cvx, mvx, dose: WANTED } });
  const counted = (day: number) => reasonsOn(planned(day), schedule);
  const usual = (day: number) => reasonsOn(planned(day), schedule, true);
  const codes = new Set([...counted(today)].flatMap((reason) => CODES[reason] ?? []));
  const from = codes.size === 0 ? on : firstWithout(counted, today);
  const found = [...codes].map((code) => ({ code, from }));
  if (!usual(today).has("too_young")) return found;
  const usually = firstWithout(usual, today);
  return usually === from ? found : [...found, { code: "before_usual", from: usually }];
}

/** Meningococcal B: of a kind not stated; of the two that do not go on with each other. */
const MENB_ANY = "164";
const MENB_KINDS: readonly string[] = ["162", "163"];

/** What nobody stated the kind of may be of the one in the hand, which then waits for as long as after its own. */
export const asKindOf = (dose: Made, cvx: string): Made =>
  dose.cvx === MENB_ANY && MENB_KINDS.includes(cvx) ? { ...dose, cvx } : dose;

/** The first day after one on which nothing is held against it; empty where there is none within two years. */
function firstWithout(reasons: (when: number) => ReadonlySet<string>, day: number): string {
  const ahead = daysUntil((days) => reasons(day + days).size === 0) ?? daysBetween(reasons, day);
  return ahead === null ? "" : writeDay(day + ahead);
}

/** The same where the product is for a short while more: once what is held against it now is gone. */
function daysBetween(reasons: (when: number) => ReadonlySet<string>, day: number): number | null {
  const now = reasons(day);
  const ahead = daysUntil((days) => ![...reasons(day + days)].some((one) => now.has(one)));
  return ahead === null || reasons(day + ahead).size > 0 ? null : ahead;
}

/** What is held against it: that it would not count, or `usually`, that it is earlier than the standards ask for. */
function reasonsOn(one: Planned, schedule: Schedule, usually = false): ReadonlySet<string> {
  const { born, wanted } = one;
  const antigens = walkedFor(wanted.cvx, schedule);
  const { asked, counted } = waysOf(schedule, isBooster(one, antigens, schedule));
  const ways = usually ? [asked, ...counted] : counted;
  const reasons = antigens.flatMap((antigen) => reasonsOf(one, antigen, ways, schedule));
  return new Set(isForAge(wanted.cvx, born, wanted.day) ? reasons : [...reasons, "not_this_vaccine"]);
}

function reasonsOf(one: Planned, antigen: string, ways: readonly Schedule[], schedule: Schedule): readonly string[] {
  const { born, doses, wanted } = one;
  if (goesOnAlone(one, antigen, schedule)) return [];
  const own = ownWay(schedule, antigen, born, wanted);
  if (own !== undefined) {
    const isOfIts = [...doses, wanted].every((one) => one.cvx !== wanted.cvx || one.mvx === OWN_MAKER);
    return [isOfIts ? reasonIn(schedule, own, born, [...doses, wanted], WANTED) : "not_this_vaccine"].filter(Boolean);
  }
  const amiss = (way: Schedule) => new Set(invalidDoses(way, born, doses, [antigen]).get(0)?.keys());
  const known = amiss(schedule);
  const fits = ways.find((one) => [...amiss(one)].every((dose) => known.has(dose)));
  const found = invalidDoses(fits ?? schedule, born, [...doses, wanted], [antigen]).get(0);
  const isLeft = (dose: number, why: string) => fits !== undefined && !known.has(dose) && why === "not_this_vaccine";
  const against = [...(found ?? [])]
    .filter(([dose, why]) => dose === WANTED || isLeft(dose, why))
    .map(([, why]) => why);
  const isOfAge = against.includes("too_young") || isOffered(schedule, antigen, born, wanted);
  return isOfAge ? against : [...against, "not_this_vaccine"];
}

/** The antigens whose series hold it: those the law counts it for, and what it is besides (MenABCWY: meningococcal B). */
export function walkedFor(cvx: string, schedule: Schedule): readonly string[] {
  const named = new Set([...(antigensOf(cvx) ?? []), ...groupsOf(cvx)]);
  return [...named].filter((antigen) => schedule.series.has(antigen));
}

/** The first day from `on` on which a dose would count; empty where none was found within two years. */
export function countsFrom(student: Student, cvx: string, on: string, schedule: Schedule): string {
  const found = untimely(student, { cvx, on }, schedule);
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
