/** What a nurse sees of a paper form entered twice, on whichever child's screen. WEB-R260 */
import { expect, test } from "vitest";
import type { EventPayloads } from "../src/events/generated";
import { Clinic } from "../src/projections/clinic";
import { mattersOf } from "../src/projections/discrepancies";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";

const TODAY = "2026-11-21";
const CLINIC = "019a0000-0000-7000-8000-00000000000c";
const GIVER = { name: "N. Nurse", title: "RN", address: { lines: ["1 Main St"] } };
const FORM = "00c0ffee-44";
const NOWHERE = new Clinic(`clinic/${CLINIC}`, []);
let made = 0;

function fact<Type extends keyof EventPayloads>(child: string, type: Type, payload: EventPayloads[Type]): Fact {
  made += 1;
  const header = { id: `event-${made}`, stream: `student/${child}`, type, recorded_at: `${TODAY}T15:00:00.000Z` };
  return { position: made, receivedAt: made, eventHash: header.id, header, payload } as unknown as Fact;
}

const copied = (child: string, cvx = "03") =>
  fact(child, "dose.administered", {
    cvx,
    given_on: TODAY,
    lot: "A1",
    mvx: "MSD",
    site: "left_arm",
    route: "SC",
    dose_ml: 0.5,
    giver: GIVER,
    from_paper: true,
    paper_form: FORM,
  });

test("both children's screens name both entries, until one is undone or a person settled it", () => {
  const [one, two] = [copied("ada"), copied("ben")];
  const [ada, ben, cleo] = [new Student([one]), new Student([two]), new Student([copied("cleo", "08")].slice(1))];
  const all = [ada, ben, cleo];
  for (const [mine, other] of [
    [ada, ben],
    [ben, ada],
  ] as const) {
    const [matter, ...more] = mattersOf(mine, NOWHERE, all);
    expect(more).toEqual([]);
    if (matter?.kind !== "form_entered_twice") throw new Error("the form is not told of");
    expect([matter.mine.student, matter.other.student, matter.mine.number]).toEqual([mine, other, FORM]);
  }
  expect(mattersOf(cleo, NOWHERE, all)).toEqual([]);
  const undone = new Student([two, fact("ben", "dose.voided", { event: two.header.id, reason: "Ada's sheet" })]);
  expect(mattersOf(ada, NOWHERE, [ada, undone])).toEqual([]);
  const settled = fact("ben", "discrepancy.settled", {
    kind: "form_entered_twice",
    events: [two.header.id, one.header.id],
    reason: "two sheets of one number",
  });
  const looked = new Student([two, settled]);
  expect(mattersOf(ada, NOWHERE, [ada, looked])).toEqual([]);
  expect(mattersOf(looked, NOWHERE, [ada, looked])).toEqual([]);
});

test("the same dose twice is a duplicate alone, and no more once a person settled it", () => {
  const [one, two] = [copied("ada"), copied("ada")];
  const ada = new Student([one, two]);
  expect(mattersOf(ada, NOWHERE, [ada]).map(({ kind }) => kind)).toEqual(["duplicate_dose"]);
  const events = [one.header.id, two.header.id];
  const settled = fact("ada", "discrepancy.settled", { kind: "duplicate_dose", events, reason: "given twice" });
  const known = new Student([one, two, settled]);
  expect(mattersOf(known, NOWHERE, [known])).toEqual([]);
});
