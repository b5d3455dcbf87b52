/** PROJ-R215: a dose corrected to a lot of another fund than the child's is a loan, logged with its correction. */
import { expect, test, vi } from "vitest";
import { Clinic } from "../src/projections/clinic";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";
import { loanOfCorrected } from "../src/screens/clinic/lending";
import type { View } from "../src/screens/view";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});

const ON = "2026-11-20";
let made = 0;
function fact(stream: string, type: string, payload: object): Fact {
  made += 1;
  const header = { id: `e${made}`, stream, type, recorded_at: `${ON}T16:00:00Z`, author: "a", device: "d", seq: made };
  return { position: made, receivedAt: 1, eventHash: `e${made}`, header, payload } as unknown as Fact;
}
const load = (lot: string, container: string, funding: string) =>
  fact("clinic/c", "stock.loaded", {
    cvx: "03",
    mvx: "MSD",
    lot,
    container,
    funding,
    expires_on: "2027-06-30",
    doses: 9,
  });
const given = fact("student/s", "dose.administered", {
  ...{ cvx: "03", mvx: "MSD", lot: "V1", given_on: ON, clinic: "c", container: "Red", funding: "vfc" },
});
const student = new Student([
  fact("student/s", "student.registered", { name: { given: "Ada", family: "O" }, birth_date: "2015-03-01" }),
  fact("student/s", "eligibility.stated", { category: "medicaid", on: ON, clinic: "c" }),
  given,
]);
const boxes = [load("V1", "Red", "vfc"), load("P-2", "Blue", "private"), load("V3", "Red", "vfc")];

function loan(lot: string, ...more: readonly Fact[]) {
  const clinic = new Clinic("clinic/c", [...boxes, ...more]);
  const now = { clinic, today: ON, visit: () => ({ eligibility: { category: "medicaid" } }) } as unknown as View;
  const [dose] = student.doses;
  if (dose === undefined) throw new Error("no dose");
  return loanOfCorrected(now, student, dose, { lot, on: ON, reason: "misread" })?.(["correction"]) ?? null;
}

test("of a lot of another fund, it names the dose and the box the lot lies in", () =>
  expect(loan("p2")).toEqual({
    stream: "clinic/c",
    type: "stock.borrowed",
    payload: {
      ...{ lot: "P2", cvx: "03", container: "Blue", from_funding: "private", to_funding: "vfc", doses: 1 },
      ...{ reason: "misread", student: "s", dose: given.header.id, on: ON },
    },
  }));

test("of its own lot, of one of the child's fund or in no stock, there is none", () => {
  expect([loan("v 1"), loan("V3"), loan("X9")]).toEqual([null, null, null]);
});

test("one that was logged follows by itself", () => {
  expect(loan("P2", fact("clinic/c", "stock.borrowed", { dose: given.header.id, lot: "V9" }))).toBeNull();
});
