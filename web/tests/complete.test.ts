/** WEB-R582: what no rule set asks for is never said to be not due by the law; a child may have had all of it. */
import { expect, it } from "vitest";
import { ASKED, child, dose, found, order, screened, yes } from "./a_dose";

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
