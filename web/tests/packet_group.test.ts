/** One packet for many: to each child's parent or guardian with a say, never to a minor, and why somebody is left out. WEB-R584 */
import { expect, test } from "vitest";
import type { Contact, EventPayloads } from "../src/events/generated";
import type { Fact } from "../src/projections/fact";
import type { Part } from "../src/projections/packet";
import { addressed } from "../src/projections/packet_group";
import { Student } from "../src/projections/student";

const ON = "2026-09-01";
const LAW: Part = { kind: "requirements", document: "Requirements", edition: "2026-01-01" };
const MMR: Part = { kind: "vis", document: "MMR", edition: "2025-01-31" };
const PACKET = { version: "2026", language: "en", channel: "hand" } as const;
let made = 0;

type Told = readonly [keyof EventPayloads, unknown];

function child(born: string, contacts: readonly Contact[], ...more: readonly Told[]): Student {
  const told: readonly Told[] = [
    ["student.registered", { name: { given: "Ada", family: "Vang" }, birth_date: born }],
    ["student.contacts_recorded", { contacts }],
    ...more,
  ];
  return new Student(
    told.map(([type, payload]) => {
      made += 1;
      const header = { id: `event-${made}`, stream: "student/ada", type, recorded_at: `${ON}T15:00:00.000Z`, seen: {} };
      return { position: made, receivedAt: made, eventHash: header.id, header, payload } as unknown as Fact;
    }),
  );
}

const of = (student: Student, parts: readonly Part[] = [LAW, MMR]) => {
  const row = addressed(student, ON, parts);
  return row.leftOut === "" ? [row.recipient, row.language] : row.leftOut;
};
const MOTHER: Contact = { name: "Mai Vang", relation: "mother" };

test.each([["mother"], ["Parent"], ["parent/guardian"], ["legal guardian"], ["madre"], ["Mamá"]])(
  "a %s gets it",
  (relation) => {
    expect(of(child("2014-06-15", [{ name: "Mai Vang", relation }]))).toEqual(["Mai Vang", "en"]);
  },
);

test.each([["grandmother"], ["foster mother"], ["stepfather"], ["sister"], ["relative"], [""]])(
  "nobody is written down where only a %s is on record",
  (relation) => {
    expect(of(child("2014-06-15", [{ name: "Bao Lee", relation }]))).toBe("nobody");
  },
);

test("the first parent or guardian by name with a say, and the language on record", () => {
  const spanish: Contact = { name: " Ana Vang ", relation: "mother", language: "es" };
  const others: readonly Contact[] = [
    { name: "Bao Lee", relation: "grandmother" },
    { name: "Mother", relation: "mother" },
    { name: "VANG, Ada", relation: "parent" },
  ];
  expect(of(child("2014-06-15", [...others, spanish, MOTHER]))).toEqual(["Ana Vang", "es"]);
  expect(of(child("2014-06-15", others))).toBe("nobody");
  const order: Told = ["say.ended", { person: "ana vang", since: "2026-08-15", document: "seen" }];
  expect(of(child("2014-06-15", [spanish, MOTHER], order))).toEqual(["Mai Vang", "en"]);
});

test.each([
  ["2008-09-02", ["Mai Vang", "en"]],
  ["2008-09-01", "of_age"],
  ["2008", "of_age"],
  ["2009", ["Mai Vang", "en"]],
  ["2026-09-02", "born_later"],
  ["2026-09-01", ["Mai Vang", "en"]],
])("a child born %s", (born, expected) => {
  expect(of(child(born, [MOTHER]))).toEqual(expected);
});

test("who holds all of it already is left out; a packet to a minor, of another day or without a part is none", () => {
  const given = (more: object): Told => ["packet.given", { ...PACKET, recipient: "Mai Vang", on: ON, ...more }];
  const who = (...told: readonly Told[]) => of(child("2014-06-15", [MOTHER], ...told));
  expect(who(given({ parts: [LAW, MMR] }))).toBe("whole");
  expect(who(given({}))).toBe("whole");
  expect(who(given({ parts: [LAW] }))).toEqual(["Mai Vang", "en"]);
  expect(who(given({ parts: [LAW] }), given({ parts: [MMR] }))).toBe("whole");
  expect(who(given({ parts: [LAW, MMR], to_minor: true }))).toEqual(["Mai Vang", "en"]);
  expect(who(given({ parts: [LAW, MMR], on: "2026-09-02" }))).toEqual(["Mai Vang", "en"]);
});
