/**
 * Consents that came in and what became of each, one per child and vaccine: consents = given + not given + open.
 * Mirrors projections/outcomes.py. A consent counts that stood for this clinic at the end of its plan's day, whenever
 * it is counted.
 */
import type { ConsentCount } from "../events/generated";
import { antigensOf, brings } from "../law/codes";
import type { Clinic } from "./clinic";
import { consentFor, wordsBy, wordsOf } from "./consents";
import { notGiven } from "./not_given";
import { isOneVaccine } from "./one_vaccine";
import type { Student } from "./student";

/** One consent without an outcome. */
export interface OpenConsent {
  readonly student: Student;
  readonly cvx: string;
}

export interface Outcomes {
  readonly count: ConsentCount;
  readonly open: readonly OpenConsent[];
}

/** The count; `today` is its day where no plan says another. */
export function outcomesOf(clinic: Clinic, students: readonly Student[], today: string): Outcomes {
  const on = clinic.plan?.on ?? today;
  const open: OpenConsent[] = [];
  const count = { consents: 0, given: 0, not_given: 0, open: 0 };
  for (const student of students) {
    const words = wordsBy(wordsOf(student.shelf), on);
    const allowed: string[] = []; // of several brands of one vaccine the first named
    for (const cvx of new Set(words.map((word) => word.cvx))) {
      if (consentFor(words, cvx, on, clinic.id).state !== "given") continue;
      if (allowed.some((one) => isOneVaccine(one, cvx))) continue;
      allowed.push(cvx);
      count.consents += 1;
      const outcome = outcomeOf(student, clinic.id, cvx);
      count[outcome] += 1;
      if (outcome === "open") open.push({ student, cvx });
    }
  }
  return { count, open };
}

function outcomeOf(student: Student, clinic: string, cvx: string): "given" | "not_given" | "open" {
  const here = student.standingDoses.filter((dose) => dose.basis === "administered" && dose.clinic === clinic);
  if (here.some((dose) => isOneVaccine(dose.cvx, cvx) || answersFor(dose.cvx, cvx))) return "given";
  const told = notGiven(student.shelf).map(({ payload }) => payload);
  return told.some((one) => one.clinic === clinic && one.cvx.some((other) => isOneVaccine(other, cvx)))
    ? "not_given"
    : "open";
}

/** Whether one vaccine brings all that another would: a combination answers for its parts. */
const answersFor = (given: string, asked: string): boolean =>
  (antigensOf(asked) ?? []).length > 0 && brings(given, asked);
