/**
 * What stands against giving one vaccine to one child now. A stop forbids it; a warning asks for a reason.
 *
 *     stops      no, refused, withdrawn or contested consent · anaphylaxis to a component · a recorded
 *                contraindication · an undecided or blocked screening answer · expired or held stock · no valid order,
 *                or one for another route or dose
 *     warnings   not screened · outside the order's ages or sites · too young, too early, the wrong vaccine for it ·
 *                not needed now · stock or substance unknown, an expiry the stock has otherwise · already on record
 *                today · nothing known of the child's past · no packet, or one that lacks a paper · public stock for a
 *                child nobody asked about · the lot's fund is not the child's · a form entered before · a box whose
 *                readings do not say that it is cold
 *
 * Pure: a dose that was given all the same is still recorded (screens/giving), with everything found here.
 */
import { monthsOld } from "../events/dates";
import { antigensOf, groupsOf } from "../law/codes";
import type { Schedule } from "../law/schedule";
import { alertsOf, type Consent, consentFor, consentLines, standsOn, wordsBy } from "./care";
import { type Clinic, fitsAge, type HowGiven } from "./clinic";
import type { ColdNow } from "./cold";
import { contraindicates, holding, isLive } from "./components";
import { type Category, isPublic, owes } from "./eligibility";
import { type Finding, type Findings, found } from "./found";
import { checkPacket, type Part } from "./packet";
import type { Student } from "./student";
import { untimely } from "./timing";
import { expiryWarnings, orderFindings, stockStops, type VialSeen } from "./vial";
import { type Screening, type Visit, yesesOf } from "./visit";

/** What is about to be given. `listed`: the lot is in the clinic's stock. */
export interface Wanted extends VialSeen {
  readonly cvx: string;
  readonly lot: string;
  readonly listed: boolean;
  readonly funding: string;
  readonly how: Partial<HowGiven>;
  /** What the readings of the box it comes from say against it; its name is said. */
  readonly cold?: { readonly fault: ColdNow; readonly box: string } | null;
  /** It is copied from paper: what was said after its day is not held against it. */
  readonly isCopied?: boolean;
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
  const order = clinic.orderFor(wanted.cvx, wanted.on, months, wanted.how);
  return {
    stops: [
      ...consent.stops,
      ...alertFindings(student, wanted).stops,
      ...screeningStops(screening, wanted.cvx),
      ...stockStops(wanted),
      ...(order === null ? [found("order_none")] : orderFindings(order, wanted.how).stops),
    ],
    warnings: [
      ...consent.warnings,
      ...(screening === null ? [found("not_screened")] : []),
      ...alertFindings(student, wanted).warnings,
      ...(order === null || months === null || fitsAge(order, months) ? [] : [found("age")]),
      ...(order === null ? [] : orderFindings(order, wanted.how).warnings),
      ...timingWarnings(student, wanted, schedule),
      ...(isDue ? [] : [found("not_due")]),
      ...(wanted.listed ? [] : [found("lot_unknown", wanted.lot)]),
      ...expiryWarnings(wanted),
      ...(wanted.cold ? [found(wanted.cold.fault, wanted.cold.box)] : []),
      ...(student.hasPast ? [] : [found("history_none")]),
      ...packetWarnings(student, wanted),
      ...fundWarnings(eligibility?.category ?? "unknown", months, wanted),
      ...(wanted.entered ? [found("form_entered", wanted.entered)] : []),
    ],
  };
}

/** Under whose word a dose is given. */
export function consentOf(
  student: Student,
  clinic: Clinic,
  { cvx, on, isCopied }: Pick<Wanted, "cvx" | "on" | "isCopied">,
): Consent {
  const lines = consentLines(student.shelf);
  return consentFor(isCopied ? wordsBy(lines, on) : lines, cvx, on, clinic.id);
}

/** What the words of the family come to, and what must be asked of whoever spoke. */
function consentFindings(student: Student, clinic: Clinic, wanted: Wanted): Findings {
  const { state, signer, doubt } = consentOf(student, clinic, wanted);
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
  const stops = [screening, ...screening.besides].flatMap(({ answers, decision }) => {
    if (decision?.allowed.includes(cvx)) return [];
    const touching = yesesOf(answers).filter((question) => touches(question, cvx));
    return touching.map((question) => found(decision === null ? "screening_open" : "screening_blocked", question));
  });
  return stops.filter(
    (one, at) => stops.findIndex(({ code, about }) => code === one.code && about === one.about) === at,
  );
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

/**
 * What the standards hold against the day, and four weeks between doses of one vaccine, whichever its brand, and between live vaccines also
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
  const brought = (cvx: string): readonly string[] => [...groupsOf(cvx), ...(antigensOf(cvx) ?? [])];
  const wantedHere = brought(wanted.cvx);
  const warnings = new Map<string, Finding>();
  for (const dose of student.standingDoses) {
    const days = daysBetween(dose.given_on, wanted.on);
    if (days === null || days < 0 || days >= WEEKS_4_DAYS) continue;
    const from = new Date(Date.parse(dose.given_on) + WEEKS_4_DAYS * DAY_MS).toISOString().slice(0, 10);
    const same = dose.cvx === wanted.cvx || brought(dose.cvx).some((one) => wantedHere.includes(one));
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
