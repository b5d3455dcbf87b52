/** The names of things: UUIDv7 (RFC 9562), streams `kind/id`, hashes as 64 hexadecimal digits. */
import { type Bytes, hex } from "./bytes";
import { DISTRICT, form, HASH, STREAM, UUID7 } from "./forms";
import type { Hash, Stream, StreamKind } from "./generated";

export const NO_HASH: Hash = "0".repeat(64);

export const isUuid7 = form(UUID7);
export const isDistrict = form(DISTRICT);
export const isHash = form(HASH);
export const isStream = form(STREAM);

/** A UUIDv7 for milliseconds since 1970 (UTC) and ten random bytes. Throws RangeError for other randomness. */
export function uuid7(milliseconds: number, random: Bytes): string {
  if (random.length !== 10) throw new RangeError("uuid7 takes exactly 10 random bytes");
  const tail = Uint8Array.from(random);
  tail[0] = ((tail[0] ?? 0) & 0x0f) | 0x70;
  tail[2] = ((tail[2] ?? 0) & 0x3f) | 0x80;
  const digits = milliseconds.toString(16).padStart(12, "0") + hex(tail);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    "-",
  );
}

export const streamKind = (stream: Stream): StreamKind => stream.split("/")[0] as StreamKind;

/** The subject of a stream; the empty string for the district's own. */
export const streamId = (stream: Stream): string => (stream.includes("/") ? stream.slice(stream.indexOf("/") + 1) : "");
