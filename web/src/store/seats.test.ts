/** Requirements: WEB-R110, WEB-R111, WEB-R112, WEB-R113, WEB-R114 (several nurses on one phone). */
import { openDB } from "idb";
import { beforeEach, describe, expect, test } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import { utf8 } from "../events/bytes";
import { parseHeader } from "../events/envelope";
import { type Enrolled, fromWire } from "../events/wire";
import { Device } from "./device";
import { makeKeys, makePhoneKey, seal } from "./vault";

const [ANNAS, BENS] = ["271828", "314159"];
const STUDENT = `student/${newId()}` as const;

let device: Device;
let anna: Enrolled;
let ben: Enrolled;

beforeEach(async () => {
  newPhone();
  const log = await SmallLog.found();
  device = await Device.open(() => {}, CHEAP);
  anna = log.enrolled();
  await device.enroll(ANNAS, async () => anna);
  ben = { ...anna, seat: newId(), staff: newId(), staff_name: "Ben Carlson", staff_title: "LPN", token: "ben's" };
});

const record = () => device.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });
const letBenIn = () => device.addColleague(ANNAS, BENS, async () => ben);
const authors = () => device.own.map((row) => parseHeader(fromWire(row.event).header).author);

describe("several nurses on one phone", () => {
  test("WEB-R110: each signs her own in one chain, and all of it waits before everybody's eyes", async () => {
    await record();
    expect(await letBenIn()).toBe("open");
    device.lock();
    expect(await device.unlock(BENS, ben.staff)).toBe("open");
    await record();
    expect(device.enrolled?.token).toBe("ben's");
    expect(authors()).toEqual([anna.staff, ben.staff]);
    expect(device.own.map((row) => row.seq)).toEqual([1, 2]);
    const [first, second] = device.own;
    expect(parseHeader(fromWire(second?.event as never).header).prev).toBe(first?.hash);
    expect((await device.handOff())?.events).toHaveLength(2);
  });

  test("WEB-R110: what was asked for by one is hers, though another is unlocked when it is written", async () => {
    await letBenIn();
    const writing = record();
    device.lock();
    await device.unlock(BENS, ben.staff);
    await writing;
    expect(authors()).toEqual([anna.staff]);
  });

  test("WEB-R111: nobody's PIN opens another's seat, and each has tries of her own", async () => {
    await letBenIn();
    device.lock();
    for (const pin of [ANNAS, ANNAS]) expect(await device.unlock(pin, ben.staff)).toBe("wrong");
    expect(await device.unlock(ANNAS, ben.staff)).toEqual({ waitMs: 5000 });
    expect(await device.unlock(ANNAS, anna.staff)).toBe("open");
  });

  test("WEB-R112: letting a nurse in needs the PIN of who is unlocked; refused or cut off it changes nothing", async () => {
    await record();
    expect(await device.addColleague("000000", BENS, async () => ben)).toBe("wrong");
    const cut = device.addColleague(ANNAS, BENS, () => Promise.reject(new Error("no answer")));
    await expect(cut).rejects.toThrow("no answer");
    expect((await device.colleagues()).map((one) => one.name)).toEqual(["Anna Ek"]);
    device.lock();
    expect(await device.unlock(ANNAS, anna.staff)).toBe("open");
    expect(authors()).toEqual([anna.staff]);
  });

  test("WEB-R112: a nurse taken off opens nothing any more; what she recorded stays and waits", async () => {
    await letBenIn();
    device.lock();
    await device.unlock(BENS, ben.staff);
    await record();
    device.lock();
    await device.unlock(ANNAS, anna.staff);
    await device.removeColleague(ben.staff);
    expect((await device.colleagues()).map((one) => one.staff)).toEqual([anna.staff]);
    expect(authors()).toEqual([ben.staff]);
    expect((await device.handOff())?.events).toHaveLength(1);
    await expect(device.removeColleague(anna.staff)).rejects.toThrow();
    device.lock();
    await expect(device.unlock(BENS, ben.staff)).rejects.toThrow();
  });

  test("WEB-R113: a changed PIN is the only one that opens, the other nurse's stays", async () => {
    await letBenIn();
    expect(await device.changePin("000000", "161803")).toBe("wrong");
    expect(await device.changePin(ANNAS, "161803")).toBe("open");
    device.lock();
    expect(await device.unlock(ANNAS, anna.staff)).toBe("wrong");
    expect(await device.unlock("161803", anna.staff)).toBe("open");
    device.lock();
    expect(await device.unlock(BENS, ben.staff)).toBe("open");
  });

  test("WEB-R113: who forgot her PIN gets a new seat from the other, and her unsent work stays in sight", async () => {
    await letBenIn();
    await record();
    device.lock();
    await device.unlock(BENS, ben.staff);
    const again = { ...anna, seat: newId(), token: "anna's second" };
    expect(await device.addColleague(BENS, "161803", async () => again)).toBe("open");
    device.lock();
    expect(await device.unlock("161803", anna.staff)).toBe("open");
    await record();
    expect([authors(), device.enrolled?.seat]).toEqual([[anna.staff, anna.staff], again.seat]);
    expect(await device.colleagues()).toHaveLength(2);
  });

  test("WEB-R111: half-filled forms are each nurse's own", async () => {
    await device.draft("dose").write({ lot: "anna's" });
    await letBenIn();
    device.lock();
    await device.unlock(BENS, ben.staff);
    expect(await device.draft("dose").read()).toBeUndefined();
    device.lock();
    await device.unlock(ANNAS, anna.staff);
    expect(await device.draft("dose").read()).toEqual({ lot: "anna's" });
  });

  test("WEB-R280: a form of everybody is found by the next nurse, listed, and gone once it is done", async () => {
    const place = "emergency/a";
    const written = device.draft<{ called: string }>(place, "everybody").write({ called: "now" });
    expect([...(await device.everybodysDrafts("emergency/"))]).toEqual([["a", { called: "now" }]]);
    await written;
    await device.draft("emergency/b").write({ called: "anna's own" });
    await letBenIn();
    device.lock();
    await device.unlock(BENS, ben.staff);
    expect([...(await device.everybodysDrafts("emergency/"))]).toEqual([["a", { called: "now" }]]);
    const bens = device.draft(place, "everybody");
    expect(await bens.read()).toEqual({ called: "now" });
    void bens.drop(null);
    expect([...(await device.everybodysDrafts("emergency/"))]).toEqual([]);
  });

  test("WEB-R114: a tab where another nurse is unlocked locks, and so does every tab when the phone is handed on", async () => {
    await letBenIn();
    const other = await Device.open(() => {}, CHEAP);
    const locked = () => new Promise<void>((done) => other.onChange(() => other.isUnlocked || done()));
    await other.unlock(BENS, ben.staff);
    let waiting = locked();
    await device.unlock(ANNAS, anna.staff);
    await waiting;
    await other.unlock(ANNAS, anna.staff);
    waiting = locked();
    device.lockAll();
    await waiting;
    expect([device.isUnlocked, other.isUnlocked]).toEqual([false, false]);
  });
});

test("WEB-R91: a phone of one nurse opens under this version with her PIN, drafts and unsent work", async () => {
  newPhone();
  const phone = await makePhoneKey();
  const { wrapped, keys } = await makeKeys(ANNAS, phone, CHEAP);
  const sealed = (key: string, value: unknown) => seal(keys.data, utf8(JSON.stringify({ key, value })));
  const rows = await Promise.all(
    [["enrolled", anna] as const, ["draft/dose/1", { lot: "X1" }] as const].map(
      async ([key, value]) => [key, await sealed(key, value)] as const,
    ),
  );
  const former = await openDB("doseledger", 2, {
    upgrade(idb) {
      const plain = idb.createObjectStore("plain");
      for (const [key, value] of Object.entries({ keys: wrapped, phone, founded: "1", wrongTries: 1, waitUntil: 0 })) {
        plain.put(value, key);
      }
      const store = idb.createObjectStore("sealed");
      for (const [key, value] of rows) store.put(value, key);
      idb.createObjectStore("hand_off");
    },
  });
  former.close();
  const now = await Device.open(() => {}, CHEAP);
  expect(await unlock(now, ANNAS)).toBe("open");
  expect(now.enrolled).toEqual(anna);
  expect(await now.colleagues()).toEqual([{ staff: anna.staff, name: "Anna Ek", title: "RN" }]);
  expect(await now.draft("dose/1").read()).toEqual({ lot: "X1" });
  now.lock();
  expect(await unlock(now, ANNAS)).toBe("open");
});
