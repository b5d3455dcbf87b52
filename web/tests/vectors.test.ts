/**
 * The vectors of `tests/vectors/events` hold in TypeScript; `test_vectors.py` holds the same files in Python.
 *
 * Requirements: WEB-R01 (one form of every event on both sides), WEB-R02 (proofs decide alike on both sides).
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hex, text, unhex, utf8 } from "../src/events/bytes";
import { openCheckpoint } from "../src/events/checkpoint";
import { holds } from "../src/events/commitment";
import { encodeHeader, eventHash, type Header, parseHeader } from "../src/events/envelope";
import { BadCheckpoint, BadProof, DoseledgerError, MalformedEvent } from "../src/events/errors";
import { verifyConsistency, verifyInclusion } from "../src/events/merkle";
import { verifyReceipt } from "../src/events/receipt";
import { verifyEvent } from "../src/events/signing";
import { readObject } from "../src/events/strict_json";
import { fromWire, type WireEvent } from "../src/events/wire";

function cases<T>(name: string): (T & { name: string })[] {
  return JSON.parse(readFileSync(new URL(`../../tests/vectors/events/${name}.json`, import.meta.url), "utf-8"));
}

describe("WEB-R01: a header has one form", () => {
  test.each(cases<{ header: string; valid: boolean; fields?: Header }>("headers"))("$name", (given) => {
    if (!given.valid) {
      expect(() => parseHeader(utf8(given.header))).toThrow(MalformedEvent);
      return;
    }
    const header = parseHeader(utf8(given.header));
    expect(text(encodeHeader(header))).toBe(given.header);
    if (given.fields) expect(header).toEqual(given.fields);
  });
});

describe("WEB-R01: a payload means one thing", () => {
  test.each(cases<{ payload: string; valid: boolean }>("payloads"))("$name", ({ payload, valid }) => {
    if (valid) readObject(utf8(payload), "payload");
    else expect(() => readObject(utf8(payload), "payload")).toThrow(MalformedEvent);
  });
});

type EventCase = { event: WireEvent; public_key: string; event_hash: string; signed: boolean; committed: boolean };

describe("WEB-R01: an event is signed and committed", () => {
  test.each(cases<EventCase>("events"))("$name", async (given) => {
    const event = fromWire(given.event);
    expect(await eventHash(event)).toBe(given.event_hash);
    expect(await verifyEvent(event, unhex(given.public_key))).toBe(given.signed);
    expect(await holds(event, parseHeader(event.header))).toBe(given.committed);
  });
});

type Inclusion = { proof: "inclusion"; leaf: string; index: number; size: number; root: string };
type Consistency = { proof: "consistency"; old: number; new: number; old_root: string; new_root: string };
type ProofCase = (Inclusion | Consistency) & { path: string[]; valid: boolean };

function check(given: ProofCase): Promise<void> {
  const path = given.path.map(unhex);
  return given.proof === "inclusion"
    ? verifyInclusion(unhex(given.leaf), given.index, given.size, path, unhex(given.root))
    : verifyConsistency(given.old, given.new, path, unhex(given.old_root), unhex(given.new_root));
}

describe("WEB-R02: a proof adds up", () => {
  test.each(cases<ProofCase>("proofs"))("$proof $name", async (given) => {
    if (given.valid) await check(given);
    else await expect(check(given)).rejects.toThrow(BadProof);
  });
});

type NoteCase = { note: string; key: string; valid: boolean; checkpoint?: object };

describe("WEB-R02: a checkpoint opens under the pinned key", () => {
  test.each(cases<NoteCase>("checkpoints"))("$name", async ({ note, key, valid, checkpoint }) => {
    if (!valid) {
      await expect(openCheckpoint(note, key)).rejects.toThrow(BadCheckpoint);
      return;
    }
    const { origin, size, root } = await openCheckpoint(note, key);
    expect({ origin, size, root: hex(root) }).toEqual(checkpoint);
  });
});

type ReceiptCase = {
  receipt: string;
  event_hash: string;
  key: string;
  origin: string;
  valid: boolean;
  position?: number;
  size?: number;
  received_at?: string;
};

describe("WEB-R02: a receipt stands alone", () => {
  test.each(cases<ReceiptCase>("receipts"))("$name", async ({ receipt, event_hash, key, origin, ...given }) => {
    if (!given.valid) {
      await expect(verifyReceipt(receipt, event_hash, { key, origin })).rejects.toThrow(DoseledgerError);
      return;
    }
    const proven = await verifyReceipt(receipt, event_hash, { key, origin });
    expect([proven.position, proven.checkpoint.size]).toEqual([given.position, given.size]);
    expect(new Date(proven.receivedAt).toISOString()).toBe(given.received_at);
  });
});
