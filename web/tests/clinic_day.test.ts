/** The vectors of a clinic's day: the same counts from the same facts as projections/stock.py and its neighbours. WEB-R03 */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import type { ConsentCount } from "../src/events/generated";
import { Clinic } from "../src/projections/clinic";
import { type Category, eligibilityOf, fundsFor, owes } from "../src/projections/eligibility";
import type { Fact } from "../src/projections/fact";
import { lotNumber } from "../src/projections/loads";
import { outcomesOf } from "../src/projections/outcomes";
import { reactionsOf } from "../src/projections/reactions";
import { borrowingsOf, notSeen, talliesOf } from "../src/projections/stock";
import { Student } from "../src/projections/student";

interface Vectors {
  readonly clinic: string;
  readonly on: string;
  readonly facts: readonly (Omit<Fact, "receivedAt" | "eventHash"> & { received_at: string; event_hash: string })[];
  readonly tallies: readonly unknown[];
  readonly borrowings: readonly unknown[];
  readonly held: readonly unknown[];
  readonly consents: ConsentCount;
  readonly children: readonly {
    readonly student: string;
    readonly eligibility: string | null;
    readonly to_verify: readonly string[];
    readonly reactions: readonly unknown[];
  }[];
  readonly funds: readonly {
    readonly category: Category;
    readonly months: number | null;
    readonly funds: readonly string[];
    readonly owes: Readonly<Record<string, string | null>>;
  }[];
}

const path = new URL("../../tests/vectors/projections/clinic_day.json", import.meta.url);
const told = JSON.parse(readFileSync(path, "utf-8")) as Vectors;
const facts = told.facts.map((fact) => ({
  ...fact,
  receivedAt: Date.parse(fact.received_at),
  eventHash: fact.event_hash,
}));
const ofStream = (stream: string) => facts.filter((fact) => fact.header.stream === stream);
const clinic = new Clinic(`clinic/${told.clinic}`, ofStream(`clinic/${told.clinic}`));
const children = told.children.map((one) => new Student(ofStream(`student/${one.student}`)));

describe("WEB-R03: a clinic's day", () => {
  it("counts stock per container and fund", () => {
    const found = talliesOf(clinic, children).map(({ lot, ...counts }) => ({
      cvx: lot.cvx,
      mvx: lot.mvx,
      lot: lot.lot,
      container: lot.container,
      funding: lot.funding,
      ...counts,
    }));
    expect(found).toEqual(told.tallies);
  });
  it("judges consents on the plan's day, whenever it is closed (WEB-R487)", () => {
    const [first] = ofStream(`clinic/${told.clinic}`);
    if (first === undefined) throw new Error("no fact of the clinic");
    const plan = { ...first, eventHash: "plan", position: 999, payload: { on: told.on } };
    const header = { ...first.header, id: "plan", type: "clinic.planned" } as Fact["header"];
    const planned = new Clinic(clinic.id, [...clinic.shelf.facts, { ...plan, header }]);
    expect(outcomesOf(planned, children, "1999-01-01").count).toEqual(told.consents);
    expect(outcomesOf(clinic, children, "1999-01-01").count.consents).toBe(0);
  });
  it("names as not seen of whom neither a dose stands nor why there was none (WEB-R76)", () => {
    const came = (...kinds: readonly string[]) => {
      const known = ofStream(`student/${told.children[0]?.student}`);
      return new Student(known.filter(({ header }) => ["student.registered", ...kinds].includes(header.type)));
    };
    const [nobody, asked, given] = [came(), came("dose.not_given"), came("dose.administered")];
    expect(notSeen(clinic, [nobody, asked, given])).toEqual([nobody]);
  });
  it("knows the loans", () => {
    const found = borrowingsOf(clinic, children).map((one) => ({
      event: one.event,
      dose: one.told.dose,
      lot: one.told.lot,
      lent_by: one.told.from_funding,
      paid: one.paid?.on ?? null,
    }));
    expect(found).toEqual(told.borrowings);
  });
  it("knows what must not be used, also of readings taken back (PROJ-R221)", () => {
    const lots = [...new Set([...clinic.lots, ...clinic.heldElsewhere].map(({ lot }) => lotNumber(lot)))];
    const found = lots.flatMap((lot) => (clinic.heldWhy(lot) === null ? [] : [[lot, clinic.heldWhy(lot)]]));
    expect(found.sort()).toEqual(told.held);
  });
  it("counts consents and outcomes", () => {
    const found = outcomesOf(clinic, children, told.on);
    expect(found.count).toEqual(told.consents);
    expect(found.open.map((one) => one.cvx)).toEqual(["21"]);
  });
  it("reads each child's visit", () => {
    const found = children.map((child) => ({
      student: child.id,
      eligibility: eligibilityOf(child, told.clinic, told.on)?.category ?? null,
      to_verify: child.toVerify.map((dose) => dose.event),
      reactions: reactionsOf(child.shelf).map((one) => ({
        event: one.event,
        owed: one.isOwed,
        number: one.vaers?.report_number ?? null,
      })),
    }));
    expect(found).toEqual(told.children);
  });
});

test.each(told.funds)("WEB-R03: funds of $category at $months months", ({ category, months, funds, owes: owed }) => {
  expect(fundsFor(category, months)).toEqual(funds);
  for (const [fund, by] of Object.entries(owed)) expect(owes(category, months, fund)).toBe(by);
});
