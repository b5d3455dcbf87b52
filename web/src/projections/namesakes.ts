/** Children of one list who have name and birth date in common: nobody must be taken for the other. */
import type { Student } from "./student";

/** By a child's id: those who are called and born alike, itself among them. `texts` are what each is found by (finding.ts). */
export function namesakesOf(
  listed: readonly Student[],
  texts: readonly string[],
): ReadonlyMap<string, readonly Student[]> {
  const alike = new Map<string, Student[]>();
  listed.forEach((student, at) => {
    const key = `${/^ [^ |]*/.exec(texts[at] ?? "")} ${student.birthDate}`;
    alike.set(key, [...(alike.get(key) ?? []), student]);
  });
  const several = [...alike.values()].filter((group) => group.length > 1);
  return new Map(several.flatMap((group) => group.map((student) => [student.id, group])));
}
