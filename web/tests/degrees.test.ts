/** WEB-R470: a logger that shows Fahrenheit; what is recorded is Celsius. */
import { expect, test } from "vitest";
import { isExcursion } from "../src/projections/cold";
import { degrees, mayBeFahrenheit } from "../src/screens/clinic/degrees";

test.each([
  ["5", "C", 5],
  ["4,6", "C", 4.6],
  ["\u22121.5", "C", -1.5],
  ["41", "F", 5],
  ["46.4", "F", 8],
  ["35.6", "F", 2],
  ["32", "F", 0],
  ["", "F", null],
  [" ", "C", null],
] as const)("%s °%s is %s °C", (typed, unit, celsius) => expect(degrees(typed, unit)).toBe(celsius));

test.each(["5 C", "0x10", "1e1", "--5", "61", "-101"])("%s is no reading", (typed) =>
  expect(degrees(typed, "C")).toBeNaN(),
);

test.each([
  ["35.4", true],
  ["35.6", false],
  ["46.4", false],
  ["46.6", true],
])("%s °F: excursion %s", (typed, out) => expect(isExcursion(degrees(typed, "F") ?? 0, null, null)).toBe(out));

test("what looks like Fahrenheit is asked about", () => {
  expect([41, 36, 46.4].map(mayBeFahrenheit)).toEqual([true, true, true]);
  expect([5, 12, 25, 55, null].map(mayBeFahrenheit)).toEqual([false, false, false, false, false]);
});
