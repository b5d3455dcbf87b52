/** Requirements: WEB-R479 (what was left of a carried file is named by all that is known of it, in both languages). */
import { beforeEach, expect, test, vi } from "vitest";
import { newId } from "../../tests/small_log";
import type { Fact } from "../projections/fact";
import { office as english } from "../text/office/en";
import { office as spanish } from "../text/office/es";

const [CART, STRANGER] = [newId(), newId()];
const enrolled = { header: { type: "device.enrolled" }, payload: { label: "Cart 2" } } as unknown as Fact;
const streams = new Map([[`device/${CART}`, [enrolled]]]);
const LEFT = [
  { number: 1, device: CART, seq: 14 },
  { number: 4, device: CART, seq: null },
  { number: 5, device: STRANGER, seq: 2 },
  { number: 9, device: null, seq: 3 },
];

async function told(language: "en" | "es", left = LEFT): Promise<string> {
  const { learn, speak } = await import("../text/words");
  await speak(language);
  learn(english, spanish);
  return (await import("./left_words")).leftWords(left, streams);
}

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("document", { documentElement: {} });
});

test("WEB-R479: by the phone that made it and its number there; that the rest is sealed is said", async () => {
  const words = await told("en");
  expect(words).toContain("4 entries of the file");
  expect(words).toContain(
    `no. 1 (entry 14 of Cart 2); no. 4 (of Cart 2); no. 5 (entry 2 of a phone this one does not know, …${STRANGER.slice(-6)}); no. 9 (it does not say whose it is)`,
  );
  expect(words).toContain("is sealed: look at the phone");
});

test("WEB-R479: in Spanish, and of one alone", async () => {
  expect(await told("es")).toContain("n.º 1 (anotación 14 de Cart 2); n.º 4 (de Cart 2)");
  expect(await told("es", LEFT.slice(0, 1))).toMatch(
    /^1 anotación del archivo está dañada.*anotación 14 de Cart 2.*sellado/,
  );
});
