/**
 * A child's doses of lots that must not be used, known then or only since; mirrors projections/held.py, held_doses.py.
 * Of a recalled lot of its maker wherever it was given, of any other what was given at this clinic.
 */
import { latest } from "../events/dates";
import type { Clinic } from "./clinic";
import { type Fact, knew } from "./fact";
import { gravest, type HeldWhy, isOf, type LotHold } from "./held";
import type { DoseLine } from "./history";
import { lotNumber, makerNamed } from "./loads";
import type { Student } from "./student";

export interface HeldDose {
  readonly dose: DoseLine;
  readonly why: HeldWhy;
  /** The first that says so. */
  readonly hold: Fact;
  /** Whether an incident of the dose was opened, or it was said to stand, by somebody who knew of the hold. */
  readonly isSeenTo: boolean;
}

export const heldDoses = (clinic: Clinic, student: Student): readonly HeldDose[] =>
  student.standingDoses.flatMap((dose) => {
    if (dose.basis !== "administered" || dose.lot === "") return [];
    const holds = gravest(clinic.holds(dose.lot).filter((hold) => isAbout(hold, dose, clinic)));
    const [first] = holds;
    if (first === undefined) return [];
    const words = saidOf(student, dose);
    const isSeenTo = holds.some((hold) => words.some((fact) => knew(fact, hold.fact)));
    return [{ dose, why: first.why, hold: first.fact, isSeenTo }];
  });

/** Whom to call of a lot set aside here, however it was written: who had it here, and of a recall wherever it was given. */
export const hadLot = (clinic: Clinic, students: readonly Student[], lot: string, mvx = ""): readonly Student[] =>
  students.filter((student) => {
    const had = student.standingDoses.filter(
      (dose) => dose.basis === "administered" && lotNumber(dose.lot) === lotNumber(lot) && isMakers(dose.mvx, mvx),
    );
    const isHeldHere = (dose: DoseLine) => dose.clinic === clinic.id && clinic.holds(lot, dose.mvx).length > 0;
    if (had.some(isHeldHere)) return true;
    return had.length > 0 && heldDoses(clinic, student).some(({ dose }) => had.includes(dose));
  });

/** Whether one may be the other; nobody knows it of a maker who was not written down. */
const isMakers = (one: string, other: string): boolean => [one, other].map(makerNamed).includes("") || one === other;

/** A lot set aside as expired says nothing against a dose given before its day. */
function isAbout(hold: LotHold, { clinic, given_on, expires_on, mvx }: DoseLine, here: Clinic): boolean {
  const { why, makers } = hold;
  if (!isOf(hold, mvx)) return false;
  if (why === "expired" && expires_on && given_on !== "" && latest(given_on) <= expires_on) return false;
  const maker = makerNamed(mvx);
  return clinic === here.id || (why === "recall" && (makers.length === 0 || maker === "" || makers.includes(maker)));
}

function saidOf({ shelf }: Student, { event }: DoseLine): readonly Fact[] {
  const opened = shelf.of("incident.opened").filter(({ payload }) => payload.dose === event);
  const settled = shelf
    .of("discrepancy.settled")
    .filter(({ payload: { kind, events } }) => kind === "dose_of_held_lot" && events.includes(event));
  return [...opened, ...settled].map(({ fact }) => fact);
}
