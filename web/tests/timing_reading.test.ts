/** Random histories: what a dose before must never change, and that the day named is the first one. WEB-R98 */
import { expect, test } from "vitest";
import { scheduleNamed } from "../src/law/schedule";
import { untimely } from "../src/projections/timing";
import { born, type Had, ON } from "./a_child";
import { chances } from "./chances";

const DAY_MS = 86_400_000;
const SEEDS = 300;
/** What goes on with what; hepatitis B, which counts from birth on, is left out. */
const FAMILIES = [
  ["03", "94"],
  ["21", "94"],
  ["83", "85"],
  ["165", "62"],
  ["136", "203"],
  ["163"],
  ["20", "107"],
  ["115", "113", "20"],
  ["10", "89"],
];

const plus = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

interface Planned {
  readonly birthDate: string;
  readonly cvx: string;
  readonly had: Had;
}

function wild(seed: number): Planned {
  const next = chances(seed);
  const draw = (among: number): number => Math.floor(next() * among);
  const family = FAMILIES[draw(FAMILIES.length)] ?? [];
  const vaccine = () => family[draw(family.length)] ?? "";
  const age = 700 + draw(6400);
  const had = Array.from(
    { length: draw(3) },
    () => [vaccine(), plus(ON, -draw(draw(2) === 0 ? 250 : age - 450))] as const,
  );
  return { birthDate: plus(ON, -age), cvx: vaccine(), had: [...had].sort((one, two) => (one[1] < two[1] ? -1 : 1)) };
}

const against = ({ birthDate, cvx, had }: Planned, on = ON) =>
  untimely(born(birthDate, ...had), { cvx, on }, scheduleNamed("acip")).filter(({ code }) => code !== "before_usual");

test("one given at three weeks, which counts nowhere, changes nothing", () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const planned = wild(seed);
    const early = [planned.cvx, plus(planned.birthDate, 20)] as const;
    expect([seed, against({ ...planned, had: [early, ...planned.had] })]).toEqual([seed, against(planned)]);
  }
});

test("on the day named nothing is held against it, and on the day before something is", () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const planned = wild(seed);
    for (const { from } of against(planned).filter((one) => one.from !== "")) {
      const found = [against(planned, from), against(planned, plus(from, -1))].map(({ length }) => length > 0);
      expect([seed, from, ...found]).toEqual([seed, from, false, true]);
    }
  }
});
