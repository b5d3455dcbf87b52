/**
 * What a child comes back for, and what is due but not yet: the vaccine that would close each open antigen soonest, with
 * the first day on which it would count; the next dose of a series begun that the law does not ask for (HPV,
 * meningococcal B, hepatitis A); the second against influenza of who has a first season. Of the clinic's own vaccines
 * where one would do, else of those in common use; a vaccine that no day within two years would count for is not named.
 */
import { groupsOf } from "../law/codes";
import { readDay, writeDay } from "../law/intervals";
import type { Schedule } from "../law/schedule";
import { completeWarnings, goesOn, INFLUENZA, seasonOf } from "./complete";
import type { Student } from "./student";
import { codeOf, countsFrom, walkedFor } from "./timing";

export interface Coming {
  readonly cvx: string;
  /** The first day (YYYY-MM-DD), not before the day asked about. */
  readonly from: string;
}

interface Vaccines {
  readonly offered: readonly string[];
  readonly common: readonly string[];
}

export function comingDoses(
  student: Student,
  open: readonly string[],
  { offered, common }: Vaccines,
  on: string,
  schedule: Schedule,
): readonly Coming[] {
  const days = new Map<string, string>();
  const from = (cvx: string): string => {
    const known = days.get(cvx) ?? countsFrom(student, cvx, on, schedule);
    days.set(cvx, known);
    return known;
  };
  const soonest = (antigen: string, vaccines: readonly string[]): Coming | undefined =>
    vaccines
      .filter((cvx) => walkedFor(cvx, schedule).includes(antigen))
      .map((cvx): Coming => ({ cvx, from: from(cvx) }))
      .filter((one) => one.from !== "")
      .reduce<Coming | undefined>((best, one) => (best === undefined || one.from < best.from ? one : best), undefined);
  const had = student.standingDoses.map(codeOf).filter((cvx) => cvx !== "");
  const wanted = [...open, ...begun(student, had, on, schedule)];
  const found = wanted.flatMap((antigen) => soonest(antigen, offered) ?? soonest(antigen, [...common, ...had]) ?? []);
  const all = [...found, ...influenzaAgain(student, [...offered, ...common], on, schedule)];
  return [...new Map(all.map((one) => [one.cvx, one])).values()].sort((one, two) => (one.from < two.from ? -1 : 1));
}

/** What the law asks of no child in school, and the standards in more doses than one. */
const BEYOND_THE_LAW: readonly string[] = ["HPV", "MENB", "HEPA"];

/** Of that what was begun and goes on. */
function begun(student: Student, had: readonly string[], on: string, schedule: Schedule): readonly string[] {
  return BEYOND_THE_LAW.filter((antigen) => {
    const cvx = had.findLast((one) => walkedFor(one, schedule).includes(antigen));
    return cvx !== undefined && goesOn(student, { cvx, on }, antigen, schedule);
  });
}

const WEEKS_4_DAYS = 28;
const isInfluenza = (cvx: string): boolean => groupsOf(cvx).includes("FLU");

/** The second of this season, where the season asks for two. */
function influenzaAgain(student: Student, vaccines: readonly string[], on: string, schedule: Schedule): Coming[] {
  const cvx = vaccines.find(isInfluenza);
  const given = student.standingDoses.filter((dose) => isInfluenza(codeOf(dose))).map((dose) => dose.given_on);
  const last = readDay(given.sort().at(-1) ?? "");
  if (cvx === undefined || last === null) return [];
  const again = writeDay(last + WEEKS_4_DAYS);
  const from = again < on ? on : again;
  const isOfSeason = seasonOf(writeDay(last), INFLUENZA) === seasonOf(from, INFLUENZA);
  return isOfSeason && completeWarnings(student, { cvx, on: from }, schedule).length === 0 ? [{ cvx, from }] : [];
}
