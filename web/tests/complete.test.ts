/** WEB-R582: what no rule set asks for is never said to be not due by the law; a child may have had all of it. */
import { describe, expect, it } from "vitest";
import { scheduleNamed } from "../src/law/schedule";
import { isAskedFor } from "../src/projections/complete";
import { Student } from "../src/projections/student";
import { born as bornWith, type Had, ON } from "./a_child";
import { ASKED, child, dose, ENROLLED, found, MMR, order, PAPER, screened, TODAY, USUAL, weighed, yes } from "./a_dose";

const born = (birth_date: string) => child("student.registered", { name: { given: "B", family: "O" }, birth_date });
const before = (birthDate: string, cvx: string, had: readonly (readonly [string, string])[]) =>
  found(
    [...ASKED, born(birthDate), yes(cvx), screened(), ...had.map(([given, on]) => dose(given, on))],
    [order(cvx, { age_months_from: 0 })],
    { cvx },
  ).warnings;
const FLU = "320";

it.each<[string, string, string, readonly (readonly [string, string])[], string[]]>([
  ["influenza of this season at 12", "2014-05-31", FLU, [["140", "2026-09-20"]], ["complete"]],
  ["of its month alone", "2014-05-31", FLU, [["140", "2026-09"]], ["complete"]],
  ["the spray too", "2014-05-31", FLU, [["111", "2026-09-20"]], ["complete"]],
  ["of the season before", "2014-05-31", FLU, [["140", "2026-02-20"]], []],
  ["perhaps of the season before", "2014-05-31", FLU, [["140", "2025"]], []],
  ["at 7 the second of the first season", "2019-05-31", FLU, [["140", "2026-09-20"]], []],
  [
    "at 7 the third of it",
    "2019-05-31",
    FLU,
    [
      ["140", "2026-09-01"],
      ["140", "2026-10-01"],
    ],
    ["complete"],
  ],
  [
    "at 7 the second, with two of before",
    "2019-05-31",
    FLU,
    [
      ["140", "2024-10-01"],
      ["140", "2025-10-01"],
      ["140", "2026-10-01"],
    ],
    ["complete"],
  ],
  [
    "at 7 one told of twice is one",
    "2019-05-31",
    FLU,
    [
      ["140", "2026-09-01"],
      ["88", "2026-09-01"],
    ],
    [],
  ],
  [
    "at 7 two of before that were too close are one",
    "2019-05-31",
    FLU,
    [
      ["140", "2025-10-01"],
      ["140", "2025-10-20"],
      ["140", "2026-10-01"],
    ],
    [],
  ],
  [
    "at 7 two of before four weeks apart, of which four days are forgiven",
    "2019-05-31",
    FLU,
    [
      ["140", "2025-10-01"],
      ["140", "2025-10-25"],
      ["140", "2026-10-01"],
    ],
    ["complete"],
  ],
  ["at 9 the second of a season begun at 8", "2017-11-01", FLU, [["140", "2026-09-15"]], []],
  ["COVID-19 of this season", "2014-05-31", "309", [["312", "2026-09-01"]], ["complete"]],
  ["COVID-19 of the season before", "2014-05-31", "309", [["309", "2026-03-01"]], []],
  ["COVID-19 of this season, below 2 the second", "2025-02-01", "311", [["311", "2026-09-01"]], []],
  [
    "HPV after two that were begun at 11",
    "2014-05-31",
    "165",
    [
      ["165", "2025-06-10"],
      ["165", "2026-01-10"],
    ],
    ["complete"],
  ],
  [
    "not after two that were too close",
    "2014-05-31",
    "165",
    [
      ["165", "2025-06-10"],
      ["165", "2025-09-10"],
    ],
    [],
  ],
  [
    "not after two that were begun at 15",
    "2010-05-31",
    "165",
    [
      ["165", "2026-01-10"],
      ["165", "2026-03-10"],
    ],
    [],
  ],
  [
    "not after two far too close, of whichever kind",
    "2009-05-31",
    "163",
    [
      ["163", "2026-01-10"],
      ["163", "2026-02-10"],
    ],
    [],
  ],
  [
    "HPV after three, of which two were enough",
    "2010-03-28",
    "165",
    [
      ["165", "2024-05-16"],
      ["165", "2025-05-11"],
      ["165", "2025-10-11"],
    ],
    ["complete"],
  ],
  [
    "meningococcal B of a kind with a series of three, after the two that are enough",
    "2009-12-18",
    "163",
    [
      ["163", "2025-04-18"],
      ["163", "2026-04-13"],
    ],
    ["complete"],
  ],
  [
    "after two whose kind nobody stated",
    "2009-12-18",
    "162",
    [
      ["164", "2025-04-18"],
      ["164", "2026-04-13"],
    ],
    ["complete"],
  ],
  [
    "meningococcal B after two, of the other maker too",
    "2009-05-31",
    "163",
    [
      ["162", "2025-06-10"],
      ["162", "2026-01-10"],
    ],
    ["complete"],
  ],
])("%s", (_, birthDate, cvx, had, expected) => expect(before(birthDate, cvx, had)).toEqual(expected));

describe("WEB-R461: what the standards ask for asks for no reason, though the law does not ask for it yet", () => {
  const asks = (birthDate: string, cvx: string, ...had: Had) =>
    isAskedFor(bornWith(birthDate, ...had), { cvx, on: ON }, scheduleNamed("acip"));
  const DTAP: Had = ["2016-01-21", "2016-03-21", "2016-05-21", "2017-02-21", "2019-12-21"].map((on) => ["20", on]);
  it.each<[string, string, string, Had]>([
    ["Tdap on the 11th birthday", "2015-11-21", "115", DTAP],
    ["Tdap at 11 after one at 8", "2015-11-21", "115", [...DTAP, ["115", "2024-01-10"]]],
    ["MenACWY on the 11th birthday", "2015-11-21", "136", []],
    ["MenACWY again at 16", "2010-11-21", "136", [["136", "2022-01-10"]]],
    ["MenABCWY again at 16, for its part against B", "2010-01-10", "316", [["316", "2026-02-10"]]],
    ["hepatitis A", "2015-11-21", "83", []],
    ["the second", "2015-11-21", "83", [["83", "2020-01-10"]]],
    [
      "a third after two too close to count",
      "2015-11-21",
      "83",
      [
        ["83", "2020-01-10"],
        ["83", "2020-03-10"],
      ],
    ],
    [
      "polio again after three before 4",
      "2016-10-10",
      "10",
      [
        ["10", "2017-01-10"],
        ["10", "2017-04-10"],
        ["10", "2018-01-10"],
      ],
    ],
  ])("%s", (_, birthDate, cvx, had) => expect(asks(birthDate, cvx, ...had)).toBe(true));
  it.each<[string, string, string, Had]>([
    ["Tdap after Tdap at 11", "2014-05-01", "115", [...DTAP, ["115", "2025-06-10"]]],
    ["Td where Tdap is due", "2014-05-01", "113", DTAP],
    ["MenACWY after one at 16", "2009-05-01", "136", [["136", "2025-06-10"]]],
    [
      "MMR after two",
      "2014-05-01",
      MMR,
      [
        [MMR, "2015-06-10"],
        [MMR, "2019-06-10"],
      ],
    ],
    [
      "hepatitis A after two",
      "2015-11-21",
      "83",
      [
        ["83", "2020-01-10"],
        ["83", "2021-01-10"],
      ],
    ],
    [
      "hepatitis B after two of Recombivax HB for adults",
      "2013-05-01",
      "08",
      [
        ["43", "2025-01-10", "MSD"],
        ["43", "2025-06-10", "MSD"],
      ],
    ],
    [
      "MenABCWY after two",
      "2009-05-01",
      "316",
      [
        ["316", "2025-06-10"],
        ["316", "2026-02-10"],
      ],
    ],
    [
      "polio after three, the last at 4",
      "2016-10-10",
      "10",
      [
        ["10", "2017-01-10"],
        ["10", "2017-04-10"],
        ["10", "2021-01-10"],
      ],
    ],
  ])("not %s", (_, birthDate, cvx, had) => expect(asks(birthDate, cvx, ...had)).toBe(false));
  it.each(["disease_history", "laboratory"] as const)("nor of what a child is protected from by %s", (kind) => {
    const paper = child("statement.received", {
      ...{ kind, signer: "Dr. Moreau", standing: "physician", told: PAPER, received_on: "2026-09-01" },
      antigens: ["varicella"],
    });
    const accepted = child("statement.checked", { event: paper.header.id, outcome: "accepted" });
    const asked = (...facts: Parameters<typeof found>[0]) =>
      isAskedFor(new Student([...USUAL, ...facts]), { cvx: "21", on: TODAY }, scheduleNamed("acip"));
    expect([asked(), asked(paper), asked(paper, accepted)]).toEqual([true, true, false]);
  });
  it("is said of a dose more, which neither asks for", () => {
    const codes = (...had: readonly string[]) =>
      weighed([ENROLLED, ...USUAL, ...had.map((on) => dose(MMR, on))], undefined, {}, false).warnings;
    expect(codes("2015-06-10", "2019-06-10")).toEqual([{ code: "not_due", about: "" }]);
    expect(codes("2015-06-10")).toEqual([]);
  });
});
