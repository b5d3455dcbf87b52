/** What may wait does: work for the rows of a list begins once nobody types any more. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { soon } from "./slices";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("each asking puts it off; then all is done, in the order it was asked", async () => {
  const done: string[] = [];
  soon(() => done.push("first"));
  await vi.advanceTimersByTimeAsync(100);
  soon(() => done.push("second"));
  await vi.advanceTimersByTimeAsync(100);
  expect(done).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(done).toEqual(["first", "second"]);
});

test("what was taken back is not done; what is asked while it works is done too", async () => {
  const done: string[] = [];
  const takeBack = soon(() => done.push("taken back"));
  soon(() => {
    done.push("first");
    soon(() => done.push("second"));
  });
  takeBack();
  await vi.advanceTimersByTimeAsync(500);
  expect(done).toEqual(["first", "second"]);
});
