/** What a form says of a date: WEB-R22. */
import { expect, test, vi } from "vitest";
import { dateError, holdsError, isDialled, orderAges } from "../src/screens/clinic/checks";
import { visit as english } from "../src/text/clinic/en";
import { visit as spanish } from "../src/text/clinic/es";
import { learn, t } from "../src/text/words";

learn(english, spanish);

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});

test.each([
  ["2014-03-01", "2014-03-02", "before_birth"],
  ["2014-03-02", "2014-03-02", ""],
  ["2014-02", "2014-03-02", "before_birth"],
  ["2014-03", "2014-03-02", ""],
  ["2013", "2014-03-02", "before_birth"],
  ["2014", "2014-03-02", ""],
  ["2013-12-31", "2014", "before_birth"],
  ["2014-01-01", "2014", ""],
  ["2014-05", "", ""],
  ["2027", "2014-03-02", "in_future"],
])("a dose of %s for a child born %s", (written, born, key) =>
  expect(dateError(written, born, "2026-11-21", true) ?? "").toBe(key === "" ? "" : t(key as "required")),
);

test("WEB-R418: a signature that ends before the clinic says until when it must hold", () => {
  expect(holdsError("", "2026-12-01")).toBe(t("day_bad"));
  expect(holdsError("2026-11-30", "2026-12-01")).toContain("December 1, 2026");
  expect(holdsError("2026-12-01", "2026-12-01")).toBeUndefined();
});

test.each([
  ["218-555-0142", true],
  ["(218) 555-0142 ext. 4", true],
  ["+52 55 1234 5678", true],
  ["218", false],
  ["call me", false],
  ["218-555-014O", false],
])("WEB-R421: whom to call: %s can be dialled: %s", (typed, can) => expect(isDialled(typed)).toBe(can));

test.each([
  [["11", "years"], ["11", "years"], 132, 143],
  [["", "years"], ["18", "years"], null, 227],
  [["6", "months"], ["6", "months"], 6, 6],
  [["135", "months"], ["11", "years"], 135, 143],
  [["old", "years"], ["", "months"], Number.NaN, null],
] as const)("WEB-R194: an order from %j to %j is for one whole year where both are the same", (one, two, from, to) =>
  expect(orderAges(one, two)).toEqual({ from, to }),
);
