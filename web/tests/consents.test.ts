/** The vectors of who may allow what: the same judgment as projections/care.py and consenting.py. PROJ-R170, PROJ-R171, PROJ-R195, PROJ-R196, PROJ-R198 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { consentFor, consentLines } from "../src/projections/care";
import { bornOf } from "../src/projections/consenting";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";

interface Vectors {
  readonly clinic: string;
  readonly on: string;
  readonly cases: readonly {
    readonly name: string;
    readonly facts: readonly (Omit<Fact, "receivedAt" | "eventHash"> & { received_at: string; event_hash: string })[];
    readonly consents: Readonly<Record<string, unknown>>;
  }[];
}

const path = new URL("../../tests/vectors/projections/consents.json", import.meta.url);
const told = JSON.parse(readFileSync(path, "utf-8")) as Vectors;

test.each(told.cases)("$name", ({ facts, consents }) => {
  const read = facts.map((one) => ({ ...one, receivedAt: Date.parse(one.received_at), eventHash: one.event_hash }));
  const student = new Student(read);
  expect(bornOf(student.shelf)).toBe(student.birthDate);
  const lines = consentLines(student.shelf);
  const found = Object.keys(consents).map((cvx) => [cvx, consentFor(lines, cvx, told.on, told.clinic)]);
  expect(Object.fromEntries(found)).toEqual(consents);
});
