/** OFFICE-R26: what came and was set aside is read as people say it, in both languages. */
import { expect, test, vi } from "vitest";
import { desk as english } from "../../text/desk/en";
import { desk as spanish } from "../../text/desk/es";
import { language, learn } from "../../text/words";
import { fields } from "./came_words";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("navigator", { language: "en-US" });
  vi.stubGlobal("location", { hash: "" });
  vi.stubGlobal("addEventListener", () => undefined);
});
learn(english, spanish);

const DOSE = JSON.stringify({
  cvx: "03",
  given_on: "2026-10",
  lot: "U7421AC",
  site: "left_deltoid",
  dose_ml: 0.5,
  product: "",
  from_paper: true,
  giver: { name: "Anna Ek", title: "RN" },
  vis: [{ document: "MMR", edition: "2025-01-31" }],
});

test("the fields of a dose in English", () => {
  language.value = "en";
  expect(fields(DOSE)).toEqual([
    ["vaccine", "MMR"],
    ["given on", "October 2026"],
    ["lot", "U7421AC"],
    ["site", "left upper arm"],
    ["dose (ml)", "0.5"],
    ["copied from paper", "yes"],
    ["giver", "name: Anna Ek; title: RN"],
    ["statements (VIS)", "document: MMR; edition: January 31, 2025"],
  ]);
});

test("the same in Spanish", () => {
  language.value = "es";
  expect(fields(DOSE).slice(0, 4)).toEqual([
    ["vacuna", "MMR (triple viral)"],
    ["puesta el", "octubre de 2026"],
    ["lote", "U7421AC"],
    ["lugar del cuerpo", "brazo izquierdo (deltoides)"],
  ]);
});

test("what is no object stays as it came", () => {
  expect(fields("{half").map(([, value]) => value)).toEqual(["{half"]);
});
