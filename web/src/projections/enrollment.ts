/** Where a child attends and has attended, as the law sees it. Mirrors projections/enrollment.py. */
import type { EnrollmentBegan, EnrollmentEnded } from "../events/generated";
import { compareText, type Fact, type Shelf } from "./fact";

export interface GradeLine {
  readonly fact: Fact;
  readonly grade: string;
  readonly fromDay: string;
  readonly kindergartenTerm: string;
  readonly grade7Term: string;
}

export interface Stay {
  readonly fact: Fact;
  readonly began: EnrollmentBegan;
  readonly grades: readonly GradeLine[];
  readonly ended: EnrollmentEnded | null;
}

/** Every stay on a shelf, by its first day. */
export function stayLines(shelf: Shelf): Stay[] {
  const begun = shelf
    .of("enrollment.began")
    .sort(
      (one, two) => compareText(one.payload.first_day, two.payload.first_day) || one.fact.position - two.fact.position,
    );
  const place = (facility: string, day: string) =>
    begun.findLastIndex(({ payload }) => payload.facility === facility && payload.first_day <= day);
  const endings = new Map<number, EnrollmentEnded>();
  for (const { payload } of shelf.of("enrollment.ended"))
    endings.set(place(payload.facility, payload.last_day), payload);
  const grades = new Map<number, GradeLine[]>();
  for (const { fact, payload } of shelf.of("grade.assigned")) {
    const at = place(payload.facility, payload.from_day);
    const line = gradeLine(fact, payload.grade, payload.from_day, payload.kindergarten_term, payload.grade_7_term);
    grades.set(at, [...(grades.get(at) ?? []), line]);
  }
  return begun.map(({ fact, payload }, i) => {
    const start = gradeLine(fact, payload.grade, payload.first_day, payload.kindergarten_term, payload.grade_7_term);
    const later = (grades.get(i) ?? []).sort(
      (one, two) => compareText(one.fromDay, two.fromDay) || one.fact.position - two.fact.position,
    );
    return { fact, began: payload, grades: [start, ...later], ended: endings.get(i) ?? null };
  });
}

function gradeLine(
  fact: Fact,
  grade: string,
  fromDay: string,
  kg: string | undefined,
  g7: string | undefined,
): GradeLine {
  return { fact, grade, fromDay, kindergartenTerm: kg ?? "", grade7Term: g7 ?? "" };
}
