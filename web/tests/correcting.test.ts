/** WEB-R236: what a correction of a dose says, and what goes with a lot number. */
import { describe, expect, it, test, vi } from "vitest";
import { Clinic } from "../src/projections/clinic";
import type { Fact } from "../src/projections/fact";
import { givenMoment } from "../src/projections/history";
import { Student } from "../src/projections/student";
import { asRecorded, changesOf, correctionErrors, ofLot } from "../src/screens/clinic/correcting";
import type { View } from "../src/screens/view";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});

let made = 0;
function fact(stream: string, type: string, payload: unknown): Fact {
  made += 1;
  const id = `e${made}`;
  return { position: made, receivedAt: 1, eventHash: id, header: { id, stream, type }, payload } as unknown as Fact;
}
const given = fact("student/s", "dose.administered", {
  cvx: "115",
  given_on: "2026-11-20",
  lot: "U7421AC",
  mvx: "PMC",
  site: "left_deltoid",
  route: "IM",
  dose_ml: 0.5,
  expires_on: "2027-06-30",
  giver: { name: "A", title: "RN", address: { lines: [] } },
});
const correction = (payload: object) => fact("student/s", "dose.corrected", { event: given.header.id, ...payload });
function doseOf(...facts: readonly Fact[]) {
  const [dose] = new Student([given, ...facts]).doses;
  if (dose === undefined) throw new Error("no dose");
  return dose;
}
const clinic = new Clinic("clinic/c", [
  fact("clinic/c", "stock.loaded", { cvx: "03", mvx: "MSD", lot: "W028843", expires_on: "2028-01-31", container: "C" }),
]);

describe("WEB-R236: a correction", () => {
  const dose = doseOf();
  const was = asRecorded(dose);
  it("of nothing says nothing", () => {
    expect(changesOf(dose, was)).toEqual({});
    expect(changesOf(dose, { ...was, volume: "0,50", lot: "" })).toEqual({});
  });
  it("says each field that differs, and no other", () =>
    expect(changesOf(dose, { ...was, cvx: "113", site: "right_thigh", route: "SC", volume: "0,25" })).toEqual({
      cvx: "113",
      site: "right_thigh",
      route: "SC",
      dose_ml: 0.25,
    }));
  it("is folded into the dose, field by field", () => {
    const fields = { site: "right_thigh", route: "SC", dose_ml: 0.25, mvx: "SKB", expires_on: "2027-01-31" };
    expect(doseOf(correction({ reason: "r", ...fields }))).toMatchObject(fields);
  });
  it("PROJ-R222: of two lots of one number the one of the dose's own vaccine, then of its maker", () => {
    const load = (cvx: string, mvx: string) =>
      fact("clinic/c", "stock.loaded", { cvx, mvx, lot: "N1", expires_on: "2028-01-31", container: "C" });
    const three = new Clinic("clinic/c", [load("03", "MSD"), load("115", "SKB"), load("115", "PMC")]);
    expect(ofLot(three, doseOf(), "n-1")).toMatchObject({ cvx: "115", mvx: "PMC" });
  });
  it("a lot in stock brings vaccine, maker and expiry; another must be read; its own comes back", () => {
    const loaded = { lot: "w028843", cvx: "03", mvx: "MSD", expires: "2028-01-31" };
    expect(ofLot(clinic, dose, "w028843")).toEqual(loaded);
    expect(ofLot(clinic, dose, "W02")).toEqual({ lot: "W02", expires: "" });
    expect(ofLot(clinic, dose, "U7421AC")).toEqual({ lot: "U7421AC", cvx: "115", mvx: "PMC", expires: "2027-06-30" });
  });
});

describe("WEB-R415: a dose told by a tick", () => {
  const told = { source: "paper", recorder: "A" };
  const ticked = fact("student/s", "dose.recorded", { told, cvx: "03", as_written: "✓" });
  const student = new Student([ticked]);
  const [dose] = student.doses;
  if (dose === undefined) throw new Error("no dose");
  const now = { today: "2026-11-21", clinic } as unknown as View;
  const errors = (changes: object) => correctionErrors(now, student, dose, { ...asRecorded(dose), ...changes });
  it("is corrected without a date nobody knows", () => expect(errors({ cvx: "94" }).on).toBeUndefined());
  it("takes a date, and no impossible one", () => {
    expect(errors({ on: "2015-05" }).on).toBeUndefined();
    expect(errors({ on: "2015-13" }).on).toBeDefined();
    expect(errors({ on: "2031" }).on).toBeDefined();
  });
});

test("WEB-R419: a dose copied from paper was given when the paper says, any other when it was recorded", () => {
  const recorded = "2026-11-20T20:00:00.000Z";
  const at = (given_at: string | null) => {
    const told = { ...(given.payload as object), given_at };
    const copied = fact("student/s", "dose.administered", told);
    const [dose] = new Student([{ ...copied, header: { ...copied.header, recorded_at: recorded } }]).doses;
    return dose === undefined ? 0 : givenMoment(dose);
  };
  expect(at("2026-11-20T15:05:00.000Z")).toBe(Date.parse("2026-11-20T15:05:00.000Z"));
  expect(at(null)).toBe(Date.parse(recorded));
});
