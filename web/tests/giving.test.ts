/** What stands against a dose, line by line: the same child and clinic, one thing different. */
import { describe, expect, it } from "vitest";
import type { EligibilityStated } from "../src/events/generated";
import { Clinic } from "../src/projections/clinic";
import { type Fact, isBehind } from "../src/projections/fact";
import type { Wanted } from "../src/projections/giving";
import { currentVis, lawParts, type Part, recommendedOn, visParts } from "../src/projections/packet";
import { notSeen, talliesOf } from "../src/projections/stock";
import { Student } from "../src/projections/student";

import {
  ASKED,
  CHILD,
  CLINIC,
  child,
  clinic,
  dose,
  ENROLLED,
  eligible,
  found,
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
  WORK,
  weighed,
  yes,
} from "./a_dose";

describe("WEB-R289: the box it comes from", () => {
  it.each(["box_no_start", "box_over", "box_ended"] as const)("%s warns and names it", (fault) => {
    const { stops, warnings } = saidOf(USUAL, undefined, { cold: { fault, box: "Cooler 1" } });
    expect([stops, warnings]).toEqual([[], [{ code: fault, about: "Cooler 1" }]]);
  });
  it("read and cold, or copied from paper, says nothing", () =>
    expect(found(USUAL, undefined, { cold: null }).warnings).toEqual([]));
});

describe("WEB-R50: what forbids a dose", () => {
  it("nothing, in the usual case", () => expect(found(USUAL)).toEqual({ stops: [], warnings: [] }));
  it.each([
    ["no consent", [...ASKED, screened()], "consent_none"],
    ["consent for another vaccine", [...ASKED, yes("115"), screened()], "consent_none"],
    ["a refusal", [...ASKED, no(MMR), screened()], "consent_refused"],
    ["one parent's no against the other's yes", [...USUAL, no(MMR, "Other")], "consent_conflict"],
    ["the same parent's later no", [...USUAL, no(MMR)], "consent_refused"],
    [
      "anaphylaxis to what it holds",
      [...USUAL, child("allergy.recorded", { substance: "Gelatin", anaphylaxis: true, told: PAPER })],
      "anaphylaxis",
    ],
    [
      "anaphylaxis in Spanish",
      [...USUAL, child("allergy.recorded", { substance: "neomicina", anaphylaxis: true, told: PAPER })],
      "anaphylaxis",
    ],
    [
      "anaphylaxis to the vaccine",
      [...USUAL, child("allergy.recorded", { substance: "MMR vaccine", anaphylaxis: true, told: PAPER })],
      "anaphylaxis",
    ],
    [
      "a contraindication by antigen",
      [...USUAL, child("contraindication.recorded", { reason: "x", told: PAPER, antigens: ["measles"] })],
      "contraindicated",
    ],
    [
      "a contraindication for everything",
      [...USUAL, child("contraindication.recorded", { reason: "x", told: PAPER })],
      "contraindicated",
    ],
    ["an undecided yes that touches it", [...ASKED, yes(MMR), screened(["pregnancy"])], "screening_open"],
  ])("%s", (_, facts, code) => expect(found(facts).stops).toEqual([code]));
  it.each([
    ["a mild allergy", child("allergy.recorded", { substance: "gelatin", anaphylaxis: false, told: PAPER })],
    [
      "anaphylaxis to what it does not hold",
      child("allergy.recorded", { substance: "yeast", anaphylaxis: true, told: PAPER }),
    ],
    ["anaphylaxis to egg (ACIP)", child("allergy.recorded", { substance: "egg", anaphylaxis: true, told: PAPER })],
    [
      "a contraindication that has ended",
      child("contraindication.recorded", { reason: "x", told: PAPER, until: "2026-11-20" }),
    ],
    [
      "another vaccine's contraindication",
      child("contraindication.recorded", { reason: "x", told: PAPER, cvx: ["115"] }),
    ],
  ])("not %s", (_, one) => expect(found([...USUAL, one])).toEqual({ stops: [], warnings: [] }));
  it("a withdrawn consent", () => {
    const given = yes(MMR);
    const taken = child("consent.withdrawn", { event: given.header.id, by: "Parent", at: `${TODAY}T14:00:00.000Z` });
    expect(found([REGISTERED, given, taken, screened()]).stops).toEqual(["consent_withdrawn"]);
  });
  it("WEB-R451: what was said after its day is not held against a dose that is only copied now", () => {
    const given = yes(MMR);
    const taken = child("consent.withdrawn", { event: given.header.id, by: "Parent", at: `${TODAY}T14:00:00.000Z` });
    const later = child("consent.refused", { cvx: [MMR], signer: "Other", standing: "parent", on: TODAY });
    const facts = [REGISTERED, given, taken, later];
    const copied = { on: "2026-11-19", isCopied: true } as const;
    expect(found(facts, undefined, copied).stops).toEqual([]);
    expect(found(facts, undefined, { ...copied, isCopied: false }).stops).toEqual(["consent_refused"]);
    expect(found(facts, undefined, { ...copied, on: TODAY }).stops).toEqual(["consent_refused"]);
  });
  it("PROJ-R212: nor is what was written of allergies and contraindications", () => {
    const never = child("contraindication.recorded", { reason: "a letter", told: PAPER, cvx: [MMR] });
    const allergy = child("allergy.recorded", { substance: "gelatin", told: PAPER, anaphylaxis: true });
    const facts = [REGISTERED, yes(MMR), never, allergy];
    const copied = { on: "2026-11-19", isCopied: true } as const;
    expect(found(facts, undefined, copied).stops).toEqual([]);
    for (const more of [
      { ...copied, isCopied: false },
      { ...copied, on: TODAY },
    ]) {
      expect(found(facts, undefined, more).stops).toEqual(["contraindicated", "anaphylaxis"]);
    }
  });
  it("a decision against it; not one for it", () => {
    const asked = screened(["immune_status"]);
    const decided = (allowed: readonly string[], blocked: readonly string[] = []) =>
      child("screening.decided", { event: asked.header.id, allowed, blocked, reason: "r" });
    expect(found([REGISTERED, yes(MMR), asked, decided([], [MMR])]).stops).toEqual(["screening_blocked"]);
    expect(found([REGISTERED, yes(MMR), asked, decided(["21"])]).stops).toEqual(["screening_open"]);
    expect(found([REGISTERED, yes(MMR), asked, decided([MMR])]).stops).toEqual([]);
  });
  it("WEB-R306: a yes that was asked again: only a decision ends it, and each yes has its own", () => {
    const [first, second] = [screened(["immune_status"]), screened(["pregnancy"])];
    const decided = (asked: Fact, allowed: readonly string[]) =>
      child("screening.decided", { event: asked.header.id, allowed, blocked: [], reason: "r" });
    expect(found([REGISTERED, yes(MMR), first, screened()]).stops).toEqual(["screening_open"]);
    expect(found([REGISTERED, yes(MMR), first, decided(first, []), screened()]).stops).toEqual(["screening_open"]);
    expect(found([REGISTERED, yes(MMR), first, decided(first, [MMR]), screened()]).stops).toEqual([]);
    expect(found([REGISTERED, yes(MMR), first, second, decided(second, [MMR])]).stops).toEqual(["screening_open"]);
  });
  it("WEB-R457: a nurse decides again; two who knew nothing of each other must both allow it", () => {
    const asked = screened(["immune_status"]);
    const decided = (may: boolean, device = "phone") => {
      const [allowed, blocked] = may ? [[MMR], []] : [[], [MMR]];
      const told = child("screening.decided", { event: asked.header.id, allowed, blocked, reason: "r" });
      return { ...told, header: { ...told.header, device, seen: { epoch: "e", size: 0 } } } as unknown as Fact;
    };
    const stops = (...told: readonly Fact[]) => found([REGISTERED, yes(MMR), asked, ...told]).stops;
    expect(stops(decided(false), decided(true))).toEqual([]);
    expect(stops(decided(true), decided(false))).toEqual(["screening_blocked"]);
    expect(stops(decided(false), decided(true, "tablet"))).toEqual(["screening_blocked"]);
    expect(stops(decided(true), decided(true, "tablet"))).toEqual([]);
  });
  it("WEB-R457: a decision on influenza of one maker is one on another's", () => {
    const asked = screened(["ill_today"]);
    const told = child("screening.decided", { event: asked.header.id, allowed: ["141"], blocked: [], reason: "r" });
    const shot = (cvx: string) => found([REGISTERED, yes(cvx), asked, told], [order(cvx)], { cvx }).stops;
    expect([shot("150"), shot("149")]).toEqual([[], ["screening_open"]]);
  });
  it("no order, an order that ended, an expired lot, a held lot", () => {
    expect(found(USUAL, []).stops).toEqual(["order_none"]);
    expect(found(USUAL, [order(MMR, { valid_to: "2026-11-20" })]).stops).toEqual(["order_none"]);
    expect(found(USUAL, [order(MMR)], { expiresOn: "2026-11-20" }).stops).toEqual(["lot_expired"]);
    expect(found(USUAL, [order(MMR)], { expiresOn: TODAY }).stops).toEqual([]);
    expect(found(USUAL, [order(MMR)], { held: "excursion" }).stops).toEqual(["lot_held"]);
  });
  it("PROJ-R155: an order stands from its first day to its last, and not from the day it was withdrawn", () => {
    expect(found(USUAL, [order(MMR, { valid_from: TODAY, valid_to: TODAY })]).stops).toEqual([]);
    expect(found(USUAL, [order(MMR, { valid_from: "2026-11-22" })]).stops).toEqual(["order_none"]);
    const issued = order(MMR);
    const taken = (on: string) =>
      clinic("clinic.order_withdrawn", { event: issued.header.id, on, by: "Dr. Moreau", reason: "replaced" });
    expect(found(USUAL, [issued, taken("2026-11-22")]).stops).toEqual([]);
    expect(found(USUAL, [issued, taken(TODAY)]).stops).toEqual(["order_none"]);
    expect(found(USUAL, [issued, taken("2026-11-22"), taken(TODAY)]).stops).toEqual(["order_none"]);
    expect(found(USUAL, [issued, taken(TODAY), order(MMR)]).stops).toEqual([]);
  });
});

describe("WEB-R52: what only speaks against a dose", () => {
  it.each([
    ["nobody asked the questions", [...ASKED, yes(MMR)], "not_screened"],
    ["less than four weeks since the last", [...USUAL, dose(MMR, "2026-10-25")], "too_early"],
    ["the same day", [...USUAL, dose(MMR, TODAY)], "same_day"],
    ["another live vaccine lately", [...USUAL, dose("21", "2026-11-01")], "live_too_early"],
    [
      "an unknown substance",
      [...USUAL, child("allergy.recorded", { substance: "kumquat", anaphylaxis: true, told: PAPER })],
      "allergy_unknown",
    ],
  ])("%s", (_, facts, code) => expect(found(facts)).toEqual({ stops: [], warnings: [code] }));
  it.each([
    ["four whole weeks", dose(MMR, "2026-10-24")],
    ["another live vaccine on the same day", dose("21", TODAY)],
    ["an inactivated vaccine lately", dose("115", "2026-11-15")],
    ["a live vaccine by mouth lately (WEB-R463)", dose("116", "2026-11-15")],
    ["a partial date of before", dose(MMR, "2026-09")],
    ["a year that is over", dose(MMR, "2025")],
  ])("not %s", (_, one) => expect(found([...USUAL, one]).warnings).toEqual([]));
  it.each([
    ["this month without its day", dose(MMR, "2026-11"), { code: "too_early", about: "2026-12-19" }],
    ["a month that ended lately", dose(MMR, "2026-10"), { code: "day_open", about: "2026-10" }],
    ["a year", dose("94", "2026"), { code: "day_open", about: "2026" }],
    ["another live vaccine without its day", dose("21", "2026-11"), { code: "day_open", about: "2026-11" }],
    ["one dated tomorrow by another clock", dose(MMR, "2026-11-22"), { code: "same_day", about: "2026-11-22" }],
    ["a live one dated tomorrow", dose("21", "2026-11-22"), { code: "live_too_early", about: "2026-12-20" }],
  ])("WEB-R464: %s", (_, one, warning) => expect(saidOf([...USUAL, one])).toEqual({ stops: [], warnings: [warning] }));
  it("WEB-R464: a dose copied from an earlier day is not too early after a live one of later", () => {
    const facts = [...USUAL, dose("21", "2026-11-20")];
    expect(found(facts, undefined, { on: "2026-11-10", isCopied: true }).warnings).not.toContain("live_too_early");
    expect(found(facts, undefined, { on: TODAY, isCopied: true }).warnings).toContain("live_too_early");
  });
  it.each([
    ["2014-05", { age_months_from: 84 }, []],
    ["2019-11", { age_months_from: 84 }, ["age_open"]],
    ["2019", { age_months_from: 84 }, ["age_open"]],
    ["2021", { age_months_from: 84 }, ["age"]],
    ["2025-11", { age_months_from: 0 }, ["too_young"]],
  ])("WEB-R453: born %s, for all that is known of it", (birth_date, ages, expected) => {
    const small = child("student.registered", { name: { given: "B", family: "O" }, birth_date });
    const facts = [small, packet(), eligible("insured"), yes(MMR), screened()];
    expect(found(facts, [order(MMR, ages)]).warnings).toEqual(expected);
  });
  it("WEB-R453: of two orders the one for the youngest it can be is the dose's", () => {
    const born = child("student.registered", { name: { given: "B", family: "O" }, birth_date: "2010" });
    const adult = order(MMR, { age_months_from: 228, dose_ml: 1 });
    const facts = [born, packet(), eligible("insured"), yes(MMR), screened()];
    expect(found(facts, [adult, order(MMR)])).toEqual({ stops: [], warnings: [] });
  });
  it.each([
    ["DTaP and polio contraindicated, DTaP in the box", "20", "130", "contraindicated_near"],
    ["Tdap contraindicated, Td in the box", "09", "115", "contraindicated_near"],
    ["MMRV contraindicated, MMR in the box", MMR, "94", "contraindicated_near"],
    ["PROJ-R260: influenza by the nose contraindicated, the shot in the box", "140", "333", "contraindicated_near"],
    ["PROJ-R260: polio by mouth contraindicated, the shot in the box", "10", "02", "contraindicated_near"],
  ])("WEB-R454: %s", (_, cvx, named, code) => {
    const contra = child("contraindication.recorded", { reason: "seizure", told: PAPER, cvx: [named] });
    const { stops, warnings } = saidOf([...ASKED, yes(cvx), screened(), contra], [order(cvx)], { cvx });
    expect(stops).toEqual([]);
    expect(warnings).toContainEqual({ code, about: "seizure" });
  });
  it("PROJ-R260: influenza by a needle contraindicated, the spray in the box", () => {
    const contra = child("contraindication.recorded", { reason: "Guillain-Barré", told: PAPER, cvx: ["140"] });
    const facts = [...ASKED, yes("333"), screened(), contra];
    expect(saidOf(facts, [order("333")], { cvx: "333" }).stops).toEqual([
      { code: "contraindicated", about: "Guillain-Barré" },
    ]);
  });
  describe("WEB-R455: an exemption from the vaccine", () => {
    const paper = (kind: "medical" | "conscientious" | "laboratory", more = {}) =>
      child("statement.received", {
        ...{ kind, signer: "Dr. Moreau", standing: kind === "medical" ? "physician" : "parent", told: PAPER },
        ...{ received_on: "2026-09-01", antigens: ["measles"], ...more },
      });
    const codes = (...facts: readonly Fact[]) => found([...USUAL, ...facts]).warnings;
    it("asks for a reason, checked or not", () => {
      expect(codes(paper("medical"))).toEqual(["exempt_medical"]);
      expect(codes(paper("conscientious", { antigens: [] }))).toEqual(["exempt_conscientious"]);
    });
    it("not from another, not one rejected or withdrawn", () => {
      const one = paper("medical");
      expect(codes(paper("medical", { antigens: ["tetanus"] }), paper("laboratory"))).toEqual([]);
      expect(codes(one, child("statement.checked", { event: one.header.id, outcome: "rejected" }))).toEqual([]);
      const back = child("statement.withdrawn", { event: one.header.id, by: "Parent", on: TODAY });
      expect(codes(one, back)).toEqual([]);
    });
  });
  it("WEB-R458: a slip marked for a dose that has not come to this phone", () => {
    const mark = (station: "check_in" | "vaccinator") =>
      clinic("clinic.slip_marked", { student: CHILD, station, at: `${TODAY}T14:00:00.000Z` });
    const given = child("dose.administered", {
      ...{ cvx: "115", given_on: TODAY, lot: "T1", mvx: "SKB", site: "left_deltoid", route: "IM", dose_ml: 0.5 },
      ...{ giver: { name: "A", title: "RN", address: WORK }, clinic: CLINIC },
    });
    const undone = child("dose.voided", { event: given.header.id, reason: "r" });
    const codes = (station: "check_in" | "vaccinator", ...facts: readonly Fact[]) =>
      found([...USUAL, ...facts], [order(MMR), mark(station)]).warnings;
    expect(codes("vaccinator")).toEqual(["slip_marked"]);
    expect([codes("check_in"), codes("vaccinator", given), codes("vaccinator", given, undone)]).toEqual([[], [], []]);
    const elsewhere = { ...given, header: { ...given.header, device: "tablet" } };
    expect(codes("vaccinator", elsewhere)).toEqual(["slip_marked"]);
    const seen = clinic("clinic.slip_marked", {
      ...{ student: CHILD, station: "vaccinator", at: `${TODAY}T14:30:00.000Z`, device: "phone" },
    });
    const told = (...facts: readonly Fact[]) => found([...USUAL, ...facts], [order(MMR), seen]).warnings;
    expect([told(), told(given), told(given, elsewhere)]).toEqual([["slip_marked"], ["slip_marked"], []]);
  });
  it("WEB-R462: a clock behind what the district received, by more than half an hour", () => {
    expect(found(USUAL, undefined, { clockBehind: true }).warnings).toEqual(["clock_behind"]);
    const at = (receivedAt: number | null) => [{ ...REGISTERED, receivedAt }];
    const [now, minute] = [Date.parse(`${TODAY}T15:00:00Z`), 60_000];
    const behind = [now + 31 * minute, now + 29 * minute, now - 1, null].map((told) => isBehind(now, at(told)));
    expect(behind).toEqual([true, false, false, false]);
  });
  it("another age, a lot not in stock", () => {
    expect(found(USUAL, [order(MMR, { age_months_from: 216 })]).warnings).toEqual(["age"]);
    expect(found(USUAL, [order(MMR)], { listed: false }).warnings).toEqual(["lot_unknown"]);
  });
});

describe("WEB-R234: a dose goes by its order", () => {
  const by = (how: Wanted["how"], ...orders: readonly Fact[]) =>
    saidOf(USUAL, orders.length > 0 ? orders : [order(MMR)], { how });
  it.each([
    ["another route", { route: "PO" }, { code: "order_route", about: "IM PO" }],
    ["another dose", { doseMl: 3 }, { code: "order_dose", about: "0.5 3" }],
    ["half of it", { doseMl: 0.25 }, { code: "order_dose", about: "0.5 0.25" }],
  ])("%s stops", (_, how, stop) => expect(by(how)).toEqual({ stops: [stop], warnings: [] }));
  it("another place on the body asks for a reason", () =>
    expect(by({ site: "nose" })).toEqual({ stops: [], warnings: [{ code: "order_site", about: "left_deltoid" }] }));
  it("what an order leaves open is the giver's choice", () => {
    const open = order(MMR, { route: "other", sites: [] });
    expect(by({ route: "SC", site: "right_thigh" }, open)).toEqual({ stops: [], warnings: [] });
    expect(by({ site: "left_deltoid" }, order(MMR, { sites: ["left_arm"] })).warnings).toEqual([]);
  });
  it("of two orders the one that fits is the dose's", () => {
    const [muscle, skin] = [order(MMR), order(MMR, { route: "SC" })];
    expect(by({ route: "SC" }, muscle, skin)).toEqual({ stops: [], warnings: [] });
    const both = new Clinic(`clinic/${CLINIC}`, [muscle, skin]);
    expect(both.orderFor(MMR, TODAY, 150, { route: "SC" })?.event).toBe(skin.header.id);
    expect(both.orderFor(MMR, TODAY, 150)?.event).toBe(muscle.header.id);
  });
  it("the child's age goes before the route", () => {
    const [adult, small] = [order(MMR, { age_months_from: 240 }), order(MMR, { route: "SC" })];
    const found = new Clinic(`clinic/${CLINIC}`, [adult, small]).orderFor(MMR, TODAY, 150, { route: "IM" });
    expect(found?.event).toBe(small.header.id);
  });
});

describe("WEB-R231: what the vial says goes before what its stock says", () => {
  it.each([
    ["an expired vial of a lot the stock has in date", "2025-01-31", "2027-06-30", "2025-01-31"],
    ["stock that expired, a vial that says otherwise", "2027-06-30", "2025-01-31", "2025-01-31"],
    ["a vial that is in no stock", "2025-01-31", "", "2025-01-31"],
  ])("%s stops", (_, expiresOn, stockExpiresOn, about) =>
    expect(saidOf(USUAL, undefined, { expiresOn, stockExpiresOn }).stops).toEqual([{ code: "lot_expired", about }]),
  );
  it("two days that differ ask for a reason", () => {
    const { stops, warnings } = saidOf(USUAL, undefined, { expiresOn: "2027-05-31" });
    expect([stops, warnings]).toEqual([[], [{ code: "expiry_differs", about: "2027-05-31 2027-06-30" }]]);
  });
});

describe("WEB-R233: a hold is on a lot, loaded here or not", () => {
  const held = clinic("stock.held", { lots: ["c9999 aa"], why: "recall" });
  const at = (...facts: readonly Fact[]) => new Clinic(`clinic/${CLINIC}`, facts);
  it("however it is written", () => expect(at(held).heldWhy(" C9999AA")).toBe("recall"));
  it("not another lot, not once it was cleared", () => {
    expect(at(held).heldWhy("C9999A")).toBeNull();
    expect(at(held, clinic("stock.cleared", { lots: ["C9999AA"], authority: "GSK" })).heldWhy("C9999AA")).toBeNull();
  });
});

describe("WEB-R235: a child of whose past nothing is known", () => {
  const known = [...USUAL, child("student.contacts_recorded", { contacts: [] })];
  const codes = (...more: readonly Fact[]) => weighed([...known, ...more]).warnings.map((one) => one.code);
  it("asks for a reason", () => expect(codes()).toEqual(["history_none"]));
  it("not once a paper, or an enrollment, says more", () => {
    expect(codes(dose(MMR, "2015-06-30"))).toEqual([]);
    expect(codes(ENROLLED)).toEqual([]);
  });
});

describe("WEB-R98: the least ages and intervals of the standards", () => {
  const HEPB = "08";
  const yesTo = (cvx: string) => [...ASKED, yes(cvx), screened()];
  const warned = (facts: readonly Fact[], cvx: string, more: Partial<Wanted> = {}) =>
    saidOf(facts, [order(cvx)], { cvx, ...more }).warnings;
  it("hepatitis B's third dose waits for eight weeks after the second, not four", () => {
    const facts = [...yesTo(HEPB), dose(HEPB, "2026-08-01"), dose(HEPB, "2026-10-10")];
    expect(warned(facts, HEPB)).toEqual([{ code: "too_early", about: "2026-12-05" }]);
  });
  it("and for sixteen weeks after the first", () => {
    const facts = [...yesTo(HEPB), dose(HEPB, "2026-08-20"), dose(HEPB, "2026-09-20")];
    expect(warned(facts, HEPB)).toEqual([{ code: "too_early", about: "2026-12-10" }]);
  });
  it("a child too young for it", () => {
    const infant = child("student.registered", { name: { given: "B", family: "O" }, birth_date: "2026-01-15" });
    const facts = [infant, packet(), eligible("insured"), yes(MMR), screened()];
    const [first] = saidOf(facts, [order(MMR, { age_months_from: 0 })]).warnings;
    expect(first).toEqual({ code: "too_young", about: "2027-01-15" });
  });
  it("a vaccine that is not for the age", () => {
    const small = child("student.registered", { name: { given: "B", family: "O" }, birth_date: "2023-05-31" });
    const facts = [small, packet(), eligible("insured"), yes("115"), screened()];
    const { warnings } = saidOf(facts, [order("115", { age_months_from: 0 })], { cvx: "115" });
    expect(warnings.map((one) => one.code)).toEqual(["wrong_vaccine"]);
  });
  it("a dose that the usual series cannot hold is judged by the one that can", () => {
    const facts = [...yesTo(HEPB), dose(HEPB, "2026-05-01"), dose(HEPB, "2026-06-10"), dose(HEPB, "2026-06-20")];
    expect(warned(facts, HEPB)).toEqual([]);
  });
  it("an earlier dose within the four days of grace counts, the one to come gets none", () => {
    const grace = [...yesTo(HEPB), dose(HEPB, "2026-05-01"), dose(HEPB, "2026-05-27")];
    expect(warned(grace, HEPB)).toEqual([]);
    const early = [...yesTo(HEPB), dose(HEPB, "2026-05-01"), dose(HEPB, "2026-09-28")];
    expect(warned(early, HEPB)).toEqual([{ code: "too_early", about: "2026-11-23" }]);
  });
  it.each([
    ["MSD", []],
    ["SKB", ["wrong_vaccine"]],
  ])("adult hepatitis B from a vial of %s at 12", (mvx, expected) =>
    expect(warned(yesTo("43"), "43", { mvx }).map(({ code }) => code)).toEqual(expected),
  );
  it("a second dose on the day of the first", () => {
    const twice = [...yesTo(HEPB), dose(HEPB, TODAY)];
    expect(warned(twice, HEPB).map((one) => one.code)).toEqual(["same_day"]);
  });
  it("eight weeks between doses of COVID-19, of whichever kind", () => {
    const facts = (on: string) => [...yesTo("309"), dose("312", on)];
    const done = (on: string) => ({ code: "complete", about: on });
    expect(warned(facts("2026-10-01"), "309")).toEqual([
      { code: "too_early", about: "2026-11-26" },
      done("2026-10-01"),
    ]);
    expect(warned(facts("2026-09-20"), "309")).toEqual([done("2026-09-20")]);
    expect(warned(facts("2026-07-20"), "309")).toEqual([]);
  });
  it.each([
    ["influenza", "150", "140"],
    ["HPV", "165", "62"],
  ])("WEB-R307: %s of another brand on one day", (_, wanted, given) =>
    expect(warned([...yesTo(wanted), dose(given, TODAY)], wanted).map((one) => one.code)).toContain("same_day"),
  );
  it("nothing at the day itself", () => {
    const facts = [...yesTo(HEPB), dose(HEPB, "2026-06-01"), dose(HEPB, "2026-09-20")];
    expect(warned(facts, HEPB)).toEqual([]);
  });
});

describe("WEB-R99: the family packet", () => {
  const part = (document: string, edition: string, kind: Part["kind"] = "vis"): Part => ({ kind, document, edition });
  const papers = [...lawParts(TODAY), part("MMR VIS", "2025-01-31")];
  const with_ = (...given: readonly Fact[]) =>
    saidOf([REGISTERED, ...given, eligible("insured"), yes(MMR), screened()], undefined, { papers }).warnings;
  it.each([
    ["none", [], { code: "packet_none", about: "" }],
    ["only to a minor", [packet({ to_minor: true })], { code: "packet_minor", about: "" }],
    ["only after the dose", [packet({ on: "2026-11-22" })], { code: "packet_none", about: "" }],
    [
      "without the statement of a part",
      [packet({ parts: lawParts(TODAY) })],
      { code: "packet_lacks", about: "vis MMR VIS" },
    ],
    [
      "with an edition that was replaced",
      [packet({ parts: [...lawParts(TODAY), part("MMR VIS", "2021-08-06")] })],
      { code: "packet_lacks", about: "vis MMR VIS" },
    ],
  ])("%s", (_, given, expected) => expect(with_(...given)).toEqual([expected]));
  it("with the list before the one the district entered", () => {
    const entered = {
      type: "recommended_list",
      edition: TODAY,
      document: "Another name",
      vaccines: ["hpv"],
      source: "https://health.example/list",
      read_on: TODAY,
      compared_by: "S. Dahl",
    } as const;
    const asked = (given: readonly Part[]) =>
      saidOf([REGISTERED, packet({ parts: given }), eligible("insured"), yes(MMR), screened()], undefined, {
        papers: lawParts(TODAY, entered),
      }).warnings;
    expect(asked(lawParts(TODAY))).toEqual([{ code: "packet_lacks", about: "recommended Another name" }]);
    expect(asked(lawParts(TODAY, entered))).toEqual([]);
    expect(recommendedOn(TODAY, null)?.checked).toBeNull();
    expect(recommendedOn(TODAY, entered)?.checked?.source).toBe("https://health.example/list");
  });
  it("WEB-R456: of the last dose is not of the next: a statement is given before each", () => {
    const told = (on: string, more = {}) => packet({ on, parts: papers, ...more });
    const earlier = dose(MMR, "2026-06-01");
    const used = [{ code: "packet_used", about: "vis MMR" }];
    const vis = [part("MMR", "2025-01-31")];
    const said = (...facts: readonly Fact[]) =>
      saidOf([REGISTERED, ...facts, eligible("insured"), yes(MMR), screened()], undefined, { papers: vis }).warnings;
    expect(said(packet({ on: "2026-05-20", parts: vis }), earlier)).toEqual(used);
    expect(said(packet({ on: "2026-05-20" }), earlier)).toEqual(used);
    const older = packet({ on: "2026-05-20", parts: [part("MMR", "2021-08-06")] });
    expect(said(older, earlier)).toEqual([{ code: "packet_lacks", about: "vis MMR" }]);
    expect(said(packet({ on: "2026-11-01", parts: vis }), earlier)).toEqual([]);
    expect(said(packet({ on: "2026-11-01" }), earlier)).toEqual([]);
    expect(said(packet({ on: "2026-05-20", parts: vis }), dose("115", "2026-06-01"))).toEqual([]);
    expect(with_(told("2026-05-20"))).toEqual([]);
  });
  it("holds a statement for each component of a combination", () => {
    const named = (parts: readonly Part[]) => parts.map(({ document }) => document);
    expect(named(visParts("110", TODAY))).toEqual(["DTaP", "Polio", "Hepatitis B"]);
    expect(named(currentVis("146", TODAY))).toEqual(["DTaP", "Polio", "Hepatitis B", "Hib"]);
  });
  it("whole, in one or in two, or known by its version alone", () => {
    expect(with_(packet({ parts: papers }))).toEqual([]);
    expect(with_(packet({ parts: lawParts(TODAY) }), packet({ parts: [part("MMR VIS", "2025-01-31")] }))).toEqual([]);
    expect(with_(packet({ to_minor: true }), packet())).toEqual([]);
  });
});

describe("WEB-R100: who pays", () => {
  const about = (category: EligibilityStated["category"], funding: Wanted["funding"], more: Partial<Wanted> = {}) =>
    saidOf([REGISTERED, packet(), eligible(category), yes(MMR), screened()], undefined, { funding, ...more }).warnings;
  it.each([
    ["insured", "vfc", [{ code: "funding", about: "vfc private" }]],
    ["medicaid", "private", [{ code: "funding", about: "private vfc" }]],
    ["underinsured", "vfc", [{ code: "funding", about: "vfc private" }]],
    ["medicaid", "vfc", []],
    ["unknown", "vfc", [{ code: "eligibility_none", about: "" }]],
    ["unknown", "private", []],
    ["insured", "other", []],
  ] as const)("%s, %s stock", (category, funding, expected) => expect(about(category, funding)).toEqual(expected));
  it("a word of yesterday does not hold", () => {
    const facts = [REGISTERED, packet(), eligible("medicaid", "2026-11-20"), yes(MMR), screened()];
    expect(saidOf(facts, undefined, { funding: "vfc" }).warnings).toEqual([{ code: "eligibility_none", about: "" }]);
  });
  it("the fund of a lot nobody loaded is not known", () =>
    expect(about("insured", "vfc", { listed: false }).map((one) => one.code)).toEqual(["lot_unknown"]));
});

describe("WEB-R76: every dose of a lot is accounted for", () => {
  const load = { container: "Cooler 1", cvx: MMR, mvx: "MSD", expires_on: "2027-06-30", funding: "vfc" } as const;
  const boxes = new Clinic(`clinic/${CLINIC}`, [
    clinic("stock.loaded", { ...load, lot: "W1", doses: 10 }),
    clinic("stock.loaded", { ...load, lot: "W1", doses: 5 }),
    clinic("stock.wasted", { lot: "W1", container: "Cooler 1", doses: 1, drawn: true, reason: "r" }),
    clinic("stock.wasted", { lot: "W1", container: "Cooler 1", doses: 2, drawn: false, reason: "r" }),
    clinic("stock.returned", { lot: "W1", container: "Cooler 1", doses: 3 }),
  ]);
  const given = child("dose.administered", {
    cvx: MMR,
    given_on: TODAY,
    lot: "W1",
    mvx: "MSD",
    site: "left_deltoid",
    route: "SC",
    dose_ml: 0.5,
    giver: { name: "A", title: "RN", address: WORK },
    clinic: CLINIC,
  });
  const served = new Student([REGISTERED, given]);
  const undone = new Student([REGISTERED, given, child("dose.voided", { event: given.header.id, reason: "r" })]);

  it("counts loads, doses, losses and returns", () =>
    expect(talliesOf(boxes, [served])[0]).toMatchObject({
      loaded: 15,
      given: 1,
      wasted: 2,
      drawn: 1,
      returned: 3,
      left: 8,
    }));
  it("takes an undone dose back", () => expect(talliesOf(boxes, [undone])[0]).toMatchObject({ given: 0, left: 9 }));
  it("names who was not seen", () => {
    expect(notSeen(boxes, [served, new Student([REGISTERED])])).toHaveLength(1);
  });
});
