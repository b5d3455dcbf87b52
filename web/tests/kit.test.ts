/** WEB-R418: the emergency kit: each field says what is wrong with itself, and an empty check is none. */
import { expect, test, vi } from "vitest";
import { kitErrors } from "../src/screens/clinic/kit";
import { visit as english } from "../src/text/clinic/en";
import { visit as spanish } from "../src/text/clinic/es";
import { day, learn, t } from "../src/text/words";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});
learn(english, spanish);

const SIZES = ["0.15 mg", "0.3 mg"];
const of = (pieces: Record<string, string>, expires: Record<string, string>) =>
  kitErrors({ pieces, expires }, SIZES, "2026-12-01", "2026-11-21");

test("in date, whole numbers: nothing", () =>
  expect(of({ "0.15 mg": "2", "0.3 mg": "0" }, { "0.15 mg": "2027-01-31" })).toEqual({}));
test("nothing at all is not a check", () => expect(of({}, {})).toEqual({ kit: t("kit_empty") }));
test("words for a number stand at the number", () =>
  expect(of({ "0.15 mg": "two" }, { "0.15 mg": "2027-01-31" })).toEqual({ "pieces 0.15 mg": t("whole") }));
test("a date without a number asks for the number", () =>
  expect(of({ "0.3 mg": "1" }, { "0.15 mg": "2027-01-31", "0.3 mg": "2027-01-31" })).toEqual({
    "pieces 0.15 mg": t("required"),
  }));
test("a number without a date, expired, or at its end before the clinic", () => {
  expect(of({ "0.3 mg": "1" }, {})).toEqual({ "expires 0.3 mg": t("expiry_bad") });
  expect(of({ "0.3 mg": "1" }, { "0.3 mg": "2026-11-01" })).toEqual({
    "expires 0.3 mg": t("kit_expired", { day: day("2026-11-01") }),
  });
  expect(of({ "0.3 mg": "1" }, { "0.3 mg": "2026-11-30" })).toEqual({
    "expires 0.3 mg": t("kit_ends_before", { day: day("2026-11-30") }),
  });
});
