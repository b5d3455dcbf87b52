/**
 * What stands against giving one vaccine to one child now. A stop forbids it; a warning asks for a reason.
 *
 *     stops      no, refused, withdrawn or contested consent · anaphylaxis to a component · a recorded
 *                contraindication · an undecided or blocked screening answer · expired or held stock · no valid order,
 *                or one for another route or dose
 *     warnings   not screened · a contraindication of a vaccine that shares something with it · an exemption from it ·
 *                outside the order's ages or sites · too young, too early, the wrong vaccine for it, or perhaps so where
 *                a birth date or a dose has no day · a slip marked for a dose that this phone does not hold · not needed now · stock or substance unknown, an expiry the stock has otherwise · already on record
 *                today · nothing known of the child's past · no packet, or one that lacks a paper · public stock for a
 *                child nobody asked about · the lot's fund is not the child's · a form entered before · a box whose
 *                readings do not say that it is cold
 *
 * Pure: a dose that was given all the same is still recorded (screens/giving), with everything found here.
 */
import { bounds, earliest, latest, leastMonthsOld, monthsOld } from "../events/dates";
import { antigensOf, groupsOf } from "../law/codes";
import type { Schedule } from "../law/schedule";
import { type Alert, alertsOf, standsOn } from "./alerts";
import { type Consent, civilDay, consentFor, consentLines, wordsBy } from "./care";
import { type Clinic, fitsAge, type HowGiven, type Order } from "./clinic";
import type { ColdNow } from "./cold";
import { contraindicates, holding, isLive, needsSpace, sharesContraindicated } from "./components";
import { type Category, isPublic, owes } from "./eligibility";
import { type Finding, type Findings, found } from "./found";
import { ANTIGENS } from "./lawful";
import { isOneVaccine } from "./one_vaccine";
import { checkPacket, type Part } from "./packet";
import { marksOf } from "./stations";
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
  /** The phone's clock is behind the district's: no day here is to be relied on. */
  readonly clockBehind?: boolean;
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
  const months = leastMonthsOld(student.birthDate, wanted.on);
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
      ...(wanted.clockBehind ? [found("clock_behind")] : []),
      ...consent.warnings,
      ...(screening === null ? [found("not_screened")] : []),
      ...alertFindings(student, wanted).warnings,
      ...exemptionWarnings(student, wanted),
      ...(order === null ? [] : ageWarnings(student, order, wanted.on)),
      ...(order === null ? [] : orderFindings(order, wanted.how).warnings),
      ...timingWarnings(student, wanted, schedule),
      ...slipWarnings(student, clinic, wanted),
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
  for (const alert of alertsOf(student.shelf).filter((one) => standsOn(one, wanted.on) && isKnown(one, wanted))) {
    if (alert.kind === "contraindication") {
      if (contraindicates(alert, wanted.cvx)) stops.push(found("contraindicated", alert.text));
      else if (sharesContraindicated(alert, wanted.cvx)) warnings.push(found("contraindicated_near", alert.text));
    } else if (alert.anaphylaxis) {
      const held = holding(alert.text, wanted.cvx);
      if (held === "holds") stops.push(found("anaphylaxis", alert.text));
      if (held === "unknown") warnings.push(found("allergy_unknown", alert.text));
    }
  }
  return { stops, warnings };
}

/** Whether it was written by the day of a dose that is only copied now. */
const isKnown = ({ fact }: Alert, { on, isCopied }: Wanted): boolean =>
  isCopied !== true || civilDay(fact.header.recorded_at) <= on;

/** A paper that frees the child from this vaccine, checked or not: to give it all the same is to be thought about. */
function exemptionWarnings({ papers }: Student, { cvx, on }: Wanted): Finding[] {
  const antigens = antigensOf(cvx) ?? [];
  const named = papers.filter(({ paper, state, withdrawnOn }) => {
    const stands = state !== "rejected" && paper.received_on <= on && (withdrawnOn === "" || on < withdrawnOn);
    const freed = (paper.antigens ?? []).map((name) => ANTIGENS[name] ?? name);
    return stands && (freed.length === 0 ? antigens.length > 0 : antigens.some((one) => freed.includes(one)));
  });
  const kinds = new Set(named.map(({ paper }) => paper.kind));
  return (["medical", "conscientious"] as const).flatMap((kind) => (kinds.has(kind) ? [found(`exempt_${kind}`)] : []));
}

/** The age an order is for, whichever day a partial birth date means. */
function ageWarnings({ birthDate }: Student, order: Order, on: string): Finding[] {
  const ages = bounds(birthDate).map((born) => fitsAge(order, monthsOld(born, on) ?? 0));
  if (ages.length > 0 && ages.every(Boolean)) return [];
  return [found(ages.some(Boolean) || ages.length === 0 ? "age_open" : "age")];
}

function screeningStops(screening: Screening | null, cvx: string): Finding[] {
  if (screening === null) return [];
  const stops = [screening, ...screening.besides].flatMap(({ answers, decision }) => {
    const isNamed = (named: readonly string[] = []) => named.some((one) => isOneVaccine(one, cvx));
    const isBlocked = isNamed(decision?.blocked) && !decision?.allowed.includes(cvx);
    if (!isBlocked && isNamed(decision?.allowed)) return [];
    const touching = yesesOf(answers).filter((question) => touches(question, cvx));
    return touching.map((question) => found(isBlocked ? "screening_blocked" : "screening_open", question));
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

/** A slip marked at the dose while this phone knows of no dose, undone ones too: what another phone gave did not come. */
function slipWarnings(student: Student, clinic: Clinic, { isCopied }: Wanted): Finding[] {
  const mark = marksOf(clinic, student.streams).findLast(({ station }) => station === "vaccinator");
  if (mark === undefined || isCopied || student.doses.some((dose) => dose.clinic === clinic.id)) return [];
  return [found("slip_marked")];
}

function spacingWarnings(student: Student, wanted: Wanted): Finding[] {
  const brought = (cvx: string): readonly string[] => [...groupsOf(cvx), ...(antigensOf(cvx) ?? [])];
  const wantedHere = brought(wanted.cvx);
  const warnings = new Map<string, Finding>();
  for (const dose of student.standingDoses) {
    const days = daysSince(dose.given_on, wanted.on);
    if (days === null || days <= -WEEKS_4_DAYS || days >= WEEKS_4_DAYS) continue;
    const same = dose.cvx === wanted.cvx || brought(dose.cvx).some((one) => wantedHere.includes(one));
    const live = needsSpace(dose.cvx) && needsSpace(wanted.cvx);
    if (dose.given_on.length !== 10) {
      if (same || live) warnings.set("day_open", found("day_open", dose.given_on));
      continue;
    }
    const from = new Date(Date.parse(dose.given_on) + WEEKS_4_DAYS * DAY_MS).toISOString().slice(0, 10);
    if (same && days <= 0) warnings.set("same_day", found("same_day", dose.given_on));
    else if (same) warnings.set("too_early", found("too_early", from));
    else if (live && (wanted.isCopied ? days > 0 : days !== 0)) {
      warnings.set("live_too_early", found("live_too_early", from));
    }
  }
  return [...warnings.values()];
}

function packetWarnings(student: Student, wanted: Wanted): Finding[] {
  const { state, lacking, used } = checkPacket(student, wanted.on, wanted.papers);
  const named = (parts: readonly Part[]) => parts.map(({ kind, document }) => `${kind} ${document}`).join("|");
  return [
    ...(state === "whole" || (state === "lacks" && lacking.length === 0)
      ? []
      : [found(`packet_${state}`, named(lacking))]),
    ...(used.length === 0 ? [] : [found("packet_used", named(used))]),
  ];
}

/** The fund of a lot typed by hand is not known, and nothing is said of it. */
function fundWarnings(category: Category, months: number | null, wanted: Wanted): Finding[] {
  if (!wanted.listed) return [];
  if (category === "unknown") return isPublic(wanted.funding) ? [found("eligibility_none")] : [];
  const fund = owes(category, months, wanted.funding);
  return fund === null ? [] : [found("funding", `${wanted.funding} ${fund}`)];
}

/**
 * Whole days since a dose, negative where it comes later (a clock went wrong, or this one is copied after it); of a
 * partial date the fewest. Null where nothing is known, or it surely comes later.
 */
function daysSince(given: string, on: string): number | null {
  if (given === "") return null;
  if (given.length !== 10 && earliest(given) > on) return null;
  const last = given.length === 10 || latest(given) < on ? latest(given) : on;
  return Math.round((Date.parse(on) - Date.parse(last)) / DAY_MS);
}
