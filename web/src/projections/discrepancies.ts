/**
 * What a nurse sees of what does not fit in a child's record. Mirrors projections/discrepancies.py, with the same keys;
 * the office's list has every kind, and what was settled there is not shown here either.
 */

import { latest } from "../events/dates";
import type { DiscrepancyKind, OrderWithdrawn } from "../events/generated";
import { groupsOf } from "../law/codes";
import type { Clinic } from "./clinic";
import { entriesOf, type FormEntry, formsOf } from "./forms";
import { type HeldDose, heldDoses } from "./held_doses";
import type { DoseLine } from "./history";
import type { Student } from "./student";

export type Matter =
  | { readonly kind: "duplicate_dose"; readonly key: string; readonly one: DoseLine; readonly two: DoseLine }
  | {
      readonly kind: "dose_under_withdrawn_order";
      readonly key: string;
      readonly dose: DoseLine;
      readonly withdrawn: OrderWithdrawn;
    }
  | { readonly kind: "dose_of_held_lot"; readonly key: string; readonly held: HeldDose }
  | {
      readonly kind: "form_entered_twice";
      readonly key: string;
      readonly mine: FormEntry;
      readonly other: FormEntry;
    };

const SAME_DOSE_DAYS = 4;
const DAY_MS = 86_400_000;

/** What is open of a child, at this clinic, among the children of this phone. */
export function mattersOf(student: Student, clinic: Clinic, students: readonly Student[]): readonly Matter[] {
  const found = [
    ...duplicates(student),
    ...underWithdrawnOrders(student, clinic),
    ...ofHeldLots(student, clinic),
    ...formsTwice(student, students),
  ];
  const keys = new Set(
    found.flatMap((one) => settled(one.kind === "form_entered_twice" ? one.other.student : student)),
  );
  for (const key of settled(student)) keys.add(key);
  return found.filter((one) => !keys.has(one.key));
}

/** Doses that stand twice: one vaccine or group, whole dates at most four days apart, one of them given by us. */
function duplicates(student: Student): Matter[] {
  return pairs(student.standingDoses)
    .filter(([one, two]) => one.basis === "administered" || two.basis === "administered")
    .filter(([one, two]) => mayBeOneDose(one, two))
    .map(([one, two]) => ({ kind: "duplicate_dose", key: keyOf("duplicate_dose", one.event, two.event), one, two }));
}

/** By the first withdrawal in the log under which the order did not hold on the day given. */
function underWithdrawnOrders(student: Student, clinic: Clinic): Matter[] {
  return student.standingDoses.flatMap((dose): Matter[] => {
    if (dose.order === null || dose.given_on === "") return [];
    const day = latest(dose.given_on);
    const told = clinic.shelf.about(dose.order, "clinic.order_withdrawn").find(({ payload }) => payload.on <= day);
    if (told === undefined) return [];
    const key = keyOf("dose_under_withdrawn_order", told.fact.header.id, dose.event);
    return [{ kind: "dose_under_withdrawn_order", key, dose, withdrawn: told.payload }];
  });
}

const ofHeldLots = (student: Student, clinic: Clinic): readonly Matter[] =>
  heldDoses(clinic, student)
    .filter(({ isSeenTo }) => !isSeenTo)
    .map((held) => ({
      kind: "dose_of_held_lot",
      key: keyOf("dose_of_held_lot", held.hold.header.id, held.dose.event),
      held,
    }));

/** Forms entered of this child and once more, of this child or another; the same dose twice is a duplicate alone. */
function formsTwice(student: Student, students: readonly Student[]): Matter[] {
  const mine = formsOf(student);
  const others = students.filter((one) => one !== student);
  const elsewhere = mine.flatMap((one) => entriesOf(others, one.number).map((other) => [one, other] as const));
  const here = pairs(mine).filter(([one, two]) => one.number === two.number && !areOneDose(one, two));
  return [...here, ...elsewhere].map(([one, other]) => ({
    kind: "form_entered_twice",
    key: keyOf("form_entered_twice", one.event, other.event),
    mine: one,
    other,
  }));
}

const areOneDose = (one: FormEntry, two: FormEntry): boolean =>
  one.dose !== null && two.dose !== null && mayBeOneDose(one.dose, two.dose);

function mayBeOneDose(one: DoseLine, two: DoseLine): boolean {
  if (one.given_on === "" || two.given_on === "" || !overlap(one.cvx, two.cvx)) return false;
  if (one.given_on.length < 10 || two.given_on.length < 10) return one.given_on === two.given_on && one.cvx === two.cvx;
  return Math.abs(Date.parse(one.given_on) - Date.parse(two.given_on)) <= SAME_DOSE_DAYS * DAY_MS;
}

function overlap(one: string, other: string): boolean {
  if (one === other) return one !== "";
  const groups = groupsOf(other);
  return groupsOf(one).some((group) => groups.includes(group));
}

const settled = (student: Student): string[] =>
  student.shelf.of("discrepancy.settled").map(({ payload }) => keyOf(payload.kind, ...payload.events));

const keyOf = (kind: DiscrepancyKind, ...events: readonly string[]): string =>
  `${kind}:${[...events].sort().join("+")}`;

function pairs<One>(all: readonly One[]): (readonly [One, One])[] {
  return all.flatMap((one, at) => all.slice(at + 1).map((two) => [one, two] as const));
}
