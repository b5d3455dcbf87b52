/**
 * Pictures of papers on this phone (docs/sync.md, "Pictures"): sealed as they are taken, kept until receipted.
 *
 *     picture --its own key--> sealed bytes (photos/<name>)      key --> in the event, sealed as every event is
 *     event recorded at once;  bytes follow in pieces            note verified: the bytes are a spare (spares.ts)
 *
 * What lies in the store opens only with the event, so it may lie beside the data key, and outlives a forgotten PIN.
 */
import { type Bytes, concat, hex, sha256, utf8 } from "../events/bytes";
import { isOtherEpoch, openNote } from "../events/checkpoint";
import type { Photo } from "../events/generated";
import { randomBytes } from "./vault";

export const PIECE_BYTES = 512 * 1024;
/** A piece may travel in parts: on a slow link of so many bytes, which at 1.1 KB/s come through before a time-out. */
export const PART_BYTES_MIN = 32 * 1024;
const BOUND = utf8("doseledger/photo/v1");

/** Of all receipted pictures together, as the Python client has it (client_sync/photos.py). */
export const SPARE_BYTES_MAX = 100 * 1024 * 1024;
export const SPARE_MS = 30 * 86_400_000;

/** One picture as it lies here. `note` is the log key's receipt; with it `bytes` are empty, and lie among the spares. */
export interface KeptPhoto {
  readonly name: string;
  readonly size: number;
  readonly bytes: Bytes;
  readonly note: string;
  readonly hasSpare?: boolean;
}

/** Whether the log the phone knows by this origin has receipted it; an earlier epoch's word says nothing of this one. */
export function isReceipted({ note }: KeptPhoto, origin: string): boolean {
  const [, told = ""] = note.split("\n", 2);
  return told !== "" && !isOtherEpoch(told, origin);
}

/** Milliseconds since 1970 by the server's clock, of one with a note. */
export const receivedAt = ({ note }: KeptPhoto): number => Date.parse(note.split("\n", 5)[4] ?? "");

/** A picture under a key made for it: what the event says of it, and what is kept. */
export async function sealPhoto(picture: Bytes): Promise<{ photo: Photo; kept: KeptPhoto }> {
  const [raw, iv] = [randomBytes(32), randomBytes(12)];
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv, additionalData: BOUND };
  const bytes = concat(iv, new Uint8Array(await crypto.subtle.encrypt(how, key, picture)));
  const name = hex(await sha256(bytes));
  const photo = { sha256: hex(await sha256(picture)), size_bytes: picture.length, sealed: name, key: hex(raw) };
  raw.fill(0);
  return { photo, kept: { name, size: bytes.length, bytes, note: "" } };
}

/** From a byte of a sealed picture on, at most so many bytes of the piece it lies in; with the piece's number. */
export function partOf(sealed: Bytes, begin: number, most: number): { number: number; at: number; bytes: Bytes } {
  const [number, at] = [Math.floor(begin / PIECE_BYTES), begin % PIECE_BYTES];
  return { number, at, bytes: sealed.slice(begin, Math.min(begin + most, (number + 1) * PIECE_BYTES)) };
}

/** Whether a note by the pinned log key says that all of this picture is in the district, in the log of this origin. */
export async function isReceipt(note: string, photo: KeptPhoto, logKey: string, origin: string): Promise<boolean> {
  try {
    const [kind, told, name, size] = (await openNote(note, logKey)).split("\n");
    const isOfIt = name === photo.name && size === String(photo.size);
    return kind === "doseledger/photo/v1" && told === origin && isOfIt;
  } catch {
    return false;
  }
}
