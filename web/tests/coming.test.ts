/** WEB-R222: what a child lacks but may not have yet, each with the first day on which it would count. */
import { describe, expect, it, test } from "vitest";
import { scheduleNamed } from "../src/law/schedule";
import { comingDoses } from "../src/projections/coming";
import { born, type Had, ON } from "./a_child";

const schedule = scheduleNamed("acip");
const COMMON = ["115", "20", "10", "03", "21", "94"];
const MMR = ["MEAS", "MUMP", "RUBE"];

test("a second dose waits for its interval, and three antigens of one vaccine are one line", () => {
  const student = born("2014-05-31", ["03", "2026-11-10"]);
  const found = comingDoses(student, MMR, { offered: ["03"], common: COMMON }, ON, schedule);
  expect(found).toEqual([{ cvx: "03", from: "2026-12-08" }]);
});

test("what may be given today is due from today", () => {
  const found = comingDoses(born("2014-05-31"), MMR, { offered: ["03"], common: COMMON }, ON, schedule);
  expect(found).toEqual([{ cvx: "03", from: ON }]);
});

test("what this clinic does not offer is named by a vaccine in common use that fits the age", () => {
  const student = born("2014-05-31", ["115", "2026-11-10"]);
  const found = comingDoses(student, ["DIPH", "TET", "VAR"], { offered: ["03"], common: COMMON }, ON, schedule);
  expect(found.map((one) => one.cvx)).toEqual(["21", "115"]);
  expect(found[1]?.from).toBe("2026-12-08");
});

describe("WEB-R222: a series begun that the law does not ask for goes on", () => {
  const GIVEN = [...COMMON, "150", "165", "163", "83"];
  it.each<[string, string, Had, { cvx: string; from: string }[]]>([
    ["HPV five months on", "2014-05-31", [["165", ON]], [{ cvx: "165", from: "2027-04-21" }]],
    ["HPV of a brand no longer sold too", "2014-05-31", [["62", "2026-10-21"]], [{ cvx: "165", from: "2027-03-21" }]],
    ["hepatitis A", "2018-05-31", [["83", ON]], [{ cvx: "83", from: "2027-05-21" }]],
    ["meningococcal B of its own kind", "2009-05-31", [["162", ON]], [{ cvx: "162", from: "2027-05-21" }]],
    ["influenza of a first season below nine", "2019-05-31", [["140", ON]], [{ cvx: "150", from: "2026-12-19" }]],
    [
      "not where it is whole",
      "2014-05-31",
      [
        ["165", "2026-02-10"],
        ["165", ON],
      ],
      [],
    ],
    ["not influenza from nine on", "2014-05-31", [["140", ON]], []],
    ["not influenza of the season before", "2019-05-31", [["140", "2026-02-10"]], []],
    ["not what was never begun", "2014-05-31", [], []],
  ])("%s", (_, birthDate, had, expected) => {
    const student = born(birthDate, ...had);
    expect(comingDoses(student, [], { offered: ["03"], common: GIVEN }, ON, schedule)).toEqual(expected);
  });
});

test("nothing open, nothing to wait for", () => {
  expect(comingDoses(born("2014-05-31"), [], { offered: ["03"], common: COMMON }, ON, schedule)).toEqual([]);
});
