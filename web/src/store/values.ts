/** The values of the sealed shelf (database.ts), each encrypted on its own under the data key. */
import { type Bytes, concat, equal, text, utf8 } from "../events/bytes";
import { pageBytes } from "./held";
import type { Held } from "./kept";
import { open, seal } from "./vault";

/**
 * The key travels inside, so that a value moved under another key does not open as that one: a line before bytes, else
 * beside the value.
 */
export function sealedValues(
  data: CryptoKey,
  puts: readonly (readonly [string, unknown])[],
): Promise<(readonly [string, Bytes])[]> {
  const plain = (key: string, value: unknown): Bytes =>
    value instanceof Uint8Array ? concat(utf8(`${key}\n`), value as Bytes) : utf8(JSON.stringify({ key, value }));
  return Promise.all(puts.map(async ([key, value]) => [key, await seal(data, plain(key, value))] as const));
}

export async function unsealed<Value>(data: CryptoKey, key: string, sealed: Bytes): Promise<Value> {
  const value = await opening<Value>(data, key, sealed);
  if (value === null) throw new Error(`the stored value ${key} was changed`);
  return value;
}

/** The value; null when a byte of it was changed, or it was moved. */
export async function opening<Value>(data: CryptoKey, key: string, sealed: Bytes): Promise<Value | null> {
  const plain = await open(data, sealed);
  return plain === null ? null : readAs<Value>(key, plain);
}

function readAs<Value>(key: string, plain: Bytes): Value | null {
  const read = JSON.parse(text(plain)) as { key: string; value: Value };
  return read.key === key ? read.value : null;
}

const BRACE = 0x7b;

/** The bytes of a page; null when they do not open. */
export async function openingPage(data: CryptoKey, key: string, sealed: Bytes): Promise<Bytes | null> {
  const plain = await open(data, sealed);
  if (plain === null) return null;
  if (plain[0] === BRACE) return formerPage(key, plain);
  const line = utf8(`${key}\n`);
  return equal(plain.subarray(0, line.length), line) ? plain.subarray(line.length) : null;
}

/** Earlier versions kept the JSON of a page's rows. */
function formerPage(key: string, plain: Bytes): Bytes | null {
  try {
    const rows = readAs<readonly Held[]>(key, plain);
    return rows === null ? null : pageBytes(rows);
  } catch {
    return null; // no rows: as good as damaged
  }
}
