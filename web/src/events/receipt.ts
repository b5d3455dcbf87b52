/**
 * What an event gets for being in the log: a C2SP `tlog-proof` (v1) that stands alone.
 *
 *     entry = 0x01 ‖ event_hash (32 bytes) ‖ received_at (8 bytes, big-endian, ms since 1970 UTC)
 *
 * A row on screen may say "delivered" only after `verifyReceipt` has returned.
 */
import { type Bytes, base64, hex, unbase64 } from "./bytes";
import { type Checkpoint, NOTE_CHARACTERS_MAX, openCheckpoint } from "./checkpoint";
import { BadProof } from "./errors";
import type { Hash, Position } from "./generated";
import { leafHash, verifyInclusion } from "./merkle";

const ENTRY_BYTES = 41;
const MAGIC = "c2sp.org/tlog-proof@v1";
const INDEX = /^index (0|[1-9][0-9]{0,15})$/;
const PATH_HASHES_MAX = 63;
const PROOF_CHARACTERS_MAX = 4096;

/** A parsed receipt; `checkpoint` is the signed note verbatim. Parsing proves nothing. */
export interface Receipt {
  readonly entry: Bytes;
  readonly position: Position;
  readonly path: readonly Bytes[];
  readonly checkpoint: string;
}

/** What a verified receipt says: this event, at this position, received then (ms since 1970), under this head. */
export interface Proven {
  readonly eventHash: Hash;
  readonly position: Position;
  readonly receivedAt: number;
  readonly checkpoint: Checkpoint;
}

/** Event hash and time of receipt. Throws BadProof for another version or length. */
export function parseEntry(entry: Bytes): { eventHash: Hash; receivedAt: number } {
  if (entry.length !== ENTRY_BYTES || entry[0] !== 1) throw new BadProof("the entry is not a version 1 entry");
  const milliseconds = new DataView(entry.buffer, entry.byteOffset).getBigUint64(33);
  if (milliseconds > 253_402_300_799_999n) throw new BadProof("the entry's time is out of range");
  return { eventHash: hex(entry.slice(1, 33)), receivedAt: Number(milliseconds) };
}

export function encodeReceipt(receipt: Receipt): string {
  const lines = [MAGIC, `extra ${base64(receipt.entry)}`, `index ${receipt.position}`, ...receipt.path.map(base64)];
  return `${lines.join("\n")}\n\n${receipt.checkpoint}`;
}

/** Read a receipt's text. Throws BadProof that names what is malformed. */
export function parseReceipt(written: string): Receipt {
  const gap = written.indexOf("\n\n");
  const [magic, extra = "", index = "", ...path] = written.slice(0, Math.max(gap, 0)).split("\n");
  if (gap < 0 || magic !== MAGIC || !index) throw new BadProof("not a C2SP tlog-proof (v1)");
  if (gap > PROOF_CHARACTERS_MAX || written.length - gap - 2 > NOTE_CHARACTERS_MAX) {
    throw new BadProof("the receipt is too large");
  }
  const position = INDEX.exec(index)?.[1];
  if (!extra.startsWith("extra ") || position === undefined) {
    throw new BadProof("a receipt carries its entry as extra, then its index");
  }
  if (path.length > PATH_HASHES_MAX) throw new BadProof("the inclusion path is too long");
  const hashes = path.map(decode);
  if (hashes.some((hash) => hash.length !== 32)) throw new BadProof("a hash in the inclusion path is not 32 bytes");
  return {
    entry: decode(extra.slice(6)),
    position: Number(position),
    path: hashes,
    checkpoint: written.slice(gap + 2),
  };
}

/** The log a phone trusts: its verifier key, and its origin (one key may sign several logs). */
export interface Pinned {
  readonly key: string;
  readonly origin: string;
}

/** Check a receipt for an event against the pinned log, offline. Throws BadProof or BadCheckpoint. */
export async function verifyReceipt(written: string, eventHash: Hash, pinned: Pinned): Promise<Proven> {
  const receipt = parseReceipt(written);
  const named = parseEntry(receipt.entry);
  if (named.eventHash !== eventHash) throw new BadProof("the receipt is for another event");
  const checkpoint = await openCheckpoint(receipt.checkpoint, pinned.key);
  if (checkpoint.origin !== pinned.origin) {
    throw new BadProof(`the receipt is of the log '${checkpoint.origin}', not '${pinned.origin}'`);
  }
  const leaf = await leafHash(receipt.entry);
  await verifyInclusion(leaf, receipt.position, checkpoint.size, receipt.path, checkpoint.root);
  return { eventHash, position: receipt.position, receivedAt: named.receivedAt, checkpoint };
}

function decode(encoded: string): Bytes {
  try {
    return unbase64(encoded);
  } catch (error) {
    throw new BadProof("the receipt holds something that is not canonical base64", { cause: error });
  }
}
