/** Requirements: WEB-R343 (another phone's file is carried, unopened, until the log holds it). */
import { beforeEach, expect, test } from "vitest";
import { CHEAP, newPhone } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import { base64url } from "../events/bytes";
import { Device } from "./device";
import { HAND_OFF } from "./hand_off";
import { NO_CHANGE } from "./kept";

const HASH = "ab".repeat(32);
let device: Device;
let district: string;

beforeEach(async () => {
  newPhone();
  const log = await SmallLog.found();
  device = await Device.open(() => {}, CHEAP);
  await device.enroll("271828", async () => log.enrolled());
  district = device.enrolled?.district ?? "";
});

const file = (more: object = {}, event: object = {}): string => {
  const one = { device: newId(), seq: 3, event_hash: HASH, sealed: base64url(new Uint8Array([1, 2])), ...event };
  return JSON.stringify({ is: HAND_OFF, district, events: [one], ...more });
};

test("WEB-R343: it lies beside this phone's own, survives a lock, goes on in its own file, and is taken once", async () => {
  const words = file();
  expect(await device.takeIn(words)).toEqual({ taken: 1, left: [] });
  expect(await device.takeIn(words)).toEqual({ taken: 0, left: [] });
  expect(device.carried.map(({ seq, hash, district: of }) => [seq, hash, of])).toEqual([[3, HASH, district]]);
  device.lock();
  expect((await device.handOff())?.events).toHaveLength(1);
});

test("WEB-R343: nothing a file says takes the place of this phone's own sealed work", async () => {
  await device.record(`student/${newId()}`, "dose.voided", { event: newId(), reason: "another child" });
  const before = await device.handOff();
  const [mine] = before?.events ?? [];
  expect(await device.takeIn(file({}, { device: mine?.device, seq: mine?.seq }))).toEqual({
    taken: 0,
    left: [{ number: 1, device: mine?.device, seq: mine?.seq }],
  });
  expect(await device.takeIn(JSON.stringify(before))).toEqual({ taken: 0, left: [] });
  expect(await device.handOff()).toEqual(before);
  expect(device.carried).toEqual([]);
});

test("WEB-R343: once the log holds it, it is carried no more, though the word came from another thread", async () => {
  await device.takeIn(file());
  const delivered = structuredClone([...device.carried]);
  await device.change(({ state }) => ({ ...NO_CHANGE, state, delivered }));
  expect(device.carried).toEqual([]);
  expect(await device.handOff()).toBeNull();
});

test("WEB-R479: one bad element of a file is left, by what it says of itself; the others of it are carried", async () => {
  const one = (event: object = {}) => JSON.parse(file({}, event)).events[0];
  const [first, last] = [one(), one()];
  const bad = [one({ seq: 0 }), one({ sealed: 7 }), one({ sealed: "*" }), one({ device: null }), null, 7, "x"];
  const another = { ...first, event_hash: "cd".repeat(32) };
  const words = JSON.stringify({ is: HAND_OFF, district, events: [first, ...bad, another, first, last] });
  const { taken, left } = await device.takeIn(words);
  expect([taken, left.map(({ number }) => number)]).toEqual([2, [2, 3, 4, 5, 6, 7, 8, 9]]);
  expect(left.map(({ seq }) => seq)).toEqual([null, 3, 3, 3, null, null, null, 3]);
  expect(left.map((each) => each.device !== null)).toEqual([true, true, true, false, false, false, false, true]);
  const carried = device.carried.map((each) => [each.device, each.hash]);
  expect(carried.sort()).toEqual([first, last].map((each) => [each.device, HASH]).sort());
});

test.each([
  ["no JSON", () => "{", "unreadable"],
  ["another kind of file", () => file({ is: "something" }), "unreadable"],
  ["another district's", () => file({ district: "isd-901" }), "district"],
])("WEB-R343: %s is refused, and nothing of it kept", async (_, words, why) => {
  await expect(device.takeIn(words())).rejects.toMatchObject({ why });
  expect(device.carried).toEqual([]);
});
