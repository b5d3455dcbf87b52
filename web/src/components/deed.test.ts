/** Requirements: WEB-R203 (a second tap records nothing). */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Deed, SETTLING_MS } from "./deed";

/** A deed whose record the test writes. */
class SlowDeed {
  begun = 0;
  finish: () => void = () => {};
  fail: (why: Error) => void = () => {};

  readonly run = (): Promise<void> => {
    this.begun += 1;
    return new Promise((done, fail) => {
      this.finish = done;
      this.fail = fail;
    });
  };
}

describe("WEB-R203: a button's deed is done once", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("taps do nothing while it runs, nor before its outcome is shown", async () => {
    const button = new Deed();
    const slow = new SlowDeed();
    const first = button.run(slow.run);
    await button.run(slow.run);
    await vi.advanceTimersByTimeAsync(5000);
    await button.run(slow.run);
    slow.finish();
    await vi.advanceTimersByTimeAsync(SETTLING_MS - 1);
    await button.run(slow.run);
    expect(slow.begun).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await first;
    void button.run(slow.run);
    expect(slow.begun).toBe(2);
  });

  test("what is refused at once can be tapped again at once", async () => {
    const button = new Deed();
    let tries = 0;
    const refused = async (): Promise<void> => {
      tries += 1;
    };
    await button.run(refused);
    await button.run(refused);
    expect(tries).toBe(2);
  });

  test("a deed that fails says so, and can be tried again", async () => {
    const button = new Deed();
    const slow = new SlowDeed();
    const first = button.run(slow.run);
    const said = expect(first).rejects.toThrow("the disk is full");
    await vi.advanceTimersByTimeAsync(1);
    slow.fail(new Error("the disk is full"));
    await vi.advanceTimersByTimeAsync(SETTLING_MS);
    await said;
    void button.run(slow.run);
    expect(slow.begun).toBe(2);
  });
});
