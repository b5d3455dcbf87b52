/** Which lots must not be used at a clinic: told, or read off a logger; and which children had one. WEB-R233, WEB-R300 */
import { describe, expect, it } from "vitest";
import { Clinic } from "../src/projections/clinic";
import type { Fact } from "../src/projections/fact";
import { hadLot, heldDoses } from "../src/projections/held_doses";
import { talliesOf } from "../src/projections/stock";
import { Student } from "../src/projections/student";

interface Saying {
  readonly device?: string;
  readonly seen?: number;
  readonly at?: string;
}
type Step = readonly [string, Readonly<Record<string, unknown>>, Saying?];

const LOAD = { cvx: "115", mvx: "SKB", expires_on: "2027-06-30", doses: 10, funding: "vfc" };
const hour = (number: number): string => `2026-11-21T${String(number).padStart(2, "0")}:00:00.000Z`;
const load = (lot: string, container: string, at = hour(7), device = "one"): Step => [
  "stock.loaded",
  { ...LOAD, lot, container },
  { at, device },
];
const read = (container: string, celsius: number, at = hour(9)): Step => [
  "temperature.read",
  { container, celsius, at, occasion: "opening" },
  { device: "two" },
];

function factsOf(stream: string, steps: readonly Step[]): Fact[] {
  return steps.map(([type, payload, { device = "one", seen = 0, at = hour(7) } = {}], position) => ({
    position,
    receivedAt: 1,
    eventHash: `${position}`,
    header: {
      ...{ id: `${stream}${position}`, stream, type, device, recorded_at: at },
      ...{ seq: position + 1, seen: { epoch: 1, size: seen } },
    },
    payload,
  })) as unknown as Fact[];
}
const clinic = (...steps: Step[]): Clinic => new Clinic("clinic/c", factsOf("clinic/c", steps));
const held = (where: Clinic): readonly unknown[] =>
  where.lots.map(({ lot, container, held }) => [lot, container, held]);

describe("PROJ-R261: a recall that names its maker", () => {
  const both: readonly Step[] = [
    load("A1", "Cooler 1"),
    ["stock.loaded", { ...LOAD, mvx: "MSD", lot: "a-1", container: "Cooler 2" }],
  ];
  const recalled = (mvx?: string): Step => ["stock.held", { lots: ["A1"], why: "recall", ...(mvx ? { mvx } : {}) }];
  const said = (mvx?: string) => clinic(...both, recalled(mvx)).lots.map((lot) => [lot.mvx, lot.held]);
  it("holds that maker's lot and nobody else's", () =>
    expect(said("MSD")).toEqual([
      ["SKB", null],
      ["MSD", "recall"],
    ]));
  it("and every maker's where it names nobody", () =>
    expect(said().map(([, why]) => why)).toEqual(["recall", "recall"]));
  it("a vial whose maker is not known is of either", () => {
    const where = clinic(...both, recalled("MSD"));
    expect([where.heldWhy("A1"), where.heldWhy("A1", "MSD"), where.heldWhy("A1", "SKB")]).toEqual([
      "recall",
      "recall",
      null,
    ]);
  });
  it.each(["OTH", "UNK"])("nor is it known of one written down as %s", (mvx) => {
    const where = clinic(["stock.loaded", { ...LOAD, mvx, lot: "A1", container: "Cooler 1" }], recalled("MSD"));
    expect(where.lots.map(({ held }) => held)).toEqual(["recall"]);
    expect(clinic(...both, recalled(mvx)).lots.map(({ held }) => held)).toEqual(["recall", "recall"]);
    const given = factsOf("student/s", [
      ["dose.administered", { cvx: "115", given_on: "2026-11-21", lot: "A1", mvx, clinic: "another" }],
    ]);
    expect(heldDoses(clinic(...both, recalled("MSD")), new Student(given))).toHaveLength(1);
  });
  it("is said of a lot that another maker's namesake in stock does not stand for", () => {
    expect(clinic(load("A1", "Cooler 1"), recalled("MSD")).heldElsewhere).toEqual([{ lot: "A1", why: "recall" }]);
    expect(clinic(load("A1", "Cooler 1"), recalled()).heldElsewhere).toEqual([]);
  });
  it.each([
    ["MSD", 1],
    ["SKB", 0],
  ])("a dose of maker %s", (mvx, count) => {
    const given = factsOf("student/s", [
      ["dose.administered", { cvx: "115", given_on: "2026-11-21", lot: "A1", mvx, clinic: "c" }],
    ]);
    expect(heldDoses(clinic(...both, recalled("MSD")), new Student(given))).toHaveLength(count);
  });
});

describe("WEB-R300: a box that was too warm", () => {
  it("holds what lay in it, also what the phone at the logger did not know of", () =>
    expect(held(clinic(read("Cooler 1", 11), load("A1", "Cooler 1", hour(8)), load("B2", "Cooler 2")))).toEqual([
      ["A1", "Cooler 1", "excursion"],
      ["B2", "Cooler 2", null],
    ]));
  it("holds a load that was written down under another box", () => {
    const fix: Step = ["stock.corrected", { event: "clinic/c0", reason: "typo", container: "Cooler 1" }];
    expect(held(clinic(load("A1", "Cooler 2"), read("Cooler 1", 1), fix))).toEqual([["A1", "Cooler 1", "excursion"]]);
  });
  it("holds its lots in every box of the clinic: a vial does not say where it lay", () =>
    expect(held(clinic(load("A1", "Cooler 1"), load("A1", "Cooler 2"), read("Cooler 1", 11)))).toEqual([
      ["A1", "Cooler 1", "excursion"],
      ["A1", "Cooler 2", "excursion"],
    ]));
  it("is the same box however its name is written", () =>
    expect(clinic(load("A1", "Cooler 1"), read("cooler-1 ", 11)).heldWhy("A1")).toBe("excursion"));
  it("holds what lay in it before it was moved to another", () => {
    const move: Step = ["stock.corrected", { event: "clinic/c0", reason: "moved", container: "Cooler 2" }];
    expect(clinic(load("A1", "Cooler 1"), move, read("Cooler 1", 11)).heldWhy("A1")).toBe("excursion");
    expect(clinic(load("A1", "Cooler 1"), move, read("Cooler 3", 11)).heldWhy("A1")).toBeNull();
  });
  it("does not hold what was put in once it was cold again", () =>
    expect(clinic(load("A1", "Cooler 1", hour(10)), read("Cooler 1", 11)).heldWhy("A1")).toBeNull());
  it("holds what was loaded before by a phone whose clock is ahead", () => {
    const [type, told] = read("Cooler 1", 11);
    const late = load("A1", "Cooler 1", hour(10));
    expect(clinic(late, [type, told, { device: "two", seen: 1 }]).heldWhy("A1")).toBe("excursion");
    expect(clinic(late, [type, told, { device: "one" }]).heldWhy("A1")).toBe("excursion");
  });
  it("that was cold holds nothing", () =>
    expect(clinic(load("A1", "Cooler 1"), read("Cooler 1", 8)).heldWhy("A1")).toBeNull());
});

it("WEB-R452: one lot in one box is one line, however two phones spell it", () => {
  const one = clinic(load("A1", "Cooler 1"), load("a-1", "cooler 1", hour(8), "two"));
  expect(one.lots.map(({ lot, container }) => [lot, container])).toEqual([["A1", "Cooler 1"]]);
  expect(talliesOf(one, []).map(({ loaded }) => loaded)).toEqual([20]);
});

describe("WEB-R301: who says that a lot may be used speaks of what was known", () => {
  const recall: Step = ["stock.held", { lots: ["A1"], why: "recall" }, { device: "server" }];
  const warm: Step = ["stock.held", { lots: ["A1"], why: "excursion" }, { device: "one" }];
  const clear = (seen: number): Step => ["stock.cleared", { lots: ["a-1"], authority: "the maker" }, { seen }];
  it("a recall that came meanwhile stays", () => {
    expect(clinic(warm, recall, clear(1)).heldWhy("A1")).toBe("recall");
    expect(clinic(warm, recall, clear(2)).heldWhy("A1")).toBeNull();
  });
  it("what is said again after it holds again", () =>
    expect(clinic(warm, clear(1), warm).heldWhy("A1")).toBe("excursion"));
  it("of several reasons the gravest is said", () => expect(clinic(recall, warm).heldWhy("A1")).toBe("recall"));
});

describe("WEB-R233: a lot is the same however it is written", () => {
  const recalled = clinic(["stock.held", { lots: ["C9999-AA"], why: "recall" }]);
  const child = (given: Readonly<Record<string, unknown>>): Student =>
    new Student(
      factsOf("student/s", [
        ["student.registered", { name: { given: "Ada", family: "Okafor" }, birth_date: "2014-03-02", sex: "female" }],
        ["dose.administered", { cvx: "115", given_on: "2026-11-21", lot: "c9999 aa", clinic: "c", ...given }],
      ]),
    );
  it("held, in stock or not", () => {
    expect(recalled.heldWhy("c9999 aa")).toBe("recall");
    expect(recalled.heldElsewhere).toEqual([{ lot: "C9999-AA", why: "recall" }]);
  });
  it("names the children who had it", () => {
    expect(hadLot(recalled, [child({})], "C9999-AA")).toHaveLength(1);
    expect(heldDoses(recalled, child({ clinic: "another" })).map(({ why }) => why)).toEqual(["recall"]);
  });
  it("of its maker alone, where it was given elsewhere: another may give the same number", () => {
    const ours = clinic(load("A1", "Cooler 1"), ["stock.held", { lots: ["A1"], why: "recall" }]);
    const had = (mvx: string, where: string) => heldDoses(ours, child({ lot: "A1", mvx, clinic: where })).length;
    expect([had("SKB", "another"), had("", "another"), had("MSD", "another"), had("MSD", "c")]).toEqual([1, 1, 0, 1]);
  });
  it("names under a lot nobody who had another maker's of its number; who knows of no maker stands there", () => {
    const had = (mvx: string) => hadLot(recalled, [child({ mvx })], "C9999AA", "SKB").length;
    expect([had("SKB"), had(""), had("OTH"), had("MSD")]).toEqual([1, 1, 1, 0]);
  });
  it("names nobody whose dose was taken back, nor who had another maker's than a recall names", () => {
    const undone = factsOf("student/s", [
      ["dose.administered", { cvx: "115", given_on: "2026-11-21", lot: "C9999AA", clinic: "c" }],
      ["dose.voided", { event: "student/s0", reason: "another child" }],
    ]);
    expect(hadLot(recalled, [new Student(undone.slice(0, 1))], "C9999AA")).toHaveLength(1);
    expect(hadLot(recalled, [new Student(undone)], "C9999AA")).toEqual([]);
    const ofOne = clinic(["stock.held", { lots: ["C9999AA"], why: "recall", mvx: "SKB" }]);
    expect(hadLot(ofOne, [child({ mvx: "MSD" }), child({ mvx: "SKB" })], "C9999AA")).toHaveLength(1);
  });
  it("names under a warm box nobody who had that number elsewhere, under a lot set aside here all who had it here", () => {
    const told = (why: string, given: object) =>
      hadLot(clinic(["stock.held", { lots: ["C9999AA"], why }]), [child({ ...given })], "C9999AA").length;
    expect([told("excursion", { clinic: "another" }), told("recall", { clinic: "another" })]).toEqual([0, 1]);
    expect(told("expired", { expires_on: "2027-01-31" })).toBe(1);
  });
  it("of a warm box only those of this clinic", () => {
    const warm = clinic(["stock.held", { lots: ["C9999AA"], why: "excursion" }]);
    expect(heldDoses(warm, child({}))).toHaveLength(1);
    expect(heldDoses(warm, child({ clinic: "another" }))).toEqual([]);
  });
});
