/**
 * What the days between doses say against one more: the standards' ages and intervals, and four weeks between doses of
 * one vaccine, whichever its brand (of COVID-19 eight), and between live ones, also where the standards know no series
 * or forgive some days.
 *
 *     whole date       counted as it is; one that has not come yet is no reason to think that nothing was given
 *     month or year    both ends of what it can mean, and never after the day it was written down
 *     no date          lately, unless it was written down more than four weeks ago
 */
import { earliest } from "../events/dates";
import { antigensOf, groupsOf } from "../law/codes";
import { addMonths, readDay, writeDay } from "../law/intervals";
import type { Schedule } from "../law/schedule";
import { antibodyMonths, isHeldByAntibodies, needsSpace } from "./components";
import { type Finding, found } from "./found";
import type { DoseLine } from "./history";
import type { Student } from "./student";
import {
  codeOf,
  firstDay,
  type Intended,
  isWithoutDay,
  lastDay,
  type TimingCode,
  type Untimely,
  untimely,
} from "./timing";

export interface Planned extends Intended {
  /** It was given on that day and is only copied now: what came after it came after it. */
  readonly isCopied?: boolean;
}

const WEEKS_4_DAYS = 28;
/** CDC supporting data 4.64, doses since 27 August 2025. */
const COVID_DAYS = 56;
const DAY_MS = 86_400_000;
/** What a dose of the same day does not explain. */
const OF_THE_CHILD: readonly string[] = ["too_young", "before_usual", "wrong_vaccine"];

export function timingWarnings(student: Student, planned: Planned, schedule: Schedule): Finding[] {
  const standards = standardsSay(student, planned, schedule);
  const spacing = [...spacingWarnings(student, planned, schedule), ...antibodyWarnings(student, planned)];
  if (spacing.some(({ code }) => code === "same_day")) {
    return [...standards.filter(({ code }) => OF_THE_CHILD.includes(code)), ...spacing];
  }
  const codes = new Set(standards.map(({ code }) => code));
  if (codes.has("too_early")) codes.add("day_open");
  return [...standards, ...spacing.filter(({ code }) => !codes.has(code))];
}

/** What they say whichever days the open dates mean; what they say of some of them asks for those days. */
function standardsSay(student: Student, planned: Planned, schedule: Schedule): Finding[] {
  const { cvx, on } = planned;
  const open = student.standingDoses.filter((dose) => isWithoutDay(dose) && earliest(dose.given_on) <= on);
  const last = counting(untimely(student, planned, schedule));
  const first = open.length === 0 ? last : counting(untimely(student, planned, schedule, firstDay(student)));
  const surely = first.flatMap((one) => {
    const other = last.find(({ code }) => code === one.code);
    return other === undefined ? [] : [found(one.code, later(one, other))];
  });
  const codes = new Set<TimingCode>([...first, ...last].map(({ code }) => code));
  const about = open.filter((dose) => shares(codeOf(dose), cvx)).at(-1) ?? open.at(-1);
  return codes.size === surely.length || about === undefined ? surely : [...surely, found("day_open", about.given_on)];
}

/** Too young for it to count says more than earlier than usual. */
const counting = (found: readonly Untimely[]): readonly Untimely[] =>
  found.some(({ code }) => code === "too_young") ? found.filter(({ code }) => code !== "before_usual") : found;

/** The later of two days from which a dose would count; empty where one of them never comes. */
const later = (one: Untimely, two: Untimely): string =>
  one.from === "" || two.from === "" ? "" : ([one.from, two.from].sort()[1] ?? "");

function spacingWarnings(student: Student, planned: Planned, schedule: Schedule): Finding[] {
  const warnings = new Map<string, Finding>();
  for (const dose of student.standingDoses) {
    const code = codeOf(dose);
    const same = shares(code, planned.cvx);
    if (code === "" && mayHoldUp(student, dose, planned, schedule)) {
      warnings.set("dose_unread", found("dose_unread", dose.as_written));
    }
    if (!same && !(needsSpace(code) && needsSpace(planned.cvx))) continue;
    const apart = same && groupsOf(planned.cvx).includes("COVID") ? COVID_DAYS : WEEKS_4_DAYS;
    const look = dose.given_on.length === 10 ? tooClose : perhapsTooClose;
    const warning = look(dose, planned, apart, same);
    if (warning !== null) warnings.set(warning.code, warning);
  }
  return [...warnings.values()];
}

function tooClose({ given_on }: DoseLine, { on, isCopied }: Planned, apart: number, same: boolean): Finding | null {
  const days = daysFrom(given_on, on);
  if (days >= apart) return null;
  if (days <= -apart) return isCopied ? null : found("day_ahead", given_on);
  if (same && days <= 0) return found("same_day", given_on);
  if (same) return found("too_early", daysAfter(given_on, apart));
  return days === 0 || (isCopied && days < 0) ? null : found("live_too_early", daysAfter(given_on, apart));
}

function perhapsTooClose(dose: DoseLine, { on, isCopied }: Planned, apart: number): Finding | null {
  if (isCopied && dose.given_on !== "" && earliest(dose.given_on) > on) return null;
  if (daysFrom(lastDay(on)(dose), on) >= apart) return null;
  return dose.given_on === "" ? found("day_none") : found("day_open", dose.given_on);
}

/** Whether what nobody understood would hold it up if it was of this vaccine, and nothing else does. */
function mayHoldUp(student: Student, dose: DoseLine, planned: Planned, schedule: Schedule): boolean {
  if (perhapsTooClose(dose, planned, WEEKS_4_DAYS) !== null) return true;
  const [isEarly, wouldBe] = [null, dose].map((asIf) =>
    untimely(student, planned, schedule, lastDay(planned.on), asIf).some(({ code }) => code === "too_early"),
  );
  return !isEarly && wouldBe === true;
}

/** Antibodies from blood stand in the way of what holds live measles, mumps, rubella or varicella for months. */
function antibodyWarnings(student: Student, { cvx, on }: Planned): Finding[] {
  if (!isHeldByAntibodies(cvx)) return [];
  const ends = student.standingDoses.flatMap((dose) => {
    const last = lastDay(on)(dose);
    const given = readDay(last);
    const months = antibodyMonths(codeOf(dose));
    return given === null || last > on || months === 0 ? [] : [writeDay(addMonths(given, months))];
  });
  const end = ends.sort().at(-1) ?? "";
  return on < end ? [found("antibodies", end)] : [];
}

/** Whether two vaccines are one, or bring something alike. */
export function shares(one: string, other: string): boolean {
  const brought = (cvx: string): readonly string[] => [...groupsOf(cvx), ...(antigensOf(cvx) ?? [])];
  return one !== "" && (one === other || brought(one).some((each) => brought(other).includes(each)));
}

export const daysFrom = (given: string, on: string): number =>
  Math.round((Date.parse(on) - Date.parse(given)) / DAY_MS);

const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
