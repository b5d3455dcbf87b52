/** The cases of `tests/vectors/projections/links.json`, as `tests/vectors/test_links.py`. Requirements: WEB-R95. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Header } from "../events/envelope";
import type { Fact } from "./fact";
import { linkedStudents } from "./linked";

interface Case {
  readonly name: string;
  readonly students: readonly string[];
  readonly told: readonly (readonly [string, string, string])[];
  readonly expected: readonly (readonly string[])[];
}

const path = new URL("../../../tests/vectors/projections/links.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf-8")) as Case[];

test.each(cases.map((one) => [one.name, one] as const))("WEB-R95: %s", (_, { students, told, expected }) => {
  const facts = told.map(([one, what, other], position): Fact => {
    const header = { stream: `student/${one}`, type: `student.${what}` } as Header;
    return { position, receivedAt: position, eventHash: String(position), header, payload: { other } };
  });
  const found = linkedStudents(students, facts.reverse());
  for (const together of expected) for (const one of together) expect(found.get(one)).toEqual(together);
});
