/** Requirements: WEB-R21 (a wrong PIN costs rising time and never the data), WEB-R45 (what a guess costs). */
import { openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import { utf8 } from "../events/bytes";
import { ED25519 } from "../events/signing";
import { Database } from "./database";
import { Device } from "./device";
import { LONGEST_WAIT_MS, waitAfter } from "./pin";
import { stretch } from "./stretch";
import {
  type FormerKeys,
  makeKeys,
  makePhoneKey,
  openKeys,
  randomBytes,
  rewrap,
  seal,
  type WrappedKeys,
} from "./vault";

const PIN = "271828";
const STUDENT = `student/${newId()}` as const;

describe("WEB-R45: what lies in the store opens with the PIN on this phone, and with neither alone", () => {
  beforeEach(newPhone);

  test("Argon2id is that of the reference program", async () => {
    const made = await stretch({ pin: "password", salt: utf8("somesalt"), cost: { passes: 2, memoryKib: 65536 } });
    expect(Buffer.from(made).toString("hex")).toBe("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
  });

  test("the PIN on another phone opens nothing, nor does another PIN on this one", async () => {
    const phone = await makePhoneKey();
    const { wrapped } = await makeKeys(PIN, phone, CHEAP);
    expect(await openKeys(PIN, wrapped, phone)).not.toBeNull();
    expect(await openKeys(PIN, wrapped, await makePhoneKey())).toBeNull();
    expect(await openKeys("271829", wrapped, phone)).toBeNull();
  });

  test("no handle gives its bytes away", async () => {
    const phone = await makePhoneKey();
    const { wrapped } = await makeKeys(PIN, phone, CHEAP);
    const keys = await openKeys(PIN, wrapped, phone);
    for (const key of [phone, keys?.data, keys?.seat]) expect(key?.extractable).toBe(false);
  });

  test("another PIN is another wrapping of the same keys", async () => {
    const phone = await makePhoneKey();
    const { wrapped, publicKey } = await makeKeys(PIN, phone, CHEAP);
    const anew = await rewrap(PIN, wrapped, "314159", phone, CHEAP);
    expect(await openKeys(PIN, anew?.wrapped as WrappedKeys, phone)).toBeNull();
    const keys = await openKeys("314159", anew?.wrapped as WrappedKeys, phone);
    const message = utf8("signed");
    const signature = await crypto.subtle.sign(ED25519, keys?.seat as CryptoKey, message);
    const verifier = await crypto.subtle.importKey("raw", publicKey, ED25519, false, ["verify"]);
    expect(await crypto.subtle.verify(ED25519, verifier, signature, message)).toBe(true);
    expect(await rewrap("000000", wrapped, "314159", phone, CHEAP)).toBeNull();
  });
});

describe("WEB-R21: on the phone", () => {
  let device: Device;

  beforeEach(async () => {
    newPhone();
    const log = await SmallLog.found();
    device = await Device.open(() => {}, CHEAP);
    await device.enroll(PIN, async () => log.enrolled());
    await device.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });
    device.lock();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Only the date is the test's: IndexedDB needs its timers. */
  const at = (moment: number) => vi.useFakeTimers({ now: moment, toFake: ["Date"] });

  test("the waits rise to five minutes and stay there", () => {
    const waits = Array.from({ length: 12 }, (_, tries) => waitAfter(tries + 1) / 1000);
    expect(waits).toEqual([0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
  });

  test("wrong ones wait longer each time, also after the app was closed, and the right one is never too late", async () => {
    let now = Date.UTC(2026, 10, 21);
    at(now);
    expect(await unlock(device, "000000")).toBe("wrong");
    expect(await unlock(device, "000001")).toBe("wrong");
    for (let tries = 3; tries <= 5; tries += 1) {
      expect(await unlock(device, "000002")).toEqual({ waitMs: waitAfter(tries) });
      device = await Device.open(() => {}, CHEAP);
      expect(await unlock(device, PIN)).toEqual({ waitMs: waitAfter(tries) });
      now += waitAfter(tries);
      at(now);
    }
    expect(await unlock(device, PIN)).toBe("open");
    expect(device.own).toHaveLength(1);
    device.lock();
    expect(await unlock(device, "000000")).toBe("wrong");
  });

  test("a day of guessing wipes nothing: the right one opens, what was not delivered is there", async () => {
    let now = Date.UTC(2026, 10, 21);
    for (let tries = 1; tries <= 100; tries += 1) {
      at(now);
      expect(await unlock(device, "000000")).not.toBe("open");
      now += LONGEST_WAIT_MS;
    }
    at(now);
    expect(await unlock(device, PIN)).toBe("open");
    expect(device.own.map(({ state }) => state)).toEqual(["waiting"]);
  });

  test("a clock set back a year makes nobody wait a year", async () => {
    at(Date.UTC(2026, 10, 21));
    for (const pin of ["000000", "000001", "000002"]) await unlock(device, pin);
    at(Date.UTC(2025, 10, 21));
    expect(await unlock(device, PIN)).toEqual({ waitMs: LONGEST_WAIT_MS });
  });

  test("tabs guess one after the other, each try counted", async () => {
    at(Date.UTC(2026, 10, 21));
    const tabs = await Promise.all([1, 2, 3, 4].map(() => Device.open(() => {}, CHEAP)));
    const told = await Promise.all(tabs.map((tab, i) => unlock(tab, `00000${i}`)));
    const inTurn = told.toSorted((one, two) => Number(one !== "wrong") - Number(two !== "wrong")); // any tab may be first
    expect(inTurn).toEqual(["wrong", "wrong", { waitMs: 5000 }, { waitMs: 5000 }]);
  });

  test("a phone enrolled by version 0.1.0 opens with its PIN and is wrapped anew", async () => {
    newPhone();
    const raw = randomBytes(32);
    const pair = (await crypto.subtle.generateKey(ED25519, true, ["sign", "verify"])) as CryptoKeyPair;
    const former = await formerKeys(PIN, raw, new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)));
    const store = await openDB("doseledger", 1, {
      upgrade(idb) {
        idb.createObjectStore("sealed");
        idb.createObjectStore("plain").put(former, "keys");
      },
    });
    store.close();
    const phone = await Device.open(() => {}, CHEAP);
    expect(await unlock(phone, "000000")).toBe("wrong");
    expect(await unlock(phone, PIN)).toBe("open");
    const database = await Database.open(() => {});
    expect((await database.seats()).map((seat) => seat.keys)).toEqual([expect.objectContaining({ cost: CHEAP })]);
    phone.lock();
    expect(await unlock(phone, PIN)).toBe("open");
  });
});

async function formerKeys(
  pin: string,
  data: Uint8Array<ArrayBuffer>,
  seat: Uint8Array<ArrayBuffer>,
): Promise<FormerKeys> {
  const salt = randomBytes(16);
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 1000 };
  const key = await crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  return { salt, rounds: 1000, data: await seal(key, data), seat: await seal(key, seat) };
}
