/** Making an event: the payload's bytes once, a salt, the header that commits to both, one signature over it. */
import { utf8 } from "../events/bytes";
import { epochOf } from "../events/checkpoint";
import { commit } from "../events/commitment";
import { eventHash, type Header } from "../events/envelope";
import { EVENT_TYPES, type EventPayloads, type Stream } from "../events/generated";
import { NO_HASH, uuid7 } from "../events/ids";
import { signEvent } from "../events/signing";
import { type Enrolled, toWire } from "../events/wire";
import type { Own, SyncState } from "./kept";
import { randomBytes } from "./vault";

/** A fact to be signed, and what this phone's chain and its view of the log are at that moment. */
export interface Told<Type extends keyof EventPayloads> {
  readonly stream: Stream;
  readonly type: Type;
  readonly payload: EventPayloads[Type];
  readonly last: Pick<Own, "seq" | "hash"> | null;
  readonly seen: Pick<SyncState, "origin" | "size">;
}

/** The event as it will wait for its receipt, and its id. */
export async function makeEvent<Type extends keyof EventPayloads>(
  { stream, type, payload, last, seen }: Told<Type>,
  enrolled: Enrolled,
  seat: CryptoKey,
): Promise<{ own: Own; id: string }> {
  const encoded = utf8(JSON.stringify(payload));
  const salt = randomBytes(16);
  const now = Date.now();
  const header: Header = {
    id: uuid7(now, randomBytes(10)),
    district: enrolled.district,
    stream,
    type,
    schema: EVENT_TYPES[type].schema,
    author: enrolled.staff,
    device: enrolled.device,
    seq: (last?.seq ?? 0) + 1,
    prev: last?.hash ?? NO_HASH,
    recorded_at: new Date(now).toISOString(),
    seen: { epoch: epochOf(seen.origin || enrolled.origin), size: seen.size },
    commitment: await commit(salt, encoded),
  };
  const event = await signEvent(header, encoded, salt, seat);
  const own: Own = { seq: header.seq, hash: await eventHash(event), event: toWire(event), state: "waiting" };
  return { own, id: header.id };
}
