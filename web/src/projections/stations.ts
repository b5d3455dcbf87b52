/**
 * The stations a child passes with its slip, and who waits at each: read off what was recorded, so that every phone
 * that holds it says the same.
 *
 *     check_in (marked) -> screening (answered, nothing open) -> vaccinator (dose or not given) -> observer (left)
 */
import type { SlipMarked } from "../events/generated";
import type { Clinic } from "./clinic";
import type { Student } from "./student";
import { type Visit, yesesOf } from "./visit";

export const STATIONS = ["check_in", "screening", "vaccinator", "observer"] as const;
export type Station = (typeof STATIONS)[number];

export const isStation = (word: string): word is Station => (STATIONS as readonly string[]).includes(word);

/** Each mark on a child's slips that somebody told, the oldest first; `ids` are all it is registered under. */
export function marksOf(clinic: Clinic, ids: readonly string[]): readonly SlipMarked[] {
  return clinic.shelf
    .of("clinic.slip_marked")
    .map(({ payload }) => payload)
    .filter((mark) => ids.includes(mark.student))
    .sort((one, two) => (one.at < two.at ? -1 : 1));
}

/**
 * Whether a mark at the dose tells of one that this phone does not hold: who gave it marked it, and nothing came of that
 * device; or somebody saw the mark, and nothing came of any other.
 */
export function isUnexplained(clinic: Clinic, { streams, doses }: Pick<Student, "streams" | "doses">): boolean {
  const given = doses.filter((dose) => dose.clinic === clinic.id).map(({ fact }) => fact.header.device);
  return clinic.shelf
    .of("clinic.slip_marked")
    .filter(({ payload }) => payload.station === "vaccinator" && streams.includes(payload.student))
    .some(({ fact, payload: { device } }) =>
      device == null ? !given.includes(fact.header.device) : given.every((one) => one === device),
    );
}

/** The children whose slip was marked at check-in. */
export function checkedIn(clinic: Clinic): ReadonlySet<string> {
  const marks = clinic.shelf.of("clinic.slip_marked").filter(({ payload }) => payload.station === "check_in");
  return new Set(marks.map(({ payload }) => payload.student));
}

/** Where a child stands who came; null once nothing is left to do. */
export function stationOf({ screening, given, notGiven, watch }: Visit, isCheckedIn: boolean): Station | null {
  if (watch !== null && watch.endedAt === null) return "observer";
  if (given.length > 0 || notGiven.length > 0) return null;
  if (screening?.isAskedHere && (screening.decision !== null || yesesOf(screening.answers).length === 0)) {
    return "vaccinator";
  }
  return isCheckedIn ? "screening" : "check_in";
}
