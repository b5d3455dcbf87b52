/** WEB-R485: midnight ends no watch after a dose, and what was given before it is what a child reacts to after it. */
import { expect, test } from "vitest";
import { ruleSetFor, ruleSets } from "../src/law";
import { byStream, type Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";
import { visitOf } from "../src/projections/visit";
import { View } from "../src/screens/view";

const CHILD = "01890000-0000-7000-8000-000000000002";
const CLINIC = "01890000-0000-7000-8000-000000000001";
const CHICAGO = "America/Chicago";
const EVENING = "2026-11-20";
const MORNING = "2026-11-21";
const LATE = "2026-11-21T05:50:00Z"; // ten to midnight
const AFTER = "2026-11-21T06:03:00Z";

let made = 0;
function fact(type: string, payload: object, recorded_at = LATE): Fact {
  made += 1;
  const stream = type.startsWith("clinic.") ? `clinic/${CLINIC}` : `student/${CHILD}`;
  const header = { id: `e${made}`, stream, type, recorded_at, author: "a", device: "d", seq: made };
  return { position: made, receivedAt: 1, eventHash: `e${made}`, header, payload } as unknown as Fact;
}
const dose = (more: object = {}, at = LATE) =>
  fact("dose.administered", { cvx: "115", given_on: EVENING, clinic: CLINIC, lot: "U1", ...more }, at);
const left = (until: string) => fact("observation.ended", { clinic: CLINIC, minutes: 15, until }, until);
const dayOf = (moment: number) => (moment < Date.parse("2026-11-21T06:00:00Z") ? EVENING : MORNING);
const visit = (...facts: readonly Fact[]) => visitOf(new Student(facts), CLINIC, MORNING, dayOf);

test("a child given a dose before midnight is watched after it, and reacts to that dose", () => {
  const given = dose();
  const { watch, recent, given: today } = visit(given);
  expect(watch).toEqual({ since: Date.parse(LATE), minutes: 15, endedAt: null });
  expect(recent.map(({ event }) => event)).toEqual([given.header.id]);
  expect(today).toEqual([]);
});

test("it is watched as long as its answers of the evening ask", () => {
  const answers = { clinic: CLINIC, at: LATE, answers: {}, positive: ["earlier_reaction"] };
  expect(visit(fact("screening.answered", answers), dose()).watch?.minutes).toBe(30);
});

test("once somebody said that it left, nobody watches it, and it still reacts to that dose", () => {
  const { watch, recent } = visit(dose(), left(AFTER));
  expect(watch?.endedAt).toBe(Date.parse(AFTER));
  expect(recent).toHaveLength(1);
});

test.each([
  ["of the afternoon", dose({}, "2026-11-20T20:00:00Z")],
  ["of another day, written down today", dose({}, AFTER)],
  ["of another clinic", dose({ clinic: "another" })],
])("a dose %s is none of the new day", (_, given) => {
  expect(visit(given)).toMatchObject({ watch: null, recent: [] });
});

test("the list of who is watched, and a scan of its slip, show the child in the new day", async () => {
  const law = await ruleSetFor(MORNING);
  if (!("rules" in law)) throw new Error("no rule set covers the day");
  const facts = [fact("clinic.roster_added", { students: [CHILD] }), fact("student.registered", REGISTERED), dose()];
  const known = { facts: byStream(facts), scope: `clinic/${CLINIC}`, staff: "nobody", zone: CHICAGO, others: [] };
  const steps = View.of({ ...known, ruleSet: law, ruleSets: await ruleSets(), now: Date.parse(AFTER) });
  for (;;) {
    const { done, value } = steps.next();
    if (!done) continue;
    expect(value.today).toBe(MORNING);
    expect(value.watched.map(({ id }) => id)).toEqual([CHILD]);
    expect(value.watched.flatMap((one) => value.givenToday(one)).map(({ cvx }) => cvx)).toEqual(["115"]);
    return;
  }
});

const REGISTERED = { name: { given: "Ada", family: "Okafor" }, birth_date: "2014-03-01" };
