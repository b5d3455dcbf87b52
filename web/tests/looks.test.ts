/** How the app looks has one place: tokens at the head of the one style sheet. (The look itself: tests/browser/test_looks.py.) */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../src");
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|color-mix)\(|:\s*(?:white|black|red|green|grey|gray)\b/gi;

const files = readdirSync(SRC, { recursive: true, encoding: "utf-8" });
const textOf = (name: string): string => readFileSync(join(SRC, name), "utf-8");

const [head = "", rest = ""] = splitOnce(textOf("styles/app.css"), "}\n");

function splitOnce(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return [text.slice(0, place), text.slice(place)];
}

describe("WEB-R641: tokens stand in one place", () => {
  it("has one style sheet", () => {
    expect(files.filter((name) => name.endsWith(".css"))).toEqual([join("styles", "app.css")]);
  });

  it("names every colour at its head, and uses each", () => {
    expect(rest.match(COLOUR) ?? []).toEqual([]);
    const named = new Set([...head.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
    const used = new Set([...textOf("styles/app.css").matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name));
    expect([...used].filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !used.has(name))).toEqual([]);
  });

  it("is styled by no screen of its own", () => {
    const own = files.filter((name) => name.endsWith(".tsx") && /\bstyle=|#[0-9a-f]{6}\b/i.test(textOf(name)));
    expect(own).toEqual([]);
  });
});
