/** Random histories held against a slow reader that tries every day a dose can have been given. WEB-R464, WEB-R566 */
import { expect, test } from "vitest";
import { scheduleNamed } from "../src/law/schedule";
import type { Fact } from "../src/projections/fact";
import { timingWarnings } from "../src/projections/spacing";
import { Student } from "../src/projections/student";
import { child, PAPER, REGISTERED } from "./a_dose";
import { chances } from "./chances";

const ON = "2026-11-21";
const DAY_MS = 86_400_000;
const SEEDS = 400;
/** None of them has a series whose own intervals would speak too: influenza, its spray, rotavirus, cholera, dengue. */
const FLU = ["150", "140", "111"];
const VACCINES = [...FLU, "174", "56", "not understood"];
const LIVE = new Set(["111", "56"]);

const plus = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

interface Dose {
  readonly cvx: string;
  readonly given: string;
  readonly written: string;
}

function wild(seed: number): Dose[] {
  const next = chances(seed);
  const draw = (among: number): number => Math.floor(next() * among);
  return Array.from({ length: 1 + draw(2) }, () => {
    const day = plus(ON, draw(120) - 75);
    const given = [day, day, day.slice(0, 7), day.slice(0, 4), ""][draw(5)] ?? "";
    const written = plus(ON, -draw(50));
    return { cvx: VACCINES[draw(VACCINES.length)] ?? "", given, written };
  });
}

/** Every day it can have been given on: as it is dated, and, where that is open, no later than it was written or than now. */
function daysOf({ given, written }: Dose): string[] {
  if (given.length === 10) return [given];
  const all = Array.from({ length: 900 }, (_, back) => plus(ON, 400 - back)).filter((day) => day.startsWith(given));
  const past = all.filter((day) => day <= written && day <= ON);
  return past.length > 0 || given === "" ? past : all.slice(-1);
}

function read(doses: readonly Dose[], cvx: string): string[] {
  const codes = new Set<string>();
  for (const dose of doses) {
    const gaps = daysOf(dose).map((day) => (Date.parse(ON) - Date.parse(day)) / DAY_MS);
    const same = dose.cvx === cvx || (FLU.includes(dose.cvx) && FLU.includes(cvx));
    const apart = same || (LIVE.has(dose.cvx) && LIVE.has(cvx));
    const isClose = gaps.some((gap) => gap < 28);
    if (dose.cvx === "not understood" && isClose) codes.add("dose_unread");
    if (!apart || !isClose) continue;
    const [gap = 0] = gaps;
    if (dose.given.length !== 10) codes.add(dose.given === "" ? "day_none" : "day_open");
    else if (gap <= -28) codes.add("day_ahead");
    else if (same) codes.add(gap <= 0 ? "same_day" : "too_early");
    else if (gap !== 0) codes.add("live_too_early");
  }
  return [...codes].sort();
}

const factOf = ({ cvx, given, written }: Dose): Fact => {
  const named = cvx === "not understood" ? { as_written: "Impfung" } : { cvx };
  const told = child("dose.recorded", { told: PAPER, ...named, ...(given === "" ? {} : { given_on: given }) });
  const at = `${written}T15:00:00.000Z`;
  return { ...told, receivedAt: Date.parse(at), header: { ...told.header, recorded_at: at } };
};

test("what the days between doses say is what every possible day says", () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const doses = wild(seed);
    for (const cvx of ["150", "111", "174", "56"]) {
      const student = new Student([REGISTERED, ...doses.map(factOf)]);
      const said = timingWarnings(student, { cvx, on: ON }, scheduleNamed("acip")).map(({ code }) => code);
      expect([seed, cvx, doses, ...new Set(said.sort())]).toEqual([seed, cvx, doses, ...read(doses, cvx)]);
    }
  }
});
