/** The glance of a view, to be kept for the next time the phone is picked up (store/glance.ts). */
import type { Student } from "../projections/student";
import type { Glance, Line, Mark } from "../store/glance";
import { toldApart } from "./namesakes";
import type { View } from "./view";

/** In steps as short as a child. */
export function* glanceOf(view: View, scope: string, at: number): Generator<undefined, Glance, undefined> {
  const lines: Line[] = [];
  for (const student of view.roster) {
    lines.push(lineOf(view, student));
    yield;
  }
  return { at, scope, lines };
}

/** What stands behind the family name in a list: Jose Luis is not Jose Antonio. */
export const givenNames = ({ name }: Student): string =>
  [name?.given, name?.middle, name?.suffix].filter(Boolean).join(" ");

export function lineOf(view: View, student: Student): Line {
  return {
    id: student.id,
    family: student.name?.family ?? "",
    given: givenNames(student),
    birthDate: student.birthDate,
    apart: toldApart(view, student),
    words: view.wordsOf(student),
    overall: view.isJudged(student) ? view.judgment(student).verdict.overall : "",
    marks: marksOf(view, student),
  };
}

export function marksOf(view: View, student: Student): Mark[] {
  const visit = view.visit(student);
  const marks: Mark[] = [];
  if (visit.given.length > 0) marks.push("given");
  if (visit.notGiven.length > 0) marks.push("not_given");
  if (visit.watch !== null && visit.watch.endedAt === null) marks.push("watched");
  return marks;
}
