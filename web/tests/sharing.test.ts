/** The vectors of sharing with the state registry: the same judgment as projections/sharing.py. PROJ-R173, PROJ-R174 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Fact } from "../src/projections/fact";
import { mayShare, permissionsOf } from "../src/projections/sharing";
import { Student } from "../src/projections/student";

interface Vectors {
  readonly on: string;
  readonly cases: readonly {
    readonly name: string;
    readonly facts: readonly (Omit<Fact, "receivedAt" | "eventHash"> & {
      received_at: string | null;
      event_hash: string;
      is_aside?: boolean;
    })[];
    readonly permissions: readonly unknown[];
    readonly may_share: boolean;
  }[];
}

const read = (name: string): Vectors =>
  JSON.parse(
    readFileSync(new URL(`../../tests/vectors/projections/${name}.json`, import.meta.url), "utf-8"),
  ) as Vectors;
const told = read("sharing");

test.each([...told.cases, ...read("sharing_wild").cases])("$name", ({ facts, permissions, may_share }) => {
  const arrived = facts.map((one) => ({
    ...one,
    receivedAt: one.received_at === null ? null : Date.parse(one.received_at),
    eventHash: one.event_hash,
    isAside: one.is_aside ?? false,
  }));
  const found = permissionsOf(new Student(arrived).shelf, told.on);
  expect(found).toEqual(permissions);
  expect(mayShare(found)).toBe(may_share);
});
