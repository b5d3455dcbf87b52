/**
 * Which student streams are one child: a link made and not undone since holds both ways and goes on through others.
 * Mirrors `links` and `linked_streams` of projections/student.py; a link moves nothing, and an unlinking parts again.
 */
import { streamId } from "../events/ids";
import { compareFacts, type Fact } from "./fact";

const KINDS = new Set(["student.linked", "student.unlinked"]);

/** Whether a fact links children, or parts them again. */
export const isLink = (fact: Fact): boolean => KINDS.has(fact.header.type);

/** Each of the students to all that are one child with it, itself included, sorted. */
export function linkedStudents(students: Iterable<string>, facts: Iterable<Fact>): Map<string, readonly string[]> {
  const neighbours = new Map<string, Set<string>>();
  for (const [one, other] of standingLinks(facts)) {
    neighbours.set(one, (neighbours.get(one) ?? new Set()).add(other));
    neighbours.set(other, (neighbours.get(other) ?? new Set()).add(one));
  }
  const found = new Map<string, readonly string[]>();
  for (const student of students) {
    if (found.has(student)) continue;
    const together = neighbours.has(student) ? reached(student, neighbours) : [student];
    for (const one of together) found.set(one, together);
  }
  return found;
}

function standingLinks(facts: Iterable<Fact>): Iterable<readonly [string, string]> {
  const told = [...facts].filter(isLink).sort(compareFacts);
  const standing = new Map<string, readonly [string, string]>();
  for (const { header, payload } of told) {
    const { other } = payload;
    if (typeof other !== "string") continue;
    const pair = [streamId(header.stream), other] as const;
    const key = [...pair].sort().join(" ");
    if (header.type === "student.linked") standing.set(key, pair);
    else standing.delete(key);
  }
  return standing.values();
}

function reached(student: string, neighbours: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const found = new Set([student]);
  for (const one of found) for (const next of neighbours.get(one) ?? []) found.add(next); // a Set grows while walked
  return [...found].sort();
}
