/** Facts about facts of linked records, which may be parted again. Requirements: WEB-R510. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chances } from "../../tests/chances";
import type { EventPayloads } from "../events/generated";
import { alertsOf } from "../projections/alerts";
import type { Fact } from "../projections/fact";
import { Student } from "../projections/student";
import { beside } from "./beside";

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);
const STREAMS = ["student/ada", "student/bo"] as const;
const PAPER = { source: "paper", recorder: "Office" } as const;

function fact<Type extends keyof EventPayloads>(
  position: number,
  stream: string,
  type: Type,
  payload: EventPayloads[Type],
): Fact {
  const header = { id: `event-${position}`, stream, type, recorded_at: "2026-11-21T15:00:00.000Z" };
  return { position, receivedAt: position, eventHash: header.id, header, payload } as unknown as Fact;
}

/** Doses and alerts of two records that were linked, some undone since, each beside what it undoes. */
function told(seed: number): { readonly facts: readonly Fact[]; readonly undone: ReadonlySet<string> } {
  const chance = chances(seed);
  const facts: Fact[] = [];
  for (let i = 0; i < 8; i += 1) {
    const stream = STREAMS[chance() < 0.5 ? 0 : 1];
    if (chance() < 0.7)
      facts.push(fact(i, stream, "dose.recorded", { cvx: "08", given_on: "2020-01-01", told: PAPER }));
    else facts.push(fact(i, stream, "allergy.recorded", { substance: "latex", anaphylaxis: true, told: PAPER }));
  }
  const both = new Student(facts);
  const undone = facts.filter(() => chance() < 0.5);
  const words = undone.map(({ header: { id, type } }, i) => {
    const about = { event: id, reason: "it was another child" };
    const what = type === "dose.recorded" ? "dose.voided" : "contraindication.lifted";
    return fact(8 + i, beside(both, id), what, about);
  });
  return { facts: [...facts, ...words], undone: new Set(undone.map(({ header }) => header.id)) };
}

const isUndone = (student: Student): Map<string, boolean> =>
  new Map([
    ...student.doses.map((dose) => [dose.event, dose.voidReason !== null] as const),
    ...alertsOf(student.shelf).map((alert) => [alert.fact.header.id, alert.lifted !== null] as const),
  ]);

test.each(SEEDS)("WEB-R510: what was undone while linked stays undone when parted, seed %i", (seed) => {
  const { facts, undone } = told(seed);
  const linked = isUndone(new Student(facts));
  for (const [event, is] of linked) expect(is).toBe(undone.has(event));
  for (const stream of STREAMS) {
    const parted = isUndone(new Student(facts.filter(({ header }) => header.stream === stream)));
    for (const [event, is] of parted) expect(is).toBe(linked.get(event));
  }
});

const SCREENS = new URL(".", import.meta.url);
const CATALOGUE = new URL("../../../docs/schema/events.json", import.meta.url);
const schema = JSON.parse(readFileSync(CATALOGUE, "utf8")) as {
  readonly eventTypes: Readonly<Record<string, { readonly $ref: string; readonly stream: string }>>;
  readonly $defs: Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>>;
};

/** Types of facts of a child's stream that name an earlier fact of it. */
const about = Object.entries(schema.eventTypes).flatMap(([type, { $ref, stream }]) => {
  const fields = Object.keys(schema.$defs[$ref.replace("#/$defs/", "")]?.properties ?? {});
  const names = ["event", "reaction", "dose", "doses"].some((field) => fields.includes(field));
  return stream === "student" && names ? [type] : [];
});

/** The code of every screen, by its path. */
const screens = readdirSync(SCREENS, { recursive: true, encoding: "utf8" })
  .filter((path) => /(?<!\.test)\.tsx?$/.test(path))
  .map((path) => [path, readFileSync(new URL(path, SCREENS), "utf8")] as const);

test("WEB-R510: no screen writes a fact about a fact into the leading record's stream", () => {
  expect(about).toContain("dose.voided");
  const written = screens.flatMap(([path, code]) =>
    [...code.matchAll(/record\(`student\/\$\{student\.id\}`,\s*"([a-z_.]+)"/g)].map(([, type = ""]) => [path, type]),
  );
  expect(written).not.toEqual([]);
  expect(written.filter(([, type = ""]) => about.includes(type))).toEqual([]);
});
