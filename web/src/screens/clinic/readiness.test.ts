/** Requirement: WEB-R200 (no phone leaves without a part of the program it needs there). */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test, vi } from "vitest";

const SOURCE = new URL("../../", import.meta.url);

/** The programs of other threads, by the names of their files. */
function threads(): readonly string[] {
  const names = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  const programs = names.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  return programs.flatMap((name) => {
    const begun = readFileSync(new URL(name, SOURCE), "utf8").matchAll(/new Worker\(new URL\("([^"]+)\.ts"/g);
    return [...begun].map(([, path = ""]) => basename(path));
  });
}

test("WEB-R200: every thread of the program is among the files a phone must have kept to leave", async () => {
  vi.stubGlobal("localStorage", { getItem: () => "en" });
  vi.stubGlobal("location", { hash: "" });
  const { PROGRAM } = await import("./readiness");
  expect(threads()).toContain("worker");
  expect(PROGRAM).toEqual(expect.arrayContaining(threads().map((name) => `/assets/${name}-`)));
});
