/** WEB-R98: HPV and meningococcal B, which no rule set asks for and every school clinic gives. */
import { describe, expect, it } from "vitest";
import { scheduleNamed } from "../src/law/schedule";
import { untimely } from "../src/projections/timing";
import { born, type Had, ON } from "./a_child";

const HPV = "165";
const VARICELLA = "21";
const MENABCWY_FHBP = "316";
const MENB_4C = "163";
const MENB_FHBP = "162";
const MENABCWY_4C = "328";

function against(cvx: string, birthDate: string, had: Had, mvx = ""): string[] {
  const found = untimely(born(birthDate, ...had), { cvx, on: ON, mvx }, scheduleNamed("acip"));
  return found.map(({ code, from }) => `${code} ${from}`);
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
      "one more than enough, with which a series begun at 15 would fit as well",
      "2009-02-16",
      [
        [HPV, "2018-06-29"],
        [HPV, "2025-06-22"],
        [HPV, "2026-07-03"],
      ],
      [],
    ],
    [
      "two far too close: a third five months after the first, no day of which is forgiven",
      "2014-05-01",
      [
        [HPV, "2026-07-01"],
        [HPV, "2026-08-20"],
      ],
      ["too_early 2026-12-01"],
    ],
  ])("%s", (_, birthDate, had, expected) => expect(against(HPV, birthDate, had)).toEqual(expected));
});

describe("a dose before that does not count loosens nothing", () => {
  it.each<[string, string, string, Had, string[]]>([
    [
      "HPV at 8, then at 12",
      HPV,
      "2014-05-31",
      [
        [HPV, "2022-06-01"],
        [HPV, "2026-08-21"],
      ],
      ["too_early 2027-01-21"],
    ],
    [
      "varicella at 10 months, then at 12 years",
      VARICELLA,
      "2014-05-31",
      [
        [VARICELLA, "2015-03-31"],
        [VARICELLA, "2026-10-20"],
      ],
      ["too_early 2027-01-12"],
    ],
    [
      "hepatitis A at 10 months, then at 12 years",
      "83",
      "2014-05-31",
      [
        ["83", "2015-03-31"],
        ["83", "2026-08-21"],
      ],
      ["too_early 2027-02-21"],
    ],
    ["nor is it what the next one is blamed for", VARICELLA, "2014-05-31", [[VARICELLA, "2015-03-31"]], []],
  ])("%s", (_, cvx, birthDate, had, expected) => expect(against(cvx, birthDate, had)).toEqual(expected));
});

describe("a dose before that only the four days of grace let count gives the next one none", () => {
  it.each<[string, string, string, Had, string[]]>([
    ["HPV two days before 9, then at 9", HPV, "2017-08-03", [[HPV, "2026-08-01"]], ["too_early 2027-01-01"]],
    [
      "hepatitis B at 26 days, the third sixteen weeks after the first less two days",
      "08",
      "2014-05-31",
      [
        ["08", "2026-08-03"],
        ["08", "2026-08-29"],
      ],
      ["too_early 2026-11-23"],
    ],
    [
      "and with it sixteen weeks after the first",
      "08",
      "2014-05-31",
      [
        ["08", "2026-08-01"],
        ["08", "2026-08-27"],
      ],
      [],
    ],
  ])("%s", (_, cvx, birthDate, had, expected) => expect(against(cvx, birthDate, had)).toEqual(expected));
});

it("names the day it counts from also where the product is for no longer than some months more", () =>
  expect(
    against("83", "2008-05-16", [
      ["83", "2026-09-21"],
      ["83", "2026-10-08"],
    ]),
  ).toEqual(["too_early 2027-04-08"]));

it("Hib after one at 4 years is one more, which waits for nothing", () =>
  expect(against("48", "2022-05-01", [["48", "2026-10-20"]])).toEqual([]));

describe("meningococcal B", () => {
  it.each<[string, string, string, Had, string[]]>([
    ["the first at 16", MENB_4C, "2010-05-01", [], []],
    ["the first at 14 counts, if earlier than is usual", MENB_4C, "2012-05-01", [], ["before_usual 2028-05-01"]],
    ["the second waits six months", MENB_4C, "2009-05-01", [[MENB_4C, "2026-08-01"]], ["too_early 2027-02-01"]],
    ["and no longer", MENB_4C, "2009-05-01", [[MENB_4C, "2026-05-01"]], []],
    ["the other kind does not go on", MENB_FHBP, "2009-05-01", [[MENB_4C, "2026-01-01"]], ["wrong_vaccine "]],
    ["nor the one after the other", MENB_4C, "2009-05-01", [[MENB_FHBP, "2026-01-01"]], ["wrong_vaccine "]],
    ["nor after the other's MenABCWY", MENB_4C, "2009-05-01", [[MENABCWY_FHBP, "2026-01-01"]], ["wrong_vaccine "]],
    ["nor MenABCWY after the other", MENABCWY_4C, "2009-05-01", [[MENB_FHBP, "2026-01-01"]], ["wrong_vaccine "]],
    [
      "one that was begun anew goes on",
      MENB_4C,
      "2009-05-01",
      [
        [MENB_FHBP, "2025-02-01"],
        [MENB_4C, "2025-09-01"],
      ],
      [],
    ],
    [
      "one of a kind not stated may be of the same",
      MENB_4C,
      "2009-05-01",
      [["164", "2026-08-01"]],
      ["too_early 2027-02-01"],
    ],
    ["or begins anew with this", MENB_FHBP, "2009-05-01", [["164", "2026-05-01"]], []],
    ["within MenABCWY it is one", MENB_4C, "2009-05-01", [[MENABCWY_4C, "2026-08-01"]], ["too_early 2027-02-01"]],
  ])("%s", (_, cvx, birthDate, had, expected) => expect(against(cvx, birthDate, had)).toEqual(expected));
});

describe("a product for another age, though it would be counted", () => {
  it.each<[string, string, string, string[]]>([
    ["DTaP at 8", "20", "2018-05-01", ["wrong_vaccine "]],
    ["DTaP at 5", "20", "2021-05-01", []],
    ["DTaP with polio at 8", "130", "2018-05-01", ["wrong_vaccine "]],
    ["DTaP with hepatitis B and polio at 8", "110", "2018-05-01", ["wrong_vaccine "]],
    ["MMR with varicella at 13", "94", "2013-05-01", ["wrong_vaccine "]],
    ["MMR with varicella at 12", "94", "2014-05-01", []],
    ["hepatitis B of adults at 8", "43", "2018-05-01", ["wrong_vaccine "]],
    ["DT at 8", "28", "2018-05-01", ["wrong_vaccine "]],
    ["DT at 5", "28", "2021-05-01", []],
    ["zoster at 12", "187", "2014-05-01", ["wrong_vaccine "]],
    ["influenza in a high dose at 12", "135", "2014-05-01", ["wrong_vaccine "]],
    ["influenza with adjuvant at 12", "168", "2014-05-01", ["wrong_vaccine "]],
    ["recombinant influenza at 8", "155", "2018-05-01", ["wrong_vaccine 2027-05-01"]],
    ["recombinant influenza at 9", "155", "2017-05-01", []],
    ["the influenza spray at 18 months", "333", "2025-05-01", ["wrong_vaccine 2027-05-01"]],
    ["the influenza spray on the second birthday", "333", "2024-11-21", []],
    ["COVID-19 for 12 and above at 8", "309", "2018-05-01", ["wrong_vaccine "]],
    ["COVID-19 for 12 and above at 12", "309", "2014-05-01", []],
    ["COVID-19 for 5 to 11 at 12", "310", "2014-05-01", ["wrong_vaccine "]],
    ["COVID-19 for 5 to 11 on the day before 12", "310", "2014-11-22", []],
    ["COVID-19 where the birth date leaves 11 or 12 open", "310", "2014-11", ["wrong_vaccine "]],
    ["RSV of adults at 12", "303", "2014-05-01", ["wrong_vaccine "]],
    ["RSV antibodies at 5", "306", "2021-05-01", ["wrong_vaccine "]],
    ["RSV antibodies at 3 months", "306", "2026-08-10", []],
    ["rotavirus at 5", "116", "2021-05-01", ["wrong_vaccine "]],
    ["hepatitis A of adults at 12", "52", "2014-05-01", ["wrong_vaccine "]],
    ["hepatitis A and B of adults at 12", "104", "2014-05-01", ["wrong_vaccine "]],
    ["Hib at 13", "48", "2013-05-01", ["wrong_vaccine "]],
    ["pneumococcal conjugate at 4", "216", "2021-12-01", []],
    ["pneumococcal conjugate at 5, which is for who is at risk", "216", "2021-11-21", ["wrong_vaccine "]],
    ["Hib of another kind at 13", "49", "2013-05-01", ["wrong_vaccine "]],
    ["Td of a strength not stated at 13", "196", "2013-05-01", []],
  ])("%s", (_, cvx, birthDate, expected) => expect(against(cvx, birthDate, [])).toEqual(expected));
});

describe("the second dose against varicella", () => {
  it.each<[string, string, Had, string[]]>([
    ["waits twelve weeks below 13", "2018-05-01", [[VARICELLA, "2026-10-20"]], ["too_early 2027-01-12"]],
    ["also after MMR with varicella", "2018-05-01", [["94", "2026-10-20"]], ["too_early 2027-01-12"]],
    ["and no longer", "2018-05-01", [[VARICELLA, "2026-08-20"]], []],
    ["and four weeks of who began at 13", "2012-05-01", [[VARICELLA, "2026-10-20"]], []],
    ["and of who began at 12 and is 13 today", "2013-11-21", [[VARICELLA, "2026-10-20"]], []],
    ["four whole weeks", "2013-11-21", [[VARICELLA, "2026-10-25"]], ["too_early 2026-11-22"]],
    ["until the 13th birthday, where that comes first", "2013-11-25", [["94", "2026-10-20"]], ["too_early 2026-11-25"]],
    ["where the day of the birthday is not known", "2013-11", [[VARICELLA, "2026-10-20"]], ["too_early 2026-11-30"]],
    [
      "a third is one more, at any age",
      "2013-11-21",
      [
        [VARICELLA, "2016-10-20"],
        [VARICELLA, "2026-10-30"],
      ],
      [],
    ],
  ])("%s", (_, birthDate, had, expected) => expect(against(VARICELLA, birthDate, had)).toEqual(expected));
});

describe("hepatitis B of adults in two doses, from 11 to 15", () => {
  const MERCK = "MSD";
  it.each<[string, string, Had, string[]]>([
    ["begun at 12", "2014-05-01", [], []],
    ["which are not begun at 16", "2010-05-01", [], ["wrong_vaccine "]],
    ["four months apart", "2014-05-01", [["43", "2026-07-21", MERCK]], []],
    ["and no less", "2014-05-01", [["43", "2026-10-10", MERCK]], ["too_early 2027-02-10"]],
    ["the second before 16", "2010-12-01", [["43", "2026-07-01", MERCK]], []],
    ["and not at 16", "2010-10-01", [["43", "2026-05-01", MERCK]], ["wrong_vaccine "]],
    ["it goes on with no other", "2014-05-01", [["08", "2014-05-02"]], ["wrong_vaccine "]],
    ["nor with another maker's", "2014-05-01", [["43", "2026-05-01", "SKB"]], ["wrong_vaccine "]],
    ["nor with one whose maker nobody wrote down", "2014-05-01", [["43", "2026-05-01"]], ["wrong_vaccine "]],
    [
      "after both, one more is no other product",
      "2013-05-01",
      [
        ["43", "2025-07-21", MERCK],
        ["43", "2026-01-21", MERCK],
      ],
      [],
    ],
  ])("%s", (_, birthDate, had, expected) => expect(against("43", birthDate, had, MERCK)).toEqual(expected));
  it.each(["SKB", ""])("is of Recombivax HB alone, not of maker “%s”", (mvx) =>
    expect(against("43", "2014-05-01", [], mvx)).toEqual(["wrong_vaccine "]),
  );
  it("nor is Heplisav-B, which is for 18 and more", () =>
    expect(against("189", "2009-05-01", [], "DVX")).toEqual(["wrong_vaccine 2027-05-01"]));
  it.each<[string, Had, string[]]>([
    [
      "its second goes on four weeks after its first, whatever was given before",
      [
        ["08", "2009-01-10"],
        ["189", "2026-10-24"],
      ],
      [],
    ],
    [
      "also where three of others were too close to count",
      [
        ["08", "2026-05-01"],
        ["08", "2026-06-20"],
        ["189", "2026-10-24"],
      ],
      [],
    ],
    [
      "not after fewer",
      [
        ["08", "2009-01-10"],
        ["189", "2026-10-25"],
      ],
      ["too_early 2026-11-22"],
    ],
    [
      "its first is held to the days since another",
      [
        ["08", "2009-01-10"],
        ["08", "2026-10-24"],
      ],
      ["too_early 2026-12-19"],
    ],
  ])("Heplisav-B at 18: %s", (_, had, expected) => expect(against("189", "2008-05-01", had, "DVX")).toEqual(expected));
  it("one for children goes on after it", () =>
    expect(against("08", "2014-05-01", [["43", "2026-10-10"]])).toEqual([]));
});

describe("from 10, as it counts, and from 11, as is usual", () => {
  const DTAP: Had = ["2016-07-01", "2016-09-01", "2016-11-01", "2017-08-01", "2020-08-01"].map((on) => ["20", on]);
  const NEXT: Had = DTAP.map(([cvx, on]) => [cvx, `${Number(on.slice(0, 4)) + 1}${on.slice(4)}`]);
  it.each<[string, string, string, Had, string[]]>([
    ["Tdap at 10", "115", "2016-05-01", DTAP, ["before_usual 2027-05-01"]],
    ["Tdap at 9", "115", "2017-05-01", NEXT, ["too_young 2027-05-01", "before_usual 2028-05-01"]],
    ["MenACWY at 10", "136", "2016-05-01", [], ["before_usual 2027-05-01"]],
    ["MenACWY at 9", "136", "2017-05-01", [], ["too_young 2027-05-01", "before_usual 2028-05-01"]],
    ["MenACWY for the first time three days before 16", "136", "2010-11-24", [], []],
    ["and again three days before it", "136", "2010-11-24", [["136", "2022-11-24"]], ["too_young 2026-11-24"]],
    [
      "polio for the third time three days before 4",
      "10",
      "2022-11-24",
      [
        ["10", "2023-02-01"],
        ["10", "2026-10-20"],
      ],
      [],
    ],
    ["born on 29 February", "136", "2016-02-29", [], ["before_usual 2027-03-01"]],
    ["Tdap again two years after one at 10", "115", "2014-05-01", [...DTAP, ["115", "2024-06-01"]], ["too_early "]],
  ])("%s", (_, cvx, birthDate, had, expected) => expect(against(cvx, birthDate, had)).toEqual(expected));
});

describe("a booster of one part does not hold up another that is due", () => {
  const DTAP: Had = ["2012-07-01", "2012-09-01", "2012-11-01", "2013-08-01", "2016-08-01"].map((on) => ["20", on]);
  it.each<[string, Had, string[]]>([
    ["Tdap a year after Td", [...DTAP, ["113", "2025-08-01"]], []],
    ["Tdap a year after Tdap", [...DTAP, ["115", "2025-08-01"]], ["too_early "]],
  ])("%s", (_, had, expected) => expect(against("115", "2012-05-01", had)).toEqual(expected));
});
