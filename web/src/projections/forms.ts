/** Which paper forms were entered, and as what: a form is entered once, on whichever phone. */
import type { Student } from "./student";

export interface FormEntry {
  readonly event: string;
  readonly student: Student;
  readonly cvx: readonly string[];
  readonly given: boolean;
  readonly recordedAt: string;
}

/** What was recorded from the form of a number, among these children; a dose that was undone does not count. */
export function entriesOf(students: Iterable<Student>, number: string): readonly FormEntry[] {
  if (number === "") return [];
  return [...students].flatMap((student): FormEntry[] => {
    const standing = new Set(student.standingDoses.map((dose) => dose.event));
    const doses = student.shelf
      .of("dose.administered")
      .filter(({ fact, payload }) => payload.paper_form === number && standing.has(fact.header.id))
      .map(({ fact, payload }) => entry(fact.header, student, [payload.cvx], true));
    const others = student.shelf
      .of("dose.not_given")
      .filter(({ payload }) => payload.paper_form === number)
      .map(({ fact, payload }) => entry(fact.header, student, payload.cvx, false));
    return [...doses, ...others];
  });
}

const entry = (
  header: { readonly id: string; readonly recorded_at: string },
  student: Student,
  cvx: readonly string[],
  given: boolean,
): FormEntry => ({ event: header.id, student, cvx, given, recordedAt: header.recorded_at });
