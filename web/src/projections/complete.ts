/**
 * Whether a child has had all there is to have of a vaccine no rule set asks for, of which the law never says that
 * nothing is due; and whether the standards ask for one of which it says so, being of less or of later.
 *
 *     HPV, meningococcal B      a dose more would be one more than the standards' series
 *     influenza                 one since July; of who was below nine years at the season's first, two where fewer than
 *                               two, four weeks apart, came before it (ACIP, influenza)
 *     COVID-19                  one since August, below two years two (CDC supporting data 4.64)
 *
 * KNOWN GAP: of COVID-19 the dose that would be more than a season asks for is held against a child whose immunity is
 * weak too (ACIP asks for more); a nurse gives the reason.
 */
import { bounds, earliest, latest, leastMonthsOld } from "../events/dates";
import { antigensOf, groupsOf } from "../law/codes";
import { readDay } from "../law/intervals";
import type { Schedule } from "../law/schedule";
import { type Finding, found } from "./found";
import type { DoseLine } from "./history";
import { ANTIGENS } from "./lawful";
import { daysFrom, type Planned, shares } from "./spacing";
import type { Student } from "./student";
import { asKindOf, codeOf, dated, lastDay, walkedFor } from "./timing";
import { type Planned as Ahead, hasHadAll, WANTED } from "./ways";

interface Season {
  readonly begins: string;
  readonly twoDosesUntilMonths: number;
}

export const INFLUENZA: Season = { begins: "-07-01", twoDosesUntilMonths: 9 * 12 };
const SEASONS: Readonly<Record<string, Season>> = {
  FLU: INFLUENZA,
  COVID: { begins: "-08-01", twoDosesUntilMonths: 2 * 12 },
};

export function completeWarnings(student: Student, planned: Planned, schedule: Schedule): Finding[] {
  if ((antigensOf(planned.cvx) ?? []).length > 0) return [];
  const had = student.standingDoses.filter((dose) => shares(codeOf(dose), planned.cvx) && isBefore(dose, planned.on));
  const last = had
    .map((dose) => dose.given_on)
    .sort()
    .at(-1);
  if (last === undefined) return [];
  const [season] = groupsOf(planned.cvx).flatMap((group) => SEASONS[group] ?? []);
  const isDone = season ? isSeasonDone(student, had, planned.on, season) : isSeriesDone(student, planned, schedule);
  return isDone ? [found("complete", last)] : [];
}

const isBefore = ({ given_on }: DoseLine, on: string): boolean => given_on !== "" && earliest(given_on) < on;

/** The first day (YYYY-MM-DD) of the season a day is in. */
export function seasonOf(on: string, { begins }: Season): string {
  const year = Number(on.slice(0, 4));
  return `${on.slice(4) < begins ? year - 1 : year}${begins}`;
}

function isSeasonDone({ birthDate }: Student, had: readonly DoseLine[], on: string, season: Season): boolean {
  const begins = seasonOf(on, season);
  const now = apart(had.filter((dose) => earliest(dose.given_on) >= begins));
  const before = apart(had.filter((dose) => latest(dose.given_on) < begins));
  const [first = on] = now;
  const isSmall = (leastMonthsOld(birthDate, first) ?? 0) < season.twoDosesUntilMonths;
  return now.length >= (isSmall && before.length < 2 ? 2 : 1);
}

/** Four weeks, of which four days are forgiven. */
const APART_DAYS = 24;

/** The days of doses that count beside each other; one told of twice is one. */
function apart(doses: readonly DoseLine[]): readonly string[] {
  const kept: string[] = [];
  for (const day of doses.map((dose) => earliest(dose.given_on)).sort()) {
    if (daysFrom(kept.at(-1) ?? "0001-01-01", day) >= APART_DAYS) kept.push(day);
  }
  return kept;
}

function isSeriesDone(student: Student, planned: Planned, schedule: Schedule): boolean {
  const antigens = walkedFor(planned.cvx, schedule);
  const ways = plannedFor(student, planned);
  const isDone = (antigen: string) => ways.every((way) => hasHadAll(way, antigen, schedule));
  return antigens.length > 0 && ways.length > 0 && antigens.every(isDone);
}

/** The dose after those on record, for each day a partial birth date can mean. */
function plannedFor(student: Student, { cvx, on, mvx = "" }: Planned): readonly Ahead[] {
  const day = readDay(on);
  if (day === null) return [];
  const had = dated(student, lastDay(on)).filter((one) => one.day <= day);
  const doses = had.map((one) => asKindOf(one, cvx));
  const wanted = { day, cvx, mvx, dose: WANTED };
  return bounds(student.birthDate).flatMap((one) => {
    const born = readDay(one);
    return born === null ? [] : [{ born, doses, wanted }];
  });
}

/** Papers that say a child is protected without the dose. */
const IMMUNE: readonly string[] = ["laboratory", "disease_history"];
/** Of tetanus and diphtheria alone the standards give no more than the law: what they ask for besides is Tdap. */
const OF_THE_LAW: readonly string[] = ["TET", "DIPH"];

/**
 * Whether the standards ask for what it brings, though the law does not (yet): Tdap and MenACWY at 11, MenACWY again at
 * 16, hepatitis A, the part of MenABCWY against B. A paper of the disease or of a laboratory answers for its antigens.
 */
export function isAskedFor(student: Student, planned: Planned, schedule: Schedule): boolean {
  const papers = student.papers.filter(({ paper, state }) => IMMUNE.includes(paper.kind) && state === "accepted");
  const named = new Set(papers.flatMap(({ paper }) => (paper.antigens ?? []).map((name) => ANTIGENS[name] ?? "")));
  const asked = walkedFor(planned.cvx, schedule).filter((one) => !OF_THE_LAW.includes(one) && !named.has(one));
  return asked.some((antigen) => goesOn(student, planned, antigen, schedule));
}

/** Whether the standards ask for more against something than was given before a dose. */
export const goesOn = (student: Student, planned: Planned, antigen: string, schedule: Schedule): boolean =>
  plannedFor(student, planned).some((way) => !hasHadAll(way, antigen, schedule));
