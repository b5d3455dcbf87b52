/** WEB-R04 signatures of what was downloaded, checked in the background. */
import { expect, test, vi } from "vitest";
import { DISTRICT, newId, SmallLog } from "../../tests/small_log";
import { type Bytes, base64url, hex, utf8 } from "../events/bytes";
import { commit } from "../events/commitment";
import { eventHash, type Header } from "../events/envelope";
import { NO_HASH } from "../events/ids";
import { ED25519, signEvent } from "../events/signing";
import { toWire } from "../events/wire";
import type { Held } from "../store/kept";
import { type Checker, checkerHere, checkerInWorker, Signatures } from "./signatures";

interface Seat {
  readonly device: string;
  readonly author: string;
  readonly key: CryptoKeyPair;
  readonly publicKey: Bytes;
}

let position = 0;

async function sit(author: string): Promise<Seat> {
  const key = (await crypto.subtle.generateKey(ED25519, true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", key.publicKey));
  return { device: newId(), author, key, publicKey };
}

async function write(by: Seat, stream: string, type: string, payload: object): Promise<Held> {
  const bytes = utf8(JSON.stringify(payload));
  const salt = new Uint8Array(16);
  const header: Header = {
    id: newId(),
    district: DISTRICT,
    stream: stream as Header["stream"],
    type,
    schema: 1,
    author: by.author,
    device: by.device,
    seq: 1,
    prev: NO_HASH,
    recorded_at: "2026-11-21T15:00:00.000Z",
    seen: { epoch: 0, size: 0 },
    commitment: await commit(salt, bytes),
  };
  const event = await signEvent(header, bytes, salt, by.key.privateKey);
  position += 1;
  return { hash: await eventHash(event), position, receivedAt: 0, stream: header.stream, event: toWire(event) };
}

async function opening(by: Seat, seat: Seat, certificate?: Bytes): Promise<Held> {
  const told = { author: seat.author, public_key: hex(seat.publicKey) };
  const signed = certificate === undefined ? told : { ...told, certificate: base64url(certificate) };
  return write(by, `device/${seat.device}`, "seat.opened", signed);
}

const checks = ({ verifier }: SmallLog) => new Signatures(verifier, () => false, checkerHere(verifier));

const held = (...rows: Held[]): Map<string, Held> => new Map(rows.map((row) => [row.hash, row]));

async function district() {
  const log = await SmallLog.found();
  const system = await sit("system");
  const binding = `doseledger/seat/v1\n${DISTRICT}\n${system.device}\nsystem\n${hex(system.publicKey)}`;
  const introduced = await opening(system, system, await log.sign(utf8(binding)));
  return { log, system, introduced };
}

test("WEB-R04: a certified system seat opens a nurse's, and what both sign is verified", async () => {
  const { log, system, introduced } = await district();
  const nurse = await sit(newId());
  const seat = await opening(system, nurse);
  const dose = await write(nurse, `student/${newId()}`, "dose.voided", { event: newId(), reason: "twice" });
  const check = checks(log);
  expect(await check.check(held(dose, seat, introduced))).toEqual({ verified: 3, failed: 0 });
});

test("WEB-R04: an event under another's key fails, and is checked again when its seat arrives", async () => {
  const { log, system, introduced } = await district();
  const nurse = await sit(newId());
  const seat = await opening(system, nurse);
  const dose = await write(nurse, `student/${newId()}`, "dose.voided", { event: newId(), reason: "twice" });
  const check = checks(log);
  expect(await check.check(held(introduced, dose))).toEqual({ verified: 1, failed: 1 });
  expect(await check.check(held(introduced, dose, seat))).toEqual({ verified: 3, failed: 0 });
  const stranger = await sit(nurse.author);
  const forged = await write({ ...stranger, device: nurse.device }, `student/${newId()}`, "dose.voided", {});
  expect(await check.check(held(introduced, dose, seat, forged))).toEqual({ verified: 3, failed: 1 });
});

test("WEB-R04: a key is good from its seat's opening to its closing, by position, and once more where it is opened anew", async () => {
  const { log, system, introduced } = await district();
  const nurse = await sit(newId());
  const say = () => write(nurse, `student/${newId()}`, "dose.voided", { event: newId(), reason: "twice" });
  const early = await say();
  const seat = await opening(system, nurse);
  const good = await say();
  const told = { seat: newId(), author: nurse.author, public_key: hex(nurse.publicKey), reason: "lost" };
  const closed = await write(system, `device/${nurse.device}`, "seat.closed", told);
  const late = await say();
  const check = checks(log);
  expect(await check.check(held(introduced, early, seat, good))).toEqual({ verified: 3, failed: 1 });
  const all = [introduced, early, seat, good, closed, late];
  expect(await check.check(held(...all))).toEqual({ verified: 4, failed: 2 });
  expect([early, late].map((row) => check.good.has(row.hash))).toEqual([false, false]);
  expect(await checks(log).check(held(...all.reverse()))).toEqual({ verified: 4, failed: 2 });
  const anew = await opening(system, nurse);
  const again = await say();
  expect(await check.check(held(...all, anew, again))).toEqual({ verified: 6, failed: 2 });
});

test("WEB-R04: nobody but a counted seat closes one", async () => {
  const { log, system, introduced } = await district();
  const [nurse, stranger] = [await sit(newId()), await sit(newId())];
  const seat = await opening(system, nurse);
  const told = { seat: newId(), author: nurse.author, public_key: hex(nurse.publicKey), reason: "lost" };
  const closed = await write(stranger, `device/${nurse.device}`, "seat.closed", told);
  const dose = await write(nurse, `student/${newId()}`, "dose.voided", { event: newId(), reason: "twice" });
  expect(await checks(log).check(held(introduced, seat, closed, dose))).toEqual({ verified: 3, failed: 1 });
});

test("WEB-R04: a seat that opens itself without the log's certificate counts for nothing", async () => {
  const { log } = await district();
  const other = await sit("system");
  const claimed = await opening(other, other, new Uint8Array(64));
  const nurse = await sit(newId());
  const seat = await opening(nurse, nurse);
  const check = checks(log);
  expect(await check.check(held(claimed, seat))).toEqual({ verified: 0, failed: 2 });
});

test("WEB-R04: calls while a check runs are answered with the newest rows", async () => {
  const { log, system, introduced } = await district();
  const more = await write(system, "district", "policy.set", {});
  const check = checks(log);
  const [first, second] = await Promise.all([check.check(held(introduced)), check.check(held(introduced, more))]);
  expect(first).toEqual(second);
  expect(second).toEqual({ verified: 2, failed: 0 });
});

test("WEB-R04: what was found good before is not checked again, and its seats vouch for what is new", async () => {
  const { log, system, introduced } = await district();
  const nurse = await sit(newId());
  const seat = await opening(system, nurse);
  const dose = await write(nurse, `student/${newId()}`, "dose.voided", { event: newId(), reason: "twice" });
  const before = new Set([introduced.hash, seat.hash]);
  const broken = { ...seat, event: { ...seat.event, signature: dose.event.signature } };
  const check = new Signatures(log.verifier, (hash) => before.has(hash), checkerHere(log.verifier));
  expect(await check.check(held(introduced, broken, dose))).toEqual({ verified: 3, failed: 0 });
  expect(await checks(log).check(held(introduced, broken, dose))).toEqual({ verified: 1, failed: 2 });
});

test("WEB-R04: a thread that broke down is followed by one that knows every seat found good before", async () => {
  const { log, system, introduced } = await district();
  const nurse = await sit(newId());
  const seat = await opening(system, nurse);
  const dose = await write(nurse, `student/${newId()}`, "dose.voided", { event: newId(), reason: "twice" });
  let thread = checkerHere(log.verifier);
  let breaks = false;
  const breaking: Checker = {
    async ask(asked) {
      if (!breaks) return thread.ask(asked);
      breaks = false;
      thread = checkerHere(log.verifier);
      throw new Error("signatures could not be checked: out of memory");
    },
    stop() {},
  };
  const check = new Signatures(log.verifier, () => false, breaking);
  expect(await check.check(held(introduced, seat))).toEqual({ verified: 2, failed: 0 });
  breaks = true;
  await expect(check.check(held(introduced, seat, dose))).rejects.toThrow("out of memory");
  expect(await check.check(held(introduced, seat, dose))).toEqual({ verified: 3, failed: 0 });
});

/** The program of a thread (checker.ts, worker.ts) as it runs in one: what it is told, what it posts. */
async function threadOf(program: "checker" | "worker") {
  let hear: (message: { data: unknown }) => void = () => {};
  const posted: unknown[] = [];
  vi.resetModules();
  vi.stubGlobal("addEventListener", (_: string, listener: typeof hear) => {
    hear = listener;
  });
  vi.stubGlobal("postMessage", (said: unknown) => posted.push(said));
  await (program === "checker" ? import("./checker") : import("./worker"));
  return { tell: (data: unknown) => hear({ data }), posted };
}

test("WEB-R04: what a thread cannot check is answered as such, and the next question is answered too", async () => {
  const { log, introduced } = await district();
  const { tell, posted } = await threadOf("checker");
  const asked = { logKey: log.verifier, seats: [], events: [] };
  tell({ ...asked, events: [{ position: 1, event: { ...introduced.event, header: "no header" } }] });
  tell(asked);
  await vi.waitFor(() => expect(posted).toEqual([{ why: expect.stringMatching(/JSON/) }, []]));
});

test("WEB-R38: what the asking thread stumbles over is answered as such, and the next turn is taken", async () => {
  const { tell, posted } = await threadOf("worker");
  tell(null);
  tell(null);
  await vi.waitFor(() => expect(posted).toMatchObject([{ is: "failed", kind: "refused" }, { is: "failed" }]));
});

test("WEB-R04: a check that failed in its thread is told, and so is one the phone's lock ended", async () => {
  const threads: Thread[] = [];
  class Thread {
    onmessage: (message: { data: unknown }) => void = () => {};
    constructor() {
      threads.push(this);
    }
    postMessage(): void {}
    terminate(): void {}
  }
  vi.stubGlobal("Worker", Thread);
  const checker = checkerInWorker();
  const asked = { logKey: "", seats: [], events: [] };
  const failing = checker.ask(asked);
  threads[0]?.onmessage({ data: { why: "no header" } });
  await expect(failing).rejects.toThrow("signatures could not be checked: no header");
  const ended = checker.ask(asked);
  checker.stop();
  await expect(ended).rejects.toThrow("stopped");
});
