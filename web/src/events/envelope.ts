/**
 * One event as it was signed: header, signature, salt, payload.
 *
 *     header     canonical ASCII JSON, exactly twelve fields in this order, at most 2 KiB
 *     signature  Ed25519 over "doseledger/event/v1\n" ‖ header
 *     salt       16 random bytes
 *     payload    one strict JSON object (see strict_json), at most 64 KiB
 *
 * The bytes are the truth: `parseHeader` accepts only bytes that `encodeHeader` would have made, here and in
 * `events/envelope.py` alike (tests/vectors/events).
 */
import { type Bytes, concat, equal, hex, sha256, utf8 } from "./bytes";
import { isInstant } from "./dates";
import { MalformedEvent } from "./errors";
import { EVENT_TYPE, form } from "./forms";
import type { DeviceId, DistrictId, EventId, Hash, Instant, Stream } from "./generated";
import { isDistrict, isHash, isStream, isUuid7, NO_HASH } from "./ids";
import { readObject } from "./strict_json";

const HEADER_BYTES_MAX = 2 * 1024;
const PAYLOAD_BYTES_MAX = 64 * 1024;
const TYPE_CHARACTERS_MAX = 64;
export const SALT_BYTES = 16;
export const SIGNATURE_BYTES = 64;
const SIGNING_CONTEXT = utf8("doseledger/event/v1\n");
export const SYSTEM_AUTHOR = "system";

/** The last checkpoint the device had verified when it signed: what its author could have known. */
export interface Seen {
  readonly epoch: number;
  readonly size: number;
}

/** The signed, non-personal part of an event. `recorded_at` is the device's clock and orders nothing. */
export interface Header {
  readonly id: EventId;
  readonly district: DistrictId;
  readonly stream: Stream;
  readonly type: string;
  readonly schema: number;
  readonly author: string;
  readonly device: DeviceId;
  readonly seq: number;
  readonly prev: Hash;
  readonly recorded_at: Instant;
  readonly seen: Seen;
  readonly commitment: Hash;
}

/** An event's four byte strings, verbatim. */
export interface SignedEvent {
  readonly header: Bytes;
  readonly signature: Bytes;
  readonly salt: Bytes;
  readonly payload: Bytes;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isName = (check: (value: string) => boolean) => (value: unknown) => typeof value === "string" && check(value);
const isType = (name: string): boolean => name.length <= TYPE_CHARACTERS_MAX && hasTypeForm(name);
const hasTypeForm = form(EVENT_TYPE);

const RULES: readonly (readonly [keyof Header, (value: unknown) => boolean, string])[] = [
  ["id", isName(isUuid7), "a UUIDv7"],
  ["district", isName(isDistrict), "a district's short name"],
  ["stream", isName(isStream), "kind/id"],
  ["type", isName(isType), "subject.verb in lower case"],
  ["schema", (value) => isCount(value) && value >= 1, "from 1"],
  ["author", isName((value) => value === SYSTEM_AUTHOR || isUuid7(value)), "a staff id or system"],
  ["device", isName(isUuid7), "a UUIDv7"],
  ["seq", (value) => isCount(value) && value >= 1, "from 1"],
  ["prev", isName(isHash), "64 hexadecimal digits"],
  ["recorded_at", isName(isInstant), "like 2026-11-21T01:09:09.123Z"],
  ["seen", isSeen, "an epoch and a size below 2^53"],
  ["commitment", isName(isHash), "64 hexadecimal digits"],
];

function isSeen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { epoch, size } = value as Record<string, unknown>;
  return isCount(epoch) && isCount(size);
}

/** The canonical bytes. Throws MalformedEvent when a field breaks its rule. */
export function encodeHeader(header: Header): Bytes {
  for (const [field, holds, rule] of RULES) {
    if (!holds(header[field])) throw new MalformedEvent(`header field '${field}' must be ${rule}`);
  }
  if ((header.prev === NO_HASH) !== (header.seq === 1)) {
    throw new MalformedEvent("header field 'prev' must be 64 zeros at seq 1 and only there");
  }
  const { epoch, size } = header.seen;
  const ordered = Object.fromEntries(RULES.map(([field]) => [field, header[field]]));
  return utf8(JSON.stringify({ ...ordered, seen: { epoch, size } }));
}

/** Read a header. Throws MalformedEvent unless the bytes are exactly its canonical form. */
export function parseHeader(bytes: Bytes): Header {
  if (bytes.length > HEADER_BYTES_MAX) throw new MalformedEvent(`header is over ${HEADER_BYTES_MAX} bytes`);
  const fields = readObject(bytes, "header") as unknown as Header;
  if (!equal(encodeHeader(fields), bytes)) throw new MalformedEvent("header is not canonical");
  return fields;
}

/** SHA-256(header ‖ signature): the event's name in chain, log and receipt. */
export async function eventHash(event: SignedEvent): Promise<Hash> {
  return hex(await sha256(event.header, event.signature));
}

/** Sizes, header and payload syntax of an event, without keys. Throws MalformedEvent that names the part. */
export function checkShape(event: SignedEvent): Header {
  const header = parseHeader(event.header);
  if (event.signature.length !== SIGNATURE_BYTES) throw new MalformedEvent("signature is not 64 bytes");
  if (event.salt.length !== SALT_BYTES) throw new MalformedEvent("salt is not 16 bytes");
  if (event.payload.length > PAYLOAD_BYTES_MAX) throw new MalformedEvent(`payload is over ${PAYLOAD_BYTES_MAX} bytes`);
  readObject(event.payload, "payload");
  return header;
}

export const signedBytes = (header: Bytes): Bytes => concat(SIGNING_CONTEXT, header);
