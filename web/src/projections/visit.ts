/**
 * One child at this clinic today: answered questions and decisions, doses given here, what was not given, the watch
 * after a dose. Read off the child's own facts, so every phone that holds them says the same.
 *
 *     check-in -> screening -> dose | not given -> watched 15 or 30 minutes -> left
 */
import type {
  ClinicPlanned,
  DoseNotGiven,
  EligibilityStated,
  ScreeningAnswered,
  ScreeningDecided,
} from "../events/generated";
import { alertsOf } from "./alerts";
import { eligibilityOf } from "./eligibility";
import { compareFacts, knew, type Told } from "./fact";
import type { DoseLine } from "./history";
import { notGiven } from "./not_given";
import type { Student } from "./student";

const SHORT_WATCH_MINUTES = 15;
const LONG_WATCH_MINUTES = 30;
/** So long at most somebody watches a child after a dose: past midnight too. */
export const WATCH_MINUTES_MAX = 240;
const MINUTE_MS = 60_000;

/**
 * The answers shown of a visit: those with a yes before any other, undecided ones first; the last of them. A yes of the
 * day counts at whatever clinic it was said, and one of an evening that ran into the day.
 */
export interface Screening {
  readonly event: string;
  readonly answers: ScreeningAnswered;
  readonly decision: ScreeningDecided | null;
  /** Other answers of the visit with a yes among them: asking again, here or at another station, takes none back. */
  readonly besides: readonly Asked[];
  /** Somebody asked at this clinic on the day itself. */
  readonly isAskedHere: boolean;
}

/** One set of answers, and what was decided on it. */
export type Asked = Pick<Screening, "event" | "answers" | "decision">;

/** The watch after the last dose: 30 minutes after an earlier severe reaction, otherwise 15. */
export interface Watch {
  readonly since: number;
  readonly minutes: number;
  /** Milliseconds; null while the child is watched. */
  readonly endedAt: number | null;
}

export interface Visit {
  readonly screening: Screening | null;
  /** Questions answered with yes at a visit of before that still matter, where nobody says yes to them today. */
  readonly yesBefore: readonly string[];
  readonly eligibility: EligibilityStated | null;
  /** Of the day. */
  readonly given: readonly DoseLine[];
  /** Those, and what was given so late the evening before that the child may still be watched: what it reacts to. */
  readonly recent: readonly DoseLine[];
  readonly notGiven: readonly { readonly event: string; readonly told: DoseNotGiven }[];
  readonly watch: Watch | null;
  readonly reactions: number;
}

/** The visit on a day (YYYY-MM-DD); `dayOf` tells the district's day of a moment. */
export function visitOf(student: Student, clinic: string, today: string, dayOf: (moment: number) => string): Visit {
  const { shelf } = student;
  const recent = recentDoses(student, clinic, today, dayOf);
  const given = recent.filter((dose) => dose.given_on === today);
  const screening = screeningOf(student, clinic, today, dayOf);
  const reactions = shelf
    .of("reaction.observed")
    .filter(({ payload }) => dayOf(Date.parse(payload.began_at)) === today).length;
  return {
    screening,
    yesBefore: yesBefore(student, screening, today, dayOf),
    eligibility: eligibilityOf(student, clinic, today),
    given,
    recent,
    notGiven: notGiven(shelf)
      .filter(({ payload }) => payload.clinic === clinic && payload.on === today)
      .map(({ fact, payload }) => ({ event: fact.header.id, told: payload })),
    watch: watchOf(student, recent, clinic, dayOf),
    reactions,
  };
}

/** Doses of a clinic's day, and those of the evening before after which midnight fell into the watch. */
export function recentDoses(
  student: Student,
  clinic: string,
  today: string,
  dayOf: (moment: number) => string,
): readonly DoseLine[] {
  const isLate = ({ fact, given_on }: DoseLine): boolean => {
    const at = Date.parse(fact.header.recorded_at);
    return dayOf(at) === given_on && ranInto(at, today, dayOf);
  };
  return student.standingDoses.filter(
    (dose) => dose.basis === "administered" && dose.clinic === clinic && (dose.given_on === today || isLate(dose)),
  );
}

/** Whether a visit of that moment, of the day or of the evening before, may still go on on the day. */
const ranInto = (at: number, today: string, dayOf: (moment: number) => string): boolean =>
  dayOf(at) === today || dayOf(at + WATCH_MINUTES_MAX * MINUTE_MS) === today;

/** The day a clinic was planned for, where a phone says another, late hours past midnight aside; else empty. */
export function otherDay(plan: ClinicPlanned | null, moment: number, dayOf: (moment: number) => string): string {
  if (plan === null || plan.on === dayOf(moment)) return "";
  return plan.on === dayOf(moment - WATCH_MINUTES_MAX * MINUTE_MS) ? "" : plan.on;
}

function screeningOf(
  student: Student,
  clinic: string,
  today: string,
  dayOf: (moment: number) => string,
): Screening | null {
  const answered = student.shelf.of("screening.answered");
  const asked = ({ fact, payload }: Told<"screening.answered">): Asked => {
    const decision = decisionOf(student.shelf.about(fact.header.id, "screening.decided"));
    return { event: fact.header.id, answers: payload, decision };
  };
  const here = answered.filter(({ payload }) => payload.clinic === clinic && dayOf(Date.parse(payload.at)) === today);
  const positive = answered
    .filter(({ payload }) => yesesOf(payload).length > 0 && ranInto(Date.parse(payload.at), today, dayOf))
    .map(asked);
  const shown = positive.findLast(({ decision }) => decision === null) ?? positive.at(-1) ?? here.map(asked).at(-1);
  if (shown === undefined) return null;
  return { ...shown, besides: positive.filter((one) => one !== shown), isAskedHere: here.length > 0 };
}

/** For so many days a yes of another visit matters; of what is asked of the day itself for none. */
const MATTERS_DAYS: Readonly<Record<string, number>> = { ill_today: 0, live_vaccine_28_days: 28, pregnancy: 280 };
const MATTERS_DAYS_MOST = 335;
const DAY_MS = 86_400_000;

function yesBefore(
  student: Student,
  screening: Screening | null,
  today: string,
  dayOf: (moment: number) => string,
): readonly string[] {
  const said = screening === null ? [] : [screening, ...screening.besides].flatMap(({ answers }) => yesesOf(answers));
  const before = student.shelf.of("screening.answered").flatMap(({ payload }) => {
    const days = (Date.parse(today) - Date.parse(dayOf(Date.parse(payload.at)))) / DAY_MS;
    const matters = (question: string) => days > 0 && days < (MATTERS_DAYS[question] ?? MATTERS_DAYS_MOST);
    return (payload.positive ?? []).filter((question) => matters(question) && !said.includes(question));
  });
  return [...new Set(before)];
}

/**
 * A nurse may decide again: what knew the one before takes its place. Of several that knew nothing of each other a
 * vaccine needs the word of all.
 */
function decisionOf(told: readonly Told<"screening.decided">[]): ScreeningDecided | null {
  const standing = told.filter(
    (one) => !told.some((later) => compareFacts(later.fact, one.fact) > 0 && knew(later.fact, one.fact)),
  );
  const [first, ...others] = standing.map(({ payload }) => payload);
  if (first === undefined || others.length === 0) return first ?? null;
  return {
    ...first,
    allowed: first.allowed.filter((cvx) => others.every((one) => one.allowed.includes(cvx))),
    blocked: [...new Set([first, ...others].flatMap(({ blocked }) => blocked))],
    reason: [first, ...others].map(({ reason }) => reason).join(" · "),
  };
}

/** The questions that hold up a dose: answered with yes, or not at all. */
export const yesesOf = (answers: ScreeningAnswered): readonly string[] => [
  ...(answers.positive ?? []),
  ...(answers.unanswered ?? []),
];

function watchOf(
  student: Student,
  recent: readonly DoseLine[],
  clinic: string,
  dayOf: (moment: number) => string,
): Watch | null {
  // A dose entered for an earlier hour still starts the watch when it was recorded: late is safer than never.
  // One copied from paper was watched while it was on paper.
  const here = recent.filter((dose) => !dose.fromPaper);
  const since = Math.max(0, ...here.map((dose) => Date.parse(dose.fact.header.recorded_at)));
  if (since === 0) return null;
  const ends = student.shelf
    .of("observation.ended")
    .filter(({ payload }) => payload.clinic === clinic)
    .map(({ payload }) => Date.parse(payload.until))
    .filter((until) => until >= since);
  const days = [...new Set(here.map((dose) => dose.given_on))];
  const minutes = days.map((on) => watchMinutes(student, screeningOf(student, clinic, on, dayOf)));
  return { since, minutes: Math.max(...minutes), endedAt: ends[0] ?? null };
}

export function watchMinutes(student: Student, screening: Screening | null): number {
  const severe = alertsOf(student.shelf).some(
    (alert) => (alert.anaphylaxis || alert.after.length > 0) && alert.lifted === null,
  );
  const told = screening === null ? [] : [screening, ...screening.besides].flatMap(({ answers }) => yesesOf(answers));
  return severe || told.includes("earlier_reaction") || told.includes("severe_allergy")
    ? LONG_WATCH_MINUTES
    : SHORT_WATCH_MINUTES;
}

/** Milliseconds until the watch is over; negative once it is. */
export const watchLeft = (watch: Watch, now: number): number => watch.since + watch.minutes * MINUTE_MS - now;
