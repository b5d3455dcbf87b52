/** What the days between doses say, where a date is open, not to be believed, or missing. */
import { describe, expect, it } from "vitest";
import type { Fact } from "../src/projections/fact";
import { ASKED, child, dose, MMR, order, PAPER, saidOf, screened, TODAY, USUAL, yes } from "./a_dose";

const writtenOn = (day: string, one: Fact): Fact => ({
  ...one,
  receivedAt: Date.parse(`${day}T15:00:00.000Z`),
  header: { ...one.header, recorded_at: `${day}T15:00:00.000Z` },
});
const undated = (cvx: string) => child("dose.recorded", { told: PAPER, cvx });
const warnings = (cvx: string, ...facts: readonly Fact[]) =>
  saidOf([...ASKED, yes(cvx), screened(), ...facts], [order(cvx)], { cvx }).warnings;

describe("WEB-R464: a dose without its day", () => {
  it.each([
    ["no date at all", undated(MMR), [{ code: "day_none", about: "" }]],
    ["no date, another live vaccine", undated("21"), [{ code: "day_none", about: "" }]],
    ["no date, written down four weeks ago", writtenOn("2026-10-24", undated(MMR)), []],
    ["no date, of another vaccine", undated("115"), []],
    ["a year, written down four weeks ago", writtenOn("2026-10-24", dose(MMR, "2026")), []],
    ["a year, written down lately", writtenOn("2026-10-26", dose(MMR, "2026")), [{ code: "day_open", about: "2026" }]],
    ["a month still to come", dose(MMR, "2027-02"), [{ code: "day_open", about: "2027-02" }]],
  ])("%s", (_, one, expected) => expect(warnings(MMR, one)).toEqual(expected));
  it("whose interval is longer than four weeks", () => {
    const hepA = "83";
    expect(warnings(hepA, dose(hepA, "2026-09"))).toEqual([{ code: "too_early", about: "2027-03-30" }]);
    expect(warnings(hepA, dose(hepA, "2026-05"))).toEqual([{ code: "day_open", about: "2026-05" }]);
    expect(warnings(hepA, dose(hepA, "2026-04"))).toEqual([]);
  });
});

describe("WEB-R566: a dose on record that is dated later than today", () => {
  it.each([
    ["the same vaccine", dose(MMR, "2027-11-21"), { code: "day_ahead", about: "2027-11-21" }],
    ["another live one", dose("21", "2027-11-21"), { code: "day_ahead", about: "2027-11-21" }],
  ])("%s asks for a reason", (_, one, expected) => expect(warnings(MMR, one)).toEqual([expected]));
  it("is nothing to one of another vaccine, or to one copied from before", () => {
    expect(warnings(MMR, dose("115", "2027-11-21"))).toEqual([]);
    const copied = saidOf([...USUAL, dose(MMR, "2026-11-01")], undefined, { on: "2026-08-01", isCopied: true });
    expect(copied.warnings.map(({ code }) => code)).not.toContain("day_ahead");
  });
});

describe("WEB-R567: immune globulin on record", () => {
  it.each([
    ["hepatitis B's, three months", MMR, dose("30", "2026-08-22"), [{ code: "antibodies", about: "2026-11-22" }]],
    ["once they are over", MMR, dose("30", "2026-08-21"), []],
    ["into a vein, eleven months", "21", dose("87", "2026-02-01"), [{ code: "antibodies", about: "2027-01-01" }]],
    ["of a month without its day", MMR, dose("30", "2026-08"), [{ code: "antibodies", about: "2026-11-30" }]],
    ["against RSV, which holds nothing else", MMR, dose("93", "2026-11-01"), []],
    ["before what is not held by it", "115", dose("87", "2026-11-01"), []],
  ])("%s", (_, cvx, one, expected) => expect(warnings(cvx, one)).toEqual(expected));
  it("before the spray against influenza", () => {
    expect(warnings("111", dose("87", "2026-11-01")).map(({ code }) => code)).not.toContain("antibodies");
  });
});

it("WEB-R568: that a vaccine is on record today does not hide that the child is too young for it", () => {
  const infant = child("student.registered", { name: { given: "B", family: "O" }, birth_date: "2026-01-15" });
  const codes = saidOf([...USUAL, infant, dose(MMR, TODAY)], [order(MMR, { age_months_from: 0 })]).warnings;
  expect(codes.map(({ code }) => code)).toEqual(["too_young", "same_day"]);
});

it("WEB-R569: an exemption from influenza is one from each vaccine against it", () => {
  const paper = child("statement.received", {
    ...{ kind: "medical", signer: "Dr. Moreau", standing: "physician", told: PAPER },
    ...{ received_on: "2026-09-01", antigens: ["influenza"] },
  });
  expect(warnings("150", paper).map(({ code }) => code)).toContain("exempt_medical");
  expect(warnings(MMR, paper).map(({ code }) => code)).not.toContain("exempt_medical");
});

it.each(["136", "163", "316"])("WEB-R569: a word against meningococcal vaccines is one against each: %s", (cvx) => {
  const contra = child("contraindication.recorded", { reason: "x", told: PAPER, antigens: ["meningococcal"] });
  const paper = child("statement.received", {
    ...{ kind: "medical", signer: "Dr. Moreau", standing: "physician", told: PAPER },
    ...{ received_on: "2026-09-01", antigens: ["meningococcal"] },
  });
  const said = saidOf([...USUAL, contra, paper], [order(cvx)], { cvx });
  expect(said.stops.map(({ code }) => code)).toContain("contraindicated");
  expect(said.warnings.map(({ code }) => code)).toContain("exempt_medical");
});

describe("WEB-R573: a dose of the last weeks that nobody understood", () => {
  const told = (given_on: string, as_written: string) =>
    child("dose.recorded", { told: PAPER, as_written, ...(given_on === "" ? {} : { given_on }) });
  it.each([
    ["in words", told("2026-11-10", "Impfung"), [{ code: "dose_unread", about: "Impfung" }]],
    ["in words, without a date", told("", "Impfung"), [{ code: "dose_unread", about: "Impfung" }]],
    ["in words, of last year", told("2025-11-10", "Impfung"), []],
    ["in a word that is understood", told("2026-11-10", "MMR"), [{ code: "too_early", about: "2026-12-08" }]],
  ])("%s", (_, one, expected) => expect(warnings(MMR, one)).toEqual(expected));
  it.each([
    ["of months ago, which may be the first of this series", told("2026-08-01", "Gardasil"), ["dose_unread"]],
    ["of a month", told("2026-08", "Gardasil"), ["dose_unread"]],
    ["of so long ago that it holds nothing up", told("2026-05-01", "Gardasil"), []],
    ["too young for it to be one that counts", told("2015-05-01", "Gardasil"), []],
  ])("%s", (_, one, expected) => expect(warnings("165", one).map(({ code }) => code)).toEqual(expected));
  it("is not blamed for what another dose holds up", () => {
    const facts = [dose("165", "2026-08-21"), told("2014-09-01", "Impfung")];
    expect(warnings("165", ...facts)).toEqual([{ code: "too_early", about: "2027-01-21" }]);
  });
  it("is asked about by itself, beside others", () => {
    const infant = ["2014-07-01", "2014-09-01", "2014-11-01"].map((on) => told(on, "Impfung"));
    expect(warnings("83", ...infant, told("2026-08-01", "Hep A"))).toEqual([{ code: "dose_unread", about: "Hep A" }]);
  });
});
