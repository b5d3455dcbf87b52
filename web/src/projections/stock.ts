/**
 * What became of the doses of each lot, per container and fund. Mirrors projections/stock.py.
 *
 *     loaded = given + wasted + drawn and not given + returned + still here
 *
 * Given doses are read off the children's records, so that a dose undone comes back into the count. A lot is of one
 * vaccine and one maker: two of one number are two lines. What does not say of which vaccine, maker, container or fund it
 * was is counted on the line of its number that fits best; a number that was never loaded is a line of its own, of which
 * more was used than loaded.
 */
import { leastMonthsOld } from "../events/dates";
import type { StockBorrowed, StockReplaced, StockReturned } from "../events/generated";
import type { Clinic, Lot } from "./clinic";
import { eligibilityOf, owes } from "./eligibility";
import type { DoseLine } from "./history";
import { boxName, loadsOf, lotNumber } from "./loads";
import { notGiven } from "./not_given";
import { returnsOf } from "./returns";
import type { Student } from "./student";
import { standing } from "./taken_back";

export interface LotTally {
  readonly lot: Lot;
  readonly loaded: number;
  readonly given: number;
  readonly wasted: number;
  readonly drawn: number;
  readonly returned: number;
  /** What must still be in the box; below zero where more was used than loaded. */
  readonly left: number;
}

type Count = "loaded" | "given" | "wasted" | "drawn" | "returned";

interface From {
  readonly lot: string;
  readonly cvx?: string | null;
  readonly mvx?: string | null;
  readonly container?: string;
  readonly funding?: string | null;
}
const NOTHING: Readonly<Record<Count, number>> = { loaded: 0, given: 0, wasted: 0, drawn: 0, returned: 0 };

export function talliesOf(
  clinic: Clinic,
  students: readonly Student[],
  wentBack: readonly StockReturned[] = returnsOf(clinic.shelf),
): readonly LotTally[] {
  const lines = new Map(clinic.lots.map((lot) => [lot, { ...NOTHING }]));
  const add = (what: Count, from: From, doses: number): void => {
    const line = lineOf([...lines.keys()], from) ?? neverLoaded(clinic, from);
    const counts = lines.get(line) ?? { ...NOTHING };
    counts[what] += doses;
    lines.set(line, counts);
  };
  for (const load of loadsOf(clinic.shelf)) add("loaded", load, load.doses);
  for (const dose of students.flatMap((student) => student.standingDoses)) {
    if (dose.basis === "administered" && dose.clinic === clinic.id) add("given", dose, 1);
  }
  for (const { payload } of standing(clinic.shelf, "stock.wasted"))
    add(payload.drawn ? "drawn" : "wasted", payload, payload.doses);
  for (const back of wentBack) add("returned", back, back.doses);
  return [...lines].map(([lot, of]) => ({
    lot,
    ...of,
    left: of.loaded - of.given - of.wasted - of.drawn - of.returned,
  }));
}

const neverLoaded = (clinic: Clinic, { lot, cvx, mvx, container, funding }: From): Lot => ({
  lot,
  cvx: cvx ?? "",
  mvx: mvx ?? "",
  container: container ?? "",
  funding: (funding || "other") as Lot["funding"],
  doses: 0,
  expires_on: "",
  expiresOtherwise: "",
  held: clinic.heldWhy(lot, mvx ?? ""),
});

/** The line something came from: its number, then as much of vaccine, maker, container and fund, in this order. */
export function lineOf(lots: readonly Lot[], from: From): Lot | null {
  const ofLot = lots.filter((one) => lotNumber(one.lot) === lotNumber(from.lot));
  const fits = (one: Lot) =>
    Number((from.cvx ?? "") === one.cvx) * 8 +
    Number((from.mvx ?? "") === one.mvx) * 4 +
    Number(boxName(from.container ?? "") === boxName(one.container)) * 2 +
    Number((from.funding ?? "") === one.funding);
  return ofLot.reduce<Lot | null>((best, one) => (best === null || fits(one) > fits(best) ? one : best), null);
}

/** A dose of one fund given to a child of another. `paid` is null while it is owed. */
export interface Borrowing {
  readonly event: string;
  readonly told: StockBorrowed;
  readonly paid: StockReplaced | null;
}

/** What was borrowed here, oldest first; a dose that was voided owes nothing, one of another lot follows that. */
export function borrowingsOf(clinic: Clinic, students: readonly Student[]): readonly Borrowing[] {
  const doses = new Map(students.flatMap((student) => student.doses.map((dose) => [dose.event, { student, dose }])));
  return clinic.shelf.of("stock.borrowed").flatMap(({ fact, payload }): Borrowing[] => {
    const event = fact.header.id;
    const paid = clinic.shelf.about(event, "stock.replaced")[0]?.payload ?? null;
    const known = doses.get(payload.dose ?? "");
    if (known !== undefined && known.dose.voidReason !== null) return [];
    const told = known === undefined || paid !== null ? payload : followed(payload, clinic, known.student, known.dose);
    return told === null ? [] : [{ event, told, paid }];
  });
}

/**
 * The loan of a dose that may have been corrected to another lot since: of that lot's fund, null where it fits. Of a lot
 * that is in no stock nobody knows whose it was: the loan stays as it was logged.
 */
function followed(told: StockBorrowed, clinic: Clinic, student: Student, dose: DoseLine): StockBorrowed | null {
  const line = lineOf(clinic.lots, dose);
  if (line === null || lotNumber(dose.lot) === lotNumber(told.lot)) return told;
  const on = told.on ?? dose.given_on;
  const category = eligibilityOf(student, clinic.id, on)?.category ?? "unknown";
  const fund = owes(category, leastMonthsOld(student.birthDate, on), line.funding);
  const { cvx, container, funding } = line;
  return fund === null ? null : { ...told, lot: dose.lot, cvx, container, from_funding: funding, to_funding: fund };
}

/** Children expected today of whom nothing stands: neither a dose nor why there was none. */
export function notSeen(clinic: Clinic, students: readonly Student[]): readonly Student[] {
  return students.filter((student) => {
    const given = student.standingDoses.some((dose) => dose.basis === "administered" && dose.clinic === clinic.id);
    const told = notGiven(student.shelf).some(({ payload }) => payload.clinic === clinic.id);
    return !given && !told;
  });
}
