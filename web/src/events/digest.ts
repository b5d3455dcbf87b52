/**
 * What the log signs beside its tree: which events a page holds, and which a whole scope (events/digest.py).
 *
 *     page digest     SHA-256(count ‖ effective … ‖ position … ‖ received_at … ‖ event_hash … ‖ students to forget)
 *     stream digest   nothing; then SHA-256(stream digest before ‖ event_hash), by position
 *     scope digest    SHA-256 over "<stream> <stream digest, hex>\n" of every stream of the scope, sorted
 */
import { type Bytes, hex, unbase64, unhex, utf8 } from "./bytes";
import { openNote } from "./checkpoint";
import { BadCheckpoint, MalformedEvent } from "./errors";
import type { Hash } from "./generated";
import { sha256Now } from "./sha256";
import type { Packed } from "./wire";

const PAGE_NOTE = "doseledger/page/v1";
const NOTHING: Bytes = new Uint8Array(0);
const COUNT = /^(?:0|[1-9][0-9]{0,15})$/;
const PLACE = /^(0|[1-9][0-9]{0,15}) (-1|0|[1-9][0-9]{0,15})$/;

/** (effective, position): where an event stands in a scope. */
export type Place = readonly [number, number];

/** What a page's note says. `whole` is the digest of the entire scope, on its last page only. */
export interface Vouched {
  readonly origin: string;
  readonly scope: string;
  readonly size: number;
  readonly after: Place;
  readonly until: Place;
  readonly page: Bytes;
  readonly whole: Bytes | null;
}

/** What a note by the pinned log key says of a page. Throws BadCheckpoint when it is no such note. */
export async function openVouched(note: string, pinned: string): Promise<Vouched> {
  const lines = (await openNote(note, pinned)).split("\n");
  const [name, origin = "", scope = "", size = "", after = "", until = "", page = "", whole = ""] = lines;
  if (lines.length !== 9 || name !== PAGE_NOTE || !COUNT.test(size)) throw new BadCheckpoint("not the note of a page");
  return {
    origin,
    scope,
    size: Number(size),
    after: placeOf(after),
    until: placeOf(until),
    page: digestOf(page),
    whole: whole === "-" ? null : digestOf(whole),
  };
}

/** The digest of a page from its columns and the hashes of its events. */
export function pageDigest(
  columns: Pick<Packed, "effective" | "position" | "received_at">,
  hashes: readonly Hash[],
  forget: readonly string[],
): Bytes {
  const numbers = [hashes.length, ...columns.effective, ...columns.position, ...columns.received_at];
  const encoded = new Uint8Array(numbers.length * 8);
  const view = new DataView(encoded.buffer);
  for (const [at, number] of numbers.entries()) {
    if (!Number.isSafeInteger(number) || number < 0) throw new MalformedEvent("a page's numbers are no counts");
    view.setUint32(at * 8, Math.floor(number / 2 ** 32));
    view.setUint32(at * 8 + 4, number >>> 0);
  }
  return sha256Now(encoded, unhex(hashes.join("")), utf8(forget.join("")));
}

/** The digest of a stream from its events' hashes by position. */
export function streamDigest(hashes: readonly Hash[]): Bytes {
  const bytes = unhex(hashes.join(""));
  let digest = NOTHING;
  for (let at = 0; at < bytes.length; at += 32) digest = sha256Now(digest, bytes.subarray(at, at + 32));
  return digest;
}

/** The digest of a scope from those of its streams, in any order. */
export function scopeDigest(streams: Iterable<readonly [string, Bytes]>): Bytes {
  const lines = [...streams].map(([stream, digest]) => `${stream} ${hex(digest)}\n`).sort();
  return sha256Now(utf8(lines.join("")));
}

/** The streams held otherwise than the log has them: missing, surplus or changed. */
export function differences(
  held: ReadonlyMap<string, Bytes>,
  signed: readonly (readonly [string, string])[],
): readonly string[] {
  const theirs = new Map(signed.map(([stream, digest]) => [stream, digest]));
  const names = new Set([...held.keys(), ...theirs.keys()]);
  return [...names].filter((name) => theirs.get(name) !== hexOf(held.get(name))).sort();
}

const hexOf = (digest: Bytes | undefined): string | undefined => (digest === undefined ? undefined : hex(digest));

function placeOf(written: string): Place {
  const [, effective, position] = PLACE.exec(written) ?? [];
  if (position === undefined) throw new BadCheckpoint("the note of a page is malformed");
  return [Number(effective), Number(position)];
}

function digestOf(written: string): Bytes {
  try {
    const digest = unbase64(written);
    if (digest.length === 32) return digest;
  } catch (error) {
    throw new BadCheckpoint("the note of a page is malformed", { cause: error });
  }
  throw new BadCheckpoint("the note of a page is malformed");
}
