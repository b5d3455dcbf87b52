/** The vectors of tests/vectors/projections: the same child from the same facts. WEB-R03 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluate, ruleSetFor, ruleSets } from "../src/law";
import { Clinic } from "../src/projections/clinic";
import { mattersOf } from "../src/projections/discrepancies";
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
    readonly doses: readonly {
      event: string;
      cvx: string;
      given_on: string;
      basis: string;
      stands: boolean;
      corrections: number;
    }[];
    readonly papers: readonly { event: string; state: string }[];
    readonly discrepancies: readonly { key: string; kind: string }[];
    readonly record: unknown;
    readonly overall: string;
  };
}

const path = new URL("../../tests/vectors/projections/fold.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf-8")) as Case[];

const SHOWN: ReadonlySet<string> = new Set([
  "duplicate_dose",
  "dose_under_withdrawn_order",
  "dose_of_held_lot",
  "form_entered_twice",
]);

test.each(cases)("WEB-R03: $name", async ({ facts, on, expected }) => {
  const read = facts.map((fact) => ({ ...fact, receivedAt: Date.parse(fact.received_at), eventHash: fact.event_hash }));
  const policy = new Policy(read);
  const student = new Student(read.filter((fact) => fact.header.stream.startsWith("student/")));
  const scope = read.find((fact) => fact.header.stream.startsWith("clinic/"))?.header.stream ?? "clinic/none";
  expect(student.id).toBe(expected.student);
  expect(student.fullName).toBe(expected.name);
  expect(student.birthDate).toBe(expected.birth_date);
  expect(
    student.doses.map((line) => [line.event, line.cvx, line.given_on, line.voidReason === null, line.corrections]),
  ).toEqual(expected.doses.map((line) => [line.event, line.cvx, line.given_on, line.stands, line.corrections]));
  expect(student.papers.map(({ event, state }) => ({ event, state }))).toEqual(expected.papers);
  const clinic = new Clinic(
    scope,
    read.filter((fact) => fact.header.stream === scope),
  );
  expect(mattersOf(student, clinic, [student]).map(({ key }) => key)).toEqual(
    expect.arrayContaining(shownOf(expected)),
  );
  expect(mattersOf(student, clinic, [student])).toHaveLength(shownOf(expected).length);
  const record = recordOf(student, policy, on, await ruleSets());
  expect(record).toEqual(expected.record);
  const ruleSet = await ruleSetFor(on);
  if (!("rules" in ruleSet)) throw new Error("no rule set covers the day");
  expect(evaluate(record, ruleSet, on).overall).toBe(expected.overall);
});

/** Keys of the kinds a phone shows; of duplicate doses those one of which was given by us. */
function shownOf({ discrepancies, doses }: Case["expected"]): string[] {
  const given = doses.filter((line) => line.basis === "administered").map((line) => line.event);
  const isOurs = (key: string) => given.some((event) => key.includes(event));
  return discrepancies
    .filter(({ kind, key }) => SHOWN.has(kind) && (kind !== "duplicate_dose" || isOurs(key)))
    .map(({ key }) => key);
}
