/** WEB-R222: what a child lacks but may not have yet, each with the first day on which it would count. */
import { expect, test } from "vitest";
import { scheduleNamed } from "../src/law/schedule";
import { comingDoses } from "../src/projections/coming";
import { born, ON } from "./a_child";

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

test("nothing open, nothing to wait for", () => {
  expect(comingDoses(born("2014-05-31"), [], { offered: ["03"], common: COMMON }, ON, schedule)).toEqual([]);
});
