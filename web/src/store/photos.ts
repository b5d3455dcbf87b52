/**
 * Pictures of papers on this phone (docs/sync.md, "Pictures"): sealed as they are taken, kept until receipted.
 *
 *     picture --its own key--> sealed bytes (photos/<name>)      key --> in the event, sealed as every event is
 *     event recorded at once;  bytes follow in pieces            note verified: the bytes go
 *
 * What lies in the store opens only with the event, so it may lie beside the data key, and outlives a forgotten PIN.
 */
import { type Bytes, concat, hex, sha256, utf8 } from "../events/bytes";
import { openNote } from "../events/checkpoint";
import type { Photo } from "../events/generated";
import { randomBytes } from "./vault";

export const PIECE_BYTES = 512 * 1024;
const BOUND = utf8("doseledger/photo/v1");

/** One picture as it lies here. `note` is the log key's receipt; with it `bytes` are empty. */
export interface KeptPhoto {
  readonly name: string;
  readonly size: number;
  readonly bytes: Bytes;
  readonly note: string;
}

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

/** The pieces of a sealed picture, in order. */
export const pieceOf = (photo: KeptPhoto, number: number): Bytes =>
  photo.bytes.slice(number * PIECE_BYTES, (number + 1) * PIECE_BYTES);

/** Whether a note by the pinned log key says that all of this picture is in the district. */
export async function isReceipt(note: string, photo: KeptPhoto, logKey: string): Promise<boolean> {
  try {
    const [kind, , name, size] = (await openNote(note, logKey)).split("\n");
    return kind === "doseledger/photo/v1" && name === photo.name && size === String(photo.size);
  } catch {
    return false;
  }
}
