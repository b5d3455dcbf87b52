/** What a form says of a date: WEB-R22. */
import { expect, test, vi } from "vitest";
import { dateError } from "../src/screens/clinic/checks";
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
