/** What a phone says before a dose of its own day, and of what was said at the visit. */
import { describe, expect, it, test, vi } from "vitest";
import { Student } from "../src/projections/student";
import { otherDay } from "../src/projections/visit";
import { incidentOf } from "../src/screens/clinic/found";
import { giving } from "../src/text/clinic/giving_en";
import { learn } from "../src/text/words";
import { CLINIC, child, found, MMR, order, REGISTERED, saidOf, TODAY, USUAL, WORK } from "./a_dose";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});

describe("WEB-R570: a phone whose day is not the clinic's says so before a dose", () => {
  const plan = { name: "Gym", facility: null, address: WORK, on: TODAY };
  // The district's day begins at six in the morning, UTC.
  const dayOf = (moment: number) => new Date(moment - 6 * 3_600_000).toISOString().slice(0, 10);
  it.each([
    ["on its day", "2026-11-21T15:00:00Z", ""],
    ["past midnight, while it goes on", "2026-11-22T07:00:00Z", ""],
    ["the next morning", "2026-11-22T15:00:00Z", TODAY],
    ["a day early", "2026-11-20T15:00:00Z", TODAY],
    ["a year ahead", "2027-11-21T15:00:00Z", TODAY],
  ])("%s", (_, at, expected) => expect(otherDay(plan, Date.parse(at), dayOf)).toBe(expected));
  it("nothing where no plan is known", () => expect(otherDay(null, 0, dayOf)).toBe(""));
  it("asks for a reason, and names the clinic's day", () => {
    expect(saidOf(USUAL, undefined, { clinicDay: TODAY }).warnings).toEqual([{ code: "clinic_day", about: TODAY }]);
    expect(found(USUAL, undefined, { clinicDay: "" }).warnings).toEqual([]);
  });
  it("so does a clock known to be ahead", () =>
    expect(found(USUAL, undefined, { clockAhead: true }).warnings).toEqual(["clock_ahead"]));
});

describe("WEB-R571: what was recorded as not given at the visit asks for a reason before it is given", () => {
  const notGiven = (cvx: string, reason: "unwell" | "already_given", on = TODAY) =>
    child("dose.not_given", { clinic: CLINIC, cvx: [cvx], reason, on });
  it.each([
    ["the same vaccine", [notGiven(MMR, "already_given")], [{ code: "not_given", about: "already_given" }]],
    [
      "twice for one reason",
      [notGiven(MMR, "unwell"), notGiven(MMR, "unwell")],
      [{ code: "not_given", about: "unwell" }],
    ],
    ["another vaccine", [notGiven("115", "unwell")], []],
    ["another day", [notGiven(MMR, "unwell", "2026-11-20")], []],
  ])("%s", (_, facts, expected) => expect(saidOf([...USUAL, ...facts]).warnings).toEqual(expected));
  it("another brand of it, and not once it was undone", () => {
    const told = notGiven("141", "unwell");
    const facts = [...USUAL, told];
    expect(found(facts, [order("150")], { cvx: "150" }).warnings).toContain("not_given");
    const undone = child("dose.voided", { event: told.header.id, reason: "came back well" });
    expect(found([...facts, undone], [order("150")], { cvx: "150" }).warnings).not.toContain("not_given");
  });
});

test("WEB-R572: an incident of a long reason is one that can be recorded", () => {
  learn(giving, {});
  const long = { code: "contraindicated", about: "a".repeat(4000) } as const;
  const { payload } = incidentOf(new Student([REGISTERED]), "dose", [long], "so");
  expect(payload).toMatchObject({ stops: [expect.stringMatching(/^.{1000}$/)] });
});
