/** The vectors of the second look at a dose copied from paper: the same judgment as projections/history.py. PROJ-R203 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";

interface Case {
  readonly name: string;
  readonly facts: readonly (Omit<Fact, "receivedAt" | "eventHash"> & { received_at: string; event_hash: string })[];
  readonly verified: boolean | null;
  readonly to_verify: boolean;
}

const path = new URL("../../tests/vectors/projections/second_look.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf-8")) as readonly Case[];

test.each(cases)("PROJ-R203: $name", ({ facts, verified, to_verify }) => {
  const read = facts.map((one) => ({ ...one, receivedAt: Date.parse(one.received_at), eventHash: one.event_hash }));
  const student = new Student(read);
  expect(student.doses.map((dose) => dose.verified)).toEqual([verified]);
  expect(student.toVerify).toHaveLength(to_verify ? 1 : 0);
});
