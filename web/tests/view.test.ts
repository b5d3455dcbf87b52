/** A view built on the one before is the view built from nothing; what did not change is the same object. WEB-R03 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ruleSetFor, ruleSets } from "../src/law";
import { byStream, type Fact } from "../src/projections/fact";
import { View } from "../src/screens/view";

interface Case {
  readonly facts: readonly (Omit<Fact, "receivedAt" | "eventHash"> & { received_at: string; event_hash: string })[];
}

const path = new URL("../../tests/vectors/projections/fold.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf-8")) as Case[];
const CLINIC = "clinic/01890000-0000-7000-8000-000000000001";
const ZONE = "America/Chicago";
const NOW = Date.parse("2026-11-21T16:00:00Z");

function atOnce<Result>(steps: Generator<undefined, Result, undefined>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** All children of the vectors in one clinic, each case under its own ids. */
function everybody(): Fact[] {
  const children = new Set<string>();
  const facts = cases.flatMap(({ facts: told }, number) =>
    told.map((fact): Fact => {
      const stream = fact.header.stream.startsWith("student/")
        ? (`${fact.header.stream.slice(0, -4)}${String(number).padStart(4, "0")}` as const)
        : fact.header.stream;
      if (stream.startsWith("student/")) children.add(stream.slice("student/".length));
      const header = { ...fact.header, stream } as Fact["header"];
      return { ...fact, header, receivedAt: Date.parse(fact.received_at), eventHash: `${fact.event_hash}${number}` };
    }),
  );
  const first = facts[0];
  if (first === undefined) throw new Error("there are no vectors");
  const header = { ...first.header, stream: CLINIC, type: "clinic.roster_added" } as Fact["header"];
  return [{ ...first, header, eventHash: "roster", payload: { students: [...children] } }, ...facts];
}

test("WEB-R03: growing by one fact at a time shows what folding all at once shows", async () => {
  const facts = everybody();
  const law = await ruleSetFor("2026-11-21");
  if (!("rules" in law)) throw new Error("no rule set covers the day");
  const all = await ruleSets();
  const look = (known: readonly Fact[], before: View | null) =>
    atOnce(
      View.of(
        {
          facts: byStream(known),
          scope: CLINIC,
          staff: "nobody",
          zone: ZONE,
          others: [],
          ruleSet: law,
          ruleSets: all,
          now: NOW,
        },
        before,
      ),
    );
  const told = (view: View) =>
    view.roster.map((student) => [
      student.id,
      student.fullName,
      student.standingDoses.length,
      view.judgment(student).verdict.overall,
      view.visit(student).given.length,
      view.find(student.fullName).length,
    ]);
  let before: View | null = null;
  for (let count = 1; count <= facts.length; count++) {
    const known = facts.slice(0, count);
    const grown: View = look(known, before);
    expect(told(grown)).toEqual(told(look(known, null)));
    const touched = facts[count - 1]?.header.stream;
    for (const student of before?.roster ?? []) {
      if (`student/${student.id}` !== touched) expect(grown.student(student.id)).toBe(student);
    }
    before = grown;
  }
  expect(before?.roster.length).toBeGreaterThan(3);
  const fewer: View = look(facts.slice(0, 12), before);
  expect(told(fewer)).toEqual(told(look(facts.slice(0, 12), null)));
});

test("WEB-R402: before any clinic is on the phone the day is the district's, not Greenwich's", async () => {
  const law = await ruleSetFor("2026-11-21");
  if (!("rules" in law)) throw new Error("no rule set covers the day");
  const evening = Date.parse("2026-11-22T00:30:00Z");
  const known = { facts: new Map<string, Fact[]>(), scope: "", staff: "nobody", zone: ZONE, others: [] };
  const view = atOnce(View.of({ ...known, ruleSet: law, ruleSets: [law], now: evening }, null));
  expect(view.today).toBe("2026-11-21");
});

test("WEB-R460: a view is of the district's day, and no longer once midnight passed there", async () => {
  const law = await ruleSetFor("2026-11-21");
  if (!("rules" in law)) throw new Error("no rule set covers the day");
  const late = Date.parse("2026-11-22T05:59:00Z"); // a minute before midnight in Chicago
  const known = { facts: new Map(), scope: CLINIC, staff: "nobody", zone: ZONE, others: [], ruleSet: law };
  const view = atOnce(View.of({ ...known, ruleSets: await ruleSets(), now: late }));
  expect([view.today, view.isOf(late), view.isOf(late + 120_000)]).toEqual(["2026-11-21", true, false]);
});
