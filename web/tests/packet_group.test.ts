/** One packet for many: to each child's parent or guardian with a say, from 18 or emancipated to the student, and why somebody is left out. WEB-R584 */
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

/** The student's own: nobody knows in which language they read. */
const OWN = ["Ada Vang", null];

const MINOR = "2010-06-15";
const SIGNED = { signer: "Ada Vang", standing: "emancipated", cvx: ["03"], form: "paper", on: "2026-08-20" } as const;
const PAPER = { kind: "conscientious", received_on: "2026-08-20" } as const;

test.each<[string, ...Told]>([
  ["a consent", "consent.given", SIGNED],
  ["a refusal", "consent.refused", SIGNED],
  ["a consent taken back", "consent.withdrawn", { ...SIGNED, event: "event-0", by: "Ada Vang" }],
  ["a permission to share", "disclosure.consented", { ...SIGNED, recipient: "registry" }],
  ["a statement", "statement.received", { ...PAPER, signer: "Ada Vang", standing: "emancipated" }],
])("a minor who signed %s as emancipated gets it, and no guardian does", (_, type, payload) => {
  expect(of(child(MINOR, [MOTHER], [type, payload]))).toEqual(OWN);
  expect(of(child(MINOR, [], [type, payload]))).toEqual(OWN);
  expect(of(child(MINOR, [MOTHER], [type, { ...(payload as object), standing: "parent" }]))).toEqual([
    "Mai Vang",
    "en",
  ]);
});

test("who was written down as emancipated by mistake is not", () => {
  const student = child(MINOR, [MOTHER], ["consent.given", SIGNED]);
  const event = student.shelf.of("consent.given")[0]?.fact.header.id;
  const mistake: Told = ["consent.voided", { event, reason: "another child's form" }];
  const voided = new Student([
    ...student.shelf.facts,
    ...child(MINOR, [], mistake)
      .shelf.of("consent.voided")
      .map((one) => one.fact),
  ]);
  expect(of(voided)).toEqual(["Mai Vang", "en"]);
});

test("a student's own packet that is whole is not asked for again", () => {
  const given: Told = ["packet.given", { ...PACKET, recipient: "Ada Vang", on: ON, parts: [LAW, MMR] }];
  expect(of(child("2008-09-01", [MOTHER], given))).toBe("whole");
});

test.each([
  ["2008-09-02", ["Mai Vang", "en"]],
  ["2008-09-01", OWN],
  ["2008", "age_unknown"],
  ["2007", OWN],
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
