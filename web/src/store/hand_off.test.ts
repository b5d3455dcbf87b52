/**
 * Requirements: WEB-R46. The vectors of `tests/vectors/hand_off` were sealed by this code and by the Python library
 * `cryptography`; `tests/vectors/hand_off/test_hand_off.py` opens the same.
 */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import { opened } from "../../tests/unsealing";
import { hex, unbase64url, unhex } from "../events/bytes";
import type { WireEvent } from "../events/wire";
import { Device } from "./device";
import { handOffInfo } from "./hand_off";
import { NO_CHANGE } from "./kept";

interface Case {
  readonly name: string;
  readonly sealed: string;
  readonly event: WireEvent;
  readonly event_hash: string;
  readonly district: string;
  readonly sealing_key: string;
  readonly private_key: string;
  readonly valid: boolean;
}

const cases = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/hand_off/sealed.json", import.meta.url), "utf-8"),
) as Case[];
const PIN = "271828";
const DAY_MS = 86_400_000;
const TOLD = Date.UTC(2026, 10, 21);
const STUDENT = `student/${newId()}` as const;
describe("WEB-R46: an undelivered event is sealed to the district", () => {
  test.each(cases)("$name", async ({ sealed, event, event_hash, district, sealing_key, private_key, valid }) => {
    const opening = opened(
      unbase64url(sealed),
      handOffInfo(district, event_hash),
      unhex(private_key),
      unhex(sealing_key),
    );
    if (valid) expect(JSON.parse(await opening)).toEqual(event);
    else await expect(opening).rejects.toThrow();
  });
});

describe("WEB-R46: the hand-off of a phone", () => {
  let device: Device;
  let log: SmallLog;
  let secret: CryptoKeyPair;

  beforeEach(async () => {
    newPhone();
    log = await SmallLog.found();
    secret = (await crypto.subtle.generateKey("X25519", true, ["deriveBits"])) as CryptoKeyPair;
    device = await Device.open(() => {}, CHEAP);
    await device.enroll(PIN, enrolled);
  });

  const sealingKey = async () => new Uint8Array(await crypto.subtle.exportKey("raw", secret.publicKey));
  const enrolled = async () => ({ ...log.enrolled(), sealing_key: hex(await sealingKey()) });
  const record = () => device.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });

  /** The events of the file, as the district reads them. */
  async function carried(): Promise<unknown[]> {
    const file = await device.handOff();
    const raw = new Uint8Array(await crypto.subtle.exportKey("pkcs8", secret.privateKey)).slice(-32);
    return Promise.all(
      (file?.events ?? []).map(async ({ event_hash, sealed }) => {
        const info = handOffInfo(file?.district ?? "", event_hash);
        return JSON.parse(await opened(unbase64url(sealed), info, raw, await sealingKey()));
      }),
    );
  }

  test("holds each waiting event, also of a locked phone, and the district opens it", async () => {
    await record();
    await record();
    const made = device.own.map((row) => row.event);
    device.lock();
    expect(await carried()).toEqual(made);
  });

  test("lets go of an event in the step that keeps its receipt, and not before", async () => {
    await record();
    await record();
    const receipted = { ...device.own[0], state: "receipted", receipt: "proven", position: 1 } as const;
    await device.change(({ state }) => ({ state, own: [receipted as never], held: [], forget: [], delivered: [] }));
    expect((await device.handOff())?.events.map((one) => one.seq)).toEqual([2]);
  });

  test("outlives a forgotten PIN: the phone is enrolled anew, and what was made before is still to be delivered", async () => {
    await record();
    const before = device.own.map((row) => row.event);
    device.lock();
    const anew = await Device.open(() => {}, CHEAP);
    await anew.enroll("314159", enrolled);
    expect(anew.own).toEqual([]);
    expect(await carried()).toEqual(before);
    expect(await unlock(anew, "314159")).toBe("open");
  });

  test("is made up for events an earlier version recorded", async () => {
    await record();
    const database = await openRaw();
    await new Promise((done) => {
      const clearing = database.transaction("hand_off", "readwrite").objectStore("hand_off").clear();
      clearing.onsuccess = done;
    });
    expect(await device.handOff()).toBeNull();
    device.lock();
    await unlock(device, PIN);
    expect(await carried()).toEqual(device.own.map((row) => row.event));
  });

  test("never stands in the way of recording: what could not be sealed is sealed at the next unlock", async () => {
    const seal = vi.spyOn(crypto.subtle, "generateKey").mockRejectedValue(new Error("no X25519 here"));
    await record();
    expect(device.own).toHaveLength(1);
    expect(await device.handOff()).toBeNull();
    seal.mockRestore();
    device.lock();
    await unlock(device, PIN);
    expect(await carried()).toEqual(device.own.map((row) => row.event));
  });

  test("says nothing about anybody", async () => {
    await record();
    const file = JSON.stringify(await device.handOff());
    expect(file).not.toContain(STUDENT);
  });
});

function openRaw(): Promise<IDBDatabase> {
  return new Promise((done) => {
    const asking = indexedDB.open("doseledger");
    asking.onsuccess = () => done(asking.result);
  });
}

test("WEB-R48: the phone carries what it could not deliver before its PIN was forgotten, until the log holds it", async () => {
  newPhone();
  const log = await SmallLog.found();
  const before = await Device.open(() => {}, CHEAP);
  await before.enroll(PIN, async () => ({ ...log.enrolled(), sealing_key: cases[0]?.sealing_key ?? "" }));
  await before.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });
  const [row] = before.own;
  const after = await Device.open(() => {}, CHEAP);
  await after.enroll(PIN, async () => ({ ...log.enrolled(), sealing_key: cases[0]?.sealing_key ?? "" }));
  await vi.waitFor(() => expect(before.isUnlocked).toBe(false));
  expect(after.carried.map((one) => one.hash)).toEqual([row?.hash]);
  await after.change(({ state, carried }) => ({ state, own: [], held: [], forget: [], delivered: carried }));
  expect(after.carried).toEqual([]);
  expect(await after.handOff()).toBeNull();
});

test("WEB-R323: what a put-back district lacks is carried, also by a phone that had to be enrolled anew", async () => {
  newPhone();
  const log = await SmallLog.found();
  const enrolled = async () => ({ ...log.enrolled(), sealing_key: cases[0]?.sealing_key ?? "" });
  const origin = (epoch: number) => `log.example/isd-900/${epoch}`;
  const reach = (phone: Device, epoch: number, own: readonly unknown[] = []) =>
    phone.change(({ state }) => {
      const told = { origin: origin(epoch), toldAt: TOLD };
      return { state: { ...state, ...told }, own: own as never, held: [], forget: [], delivered: [] };
    });
  const before = await Device.open(() => {}, CHEAP);
  await before.enroll(PIN, enrolled);
  await before.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });
  await before.record(STUDENT, "dose.voided", { event: newId(), reason: "another day" });
  const hashes = before.own.map((row) => row.hash);
  await reach(
    before,
    0,
    before.own.map((row, at) => ({ ...row, state: "receipted", receipt: "proven", position: at })),
  );
  expect(await before.handOff()).toBeNull();
  const same = await Device.open(() => {}, CHEAP);
  await same.enroll(PIN, enrolled);
  await reach(same, 0);
  expect(same.carried).toEqual([]);
  await reach(same, 1);
  expect(same.carried.map((one) => one.hash)).toEqual(hashes);
  expect((await same.handOff())?.events.map((one) => one.event_hash)).toEqual(hashes);
  await same.change(({ state, carried }) => ({ state, own: [], held: [], forget: [], delivered: carried }));
  expect(same.carried).toEqual([]);
  vi.useFakeTimers({ now: TOLD + 366 * DAY_MS, toFake: ["Date"] });
  same.lock();
  await unlock(same, PIN);
  await reach(same, 2);
  expect(same.carried.length, "a clock that jumps lets nothing go").toBe(2);
  const later = { origin: origin(2), toldAt: TOLD + 31 * DAY_MS };
  await same.change(({ state, carried }) => ({ ...NO_CHANGE, state, delivered: carried }));
  await same.change(({ state }) => ({ ...NO_CHANGE, state: { ...state, ...later } }));
  same.lock();
  await unlock(same, PIN);
  vi.useRealTimers();
  await reach(same, 3);
  expect(same.carried, "after 30 days of the server's nothing is kept").toEqual([]);
});

test("WEB-R48: a tab with the keys of before writes nothing into the store of after", async () => {
  newPhone();
  const log = await SmallLog.found();
  const before = await Device.open(() => {}, CHEAP);
  await before.enroll(PIN, async () => log.enrolled());
  const after = await Device.open(() => {}, CHEAP);
  const enrolling = after.enroll(PIN, async () => log.enrolled());
  const late = before.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });
  const [told] = await Promise.allSettled([late, enrolling]);
  await enrolling;
  if (told.status === "rejected") expect(String(told.reason)).toMatch(/EnrolledAnew|locked|Error/);
  expect(after.own).toEqual([]);
  await expect(before.record(STUDENT, "dose.voided", { event: newId(), reason: "x" })).rejects.toThrow();
  after.lock();
  expect(await unlock(after, PIN)).toBe("open");
  expect(after.own).toEqual([]);
});
