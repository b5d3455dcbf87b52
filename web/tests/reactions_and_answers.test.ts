/** What a reaction, an answer or an alert of another day, clinic or device says against a dose of today. */
import { describe, expect, it } from "vitest";
import vectors from "../../tests/vectors/projections/questions.json";
import type { EventPayloads } from "../src/events/generated";
import { scheduleNamed } from "../src/law/schedule";
import { Clinic } from "../src/projections/clinic";
import type { Fact } from "../src/projections/fact";
import { findings, type Wanted } from "../src/projections/giving";
import { QUESTIONS, touches } from "../src/projections/screening";
import { Student } from "../src/projections/student";
import { visitOf, watchMinutes } from "../src/projections/visit";
import {
  ASKED,
  CLINIC,
  child,
  found,
  given,
  MMR,
  order,
  PAPER,
  REGISTERED,
  screened,
  TODAY,
  USUAL,
  yes,
} from "./a_dose";

const written = (one: Fact, at: string, receivedAt = Date.parse(at)): Fact => ({
  ...one,
  receivedAt,
  header: { ...one.header, recorded_at: at },
});
const lifted = (one: Fact, at: string) =>
  written(child("contraindication.lifted", { event: one.header.id, reason: "it was the sister" }), at);

describe("WEB-R561: a dose copied from paper is held against what was known on its day", () => {
  const never = written(
    child("contraindication.recorded", { reason: "a letter", told: PAPER, cvx: [MMR] }),
    "2026-11-10T15:00:00.000Z",
  );
  const on = "2026-11-19";
  const stops = (facts: readonly Fact[], isCopied = true) =>
    found([...ASKED, yes(MMR), ...facts], undefined, { on: isCopied ? on : TODAY, isCopied }).stops;
  it.each([
    ["lifted after its day", "2026-11-20T15:00:00.000Z", ["contraindicated"]],
    ["lifted on its day", "2026-11-19T15:00:00.000Z", []],
    ["lifted before", "2026-11-12T15:00:00.000Z", []],
  ])("a contraindication %s", (_, at, expected) => {
    expect(stops([never, lifted(never, at)])).toEqual(expected);
    expect(stops([never, lifted(never, at)], false)).toEqual([]);
  });
  it("written before its day by a clock that was a year ahead", () => {
    const ahead = written(never, "2027-11-10T15:00:00.000Z", Date.parse("2026-11-10T15:00:00.000Z"));
    expect(stops([ahead])).toEqual(["contraindicated"]);
  });
});

describe("WEB-R562: anaphylaxis that is named counts, ticked or not", () => {
  it.each([
    ["anaphylaxis to gelatin", ["anaphylaxis"]],
    ["Gelatina: choque anafiláctico en 2022", ["anaphylaxis"]],
    ["Gelatin (anaphalaxis)", ["anaphylaxis"]],
    ["gelatin, hives", []],
    ["gelatin, hives, no anaphylaxis", []],
    ["gelatina, sin anafilaxia", []],
  ])("%s", (substance, stops) => {
    const allergy = child("allergy.recorded", { substance, anaphylaxis: false, told: PAPER });
    expect(found([...USUAL, allergy]).stops).toEqual(stops);
  });
});

describe("WEB-R563: a reaction to an earlier dose", () => {
  const earlier = given(MMR, "2025-03-01");
  const tdap = given("115", "2025-03-01");
  const reaction = (of: Fact, description: string, more: Partial<EventPayloads["reaction.observed"]> = {}) =>
    child("reaction.observed", {
      doses: [of.header.id],
      began_at: "2025-03-01T16:00:00.000Z",
      description,
      ...more,
    });
  const severe = reaction(earlier, "Hives, wheeze", { epinephrine_at: ["2025-03-01T16:05:00.000Z"] });
  const codes = (...facts: readonly Fact[]) => found([...USUAL, ...facts]);
  it.each([
    ["treated with epinephrine", severe],
    ["called anaphylaxis", reaction(earlier, "Anafilaxia a los 10 minutos")],
  ])("%s stops the vaccine", (_, one) => expect(codes(earlier, one).stops).toEqual(["contraindicated"]));
  it("assessed as a danger to life stops it, and what brings it", () => {
    const one = reaction(earlier, "Collapsed");
    const assessed = child("reaction.assessed", {
      event: one.header.id,
      report: "required",
      results: ["life_threatening"],
    });
    const facts = [...ASKED, yes("94"), screened(), earlier, one, assessed];
    expect(found(facts, [order("94")], { cvx: "94" }).stops).toEqual(["contraindicated"]);
  });
  it.each([
    ["Td after Tdap", "115", "113"],
    ["DTaP with polio after DTaP", "20", "130"],
    ["polio after DTaP with polio", "130", "10"],
    ["varicella after MMR with varicella", "94", "21"],
    ["meningococcal B after MenABCWY", "316", "162"],
    ["MenACWY on tetanus toxoid after Tdap", "115", "203"],
    ["MenACWY on CRM197 after Td", "113", "136"],
    ["a pneumococcal conjugate after DTaP with polio", "130", "216"],
  ])("stops what shares something with it: %s", (_, first, cvx) => {
    const before = given(first, "2025-03-01");
    const one = reaction(before, "Wheeze", { epinephrine_at: ["2025-03-01T16:05:00.000Z"] });
    const { stops, warnings } = found([...ASKED, yes(cvx), screened(), before, one], [order(cvx)], { cvx });
    expect([stops, warnings.includes("reaction_before")]).toEqual([["contraindicated"], false]);
  });
  it("asks for a reason before any other vaccine, until somebody lifts it", () => {
    const facts = [earlier, tdap, reaction(tdap, "Wheeze", { epinephrine_at: ["2025-03-01T16:05:00.000Z"] })];
    expect(codes(...facts)).toEqual({ stops: [], warnings: ["reaction_before"] });
    expect(codes(...facts, lifted(facts.at(-1) as Fact, `${TODAY}T14:00:00.000Z`)).warnings).toEqual([]);
  });
  it("a lesser one asks for a reason before the same vaccine alone", () => {
    expect(codes(earlier, reaction(earlier, "Fainted"))).toEqual({ stops: [], warnings: ["reaction_before"] });
    expect(codes(tdap, reaction(tdap, "Fainted"))).toEqual({ stops: [], warnings: [] });
  });
  it("one of today asks for a reason before any", () => {
    const today = reaction(tdap, "Fainted", { began_at: `${TODAY}T14:30:00.000Z` });
    expect(codes(tdap, today).warnings).toEqual(["reaction_before"]);
  });
  it("to a dose that was another child's stops nothing", () => {
    expect(codes(earlier, severe, child("dose.voided", { event: earlier.header.id, reason: "twin" })).stops).toEqual(
      [],
    );
  });
  it("has the child watched for half an hour", () => {
    expect(watchMinutes(new Student([REGISTERED, earlier, severe]), null)).toBe(30);
    expect(watchMinutes(new Student([REGISTERED, earlier, reaction(earlier, "Fainted")]), null)).toBe(15);
  });
});

const OTHER_CLINIC = "019a0000-0000-7000-8000-0000000000cc";
const answered = (positive: readonly string[], at: string, clinic = CLINIC) =>
  child("screening.answered", {
    ...{ clinic, questionnaire: "doseledger-visit-1", answered_by: "Parent" },
    ...{ at, positive },
  });
const said = (facts: readonly Fact[], cvx = MMR) => {
  const student = new Student([REGISTERED, ...ASKED.slice(1), ...facts, yes(cvx)]);
  // The district's day begins at six in the morning, UTC.
  const dayOf = (moment: number) => new Date(moment - 6 * 3_600_000).toISOString().slice(0, 10);
  const lot = { lot: "W1", expiresOn: "2027-06-30", stockExpiresOn: "2027-06-30", held: null, listed: true } as const;
  const how = { route: "IM", doseMl: 0.5, site: "left_deltoid" };
  const wanted: Wanted = { cvx, ...lot, funding: "private", on: TODAY, how, papers: [] };
  const standards = { isDue: true, schedule: scheduleNamed("acip") };
  const { stops, warnings } = findings(
    student,
    new Clinic(`clinic/${CLINIC}`, [order(cvx)]),
    visitOf(student, CLINIC, TODAY, dayOf),
    wanted,
    standards,
  );
  return [...stops, ...warnings].flatMap(({ code, about }) =>
    code.includes("screen") ? [`${code} ${about}`.trim()] : [],
  );
};

describe("WEB-R564: a yes holds up its vaccines wherever and whenever on the day it was said", () => {
  it("at another clinic, which is still asked for here", () => {
    const there = answered(["pregnancy"], `${TODAY}T14:00:00.000Z`, OTHER_CLINIC);
    expect(said([there])).toEqual(["screening_open pregnancy", "not_screened"]);
    expect(said([there, answered([], `${TODAY}T15:00:00.000Z`)])).toEqual(["screening_open pregnancy"]);
    const no = answered([], `${TODAY}T14:00:00.000Z`, OTHER_CLINIC);
    expect(said([no])).toEqual(["not_screened"]);
  });
  it("before midnight, at a clinic that goes on", () => {
    expect(said([answered(["ill_today"], "2026-11-21T05:50:00.000Z")])).toEqual([
      "screening_open ill_today",
      "not_screened",
    ]);
    expect(said([answered(["ill_today"], "2026-11-21T00:50:00.000Z")])).toEqual(["not_screened"]);
  });
  it("at a visit of before, where today nobody says so, it asks for a reason", () => {
    const today = answered([], `${TODAY}T15:00:00.000Z`);
    expect(said([answered(["pregnancy"], "2026-10-21T15:00:00.000Z"), today])).toEqual(["screening_before pregnancy"]);
    expect(said([answered(["pregnancy"], "2025-10-21T15:00:00.000Z"), today])).toEqual([]);
    expect(said([answered(["ill_today"], "2026-11-20T15:00:00.000Z"), today])).toEqual([]);
    expect(said([answered(["pregnancy"], "2026-10-21T15:00:00.000Z"), today], "115")).toEqual([]);
  });
});

describe("WEB-R565: which vaccines a question touches (CDC, ACIP)", () => {
  it.each([
    [
      "pregnancy",
      ["03", "21", "94", "111", "165", "62", "162", "163", "316", "10", "220"],
      ["115", "150", "08", "83", "203"],
    ],
    ["blood_products", ["03", "94", "21"], ["111", "149", "116", "115"]],
    ["live_vaccine_28_days", ["03", "21", "111"], ["116", "115"]],
    ["immune_status", ["03", "21", "111", "116"], ["115", "165"]],
    ["ill_today", ["03", "115"], []],
    ["a_question_of_another_version", ["03", "115"], []],
  ])("%s", (question, touched, untouched) => {
    const answer = answered([question], `${TODAY}T15:00:00.000Z`);
    const stopped = [...touched, ...untouched].filter((cvx) => said([answer], cvx).length > 0);
    expect(stopped).toEqual(touched);
  });
});

it("WEB-R565: each question touches the vaccines it touches in the office's list", () => {
  const all = vectors.ill_today;
  for (const { id } of QUESTIONS) expect([id, ...all.filter((cvx) => touches(id, cvx))]).toEqual([id, ...vectors[id]]);
});
