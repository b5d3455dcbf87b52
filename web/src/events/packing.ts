/**
 * The events of a page, packed in columns and made again byte for byte (events/packing.py; docs/sync.md).
 *
 * A header is canonical, so its bytes follow from its fields. `commitment` does not travel: it is
 * SHA-256(salt ‖ payload). `prev` is empty where it is the hash of the same device's event last in the page.
 */
import { type Bytes, base64url, hex, unbase64url } from "./bytes";
import { SALT_BYTES, SIGNATURE_BYTES } from "./envelope";
import { MalformedEvent } from "./errors";
import { sha256OfText } from "./sha256";
import type { Packed, PulledEvent } from "./wire";

const NOTHING: Bytes = new Uint8Array(0);

/** The events with the bytes that were signed. Throws MalformedEvent when the columns do not fit together. */
export function unpack(packed: Packed): PulledEvent[] {
  const count = packed.position.length;
  const salts = split(packed.salts, SALT_BYTES, count);
  const signatures = split(packed.signatures, SIGNATURE_BYTES, count);
  const last = new Map<string, string>();
  return packed.position.map((position, at) => {
    const [salt, signature, payload] = [cell(salts, at), cell(signatures, at), cell(packed.payload, at)];
    const stream = cell(packed.streams, cell(packed.stream, at));
    const device = cell(packed.writers, cell(packed.writer, at))[0];
    const header = headerText(packed, at, stream, last.get(device), hex(sha256OfText(salt, payload, NOTHING)));
    const hash = hex(sha256OfText(NOTHING, header, signature));
    last.set(device, hash);
    const event = { header, signature: base64url(signature), salt: base64url(salt), payload };
    return {
      position,
      effective: cell(packed.effective, at),
      receivedAt: cell(packed.received_at, at),
      hash,
      stream,
      event,
    };
  });
}

function headerText(packed: Packed, at: number, stream: string, last: string | undefined, commitment: string): string {
  const [type, schema] = cell(packed.types, cell(packed.type, at));
  const [device, author] = cell(packed.writers, cell(packed.writer, at));
  return JSON.stringify({
    id: cell(packed.id, at),
    district: packed.district,
    stream,
    type,
    schema,
    author,
    device,
    seq: cell(packed.seq, at),
    prev: cell(packed.prev, at) || known(last),
    recorded_at: cell(packed.recorded_at, at),
    seen: { epoch: cell(packed.seen_epoch, at), size: cell(packed.seen_size, at) },
    commitment,
  });
}

function split(encoded: string, width: number, count: number): Bytes[] {
  const bytes = unbase64url(encoded);
  if (bytes.length !== width * count)
    throw new MalformedEvent("signatures or salts are not those of the page's events");
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * width, (at + 1) * width));
}

function cell<Value>(column: readonly Value[], at: number): Value {
  return known(column[at]);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new MalformedEvent("a page's columns do not fit together");
  return value;
}
