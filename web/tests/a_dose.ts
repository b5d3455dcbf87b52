/** One child, one clinic and one vaccine about to be given, with which nothing is wrong; what tests say against a dose. */
import type { EligibilityStated, EventPayloads } from "../src/events/generated";
import { scheduleNamed } from "../src/law/schedule";
import { Clinic } from "../src/projections/clinic";
import type { Fact } from "../src/projections/fact";
import { findings, type Wanted } from "../src/projections/giving";
import { Student } from "../src/projections/student";
import { visitOf } from "../src/projections/visit";

export const TODAY = "2026-11-21";
export const CLINIC = "019a0000-0000-7000-8000-00000000000c";
export const CHILD = "019a0000-0000-7000-8000-000000000001";
export const PAPER = { source: "paper", recorder: "Office" } as const;
export const WORK = { lines: ["410 Aspen Ave"] };
let made = 0;

export function fact<Type extends keyof EventPayloads>(stream: string, type: Type, payload: EventPayloads[Type]): Fact {
  made += 1;
  const id = `019a0000-0000-7000-8000-${String(made).padStart(12, "0")}`;
  const header = {
    id,
    stream,
    type,
    recorded_at: `${TODAY}T15:00:00.000Z`,
    device: "phone",
    author: "nurse",
    seq: made,
  };
  return {
    position: made,
    receivedAt: Date.parse(`${TODAY}T15:00:00.000Z`) + made,
    eventHash: id,
    header,
    payload,
  } as unknown as Fact;
}
export const child = <Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]) =>
  fact(`student/${CHILD}`, type, payload);
export const clinic = <Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]) =>
  fact(`clinic/${CLINIC}`, type, payload);

export const REGISTERED = child("student.registered", {
  name: { given: "Ada", family: "Okafor" },
  birth_date: "2014-05-31",
});
export const yes = (cvx: string, signer = "Parent") =>
  child("consent.given", { cvx: [cvx], signer, standing: "parent", form: "paper", on: "2026-11-01" });
export const no = (cvx: string, signer = "Parent") =>
  child("consent.refused", { cvx: [cvx], signer, standing: "parent", on: "2026-11-02" });
export const screened = (positive: readonly string[] = []) =>
  child("screening.answered", {
    clinic: CLINIC,
    questionnaire: "doseledger-visit-1",
    answered_by: "Parent",
    at: `${TODAY}T14:00:00.000Z`,
    positive,
  });
export const order = (cvx: string, more = {}) =>
  clinic("clinic.order_issued", {
    prescriber: "Dr. Moreau",
    cvx,
    valid_from: "2026-01-01",
    valid_to: "2026-12-31",
    dose_ml: 0.5,
    route: "IM",
    sites: ["left_deltoid"],
    age_months_from: 84,
    ...more,
  });
export const dose = (cvx: string, on: string) => child("dose.recorded", { told: PAPER, cvx, given_on: on });
export const given = (cvx: string, on: string, more = {}) =>
  child("dose.administered", {
    ...{ cvx, given_on: on, lot: "T1", mvx: "SKB", site: "left_deltoid", route: "IM", dose_ml: 0.5 },
    ...{ giver: { name: "A", title: "RN", address: WORK }, clinic: CLINIC, ...more },
  });
export const MMR = "03";
export const packet = (more = {}) =>
  child("packet.given", {
    recipient: "Parent",
    version: "2026",
    language: "en",
    channel: "mail",
    on: "2026-11-01",
    ...more,
  });
export const eligible = (category: EligibilityStated["category"], on = TODAY) =>
  child("eligibility.stated", { category, on, said_by: "Parent", clinic: CLINIC });
export const ASKED: readonly Fact[] = [REGISTERED, packet(), eligible("insured")];
export const USUAL: readonly Fact[] = [...ASKED, yes(MMR), screened()];

export const ENROLLED = child("enrollment.began", {
  facility: "019a0000-0000-7000-8000-00000000000f",
  kind: "secondary",
  basis: "full",
  first_day: "2026-09-08",
  grade: "7",
});

export function saidOf(facts: readonly Fact[], orders: readonly Fact[] = [order(MMR)], more: Partial<Wanted> = {}) {
  return weighed([ENROLLED, ...facts], orders, more);
}

/** `isDue`: the law asks for it. */
export function weighed(
  facts: readonly Fact[],
  orders: readonly Fact[] = [order(MMR)],
  more: Partial<Wanted> = {},
  isDue = true,
) {
  const student = new Student(facts);
  const visit = visitOf(student, CLINIC, TODAY, () => TODAY);
  const lot = { lot: "W1", expiresOn: "2027-06-30", stockExpiresOn: "2027-06-30", held: null, listed: true } as const;
  const how = { route: "IM", doseMl: 0.5, site: "left_deltoid" };
  const wanted = { cvx: MMR, ...lot, funding: "private", on: TODAY, how, papers: [], ...more };
  const standards = { isDue, schedule: scheduleNamed("acip") };
  return findings(student, new Clinic(`clinic/${CLINIC}`, orders), visit, wanted, standards);
}

export function found(facts: readonly Fact[], orders?: readonly Fact[], more?: Partial<Wanted>) {
  const { stops, warnings } = saidOf(facts, orders, more);
  return { stops: stops.map((one) => one.code), warnings: warnings.map((one) => one.code) };
}
