/** Requirement: WEB-R120 (the roster as of then: before the records are open, never of whom has left the phone). */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import { Device } from "./device";
import type { Glance } from "./glance";
import { type Held, NO_CHANGE } from "./kept";

const PIN = "271828";
const STUDENT = newId();
const DAY_MS = 86_400_000;

let device: Device;
let seen: { glance: Glance | null; isRead: boolean; held: number }[];

beforeEach(async () => {
  newPhone();
  const log = await SmallLog.found();
  device = await Device.open(() => {}, CHEAP);
  await device.enroll(PIN, async () => log.enrolled());
  await device.choose(`clinic/${newId()}`, "Elm gym");
  const stream = `student/${STUDENT}` as const;
  const event = await log.tell(stream, "student.registered", { given: "Ada" });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const wire = { header: text(event.header), signature: "", salt: "", payload: text(event.payload) };
  const held: Held = { hash: "a".repeat(64), position: 0, receivedAt: 0, stream, event: wire };
  await device.change(({ state }) => ({
    ...NO_CHANGE,
    state: { ...state, complete: true, syncedAt: Date.now() },
    held: [held],
  }));
  await device.keepGlance(glance(), device.state.revision);
  seen = [];
});

afterEach(() => {
  vi.useRealTimers();
});

const glance = (scope = device.state.scope): Glance => ({
  at: Date.now(),
  scope,
  lines: [
    { id: STUDENT, family: "Ek", given: "Ada", birthDate: "2015-02-03", words: " ada ek", overall: "", marks: [] },
  ],
});

/** Lock, unlock, and what could be seen at each change. */
async function pickUp(): Promise<void> {
  device.lock();
  device.onChange(() => seen.push({ glance: device.glance, isRead: device.isRead, held: device.held.size }));
  expect(await unlock(device, PIN)).toBe("open");
}

test("WEB-R120: the roster is there before the records are, and goes when they are", async () => {
  await pickUp();
  expect(seen[0]?.glance?.lines[0]?.family).toBe("Ek");
  expect(seen[0]).toMatchObject({ isRead: false, held: 0 });
  expect(seen.at(-1)).toEqual({ glance: null, isRead: true, held: 1 });
});

test("WEB-R120: whoever is forgotten is in no roster either", async () => {
  await device.change(({ state }) => ({ ...NO_CHANGE, state, forget: ["a".repeat(64)] }));
  await pickUp();
  expect(seen.map((one) => one.glance)).toEqual(seen.map(() => null));
});

test("WEB-R120: a roster folded before somebody was forgotten is not kept after it", async () => {
  const { revision } = device.state;
  const folded = glance();
  await device.change(({ state }) => ({ ...NO_CHANGE, state, forget: ["a".repeat(64)] }));
  await device.keepGlance(folded, revision);
  await pickUp();
  expect(seen[0]?.glance).toBeNull();
});

test("WEB-R120: another clinic's roster is never shown", async () => {
  await device.keepGlance(glance(`clinic/${newId()}`), device.state.revision);
  await device.choose(`clinic/${newId()}`, "Oak gym");
  await pickUp();
  expect(seen[0]?.glance).toBeNull();
});

test("WEB-R120: after two weeks in a drawer nobody is named", async () => {
  vi.useFakeTimers({ now: Date.now() + 15 * DAY_MS, toFake: ["Date"] });
  await pickUp();
  expect(seen.map((one) => one.glance)).toEqual(seen.map(() => null));
  expect(device.held.size).toBe(0);
});

test("WEB-R120: locked while the records are being opened, the phone stays locked and empty", async () => {
  device.lock();
  let lockOnce: () => void = () => {
    lockOnce = () => {};
    device.lock();
  };
  device.onChange(() => {
    if (device.glance !== null) lockOnce();
  });
  await unlock(device, PIN);
  expect([device.isUnlocked, device.held.size, device.enrolled, device.glance]).toEqual([false, 0, null, null]);
});
