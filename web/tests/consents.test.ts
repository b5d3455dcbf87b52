/** The vectors of who may allow what: the same judgment as projections/consents.py and consenting.py. PROJ-R170, PROJ-R171, PROJ-R195, PROJ-R196, PROJ-R198, PROJ-R207, PROJ-R257, PROJ-R258, PROJ-R259 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bornOf } from "../src/projections/consenting";
import { consentFor, wordsOf } from "../src/projections/consents";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";

interface Vectors {
  readonly clinic: string;
  readonly on: string;
  readonly cases: readonly {
    readonly name: string;
    readonly facts: readonly (Omit<Fact, "receivedAt" | "eventHash"> & {
      received_at: string | null;
      event_hash: string;
      is_aside?: boolean;
    })[];
    readonly consents: Readonly<Record<string, unknown>>;
  }[];
}

const read = (name: string): Vectors =>
  JSON.parse(
    readFileSync(new URL(`../../tests/vectors/projections/${name}.json`, import.meta.url), "utf-8"),
  ) as Vectors;
const told = read("consents");

test.each([...told.cases, ...read("consents_wild").cases])("$name", ({ facts, consents }) => {
  const arrived = facts.map((one) => ({
    ...one,
    receivedAt: one.received_at === null ? null : Date.parse(one.received_at),
    eventHash: one.event_hash,
    isAside: one.is_aside ?? false,
  }));
  const student = new Student(arrived);
  expect(bornOf(student.shelf)).toBe(student.birthDate);
  const words = wordsOf(student.shelf);
  const found = Object.keys(consents).map((cvx) => [cvx, consentFor(words, cvx, told.on, told.clinic)]);
  expect(Object.fromEntries(found)).toEqual(consents);
});
