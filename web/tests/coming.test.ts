/** WEB-R222: what a child lacks but may not have yet, each with the first day on which it would count. */
import { expect, test } from "vitest";
import type { EventPayloads } from "../src/events/generated";
import { scheduleNamed } from "../src/law/schedule";
import { comingDoses } from "../src/projections/coming";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";

const CHILD = "019a0000-0000-7000-8000-000000000001";
const ON = "2026-11-21";
const PAPER = { source: "paper", recorder: "Office" } as const;
const schedule = scheduleNamed("acip");
const COMMON = ["115", "20", "10", "03", "21", "94"];
const MMR = ["MEAS", "MUMP", "RUBE"];
let made = 0;

function fact<Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]): Fact {
  made += 1;
  const id = `019a0000-0000-7000-8000-${String(made).padStart(12, "0")}`;
  const header = { id, stream: `student/${CHILD}`, type, recorded_at: `${ON}T15:00:00.000Z`, device: "p", author: "n" };
  return { position: made, receivedAt: made, eventHash: id, header, payload } as unknown as Fact;
}
const born = (birth_date: string, ...doses: (readonly [string, string])[]) =>
  new Student([
    fact("student.registered", { name: { given: "Ada", family: "Okafor" }, birth_date }),
    ...doses.map(([cvx, given_on]) => fact("dose.recorded", { told: PAPER, cvx, given_on })),
  ]);

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
