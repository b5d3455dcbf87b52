/** The vectors of tests/vectors/projections: the same child from the same facts. WEB-R03 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluate, ruleSetFor, ruleSets } from "../src/law";
import type { Fact } from "../src/projections/fact";
import { recordOf } from "../src/projections/lawful";
import { Policy } from "../src/projections/policy";
import { Student } from "../src/projections/student";

interface Case {
  readonly name: string;
  readonly on: string;
  readonly facts: readonly (Omit<Fact, "receivedAt" | "eventHash"> & { received_at: string; event_hash: string })[];
  readonly expected: {
    readonly student: string;
    readonly name: string;
    readonly birth_date: string;
    readonly doses: readonly { event: string; cvx: string; given_on: string; stands: boolean; corrections: number }[];
    readonly papers: readonly { event: string; state: string }[];
    readonly record: unknown;
    readonly overall: string;
  };
}

const path = new URL("../../tests/vectors/projections/fold.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf-8")) as Case[];

test.each(cases)("WEB-R03: $name", async ({ facts, on, expected }) => {
  const read = facts.map((fact) => ({ ...fact, receivedAt: Date.parse(fact.received_at), eventHash: fact.event_hash }));
  const policy = new Policy(read);
  const student = new Student(read.filter((fact) => fact.header.stream !== "district"));
  expect(student.id).toBe(expected.student);
  expect(student.fullName).toBe(expected.name);
  expect(student.birthDate).toBe(expected.birth_date);
  expect(
    student.doses.map((line) => [line.event, line.cvx, line.given_on, line.voidReason === null, line.corrections]),
  ).toEqual(expected.doses.map((line) => [line.event, line.cvx, line.given_on, line.stands, line.corrections]));
  expect(student.papers.map(({ event, state }) => ({ event, state }))).toEqual(expected.papers);
  const record = recordOf(student, policy, on, await ruleSets());
  expect(record).toEqual(expected.record);
  const ruleSet = await ruleSetFor(on);
  if (!("rules" in ruleSet)) throw new Error("no rule set covers the day");
  expect(evaluate(record, ruleSet, on).overall).toBe(expected.overall);
});
