/** Requirements: WEB-R322 (a slow link), WEB-R320 (a picture that a put-back server lacks goes again), WEB-R321 (what may be let go, and when). */
import { beforeEach, expect, test, vi } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import { type Bytes, concat, hex, sha256 } from "../events/bytes";
import { Courier } from "../sync/courier";
import { Database } from "./database";
import { Device } from "./device";
import { doubt, NO_CHANGE } from "./kept";
import type { KeptPhoto } from "./photos";
import { isReceipted, receivedAt, SPARE_BYTES_MAX, SPARE_MS } from "./photos";
import { toFree } from "./spares";

const PIN = "271828";
const DAY_MS = 86_400_000;
const picture = (size: number): Bytes => concat(Uint8Array.of(0xff, 0xd8, 0xff), new Uint8Array(size));
const PICTURE = picture(1_000);

let log: SmallLog;
let device: Device;
/** Sealed pictures at the district, by name, and what was asked there. */
let district: Map<string, Bytes>;
let asked: string[];
/** Bytes of each part that came through; a larger one than `slow` does not in time. */
let parts: number[];
let slow: number;

beforeEach(async () => {
  newPhone();
  log = await SmallLog.found();
  device = await Device.open(() => {}, CHEAP);
  await device.enroll(PIN, async () => log.enrolled());
  [district, asked, parts, slow] = [new Map(), [], [], Number.POSITIVE_INFINITY];
  vi.stubGlobal("fetch", answer);
  await learn();
});

const origin = (): string => `log.example/isd-900/${log.epoch}`;

/** The phone verified a head of this epoch. */
async function learn(): Promise<void> {
  await device.change(({ state }) => {
    return { state: { ...state, origin: origin() }, own: [], held: [], forget: [], delivered: [] };
  });
}

async function answer(path: string, { method, body }: RequestInit): Promise<Response> {
  const [, , name = ""] = path.split(/[/?]/);
  asked.push(method ?? "");
  const before = district.get(name) ?? new Uint8Array();
  const part = method === "PUT" ? (body as Bytes) : new Uint8Array();
  if (part.length > slow) throw new TypeError("no answer in time");
  const here = concat(before, part);
  if (here.length > 0) district.set(name, here);
  if (part.length > 0) parts.push(part.length);
  const isWhole = hex(await sha256(here)) === name;
  const note = isWhole ? await log.photoNote(name, here.length) : "";
  return Response.json({ pieces: isWhole ? 1 : 0, note, bytes_here: here.length, version: 1 });
}

/** A round of the courier. */
async function carry(): Promise<void> {
  const courier = new Courier(device);
  courier.stir();
  await navigator.locks.request("doseledger courier", () => {});
  courier.stop();
}

const only = (): KeptPhoto => device.photos[0] as KeptPhoto;

test("WEB-R320: a receipted picture lies sealed on the phone, and goes again in a new epoch that lacks it", async () => {
  await device.keepPhoto(PICTURE);
  await carry();
  expect(asked).toEqual(["GET", "PUT"]);
  expect([isReceipted(only(), origin()), only().hasSpare, only().bytes.length]).toEqual([true, true, 0]);
  const sealed = district.get(only().name);
  district.clear();
  log.epoch = 1;
  await learn();
  expect(isReceipted(only(), origin())).toBe(false);
  asked = [];
  await carry();
  expect(asked).toEqual(["GET", "PUT"]);
  expect(district.get(only().name)).toEqual(sealed);
  expect(isReceipted(only(), origin())).toBe(true);
});

test("WEB-R320: what the back-up had is asked about and not sent; the word of an older epoch is none", async () => {
  await device.keepPhoto(PICTURE);
  await carry();
  const former = only().note;
  log.epoch = 1;
  await learn();
  asked = [];
  const honest = log.photoNote.bind(log);
  log.photoNote = async () => former;
  await carry();
  expect(asked).toEqual(["GET"]);
  expect(isReceipted(only(), origin())).toBe(false);
  log.photoNote = honest;
  await carry();
  expect(asked).not.toContain("PUT");
  expect(isReceipted(only(), origin())).toBe(true);
});

test("WEB-R320: a picture nobody has any more is asked for once, and holds up no other", async () => {
  await device.keepPhoto(PICTURE);
  await carry();
  await device.freeSpares();
  expect(only().hasSpare).toBe(false);
  district.clear();
  log.epoch = 1;
  await learn();
  await device.keepPhoto(PICTURE);
  asked = [];
  await carry();
  expect(asked).toEqual(["GET", "GET", "PUT"]);
  expect(device.photos.map((one) => isReceipted(one, origin()))).toEqual([false, true]);
});

test("WEB-R320: a picture nobody had is asked for again in each epoch, by an app that was open all the while", async () => {
  await device.keepPhoto(PICTURE);
  const courier = new Courier(device);
  const round = async (): Promise<readonly string[]> => {
    asked = [];
    courier.stir();
    await navigator.locks.request("doseledger courier", () => {});
    return asked;
  };
  await round();
  await device.freeSpares();
  const sealed = new Map(district);
  district.clear();
  log.epoch = 1;
  await learn();
  expect(await round()).toEqual(["GET"]);
  expect(await round()).toEqual([]);
  district = sealed;
  log.epoch = 2;
  await learn();
  expect(await round()).toEqual(["GET"]);
  expect(isReceipted(only(), origin())).toBe(true);
  courier.stop();
});

test("WEB-R320: an entry that goes wrong by itself holds up no picture; one that may still go does", async () => {
  await device.keepPhoto(PICTURE);
  await device.record(`student/${newId()}`, "dose.voided", { event: newId(), reason: "another child" });
  await carry();
  expect(asked).toEqual([]);
  await device.change(({ state, own }) => {
    return { ...NO_CHANGE, state, own: own.map((row) => doubt(row, "the server fails", "internal")) };
  });
  await carry();
  expect(asked).toEqual(["GET", "PUT"]);
  expect(device.own[0]?.state).toBe("waiting");
});

test("WEB-R321: the spares go where the browser has no room for what must be kept; a picture that waits never", async () => {
  await device.keepPhoto(PICTURE);
  await carry();
  await device.keepPhoto(PICTURE);
  vi.spyOn(Database.prototype, "write").mockImplementationOnce(async () => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  await device.record(`student/${newId()}`, "dose.voided", { event: newId(), reason: "another child" });
  vi.restoreAllMocks();
  expect(device.own.at(-1)?.state).toBe("waiting");
  const [receipted, waiting] = device.photos;
  expect([receipted?.hasSpare, waiting?.bytes.length !== 0]).toEqual([false, true]);
  expect(await device.sealedBytes(receipted as KeptPhoto)).toBeNull();
});

test("WEB-R321: a phone's clock a year ahead lets nothing go; 30 days of the server's do", async () => {
  await device.keepPhoto(PICTURE);
  await carry();
  const received = receivedAt(only());
  const unlocked = async (days: number) => {
    const toldAt = received + days * DAY_MS;
    await device.change(({ state }) => ({ ...NO_CHANGE, state: { ...state, toldAt } }));
    device.lock();
    await unlock(device, PIN);
    return only().hasSpare;
  };
  vi.useFakeTimers({ now: received + 366 * DAY_MS, toFake: ["Date"] });
  expect(await unlocked(29)).toBe(true);
  expect(await unlocked(31)).toBe(false);
  vi.useRealTimers();
});

test("WEB-R321: what is let go is old or too much, and never the only copy", async () => {
  const now = Date.UTC(2026, 10, 21);
  const day = 86_400_000;
  const made = (name: string, days: number, size = 1, epoch = 1): KeptPhoto => {
    const at = new Date(now - days * day).toISOString();
    const note = `doseledger/photo/v1\nlog.example/isd-900/${epoch}\n${name}\n${size}\n${at}\n\n— signed\n`;
    return { name, size, bytes: new Uint8Array(), note, hasSpare: true };
  };
  const gone = (photos: KeptPhoto[], most?: number) =>
    toFree(photos, "log.example/isd-900/1", now, most).map((one) => one.name);
  const days = SPARE_MS / day;
  expect(gone([made("a", days + 1), made("b", days - 1)])).toEqual(["a"]);
  expect(gone([made("a", 3, 2), made("b", 1, SPARE_BYTES_MAX - 2), made("c", 2, 1)])).toEqual(["a"]);
  const waits = { ...made("w", 0, SPARE_BYTES_MAX), note: "", hasSpare: false };
  expect(gone([waits, made("old", days + 1, SPARE_BYTES_MAX, 0), made("c", 1)])).toEqual([]);
  expect(gone([waits, made("old", 1, 1, 0), made("c", 1)], 0)).toEqual(["c"]);
});

test("WEB-R322: over a slow link a picture comes through in parts, which shrink and grow with what comes through", async () => {
  slow = 100_000;
  await device.keepPhoto(picture(200_000));
  for (let tries = 0; tries < 9 && !isReceipted(only(), origin()); tries += 1) await carry();
  expect(isReceipted(only(), origin())).toBe(true);
  expect(Math.max(...parts)).toBeLessThanOrEqual(slow);
  expect(parts.slice(0, 2)).toEqual([32 * 1024, 64 * 1024]);
});

test("WEB-R322: over a quick link the parts grow to a piece, and none goes over the end of one", async () => {
  await device.keepPhoto(picture(1024 * 1024));
  await carry();
  expect(isReceipted(only(), origin())).toBe(true);
  expect(parts.map((part) => Math.floor(part / 1024))).toEqual([32, 64, 128, 256, 32, 512, 0]);
});
