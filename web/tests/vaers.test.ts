/** Form VAERS 2.0 as it is read off the record. WEB-R495 */
import { expect, it, vi } from "vitest";
import type { Fact } from "../src/projections/fact";
import { reactionsOf } from "../src/projections/reactions";
import { Student } from "../src/projections/student";
import { itemsOf } from "../src/screens/clinic/vaers_form";
import type { View } from "../src/screens/view";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});

const TODAY = new Date().toISOString().slice(0, 10);
const address = (line: string) => ({ lines: [line], city: "Ely", state: "MN" });
const GIVER = { name: "N", title: "RN", address: address("9 Hill Rd") };
const dose = (cvx: string, given_on: string, clinic: string) => ({
  ...{ cvx, given_on, clinic, mvx: "MSD", lot: "A1", route: "IM", site: "left_deltoid", giver: GIVER },
  given_at: `${given_on}T15:00:00.000Z`,
});

function items(clinic: string): ReadonlyMap<string, string> {
  const steps: readonly (readonly [string, object])[] = [
    ["student.registered", { name: { given: "Ada", family: "O" }, birth_date: "2014-03-02", sex: "female" }],
    ["dose.administered", dose("115", TODAY, clinic)],
    ["dose.administered", dose("03", TODAY, clinic)],
    ["dose.voided", { event: "e2", reason: "another child" }],
    ["dose.recorded", { cvx: "21", given_on: TODAY.slice(0, 7), told: { source: "paper", recorder: "N" } }],
    ["dose.recorded", { cvx: "10", given_on: "2019", told: { source: "paper", recorder: "N" } }],
    ["reaction.observed", { doses: ["e1", "e2"], began_at: `${TODAY}T15:20:00.000Z`, description: "hives" }],
    ["reaction.assessed", { event: "e6", report: "required", results: ["hospital"], hospital_days: 3 }],
  ];
  const facts = steps.map(([type, payload], position) => {
    const header = { id: `e${position}`, stream: "student/s", type, device: "d", seq: position, author: "a" };
    const recorded = { ...header, recorded_at: `${TODAY}T15:00:00.000Z`, seen: { epoch: 1, size: 0 } };
    return { position, receivedAt: 1, eventHash: `${position}`, header: recorded, payload } as unknown as Fact;
  });
  const student = new Student(facts);
  const [reaction] = reactionsOf(student.shelf);
  if (reaction === undefined) throw new Error("no reaction");
  const plan = { name: "Gym", address: address("1 School St") };
  const policy = { civilDay: (moment: number) => new Date(moment).toISOString().slice(0, 10) };
  const now = { clinic: { id: "c", plan }, me: null, today: TODAY, policy } as unknown as View;
  return new Map(itemsOf(now, student, reaction).map(([item, , value]) => [item, value]));
}

it("WEB-R495: each of the 28 items once", () =>
  expect([...items("c").keys()]).toEqual(Array.from({ length: 28 }, (_, at) => String(at + 1))));
it("WEB-R495: item 5 says the day too, whenever the form is copied", () =>
  expect(items("c").get("5")).toContain(TODAY.slice(0, 4)));
it("WEB-R495: item 15 is where the dose was given, this clinic or another place", () => {
  expect(items("c").get("15")).toBe("Gym, 1 School St, Ely, MN");
  expect(items("elsewhere").get("15")).toBe("9 Hill Rd, Ely, MN");
});
it("WEB-R495: item 17 names no dose that was never given", () => {
  expect(items("c").get("17")).toContain("Tdap");
  expect(items("c").get("17")).not.toContain("MMR");
});
it("WEB-R495: item 21 says how many days in the hospital", () => expect(items("c").get("21")).toMatch(/: 3$/));
it("WEB-R495: item 22 names a vaccine whose day is not known and may have been in the month", () => {
  expect(items("c").get("22")).toContain("Varicella");
  expect(items("c").get("22")).not.toContain("IPV");
});
