/**
 * The log's signed head: a C2SP tlog-checkpoint inside a signed note, opened under a pinned verifier key.
 *
 *     doseledger.example/isd-900/0      origin: log name / district / epoch
 *     1284                              size
 *     <root, base64>
 *     (empty line)
 *     — <key name> <base64(key id ‖ Ed25519 signature)>
 *
 * Signatures by keys nobody pinned are passed over, so witnesses may add theirs.
 */
import { type Bytes, concat, hex, sha256, unbase64, utf8 } from "./bytes";
import { BadCheckpoint } from "./errors";
import { verify } from "./signing";

/** A tree head: the log's origin, its number of entries, and its root (32 bytes). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

const ALGORITHM = Uint8Array.of(1);
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;
export const NOTE_CHARACTERS_MAX = 128 * 1024;
const KEY_ID_BYTES = 4;
/** Control characters but the newline, and halves of surrogate pairs: a note is text every reader reads alike. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose.
const CONTROL = /[\x00-\x09\x0b-\x1f]|\p{Cs}/u;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u;
const KEY_NAME = /^[^\s+]+$/u;

/** The epoch an origin names. Throws BadCheckpoint. */
export function epochOf(origin: string): number {
  const epoch = origin.slice(origin.lastIndexOf("/") + 1);
  if (!SIZE.test(epoch)) throw new BadCheckpoint(`origin '${origin}' names no epoch`);
  return Number(epoch);
}

/** Whether two origins are of one log, in different epochs. */
export const isOtherEpoch = (one: string, other: string): boolean => one !== other && baseOf(one) === baseOf(other);

const baseOf = (origin: string): string => origin.slice(0, origin.lastIndexOf("/"));

/** Name and 32 public bytes of a verifier key `name+id+base64`. Throws BadCheckpoint. */
export async function parseVerifierKey(pinned: string): Promise<{ name: string; id: string; key: Bytes }> {
  const [name = "", id = "", ...rest] = pinned.split("+");
  const encoded = decode(rest.join("+"), "verifier key");
  const key = encoded.slice(1);
  if (encoded[0] !== 1 || key.length !== 32) throw new BadCheckpoint("verifier key is not Ed25519");
  if (!KEY_NAME.test(name) || id !== (await keyId(name, key)))
    throw new BadCheckpoint("verifier key's id does not match");
  return { name, id, key };
}

/**
 * The text of a note signed by the pinned verifier key. Throws BadCheckpoint otherwise.
 *
 * Every signature by the pinned key must verify, not only the first.
 */
export async function openNote(note: string, pinned: string): Promise<string> {
  const { name, id, key } = await parseVerifierKey(pinned);
  const { body, signatures } = splitNote(note);
  const ours = signatures.filter(({ signer, blob }) => signer === name && hex(blob.slice(0, KEY_ID_BYTES)) === id);
  if (ours.length === 0) throw new BadCheckpoint(`no signature of ${name}`);
  for (const { blob } of ours) {
    if (!(await verify(key, blob.slice(KEY_ID_BYTES), utf8(body)))) {
      throw new BadCheckpoint(`the signature of ${name} does not verify`);
    }
  }
  return body;
}

function splitNote(note: string): { body: string; signatures: { signer: string; blob: Bytes }[] } {
  if (note.length > NOTE_CHARACTERS_MAX) throw new BadCheckpoint("the note is too large");
  if (CONTROL.test(note)) throw new BadCheckpoint("the note holds a control character or half a surrogate pair");
  const gap = note.lastIndexOf("\n\n");
  if (gap < 0 || !note.endsWith("\n")) throw new BadCheckpoint("the note has no signature block");
  const signatures = note
    .slice(gap + 2, -1)
    .split("\n")
    .map(signatureLine);
  return { body: note.slice(0, gap + 1), signatures };
}

/** The checkpoint in a note signed by the pinned key. Throws BadCheckpoint. */
export const openCheckpoint = async (note: string, pinned: string): Promise<Checkpoint> =>
  parseCheckpoint(await openNote(note, pinned));

/** Read a checkpoint's three lines (extension lines are allowed). Says nothing about signatures. */
export function parseCheckpoint(body: string): Checkpoint {
  const lines = body.split("\n");
  const [origin, size, root] = lines;
  if (lines.length < 4 || lines.at(-1) !== "" || lines.slice(0, -1).includes("")) {
    throw new BadCheckpoint("a checkpoint has at least three non-empty lines");
  }
  if (!SIZE.test(size ?? "")) throw new BadCheckpoint(`'${size}' is not a tree size`);
  const rootBytes = decode(root ?? "", "root");
  if (rootBytes.length !== 32) throw new BadCheckpoint("the root is not 32 bytes");
  return { origin: origin ?? "", size: Number(size), root: rootBytes };
}

function signatureLine(line: string): { signer: string; blob: Bytes } {
  const [, signer, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const blob = encoded ? decode(encoded, "signature") : null;
  if (!signer || !blob || blob.length <= KEY_ID_BYTES) throw new BadCheckpoint("a signature line is malformed");
  return { signer, blob };
}

async function keyId(name: string, key: Bytes): Promise<string> {
  return hex((await sha256(concat(utf8(`${name}\n`), ALGORITHM, key))).slice(0, 4));
}

function decode(encoded: string, what: string): Bytes {
  try {
    return unbase64(encoded);
  } catch (error) {
    throw new BadCheckpoint(`${what} is not canonical base64`, { cause: error });
  }
}
