/** Which paper forms were entered, and as what: a form is entered once, on whichever phone. Mirrors projections/forms.py. */
import type { Fact } from "./fact";
import type { DoseLine } from "./history";
import { notGiven } from "./not_given";
import type { Student } from "./student";

export interface FormEntry {
  readonly event: string;
  readonly number: string;
  readonly student: Student;
  readonly cvx: readonly string[];
  /** The dose; null where none was given. */
  readonly dose: DoseLine | null;
  readonly recordedAt: string;
}

/** What was recorded from the form of a number, among these children; what was undone does not count. */
export function entriesOf(students: Iterable<Student>, number: string): readonly FormEntry[] {
  return [...students].flatMap((student) => formsOf(student).filter((one) => one.number === number));
}

/** What was recorded of a child from forms with a number; records that cannot hold such a thing are not opened. */
export function formsOf(student: Student): readonly FormEntry[] {
  if (!student.shelf.has("dose.administered") && !student.shelf.has("dose.not_given")) return [];
  const doses = student.standingDoses
    .filter((dose) => dose.paperForm !== "")
    .map((dose) => entry(dose.fact, student, dose.paperForm, [dose.cvx], dose));
  const others = notGiven(student.shelf).flatMap(({ fact, payload }) =>
    payload.paper_form ? [entry(fact, student, payload.paper_form, payload.cvx, null)] : [],
  );
  return [...doses, ...others];
}

const entry = (
  { header }: Fact,
  student: Student,
  number: string,
  cvx: readonly string[],
  dose: DoseLine | null,
): FormEntry => ({ event: header.id, number, student, cvx, dose, recordedAt: header.recorded_at });
