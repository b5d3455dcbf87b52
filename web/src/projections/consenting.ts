/**
 * Who may allow a vaccine: the person behind a name, and the standing somebody claimed, judged by the student's age.
 * Mirrors projections/consenting.py.
 *
 * Under 18 the parent or guardian says so, from 18 the student; what a parent said in time stays valid and is asked
 * about (121A.15 subd. 3a(b)). Age is reached on the birthday, one of 29 February on 1 March. Whether a minor is
 * emancipated, or another person may act, no clause computes: such a yes opens the dose with a warning, and another
 * person's no stops none that a parent or guardian allowed. A minor may allow hepatitis B by law (Minn. Stat.
 * 144.3441), and is asked. Whoever signs as a student under age is one where the birth date leaves it open.
 */
import type { ConsentGiven } from "../events/generated";
import { antigensOf } from "../law/codes";
import type { Shelf } from "./fact";

/** What must be asked before a dose under this word; empty where nothing must be. */
export type Doubt = "" | "of_age" | "age_unknown" | "emancipated" | "minor" | "other" | "unwitnessed";

const MAJORITY_YEARS = 18;
export const PARENTS: readonly string[] = ["parent", "guardian"];
const STUDENTS: readonly string[] = ["student", "student_adult", "emancipated"];
/** The one person of a record who needs no name: whatever is signed as the student is signed by them. */
export const CHILD = "the student";

/** One person, however the name is written; a parent of the student's name is somebody else. */
export function personOf(name: string, standing: string): string {
  if (STUDENTS.includes(standing)) return CHILD;
  const letters = name.normalize("NFD").replace(/[^\p{L}\p{M}\p{N}]|[\u0300-\u036f]/gu, "");
  return letters.toLowerCase() || name.trim();
}

/** The birth date as last told in the stream that was registered first; empty where nobody told it. */
export function bornOf(shelf: Shelf): string {
  const told = [...shelf.of("student.registered"), ...shelf.of("student.corrected")];
  const own = told.filter(({ fact }) => fact.header.stream === told[0]?.fact.header.stream);
  return own.findLast(({ payload }) => payload.birth_date)?.payload.birth_date ?? "";
}

/** Whether the student is 18 on that civil day; null where a partial birth date leaves it open. */
export function isOfAge(born: string, day: string): boolean | null {
  if (born.length < 4) return null;
  const reached = `${Number(born.slice(0, 4)) + MAJORITY_YEARS}${born.slice(4)}`;
  if (day >= reached + "-12-31".slice(reached.length - 4)) return true;
  return day < reached + "-01-01".slice(reached.length - 4) ? false : null;
}

/** Whether a civil day surely lies before the student was born: nobody had a say then. */
export const isBeforeBirth = (born: string, day: string): boolean =>
  born.length >= 4 && day < born + "-01-01".slice(born.length - 4);

/** What to ask of a yes said on one day for a dose on another; null where it had no standing when it was said. */
export function doubtOf(standing: string, born: string, saidOn: string, day: string): Doubt | null {
  const then = isOfAge(born, saidOn);
  if (standing === "emancipated") return then === true ? "" : "emancipated";
  if (standing === "other") return "other";
  const isParent = PARENTS.includes(standing);
  if (then === isParent || (standing === "student" && then !== true)) return null;
  if (then === null) return "age_unknown";
  return isParent && isOfAge(born, day) !== false ? "of_age" : "";
}

/** Whether it is written, or somebody else than who spoke listened, at an hour that was told. */
export const isWitnessed = ({ form, signer, listener, called_at }: ConsentGiven): boolean =>
  form !== "verbal" ||
  (called_at != null && !["", personOf(signer, "other")].includes(personOf(listener ?? "", "other")));

/** Whether a minor may allow this vaccine by law: hepatitis B and nothing beside it. */
export const isForMinors = (cvx: string): boolean => antigensOf(cvx)?.join() === "HEPB";
