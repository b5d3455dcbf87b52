/** WEB-R411: a PIN that cannot be worked on is answered: whoever waits holds the one lock under which PINs are tried. */
import { expect, test, vi } from "vitest";
import { utf8 } from "../events/bytes";
import type { Asked } from "./stretch";

const cost = { passes: 1, memoryKib: 8 };
const salt = utf8("somesomesomesalt");

/** The worker itself, and what it answers. */
const worker = vi.hoisted(() => {
  const told = { hear: (_: { data: unknown }) => {}, answer: (_: unknown) => {} };
  vi.stubGlobal("addEventListener", (_: string, hear: (message: { data: unknown }) => void) => {
    told.hear = hear;
  });
  vi.stubGlobal("postMessage", (data: unknown) => told.answer(data));
  return told;
});

function asked(data: Asked): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.answer = resolve;
    worker.hear({ data });
    setTimeout(() => reject(new Error("no answer")), 5000);
  });
}

test("the worker answers a PIN it can work on, and one it cannot", async () => {
  await import("./argon");
  expect(await asked({ pin: "271828", salt, cost })).toBeInstanceOf(Uint8Array);
  expect(await asked({ pin: "", salt, cost })).toEqual({ failed: expect.any(String) });
  const tooMuch = { passes: 1, memoryKib: 2 ** 34 };
  expect(await asked({ pin: "271828", salt, cost: tooMuch })).toEqual({ failed: expect.any(String) });
});
