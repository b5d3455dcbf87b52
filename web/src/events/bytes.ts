/**
 * Bytes and their text forms. SHA-256 comes from WebCrypto and is therefore asynchronous everywhere.
 *
 * Three text forms are in use and never mixed: hexadecimal for hashes and keys in JSON, padded base64 in
 * signed notes and receipts (C2SP), unpadded base64url on the wire.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Bytes => encoder.encode(text);

/** Throws TypeError for bytes that are not UTF-8. */
export const text = (bytes: Bytes): string => decoder.decode(bytes);

export function concat(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

export async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}

const DIGITS = utf8("0123456789abcdef");
const ascii = new TextDecoder();
let digits = new Uint8Array(64);

export function hex(bytes: Bytes): string {
  if (digits.length !== 2 * bytes.length) digits = new Uint8Array(2 * bytes.length);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    digits[2 * at] = DIGITS[byte >> 4] as number;
    digits[2 * at + 1] = DIGITS[byte & 15] as number;
  }
  return ascii.decode(digits);
}

/** What a digit of 0-9a-f is worth. */
function nibble(digits: string, at: number): number {
  const code = digits.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}

/** Throws RangeError for anything but pairs of lower-case hexadecimal digits. */
export function unhex(digits: string): Bytes {
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/.test(digits)) throw new RangeError("not hexadecimal");
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (nibble(digits, 2 * at) << 4) | nibble(digits, 2 * at + 1);
  return bytes;
}

/** A call takes only so many. */
const ARGUMENTS_MAX = 8192;

export function base64(bytes: Bytes): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += ARGUMENTS_MAX)
    binary += String.fromCharCode(...bytes.subarray(at, at + ARGUMENTS_MAX));
  return btoa(binary);
}

/** The last characters before one and two signs of padding whose spare bits are zero: every sixteenth and fourth. */
const CANONICAL_END = /^(?:[^=]*|[^=]*[AEIMQUYcgkosw048]=|[^=]*[AQgw]==)$/;

/** Throws RangeError for anything but canonical padded base64. */
export function unbase64(encoded: string): Bytes {
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw new RangeError("not base64");
  if (!CANONICAL_END.test(encoded)) throw new RangeError("not the canonical base64 of its bytes");
  const binary = atob(encoded);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export function base64url(bytes: Bytes): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws RangeError for anything but unpadded base64url. */
export function unbase64url(encoded: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded)) throw new RangeError("not unpadded base64url");
  const padding = "=".repeat((4 - (encoded.length % 4)) % 4);
  return unbase64(encoded.replaceAll("-", "+").replaceAll("_", "/") + padding);
}
