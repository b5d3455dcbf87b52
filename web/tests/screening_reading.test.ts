/** Random answers and decisions of one visit, held against a slow reader of docs/phone.md: step 4. WEB-R55 */
import { expect, test } from "vitest";
import type { EventPayloads } from "../src/events/generated";
import { scheduleNamed } from "../src/law/schedule";
import { Clinic } from "../src/projections/clinic";
import { type Fact, knew } from "../src/projections/fact";
import { findings } from "../src/projections/giving";
import { Student } from "../src/projections/student";
import { visitOf } from "../src/projections/visit";
import { chances } from "./chances";

const TODAY = "2026-11-21";
const CLINIC = "019a0000-0000-7000-8000-00000000000c";
const GROUPS: readonly (readonly string[])[] = [["03"], ["140", "150"], ["94"]];
const LIVE = new Set(["03", "94"]);
const SEEDS = 200;

/** One child's log on two phones that talk now and then. */
function wild(seed: number): Fact[] {
  const next = chances(seed);
  const draw = (among: number): number => Math.floor(next() * among);
  const facts: Fact[] = [];
  const seen = [1, 1];
  const seqs = [0, 0];
  const add = <Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type], isHeard: boolean) => {
    const phone = draw(2);
    if (isHeard || draw(3) > 0) seen[phone] = facts.length;
    seqs[phone] = (seqs[phone] ?? 0) + 1;
    const id = `019a0000-0000-7000-8000-${String(facts.length).padStart(12, "0")}`;
    const header = { id, stream: "student/a", type, recorded_at: `${TODAY}T15:00:00.000Z`, author: "nurse" };
    const where = { device: `phone ${phone}`, seq: seqs[phone], seen: { epoch: 0, size: seen[phone] } };
    facts.push({
      ...{ position: facts.length, receivedAt: facts.length, eventHash: id, payload },
      header: { ...header, ...where },
    } as unknown as Fact);
  };
  add("student.registered", { name: { given: "Ada", family: "Okafor" }, birth_date: "2014-05-31" }, true);
  for (let left = 1 + draw(7); left > 0; left -= 1) {
    const asked = facts.filter(({ header }) => header.type === "screening.answered");
    const event = asked[draw(asked.length || 1)]?.header.id;
    if (event === undefined || draw(3) === 0) {
      const positive = [[], ["ill_today"], ["pregnancy"]][draw(3)] ?? [];
      const told = { clinic: CLINIC, questionnaire: "doseledger-visit-1", answered_by: "P.", positive };
      add("screening.answered", { ...told, at: `${TODAY}T14:00:00.000Z` }, false);
    } else {
      const words = ["03", "140", "150", "94"].map((cvx) => [cvx, draw(3)] as const);
      const said = (which: number) => words.flatMap(([cvx, word]) => (word === which ? [cvx] : []));
      add("screening.decided", { event, allowed: said(0), blocked: said(1), reason: "so" }, draw(2) === 0);
    }
  }
  return facts;
}

/** Open until somebody decided; of decisions made apart all must allow one and the same brand, and none stop another. */
function read(facts: readonly Fact[], cvx: string): readonly string[] {
  const one = GROUPS.find((group) => group.includes(cvx)) ?? [];
  const stops = new Set<string>();
  for (const asked of facts.filter(({ header }) => header.type === "screening.answered")) {
    const positive = asked.payload.positive as readonly string[];
    const told = facts.filter(({ payload }) => payload.event === asked.header.id);
    const last = told.filter((mine) => !told.some((other) => other.position > mine.position && knew(other, mine)));
    const named = (fact: Fact, list: string) => (fact.payload[list] as string[]).some((word) => one.includes(word));
    const allow = (word: string) => last.every((fact) => (fact.payload.allowed as string[]).includes(word));
    const isOpen = last.length === 0 || !one.some(allow);
    const isBlocked = last.some((fact) => named(fact, "blocked")) && !allow(cvx);
    for (const question of positive) {
      if (question === "pregnancy" && !LIVE.has(cvx)) continue;
      if (isBlocked || isOpen) stops.add(question);
    }
  }
  return [...stops].sort();
}

function stopsOf(facts: readonly Fact[], cvx: string): readonly string[] {
  const student = new Student(facts);
  const visit = visitOf(student, CLINIC, TODAY, () => TODAY);
  const lot = { lot: "W1", expiresOn: "2027-06-30", stockExpiresOn: "2027-06-30", held: null, listed: true } as const;
  const wanted = { cvx, ...lot, funding: "private", on: TODAY, how: {}, papers: [] };
  const standards = { isDue: true, schedule: scheduleNamed("acip") };
  const { stops } = findings(student, new Clinic(`clinic/${CLINIC}`, []), visit, wanted, standards);
  return [...new Set(stops.filter(({ code }) => code.startsWith("screening")).map(({ about }) => about))].sort();
}

test("WEB-R55: a yes holds up what it touches until each who decided apart allowed it", () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const facts = wild(seed);
    for (const cvx of GROUPS.flat()) {
      expect([seed, cvx, ...stopsOf(facts, cvx)]).toEqual([seed, cvx, ...read(facts, cvx)]);
    }
  }
});
