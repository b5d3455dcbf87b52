/** Requirements: WEB-R195 (a box's eight hours), WEB-R74 (2 to 8 °C), WEB-R193 (the NDC in a GTIN). */
import { expect, test } from "vitest";
import type { Clinic } from "../src/projections/clinic";
import { boxesOf, coldFaultOf, dayFaults, isExcursion } from "../src/projections/cold";
import { type Fact, Shelf } from "../src/projections/fact";
import { ndcOf } from "../src/scan/gs1";

type Step = readonly [string, Readonly<Record<string, unknown>>];
const at = (hour: number, occasion: string, container = "Cooler 1"): Step => [
  "temperature.read",
  { container, at: new Date(Date.UTC(2026, 10, 21, hour)).toISOString(), celsius: 5, occasion },
];
/** The entry made as the nth was wrong. */
const taken = (number: number): Step => ["stock.entry_voided", { event: String(number), reason: "another box" }];

/** A clinic with one box, and these readings in the order of their arrival. */
function withReadings(...steps: readonly Step[]): Clinic {
  const facts = steps.map(([type, payload], position) => {
    const header = { id: String(position), type };
    return { position, receivedAt: 1, eventHash: String(position), header, payload } as unknown as Fact;
  });
  const lots = [{ container: "Cooler 1" }, { container: "Cooler 1" }];
  return { lots, shelf: new Shelf(facts) } as unknown as Clinic;
}

const hour = (moment: number | null | undefined) => (moment == null ? null : new Date(moment).getUTCHours());

test.each([
  ["nothing was read", [], null],
  ["a start", [at(8, "start")], 16],
  ["openings do not begin it anew", [at(8, "start"), at(12, "opening")], 16],
  ["a reading that came late is put in its place", [at(12, "opening"), at(8, "start")], 16],
  ["an end", [at(8, "start"), at(15, "end")], null],
  ["a second start after an end", [at(6, "start"), at(9, "end"), at(10, "start")], 18],
  ["a second start while they run, at the site", [at(8, "start"), at(12, "start")], 16],
  ["a start of another day", [at(1, "start"), at(10, "start")], 18],
  ["the same box spelled otherwise", [at(8, "start", "cooler-1 ")], 16],
  ["another box's start", [at(8, "start", "Cooler 2")], null],
  ["PROJ-R220: a start taken back", [taken(1), at(7, "start"), at(8, "start")], 16],
  ["PROJ-R220: an end taken back", [at(8, "start"), at(9, "end"), taken(1)], 16],
  ["PROJ-R220: the only start taken back", [at(8, "start"), taken(0)], null],
  ["PROJ-R220: a start put back", [at(8, "start"), taken(0), taken(1)], 16],
] as const)("WEB-R195: eight hours from the start: %s", (_, readings, until) => {
  const boxes = boxesOf(withReadings(...readings));
  expect(boxes.map((box) => [box.container, hour(box.until)])).toEqual([["Cooler 1", until]]);
});

const moment = (hour: number): number => Date.UTC(2026, 10, 21, hour);

test.each([
  ["nothing was read", [], 9, "box_no_start", ["box_no_start"]],
  ["only an opening was read", [at(8, "opening")], 9, "box_no_start", ["box_no_start"]],
  ["it is cold", [at(8, "start")], 15, null, ["box_no_end"]],
  ["eight hours", [at(8, "start")], 16, "box_over", ["box_no_end"]],
  ["more than eight hours", [at(8, "start")], 17, "box_over", ["box_over", "box_no_end"]],
  ["a whole day", [at(8, "start"), at(15, "end")], 16, "box_ended", []],
  ["ended too late", [at(8, "start"), at(17, "end")], 18, "box_ended", ["box_over"]],
  ["begun again", [at(6, "start"), at(9, "end"), at(10, "start"), at(12, "end")], 20, "box_ended", []],
  ["begun again and open", [at(6, "start"), at(9, "end"), at(10, "start")], 12, null, ["box_no_end"]],
  ["too long, then begun again", [at(1, "start"), at(10, "start")], 12, null, ["box_over", "box_no_end"]],
] as const)("WEB-R289: a box is judged for a dose and at the close: %s", (_, readings, hour, dose, close) => {
  const clinic = withReadings(...readings);
  expect(coldFaultOf(clinic, "Cooler 1", moment(hour))).toBe(dose);
  expect(coldFaultOf(clinic, "Cooler 9", moment(hour))).toBeNull();
  expect(boxesOf(clinic).map((box) => dayFaults(box, moment(hour)))).toEqual([close]);
});

test.each([
  [2, null, null, false],
  [8, null, null, false],
  [1.9, null, null, true],
  [8.1, null, null, true],
  [5, 1, 6, true],
  [5, 3, 9, true],
  [5, 3, 7, false],
])("WEB-R74: %s °C, lowest %s, highest %s: excursion %s", (celsius, lowest, highest, out) => {
  expect(isExcursion(celsius, lowest, highest)).toBe(out);
});

test("WEB-R193: a United States product's GTIN holds its NDC", () => {
  expect(ndcOf("00358160815522")).toBe("5816081552");
  expect(ndcOf("50358160815527")).toBe("5816081552");
  expect(ndcOf("04012345678901")).toBe("");
});
