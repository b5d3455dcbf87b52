/**
 * Whether a child has had all there is to have of a vaccine no rule set asks for, of which the law never says that
 * nothing is due:
 *
 *     HPV, meningococcal B      a dose more would be one more than the standards' series
 *     influenza                 one since July, below nine years two where fewer than two came before it (ACIP, influenza)
 *
 * KNOWN GAP: of COVID-19 nothing is said after eight weeks (spacing): how many doses a season asks for changes.
 */
import { bounds, earliest, latest, leastMonthsOld } from "../events/dates";
import { antigensOf, groupsOf } from "../law/codes";
import { readDay } from "../law/intervals";
import type { Schedule } from "../law/schedule";
import { isExtra } from "../law/validity";
import { type Finding, found } from "./found";
import type { DoseLine } from "./history";
import { type Planned, shares } from "./spacing";
import type { Student } from "./student";
import { codeOf, dated, lastDay, WANTED, walkedFor } from "./timing";

const SEASON_BEGINS = "-07-01";
const TWO_DOSES_UNTIL_MONTHS = 9 * 12;

export function completeWarnings(student: Student, planned: Planned, schedule: Schedule): Finding[] {
  if ((antigensOf(planned.cvx) ?? []).length > 0) return [];
  const had = student.standingDoses.filter((dose) => shares(codeOf(dose), planned.cvx) && isBefore(dose, planned.on));
  const last = had
    .map((dose) => dose.given_on)
    .sort()
    .at(-1);
  if (last === undefined) return [];
  const isFlu = groupsOf(planned.cvx).includes("FLU");
  const isDone = isFlu ? isSeasonDone(student, had, planned.on) : isSeriesDone(student, planned, schedule);
  return isDone ? [found("complete", last)] : [];
}

const isBefore = ({ given_on }: DoseLine, on: string): boolean => given_on !== "" && earliest(given_on) < on;

function isSeasonDone({ birthDate }: Student, had: readonly DoseLine[], on: string): boolean {
  const year = Number(on.slice(0, 4));
  const begins = `${on.slice(4) < SEASON_BEGINS ? year - 1 : year}${SEASON_BEGINS}`;
  const now = had.filter((dose) => earliest(dose.given_on) >= begins).length;
  const before = had.filter((dose) => latest(dose.given_on) < begins).length;
  const isSmall = (leastMonthsOld(birthDate, on) ?? 0) < TWO_DOSES_UNTIL_MONTHS;
  return now >= (isSmall && before < 2 ? 2 : 1);
}

function isSeriesDone(student: Student, { cvx, on }: Planned, schedule: Schedule): boolean {
  const antigens = walkedFor(cvx, schedule);
  const day = readDay(on);
  const born = bounds(student.birthDate).map(readDay);
  if (antigens.length === 0 || day === null || born.length === 0) return false;
  const doses = [...dated(student, lastDay(on)).filter((one) => one.day <= day), { day, cvx, dose: WANTED }];
  return antigens.every((antigen) =>
    born.every((one) => one !== null && isExtra(schedule, one, doses, antigen, WANTED)),
  );
}
