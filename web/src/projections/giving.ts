/**
 * What stands against giving one vaccine to one child now. A stop forbids it; a warning asks for a reason.
 *
 *     stops      no, refused, withdrawn or contested consent · anaphylaxis to a component · a recorded
 *                contraindication · an undecided or blocked screening answer · expired or held stock · no valid order,
 *                or one for another route or dose
 *     warnings   not screened · a contraindication of a vaccine that shares something with it · an exemption from it ·
 *                outside the order's ages or sites · too young, too early, the wrong vaccine for it, or perhaps so where
 *                a birth date or a dose has no day · a slip marked for a dose that this phone does not hold · not needed now, or had already · stock or substance unknown, an expiry the stock has otherwise · already on record
 *                today · nothing known of the child's past · no packet, or one that lacks a paper · public stock for a
 *                child nobody asked about · the lot's fund is not the child's · a form entered before · a box whose
 *                readings do not say that it is cold
 *
 * Pure: a dose that was given all the same is still recorded (screens/giving), with everything found here.
 */
import { bounds, leastMonthsOld, monthsOld } from "../events/dates";
import { antigensOf } from "../law/codes";
import type { Schedule } from "../law/schedule";
import { alertsOf, standsOn, stoodOn } from "./alerts";
import { type Clinic, fitsAge, type HowGiven, type Order } from "./clinic";
import type { ColdNow } from "./cold";
import { completeWarnings, isAskedFor } from "./complete";
import { bringsNamed, contraindicates, holding, sharesContraindicated } from "./components";
import { type Consent, consentFor, wordsBy, wordsOf } from "./consents";
import { type Category, isPublic, owes } from "./eligibility";
import { civilDay } from "./fact";
import { type Finding, type Findings, found } from "./found";
import { isOneVaccine } from "./one_vaccine";
import { checkPacket, type Part } from "./packet";
import { reactionsOf } from "./reactions";
import { screeningStops, screeningWarnings } from "./screening";
import { shares, timingWarnings } from "./spacing";
import { isUnexplained } from "./stations";
import type { Student } from "./student";
import { expiryWarnings, orderFindings, stockStops, type VialSeen } from "./vial";
import type { Visit } from "./visit";

/** What is about to be given. `listed`: the lot is in the clinic's stock. */
export interface Wanted extends VialSeen {
  readonly cvx: string;
  /** Its maker; empty where nobody knows. */
  readonly mvx?: string;
  readonly lot: string;
  readonly listed: boolean;
  readonly funding: string;
  readonly how: Partial<HowGiven>;
  /** What the readings of the box it comes from say against it; its name is said. */
  readonly cold?: { readonly fault: ColdNow; readonly box: string } | null;
  /** The phone's clock is behind the district's: no day here is to be relied on. */
  readonly clockBehind?: boolean;
  /** It is ahead of the server's, as far as this phone could compare them. */
  readonly clockAhead?: boolean;
  /** The clinic's own day, where this phone says another; empty where it is that day. */
  readonly clinicDay?: string;
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

export function findings(
  student: Student,
  clinic: Clinic,
  visit: Visit,
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
      ...screeningStops(visit, wanted.cvx),
      ...stockStops(wanted),
      ...(order === null ? [found("order_none")] : orderFindings(order, wanted.how).stops),
    ],
    warnings: [
      ...(wanted.clockBehind ? [found("clock_behind")] : []),
      ...(wanted.clockAhead ? [found("clock_ahead")] : []),
      ...(wanted.clinicDay ? [found("clinic_day", wanted.clinicDay)] : []),
      ...consent.warnings,
      ...screeningWarnings(visit, wanted.cvx),
      ...alertFindings(student, wanted).warnings,
      ...reactionWarnings(student, wanted),
      ...exemptionWarnings(student, wanted),
      ...(order === null ? [] : ageWarnings(student, order, wanted.on)),
      ...(order === null ? [] : orderFindings(order, wanted.how).warnings),
      ...timingWarnings(student, wanted, schedule),
      ...slipWarnings(student, clinic, wanted),
      ...notGivenWarnings(visit, wanted),
      ...(isDue || isAskedFor(student, wanted, schedule)
        ? completeWarnings(student, wanted, schedule)
        : [found("not_due")]),
      ...(wanted.listed ? [] : [found("lot_unknown", wanted.lot)]),
      ...expiryWarnings(wanted),
      ...(wanted.cold ? [found(wanted.cold.fault, wanted.cold.box)] : []),
      ...(student.hasPast ? [] : [found("history_none")]),
      ...packetWarnings(student, wanted),
      ...fundWarnings(visit.eligibility?.category ?? "unknown", months, wanted),
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
  const words = wordsOf(student.shelf);
  return consentFor(isCopied ? wordsBy(words, on) : words, cvx, on, clinic.id);
}

/** What the words of the family come to, and what must be asked of whoever spoke. */
function consentFindings(student: Student, clinic: Clinic, wanted: Wanted): Findings {
  const { state, signer, doubt, unheard, outsider } = consentOf(student, clinic, wanted);
  if (state !== "given") return { stops: [found(`consent_${state}`, signer)], warnings: [] };
  return {
    stops: [],
    warnings: [
      ...(doubt === "" ? [] : [found(`standing_${doubt}`, signer)]),
      ...(unheard === "" ? [] : [found("no_unheard", unheard)]),
      ...(outsider === "" ? [] : [found("no_outsider", outsider)]),
    ],
  };
}

function alertFindings(student: Student, wanted: Wanted): Findings {
  const stops: Finding[] = [];
  const warnings: Finding[] = [];
  const stands = wanted.isCopied ? stoodOn : standsOn;
  for (const alert of alertsOf(student.shelf).filter((one) => stands(one, wanted.on))) {
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

/** A reaction of the day, or to what shares something with this vaccine; a severe one of whatever it came after. */
function reactionWarnings({ shelf, doses }: Student, { cvx, on, isCopied }: Wanted): Finding[] {
  const alerts = new Map(alertsOf(shelf).map((alert) => [alert.fact, alert]));
  return reactionsOf(shelf).flatMap(({ fact, told }) => {
    const began = civilDay(Date.parse(told.began_at));
    const severe = alerts.get(fact);
    if ((isCopied && began > on) || severe?.lifted != null) return [];
    const isNear = doses.some((dose) => told.doses.includes(dose.event) && shares(dose.cvx, cvx));
    const isAsked = severe === undefined ? began === on || isNear : !contraindicates(severe, cvx);
    return isAsked ? [found("reaction_before", told.description)] : [];
  });
}

/** A paper that frees the child from this vaccine, checked or not: to give it all the same is to be thought about. */
function exemptionWarnings({ papers }: Student, { cvx, on }: Wanted): Finding[] {
  const antigens = antigensOf(cvx) ?? [];
  const named = papers.filter(({ paper, state, withdrawnOn }) => {
    const stands = state !== "rejected" && paper.received_on <= on && (withdrawnOn === "" || on < withdrawnOn);
    const freed = paper.antigens ?? [];
    return stands && (freed.length === 0 ? antigens.length > 0 : freed.some((name) => bringsNamed(cvx, name)));
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

/** A slip marked at the dose while this phone knows of no dose, undone ones too: what another phone gave did not come. */
function slipWarnings(student: Student, clinic: Clinic, { isCopied }: Wanted): Finding[] {
  return !isCopied && isUnexplained(clinic, student) ? [found("slip_marked")] : [];
}

/** Somebody said at this visit that it was not given: why is looked at before it is. */
function notGivenWarnings({ notGiven }: Visit, { cvx }: Wanted): Finding[] {
  const told = notGiven.filter((one) => one.told.cvx.some((each) => isOneVaccine(each, cvx)));
  return [...new Set(told.map((one) => one.told.reason))].map((reason) => found("not_given", reason));
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
