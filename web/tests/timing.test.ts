/** WEB-R98: HPV and meningococcal B, which no rule set asks for and every school clinic gives. */
import { describe, expect, it } from "vitest";
import type { EventPayloads } from "../src/events/generated";
import { scheduleNamed } from "../src/law/schedule";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";
import { untimely } from "../src/projections/timing";

const CHILD = "019a0000-0000-7000-8000-000000000001";
const ON = "2026-11-21";
const PAPER = { source: "paper", recorder: "Office" } as const;
const HPV = "165";
const MENB_4C = "163";
const MENB_FHBP = "162";
const MENABCWY_4C = "328";
let made = 0;

function fact<Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]): Fact {
  made += 1;
  const id = `019a0000-0000-7000-8000-${String(made).padStart(12, "0")}`;
  const header = { id, stream: `student/${CHILD}`, type, recorded_at: `${ON}T15:00:00.000Z`, device: "p", author: "n" };
  return { position: made, receivedAt: made, eventHash: id, header, payload } as unknown as Fact;
}

type Had = readonly (readonly [cvx: string, on: string])[];

function against(cvx: string, birthDate: string, had: Had): string[] {
  const student = new Student([
    fact("student.registered", { name: { given: "Ada", family: "Okafor" }, birth_date: birthDate }),
    ...had.map(([given, on]) => fact("dose.recorded", { told: PAPER, cvx: given, given_on: on })),
  ]);
  return untimely(student, cvx, ON, scheduleNamed("acip")).map(({ code, from }) => `${code} ${from}`);
}

describe("HPV", () => {
  it.each<[string, string, Had, string[]]>([
    ["the first at 11", "2015-05-01", [], []],
    ["the first at 8", "2018-05-01", [], ["too_young 2027-05-01"]],
    [
      "the second of who began before 15 waits five months",
      "2014-05-01",
      [[HPV, "2026-08-21"]],
      ["too_early 2027-01-21"],
    ],
    ["and no longer", "2014-05-01", [[HPV, "2026-06-21"]], []],
    ["another brand is the same series", "2014-05-01", [["62", "2026-08-21"]], ["too_early 2027-01-21"]],
    ["the second of who began at 15 waits four weeks", "2011-05-01", [[HPV, "2026-10-30"]], ["too_early 2026-11-27"]],
    ["and no longer than that", "2011-05-01", [[HPV, "2026-09-30"]], []],
    [
      "the third of who began at 15 waits five months from the first",
      "2011-05-01",
      [
        [HPV, "2026-07-01"],
        [HPV, "2026-08-01"],
      ],
      ["too_early 2026-12-01"],
    ],
    [
      "two too close together before 15: a third, twelve weeks after the second",
      "2014-05-01",
      [
        [HPV, "2026-04-01"],
        [HPV, "2026-09-01"],
      ],
      [],
    ],
    [
      "two far too close: a third five months after the first, of which four days are forgiven as the second was early",
      "2014-05-01",
      [
        [HPV, "2026-07-01"],
        [HPV, "2026-08-20"],
      ],
      ["too_early 2026-11-27"],
    ],
  ])("%s", (_, birthDate, had, expected) => expect(against(HPV, birthDate, had)).toEqual(expected));
});

describe("meningococcal B", () => {
  it.each<[string, string, string, Had, string[]]>([
    ["the first at 16", MENB_4C, "2010-05-01", [], []],
    ["the first at 14", MENB_4C, "2012-05-01", [], ["too_young 2028-05-01"]],
    ["the second waits six months", MENB_4C, "2009-05-01", [[MENB_4C, "2026-08-01"]], ["too_early 2027-02-01"]],
    ["and no longer", MENB_4C, "2009-05-01", [[MENB_4C, "2026-05-01"]], []],
    ["the other kind does not go on", MENB_FHBP, "2009-05-01", [[MENB_4C, "2026-01-01"]], ["wrong_vaccine "]],
    ["within MenABCWY it is one", MENB_4C, "2009-05-01", [[MENABCWY_4C, "2026-08-01"]], ["too_early 2027-02-01"]],
  ])("%s", (_, cvx, birthDate, had, expected) => expect(against(cvx, birthDate, had)).toEqual(expected));
});
