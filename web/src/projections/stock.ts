/**
 * What became of the doses of each lot: loaded = given + wasted + drawn and not given + returned + still here.
 * Given doses are read off the children's records, so that a dose undone comes back into the count.
 */
import type { Clinic, Lot } from "./clinic";
import type { Student } from "./student";

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

export function talliesOf(clinic: Clinic, students: readonly Student[]): readonly LotTally[] {
  const given = new Map<string, number>();
  for (const student of students) {
    for (const dose of student.standingDoses) {
      if (dose.basis === "administered" && dose.clinic === clinic.id) add(given, dose.lot, 1);
    }
  }
  const loaded = new Map<string, number>();
  for (const { payload } of clinic.shelf.of("stock.loaded")) add(loaded, payload.lot, payload.doses);
  const [wasted, drawn, returned] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for (const { payload } of clinic.shelf.of("stock.wasted"))
    add(payload.drawn ? drawn : wasted, payload.lot, payload.doses);
  for (const { payload } of clinic.shelf.of("stock.returned")) add(returned, payload.lot, payload.doses);
  return clinic.lots.map((lot) => {
    const of = (counts: ReadonlyMap<string, number>): number => counts.get(lot.lot) ?? 0;
    const gone = of(given) + of(wasted) + of(drawn) + of(returned);
    return {
      lot,
      loaded: of(loaded),
      given: of(given),
      wasted: of(wasted),
      drawn: of(drawn),
      returned: of(returned),
      left: of(loaded) - gone,
    };
  });
}

function add(counts: Map<string, number>, lot: string, doses: number): void {
  counts.set(lot, (counts.get(lot) ?? 0) + doses);
}

/** Children who were given a lot here: whom to call when it is recalled. */
export const givenLot = (students: readonly Student[], lot: string): readonly Student[] =>
  students.filter((student) => student.standingDoses.some((dose) => dose.basis === "administered" && dose.lot === lot));

/** Children expected today of whom nothing is recorded: neither a dose nor why there was none. */
export function notSeen(clinic: Clinic, students: readonly Student[]): readonly Student[] {
  return students.filter((student) => {
    const given = student.doses.some((dose) => dose.basis === "administered" && dose.clinic === clinic.id);
    const told = student.shelf.of("dose.not_given").some(({ payload }) => payload.clinic === clinic.id);
    return !given && !told;
  });
}
