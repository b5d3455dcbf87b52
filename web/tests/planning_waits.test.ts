/** Whether the office can know a clinic that was planned here. Requirements: WEB-R473, WEB-R520. */
import { expect, test } from "vitest";
import { isPlanAside, isPlanWaiting } from "../src/screens/planning";
import type { OwnState } from "../src/store/kept";

const row = (stream: string, type: string, state: OwnState) => ({
  event: { header: JSON.stringify({ stream, type }), payload: "{}", signature: "", salt: "" },
  state,
});

test("WEB-R473: a plan waits until it is receipted; nothing else of the clinic and no other plan holds it up", () => {
  expect(isPlanWaiting([row("clinic/a", "clinic.planned", "waiting")], "a")).toBe(true);
  expect(isPlanWaiting([row("clinic/a", "clinic.planned", "receipted")], "a")).toBe(false);
  expect(isPlanWaiting([row("clinic/b", "clinic.planned", "waiting")], "a")).toBe(false);
  expect(isPlanWaiting([row("clinic/a", "clinic.staffed", "waiting")], "a")).toBe(false);
});

test("WEB-R520: a plan set aside is no matter of a role, until the same phone's next plan of that clinic is taken", () => {
  const aside = row("clinic/a", "clinic.planned", "quarantined");
  expect(isPlanAside([aside], "a")).toBe(true);
  expect(isPlanWaiting([aside], "a")).toBe(false);
  expect(isPlanAside([aside], "b")).toBe(false);
  expect(isPlanAside([row("clinic/a", "clinic.staffed", "quarantined")], "a")).toBe(false);
  expect(isPlanAside([aside, row("clinic/a", "clinic.planned", "receipted")], "a")).toBe(false);
});
