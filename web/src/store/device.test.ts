/** Requirements: WEB-R36 (what another tab does meanwhile), WEB-R97 (what lapses), WEB-R04 (what was found good), WEB-R47 (a damaged disk page costs a download and never the phone). */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import { utf8 } from "../events/bytes";
import type { EventPayloads } from "../events/generated";
import { Database } from "./database";
import { Device } from "./device";
import type { Held, Own } from "./kept";
import { STATE } from "./opened";
import { inSlices } from "./slices";

const PIN = "271828";
const STUDENT = `student/${newId()}` as const;
const DAY_MS = 86_400_000;

let device: Device;

beforeEach(async () => {
  newPhone();
  const log = await SmallLog.found();
  device = await Device.open(() => {}, CHEAP);
  await device.enroll(PIN, async () => log.enrolled());
  await device.choose(`clinic/${newId()}`, "Elm gym");
  const event = await log.tell(STUDENT, "student.registered", { given: "Ada" });
  const page = await log.page({ scope: device.state.scope });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const wire = { header: text(event.header), signature: "", salt: "", payload: text(event.payload) };
  const held: Held = { hash: "a".repeat(64), position: 0, receivedAt: 0, stream: STUDENT, event: wire };
  await device.change(({ state }) => {
    const next = { ...state, cursor: page.cursor, complete: true, syncedAt: Date.now() };
    return { state: next, own: [], held: [held], forget: [], delivered: [] };
  });
  await device.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });
  device.lock();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("WEB-R31: whatever is written waits for the disk before it is called kept", async () => {
  const asked = vi.spyOn(IDBDatabase.prototype, "transaction");
  await unlock(device, PIN);
  await device.record(STUDENT, "dose.voided", { event: newId(), reason: "another day" });
  await device.change(({ state }) => ({ state: { ...state, size: 1 }, own: [], held: [], forget: [], delivered: [] }));
  const writing = asked.mock.calls.filter(([, mode]) => mode === "readwrite");
  expect(writing.length).toBeGreaterThan(1);
  expect(writing.filter(([, , options]) => options?.durability !== "strict")).toEqual([]);
});

test.each([
  [13, 1],
  [14, 0],
])(
  "WEB-R97: after %i days without an answer the phone holds %i downloaded events, and all of its own",
  async (days, left) => {
    vi.useFakeTimers({ now: Date.now() + days * DAY_MS + 60_000, toFake: ["Date"] });
    expect(await unlock(device, PIN)).toBe("open");
    expect(device.held.size).toBe(left);
    expect(device.state).toMatchObject({ complete: left === 1, clinicName: "Elm gym" });
    expect(device.own.map((row) => row.state)).toEqual(["waiting"]);
  },
);

/** Another value in the place of the one whose key begins so: what a failing disk gives back. */
async function damage(prefix: string): Promise<void> {
  const database = await new Promise<IDBDatabase>((done) => {
    const asking = indexedDB.open("doseledger");
    asking.onsuccess = () => done(asking.result);
  });
  const sealed = database.transaction("sealed", "readwrite").objectStore("sealed");
  const keys = await new Promise<IDBValidKey[]>((done) => {
    const asking = sealed.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}~`));
    asking.onsuccess = () => done(asking.result);
  });
  expect(keys).toHaveLength(1);
  sealed.put(new Uint8Array(64), keys[0] as IDBValidKey);
}

test("WEB-R47: a page the disk does not give back is pulled anew, and the phone opens", async () => {
  await damage("held/");
  expect(await unlock(device, PIN)).toBe("open");
  expect(device.held.size).toBe(0);
  expect(device.state.cursor).toBeNull();
  expect(device.own).toHaveLength(1);
  device.lock();
  expect(await unlock(device, PIN)).toBe("open");
});

test("WEB-R04: a page is remembered as verified once all of it was found good, also after a lock", async () => {
  await unlock(device, PIN);
  await device.keepVerified(new Set());
  device.lock();
  await unlock(device, PIN);
  expect(device.isVerified("a".repeat(64))).toBe(false);
  await device.keepVerified(new Set(["a".repeat(64)]));
  device.lock();
  await unlock(device, PIN);
  expect(device.isVerified("a".repeat(64))).toBe(true);
  expect(device.isVerified("b".repeat(64))).toBe(false);
});

test("WEB-R47: an own event the disk does not give back is carried sealed, and the chain goes on from it", async () => {
  const file = await device.handOff();
  await damage("own/");
  expect(await unlock(device, PIN)).toBe("open");
  expect(device.own).toEqual([]);
  expect(device.carried.map((one) => one.hash)).toEqual(file?.events.map((one) => one.event_hash));
  await device.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });
  const { seq, prev } = JSON.parse(device.own[0]?.event.header ?? "") as { seq: number; prev: string };
  expect([seq, prev]).toEqual([2, file?.events[0]?.event_hash]);
});

test("WEB-R304: facts that belong together are one chain and all stored, or none of them is", async () => {
  await unlock(device, PIN);
  const voiding = (event: string) => ({
    ...{ stream: STUDENT, type: "dose.voided" as const },
    payload: { event, reason: "another child" },
  });
  const ids = await device.recordTogether([() => voiding(newId()), ([first = ""]) => voiding(first)]);
  const [, one, two] = device.own.map(({ event }) => ({
    ...(JSON.parse(event.header) as { id: string; seq: number; prev: string }),
    ...(JSON.parse(event.payload) as { event: string }),
  }));
  expect([one?.id, two?.id]).toEqual(ids);
  expect([one?.seq, two?.seq, two?.event]).toEqual([2, 3, one?.id]);
  expect(two?.prev).toBe(device.own[1]?.hash);
  const broken = () => {
    throw new Error("the battery fell out");
  };
  await expect(device.recordTogether([() => voiding(newId()), broken])).rejects.toThrow("battery");
  device.lock();
  await unlock(device, PIN);
  expect(device.own).toHaveLength(3);
});

/** How many pages lie on the disk. */
async function pagesHere(): Promise<number> {
  const asking = indexedDB.open("doseledger");
  const database = await new Promise<IDBDatabase>((done) => {
    asking.onsuccess = () => done(asking.result);
  });
  const counting = database.transaction("sealed").objectStore("sealed").count(IDBKeyRange.bound("held/", "held/~"));
  const count = await new Promise<number>((done) => {
    counting.onsuccess = () => done(counting.result);
  });
  database.close();
  return count;
}

test("WEB-R47: a damaged page is written away in its turn, and what the phone holds is not called whole", async () => {
  await damage("held/");
  let letGo = () => {};
  const deciding = navigator.locks.request(STATE, () => new Promise<void>((go) => (letGo = go)));
  const unlocking = unlock(device, PIN);
  await vi.waitFor(() => expect(device.isRead).toBe(true));
  expect(device.state).toMatchObject({ cursor: null, complete: false });
  expect(await pagesHere()).toBe(1);
  letGo();
  await deciding;
  expect(await unlocking).toBe("open");
  expect(await pagesHere()).toBe(0);
});

test("WEB-R47: a disk that does not let a damaged page go leaves the phone open, and the clinic is pulled anew", async () => {
  await damage("held/");
  const { write } = Database.prototype;
  vi.spyOn(Database.prototype, "write").mockImplementation(function (this: Database, data, writing) {
    const isPage = writing.deletes?.some((key) => String(key).startsWith("held/"));
    return isPage ? Promise.reject(new Error("the disk is full")) : write.call(this, data, writing);
  });
  expect(await unlock(device, PIN)).toBe("open");
  expect(device.state).toMatchObject({ cursor: null, complete: false, damage: { isHealed: false } });
});

test.each([
  ["of another layout", utf8('{"rows":[]}\n')],
  ["without a cell", utf8('{"hash":["aa"],"stream":[],"streams":[]}\n')],
  ["of no layout", utf8("[")],
  ["of an earlier version, with no rows in it", "nothing"],
])("WEB-R47: a page %s counts as damaged, and the phone opens", async (_, page) => {
  await unlock(device, PIN);
  const writing = vi.spyOn(Database.prototype, "write");
  await device.keepVerified(new Set());
  const [data] = writing.mock.calls[0] ?? [];
  const [database] = writing.mock.contexts as Database[];
  await database?.write(data as CryptoKey, { puts: [["held/000000000900", page]] });
  device.lock();
  expect(await unlock(device, PIN)).toBe("open");
  expect(device.held.size).toBe(1);
  expect(device.state).toMatchObject({ cursor: null, complete: false });
  expect(await pagesHere()).toBe(1);
});

test("WEB-R36: a page is held here too where another tab's message came while it was written", async () => {
  await unlock(device, PIN);
  const [first] = device.held.values();
  const { write } = Database.prototype;
  vi.spyOn(Database.prototype, "write").mockImplementationOnce(async function (this: Database, data, writing) {
    const heard = new Promise<void>((done) => device.onChange(done));
    const other = new BroadcastChannel("doseledger");
    other.postMessage({ is: "changed" });
    await heard;
    other.close();
    return write.call(this, data, writing);
  });
  const { hash, position, receivedAt, stream, event } = first as Held;
  const second = { hash: "b".repeat(64), position: position + 1, receivedAt, stream, event };
  await device.change(({ state }) => ({ state, own: [], held: [second], forget: [], delivered: [] }));
  expect([...device.held.keys()]).toEqual([hash, second.hash]);
  await device.change(({ state }) => ({ state, own: [], held: [], forget: [hash], delivered: [] }));
  expect([...device.held.keys()]).toEqual([second.hash]);
});

test("WEB-R47: a tab of a program that knew another layout of pages is told to let go of the store", async () => {
  newPhone();
  const former = await new Promise<IDBDatabase>((done) => {
    const asking = indexedDB.open("doseledger", 4);
    asking.onupgradeneeded = () => {
      for (const name of ["plain", "sealed", "hand_off"]) asking.result.createObjectStore(name);
      asking.result.createObjectStore("photos", { keyPath: "name" });
      asking.result.createObjectStore("seats", { keyPath: "staff" });
    };
    asking.onsuccess = () => done(asking.result);
  });
  const told = new Promise<number | null>((done) => {
    former.onversionchange = ({ newVersion }) => {
      former.close();
      done(newVersion);
    };
  });
  const next = await Device.open(() => {}, CHEAP);
  expect(await told).toBeGreaterThan(4);
  expect(await next.isEnrolled()).toBe(false);
});

describe("WEB-R341: what the district set aside", () => {
  const RECORD = 7;

  /** The office's words on it, in this phone's own stream. */
  async function told(...words: readonly [string, Record<string, unknown>][]): Promise<void> {
    const held = words.map(([type, more], at): Held => {
      const header = JSON.stringify({ stream: "device/d", type });
      const event = { header, signature: "", salt: "", payload: JSON.stringify({ submission: "s", ...more }) };
      return { hash: `${at}`.repeat(64), position: RECORD + at, receivedAt: 0, stream: "device/d", event };
    });
    await device.change(({ state }) => ({ state, own: [], held, forget: [], delivered: [] }));
  }

  async function types(): Promise<string[]> {
    const facts = await inSlices(device.facts());
    return (facts.get(STUDENT) ?? []).filter((fact) => fact.receivedAt === null).map((fact) => fact.header.type);
  }

  beforeEach(async () => {
    await unlock(device, PIN);
    const dose = { cvx: "03", given_on: "2026-11-21" } as unknown as EventPayloads["dose.administered"];
    const event = await device.record(STUDENT, "dose.administered", dose);
    await device.record(STUDENT, "dose.voided", { event, reason: "another child" });
    await device.record(STUDENT, "contraindication.lifted", { event: newId(), reason: "no" } as never);
    await device.change(({ state, own }) => {
      const aside = own.map((row): Own => ({ ...row, state: "quarantined", position: RECORD, receipt: "r" }));
      return { state, own: aside, held: [], forget: [], delivered: [] };
    });
  });

  test("a dose that was given stands on the child until somebody settles it; a right that was refused does not", async () => {
    expect(await types()).toEqual(["dose.administered", "dose.voided"]);
    await told(["submission.quarantined", { owner: "health_office" }], ["submission.assigned", { owner: "records" }]);
    expect(await types()).toEqual(["dose.administered", "dose.voided"]);
  });

  test("PROJ-R262: a court's order and a correction of consent stand too, as set aside; a phone's own consent does not", async () => {
    const order = { person: "P. Vang", since: "2026-08-15", document: "seen" };
    await device.record(STUDENT, "say.ended", order);
    await device.record(STUDENT, "consent.voided", { event: newId(), reason: "another child" });
    await device.record(STUDENT, "consent.given", { cvx: ["03"], signer: "M. Vang" } as never);
    await device.change(({ state, own }) => {
      const aside = own.map((row): Own => ({ ...row, state: "quarantined", position: RECORD, receipt: "r" }));
      return { state, own: aside, held: [], forget: [], delivered: [] };
    });
    const facts = (await inSlices(device.facts())).get(STUDENT) ?? [];
    const aside = facts.filter((fact) => fact.isAside).map((fact) => fact.header.type);
    expect(aside).toEqual(["dose.administered", "dose.voided", "say.ended", "consent.voided"]);
  });

  test.each(["submission.closed", "submission.released"])("after %s it is what the log says", async (type) => {
    await told(["submission.quarantined", { owner: "health_office" }], [type, { reason: "asked her" }]);
    expect(await types()).toEqual([]);
  });
});
