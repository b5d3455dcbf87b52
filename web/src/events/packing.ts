/**
 * The events of a page, packed in columns and made again byte for byte (events/packing.py; docs/sync.md).
 *
 * A header is canonical, so its bytes follow from its fields. `commitment` does not travel: it is
 * SHA-256(salt ‖ payload). `prev` is empty where it is the hash of the same device's event last in the page.
 */
import { base64url, hex, sha256, unbase64url, utf8 } from "./bytes";
import { type Header, SALT_BYTES, SIGNATURE_BYTES } from "./envelope";
import { MalformedEvent } from "./errors";
import type { Packed, PackedResponse, PulledEvent, SyncResponse } from "./wire";

/** An answer with its page's events as they were signed. Throws MalformedEvent when the columns do not fit together. */
export async function unpacked(answer: PackedResponse): Promise<SyncResponse> {
  const { page } = answer;
  if (page?.is !== "page") return { ...answer, page: page ?? null };
  return { ...answer, page: { ...page, events: await unpack(page.events) } };
}

export async function unpack(packed: Packed): Promise<PulledEvent[]> {
  const count = packed.position.length;
  const salts = split(packed.salts, SALT_BYTES, count);
  const signatures = split(packed.signatures, SIGNATURE_BYTES, count);
  const last = new Map<string, string>();
  const events: PulledEvent[] = [];
  const commitments = await Promise.all(salts.map((salt, at) => sha256(salt, utf8(cell(packed.payload, at)))));
  for (const [at, position] of packed.position.entries()) {
    const [type, schema] = cell(packed.types, cell(packed.type, at));
    const [device, author] = cell(packed.writers, cell(packed.writer, at));
    const header = JSON.stringify({
      id: cell(packed.id, at),
      district: packed.district,
      stream: cell(packed.streams, cell(packed.stream, at)),
      type,
      schema,
      author,
      device,
      seq: cell(packed.seq, at),
      prev: cell(packed.prev, at) || known(last.get(device)),
      recorded_at: cell(packed.recorded_at, at),
      seen: { epoch: cell(packed.seen_epoch, at), size: cell(packed.seen_size, at) },
      commitment: hex(cell(commitments, at)),
    });
    const signature = cell(signatures, at);
    last.set(device, hex(await sha256(utf8(header), signature)));
    events.push({
      position,
      effective: cell(packed.effective, at),
      received_at: new Date(cell(packed.received_at, at)).toISOString(),
      event: {
        header,
        signature: base64url(signature),
        salt: base64url(cell(salts, at)),
        payload: cell(packed.payload, at),
      },
    });
  }
  return events;
}

/** What a server does: the same events in columns. */
export function pack(events: readonly PulledEvent[]): Packed {
  const headers = events.map((one) => JSON.parse(one.event.header) as Header);
  const joined = (field: "salt" | "signature"): string => {
    const bytes = events.flatMap((one) => [...unbase64url(one.event[field])]);
    return base64url(Uint8Array.from(bytes));
  };
  return {
    district: headers[0]?.district ?? "",
    streams: headers.map((one) => one.stream),
    types: headers.map((one) => [one.type, one.schema]),
    writers: headers.map((one) => [one.device, one.author]),
    effective: events.map((one) => one.effective),
    position: events.map((one) => one.position),
    received_at: events.map((one) => Date.parse(one.received_at)),
    stream: headers.map((_, at) => at),
    type: headers.map((_, at) => at),
    writer: headers.map((_, at) => at),
    id: headers.map((one) => one.id),
    seq: headers.map((one) => one.seq),
    prev: headers.map((one) => one.prev),
    recorded_at: headers.map((one) => one.recorded_at),
    seen_epoch: headers.map((one) => one.seen.epoch),
    seen_size: headers.map((one) => one.seen.size),
    payload: events.map((one) => one.event.payload),
    salts: joined("salt"),
    signatures: joined("signature"),
  };
}

function split(encoded: string, width: number, count: number) {
  const bytes = unbase64url(encoded);
  if (bytes.length !== width * count)
    throw new MalformedEvent("signatures or salts are not those of the page's events");
  return Array.from({ length: count }, (_, at) => bytes.slice(at * width, (at + 1) * width));
}

function cell<Value>(column: readonly Value[], at: number): Value {
  return known(column[at]);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new MalformedEvent("a page's columns do not fit together");
  return value;
}
