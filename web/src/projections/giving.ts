/**
 * What stands against giving one vaccine to one child now. A stop forbids it; a warning asks for a reason.
 *
 *     stops      no, refused, withdrawn or contested consent · anaphylaxis to a component · a recorded
 *                contraindication · an undecided or blocked screening answer · expired or held stock · no valid order
 *     warnings   not screened · outside the order's ages · too young, too early, the wrong vaccine for it · not needed
 *                now · stock or substance unknown · already on record today · no packet, or one that lacks a paper ·
 *                public stock for a child nobody asked about · the lot's fund is not the child's · a form entered before
 *
 * Pure: a dose that was given all the same is still recorded (screens/giving), with everything found here.
 */
import { monthsOld } from "../events/dates";
import { antigensOf } from "../law/codes";
import type { Schedule } from "../law/schedule";
import { alertsOf, consentFor, consentLines, standsOn } from "./care";
import { type Clinic, fitsAge, type Lot } from "./clinic";
import { contraindicates, holding, isLive } from "./components";
import { type Category, isPublic, owes } from "./eligibility";
import { checkPacket, type Part } from "./packet";
import type { Student } from "./student";
import { untimely } from "./timing";
import type { Screening, Visit } from "./visit";

export type StopCode =
  | "consent_none"
  | "consent_refused"
  | "consent_withdrawn"
  | "consent_conflict"
  | "consent_standing"
  | "anaphylaxis"
  | "contraindicated"
  | "screening_open"
  | "screening_blocked"
  | "lot_expired"
  | "lot_held"
  | "order_none";
export type WarningCode =
  | "standing_of_age"
  | "standing_age_unknown"
  | "standing_emancipated"
  | "standing_other"
  | "not_screened"
  | "age"
  | "too_young"
  | "too_early"
  | "live_too_early"
  | "wrong_vaccine"
  | "not_due"
  | "lot_unknown"
  | "allergy_unknown"
  | "same_day"
  | "packet_none"
  | "packet_minor"
  | "packet_lacks"
  | "eligibility_none"
  | "funding"
  | "form_entered";

export interface Finding {
  readonly code: StopCode | WarningCode;
  /** What fills the sentence: a signer, a substance, a day; two funds, the lot's and the child's; papers with their kind. */
  readonly about: string;
}

export interface Findings {
  readonly stops: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** What is about to be given. `listed`: the lot is in the clinic's stock. */
export interface Wanted {
  readonly cvx: string;
  readonly lot: string;
  readonly expiresOn: string;
  readonly held: Lot["held"];
  readonly listed: boolean;
  readonly funding: string;
  readonly on: string;
  /** What was entered from the same paper form before, in words; empty where nothing was. */
  readonly entered?: string;
  /** The papers the family must have had before it. */
  readonly papers: readonly Part[];
}

/** What the law knows about the child and the vaccine. */
export interface Standards {
  readonly isDue: boolean;
  readonly schedule: Schedule;
}

const WEEKS_4_DAYS = 28;
const DAY_MS = 86_400_000;

export function findings(
  student: Student,
  clinic: Clinic,
  { screening, eligibility }: Pick<Visit, "screening" | "eligibility">,
  wanted: Wanted,
  { isDue, schedule }: Standards,
): Findings {
  const months = monthsOld(student.birthDate, wanted.on);
  const consent = consentFindings(student, clinic, wanted);
  return {
    stops: [
      ...consent.stops,
      ...alertFindings(student, wanted).stops,
      ...screeningStops(screening, wanted.cvx),
      ...stockStops(wanted),
      ...(clinic.orderFor(wanted.cvx, wanted.on, months) === null ? [found("order_none")] : []),
    ],
    warnings: [
      ...consent.warnings,
      ...(screening === null ? [found("not_screened")] : []),
      ...alertFindings(student, wanted).warnings,
      ...ageWarnings(clinic, wanted, months),
      ...timingWarnings(student, wanted, schedule),
      ...(isDue ? [] : [found("not_due")]),
      ...(wanted.listed ? [] : [found("lot_unknown", wanted.lot)]),
      ...packetWarnings(student, wanted),
      ...fundWarnings(eligibility?.category ?? "unknown", months, wanted),
      ...(wanted.entered ? [found("form_entered", wanted.entered)] : []),
    ],
  };
}

const found = (code: Finding["code"], about = ""): Finding => ({ code, about });

/** What the words of the family come to, and what must be asked of whoever spoke. */
function consentFindings(student: Student, clinic: Clinic, wanted: Wanted): Findings {
  const { state, signer, doubt } = consentFor(consentLines(student.shelf), wanted.cvx, wanted.on, clinic.id);
  if (state !== "given") return { stops: [found(`consent_${state}`, signer)], warnings: [] };
  return { stops: [], warnings: doubt === "" ? [] : [found(`standing_${doubt}`, signer)] };
}

function alertFindings(student: Student, wanted: Wanted): Findings {
  const stops: Finding[] = [];
  const warnings: Finding[] = [];
  for (const alert of alertsOf(student.shelf).filter((one) => standsOn(one, wanted.on))) {
    if (alert.kind === "contraindication") {
      if (contraindicates(alert, wanted.cvx)) stops.push(found("contraindicated", alert.text));
    } else if (alert.anaphylaxis) {
      const held = holding(alert.text, wanted.cvx);
      if (held === "holds") stops.push(found("anaphylaxis", alert.text));
      if (held === "unknown") warnings.push(found("allergy_unknown", alert.text));
    }
  }
  return { stops, warnings };
}

function screeningStops(screening: Screening | null, cvx: string): Finding[] {
  if (screening === null) return [];
  const positive = [...(screening.answers.positive ?? []), ...(screening.answers.unanswered ?? [])];
  const touching = positive.filter((question) => touches(question, cvx));
  if (touching.length === 0) return [];
  const { decision } = screening;
  if (decision === null) return touching.map((question) => found("screening_open", question));
  return decision.allowed.includes(cvx) ? [] : touching.map((question) => found("screening_blocked", question));
}

/** The questions of a visit; those `live` touch live vaccines only. */
export const QUESTIONS = [
  { id: "ill_today", live: false },
  { id: "severe_allergy", live: false },
  { id: "earlier_reaction", live: false },
  { id: "immune_status", live: true },
  { id: "pregnancy", live: true },
  { id: "blood_products", live: true },
  { id: "live_vaccine_28_days", live: true },
] as const;
export const QUESTIONNAIRE = "doseledger-visit-1";

export function touches(question: string, cvx: string): boolean {
  const asked = QUESTIONS.find((one) => one.id === question);
  return asked === undefined || !asked.live || isLive(cvx);
}

function stockStops(wanted: Wanted): Finding[] {
  const stops: Finding[] = [];
  if (wanted.expiresOn !== "" && wanted.expiresOn < wanted.on) stops.push(found("lot_expired", wanted.expiresOn));
  if (wanted.held !== null) stops.push(found("lot_held", wanted.held));
  return stops;
}

function ageWarnings(clinic: Clinic, wanted: Wanted, months: number | null): Finding[] {
  const order = clinic.orderFor(wanted.cvx, wanted.on, months);
  return order === null || months === null || fitsAge(order, months) ? [] : [found("age")];
}

/**
 * What the standards hold against the day, and four weeks between doses of one antigen and between live vaccines also
 * where the standards know no series or forgive some days.
 */
function timingWarnings(student: Student, wanted: Wanted, schedule: Schedule): Finding[] {
  const standards = untimely(student, wanted.cvx, wanted.on, schedule).map(({ code, from }) => found(code, from));
  const codes = new Set(standards.map((one) => one.code));
  const spacing = spacingWarnings(student, wanted);
  if (spacing.some((one) => one.code === "same_day")) return spacing;
  return [...standards, ...spacing.filter((one) => !codes.has(one.code))];
}

function spacingWarnings(student: Student, wanted: Wanted): Finding[] {
  const antigens = antigensOf(wanted.cvx) ?? [];
  const warnings = new Map<string, Finding>();
  for (const dose of student.standingDoses) {
    const days = daysBetween(dose.given_on, wanted.on);
    if (days === null || days < 0 || days >= WEEKS_4_DAYS) continue;
    const from = new Date(Date.parse(dose.given_on) + WEEKS_4_DAYS * DAY_MS).toISOString().slice(0, 10);
    const same = dose.cvx === wanted.cvx || (antigensOf(dose.cvx) ?? []).some((one) => antigens.includes(one));
    if (same && days === 0) warnings.set("same_day", found("same_day", dose.given_on));
    else if (same) warnings.set("too_early", found("too_early", from));
    else if (days > 0 && isLive(dose.cvx) && isLive(wanted.cvx)) {
      warnings.set("live_too_early", found("live_too_early", from));
    }
  }
  return [...warnings.values()];
}

function packetWarnings(student: Student, wanted: Wanted): Finding[] {
  const { state, lacking } = checkPacket(student.shelf, wanted.on, wanted.papers);
  if (state === "whole") return [];
  return [found(`packet_${state}`, lacking.map(({ kind, document }) => `${kind} ${document}`).join("|"))];
}

/** The fund of a lot typed by hand is not known, and nothing is said of it. */
function fundWarnings(category: Category, months: number | null, wanted: Wanted): Finding[] {
  if (!wanted.listed) return [];
  if (category === "unknown") return isPublic(wanted.funding) ? [found("eligibility_none")] : [];
  const fund = owes(category, months, wanted.funding);
  return fund === null ? [] : [found("funding", `${wanted.funding} ${fund}`)];
}

function daysBetween(from: string, to: string): number | null {
  if (from.length !== 10 || to.length !== 10) return null;
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}
