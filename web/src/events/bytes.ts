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

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function hex(bytes: Bytes): string {
  let digits = "";
  for (const byte of bytes) digits += HEX[byte];
  return digits;
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

export function base64(bytes: Bytes): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
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

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Three bytes are four digits; what is left over is two or three, without padding. */
export function base64url(bytes: Bytes): string {
  let encoded = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const three = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    encoded += (DIGITS[three >> 18] as string) + DIGITS[(three >> 12) & 63];
    if (left > 1) encoded += DIGITS[(three >> 6) & 63];
    if (left > 2) encoded += DIGITS[three & 63];
  }
  return encoded;
}

/** Throws RangeError for anything but unpadded base64url. */
export function unbase64url(encoded: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded)) throw new RangeError("not unpadded base64url");
  const padding = "=".repeat((4 - (encoded.length % 4)) % 4);
  return unbase64(encoded.replaceAll("-", "+").replaceAll("_", "/") + padding);
}
