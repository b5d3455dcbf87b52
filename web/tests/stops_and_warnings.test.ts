/** The sentence on giving, word by word: what stops, what warns, and that each stop names its follow-up. */
import { describe, expect, it, vi } from "vitest";
import { Clinic } from "../src/projections/clinic";
import type { Fact } from "../src/projections/fact";
import type { Wanted } from "../src/projections/giving";
import { Student } from "../src/projections/student";
import { incidentOf } from "../src/screens/clinic/found";
import { giving as english } from "../src/text/clinic/giving_en";
import { giving as spanish } from "../src/text/clinic/giving_es";
import { learn } from "../src/text/words";
import {
  ASKED,
  CLINIC,
  child,
  clinic,
  dose,
  eligible,
  MMR,
  no,
  order,
  PAPER,
  packet,
  REGISTERED,
  saidOf,
  screened,
  TODAY,
  USUAL,
  yes,
} from "./a_dose";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});
learn(english, spanish);

/** What the clinic's words of its stock say of the lot in the hand. */
const held = (...words: readonly Fact[]): Partial<Wanted> => ({
  held: new Clinic(`clinic/${CLINIC}`, words).heldWhy("W1", "MSD"),
});
const LOADED = clinic("stock.loaded", {
  ...{
    container: "Cooler 1",
    cvx: MMR,
    mvx: "MSD",
    lot: "w-1",
    expires_on: "2027-06-30",
    doses: 10,
    funding: "private",
  },
});
const RECALL = clinic("stock.held", { lots: ["W 1"], why: "recall" });
const warm = (celsius: number) =>
  clinic("temperature.read", { container: "cooler 1", celsius, at: `${TODAY}T16:00:00.000Z`, occasion: "opening" });
const GELATIN = child("allergy.recorded", { substance: "gelatin", anaphylaxis: true, told: PAPER });

describe("WEB-R50, WEB-R51: these stop", () => {
  const given = yes(MMR);
  const taken = child("consent.withdrawn", { event: given.header.id, by: "Parent", at: `${TODAY}T14:00:00.000Z` });
  it.each<[string, readonly Fact[], readonly Fact[], Partial<Wanted>, string, string]>([
    ["no consent", [...ASKED, screened()], [order(MMR)], {}, "consent_none", english.follow_consent],
    ["refused consent", [...ASKED, no(MMR), screened()], [order(MMR)], {}, "consent_refused", english.follow_consent],
    [
      "one taken back",
      [...ASKED, given, taken, screened()],
      [order(MMR)],
      {},
      "consent_withdrawn",
      english.follow_consent,
    ],
    ["anaphylaxis to a component", [...USUAL, GELATIN], [order(MMR)], {}, "anaphylaxis", english.follow_anaphylaxis],
    ["expired stock", USUAL, [order(MMR)], { expiresOn: "2026-11-20" }, "lot_expired", english.follow_lot],
    ["recalled stock", USUAL, [order(MMR)], held(LOADED, RECALL), "lot_held", english.follow_lot],
    ["recalled stock that nobody loaded", USUAL, [order(MMR)], held(RECALL), "lot_held", english.follow_lot],
    ["excursion stock, too warm", USUAL, [order(MMR)], held(LOADED, warm(8.1)), "lot_held", english.follow_lot],
    ["excursion stock, too cold", USUAL, [order(MMR)], held(LOADED, warm(1.9)), "lot_held", english.follow_lot],
    ["no order", USUAL, [], {}, "order_none", english.follow_order],
    ["an order that ended", USUAL, [order(MMR, { valid_to: "2026-11-20" })], {}, "order_none", english.follow_order],
    ["one not yet in force", USUAL, [order(MMR, { valid_from: "2026-11-22" })], {}, "order_none", english.follow_order],
  ])("%s; given all the same, it is recorded with an incident", (_, facts, orders, more, code, step) => {
    const { stops } = saidOf(facts, orders, more);
    expect(stops.map((one) => one.code)).toEqual([code]);
    const incident = incidentOf(new Student([REGISTERED]), "the dose", stops, "so it was");
    expect(incident.type).toBe("incident.opened");
    expect(incident.payload).toMatchObject({
      dose: "the dose",
      reason: "so it was",
      follow_up: [step, english.follow_always],
    });
    expect(incident.payload).toHaveProperty("stops.0", expect.not.stringContaining("found_"));
  });
  it.each([
    ["the day it expires", {}, { expiresOn: TODAY, stockExpiresOn: TODAY }],
    ["the last day of an order", { valid_to: TODAY }, {}],
    ["its first", { valid_from: TODAY }, {}],
    ["a box at 2.0 °C", {}, held(LOADED, warm(2))],
    ["and at 8.0", {}, held(LOADED, warm(8))],
    [
      "a recall that was lifted",
      {},
      held(LOADED, RECALL, clinic("stock.cleared", { lots: ["W1"], authority: "Merck" })),
    ],
  ])("not %s", (_, ordered, more) =>
    expect(saidOf(USUAL, [order(MMR, ordered)], more)).toEqual({ stops: [], warnings: [] }),
  );
});

describe("WEB-R52: these warn, ask for a reason and stop nothing", () => {
  const infant = child("student.registered", { name: { given: "B", family: "O" }, birth_date: "2025-12-21" });
  const medicaid = [REGISTERED, packet(), eligible("medicaid"), yes(MMR), screened()];
  it.each<[string, readonly Fact[], object, string, string]>([
    ["too early", [...USUAL, dose(MMR, "2026-10-25")], {}, "too_early", "2026-11-22"],
    ["wrong age for it to count", [...USUAL, infant], { age_months_from: 0 }, "too_young", "2026-12-21"],
    ["wrong age for the order", USUAL, { age_months_from: 216 }, "age", ""],
    ["spacing to another live vaccine", [...USUAL, dose("21", "2026-10-25")], {}, "live_too_early", "2026-11-22"],
    ["funding mismatch", medicaid, {}, "funding", "private vfc"],
  ])("%s", (_, facts, ordered, code, about) =>
    expect(saidOf(facts, [order(MMR, ordered)])).toEqual({ stops: [], warnings: [{ code, about }] }),
  );
});
