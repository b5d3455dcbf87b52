/** WEB-R414: a dose told twice is said at once: twice in a row of the paper, or on record already. */
import { expect, test, vi } from "vitest";
import type { DoseLine } from "../src/projections/history";
import { isOnRecord } from "../src/projections/on_record";
import { writtenDate } from "../src/screens/clinic/checks";
import { readGrid } from "../src/screens/clinic/grid_cells";
import { visit as english } from "../src/text/clinic/en";
import { visit as spanish } from "../src/text/clinic/es";
import { learn, t } from "../src/text/words";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});
learn(english, spanish);

const TODAY = "2026-11-21";
const dose = (cvx: string, given_on: string) => ({ cvx, given_on }) as DoseLine;
const student = { birthDate: "2014-03-02", standingDoses: [dose("20", "2014-05-03"), dose("03", "2015-04-02")] };

test("the same day and the same diseases are the same dose, by whichever name", () => {
  expect(isOnRecord(student, "20", "2014-05-03")).toBe(true);
  expect(isOnRecord(student, "107", "2014-05-03")).toBe(true);
  expect(isOnRecord(student, "10", "2014-05-03")).toBe(false);
  expect(isOnRecord(student, "94", "2015-04-02")).toBe(false); // MMR and varicella is more than MMR
  expect(isOnRecord(student, "03", "2015-04")).toBe(false); // nobody knows
  expect(isOnRecord(student, "165", "2015-04-02")).toBe(false);
});

test("a cell says what is wrong with it, or that its dose is here", () => {
  const typed = {
    "107 0": "5/3/2014",
    "107 1": "7/3/2014",
    "107 2": "7/3/2014",
    "107 3": "7/2014",
    "03 0": "13/45/2015",
    "03 1": "x",
    "89 0": "1/1/2014",
    "89 1": "1/1/2031",
  };
  const read = Object.fromEntries(
    readGrid(typed, student, TODAY).map(({ cvx, place, error, isHere }) => [`${cvx} ${place}`, isHere || error]),
  );
  expect(read).toEqual({
    "107 0": true,
    "107 1": undefined,
    "107 2": t("cell_twice"),
    "107 3": undefined,
    "03 0": t("cell_unreadable"),
    "03 1": undefined,
    "89 0": t("before_birth"),
    "89 1": t("in_future"),
  });
});

test("a day is taken as papers write it, anything else as it stands", () => {
  expect(writtenDate("3/23/2014", TODAY)).toBe("2014-03-23");
  expect(writtenDate(" 2014-05 ", TODAY)).toBe("2014-05");
  expect(writtenDate("x", TODAY)).toBe("x");
  expect(writtenDate("", TODAY)).toBe("");
});
