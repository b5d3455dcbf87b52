/**
 * SHA-256 (FIPS 180-4) without waiting: WebCrypto's takes a promise each, and a page of a thousand events needs
 * three thousand, many of them one after the other. Held to WebCrypto's by `digest.test.ts`. For hashes only, never secrets.
 */
import type { Bytes } from "./bytes";

const K = constants();
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19] as const;
const schedule = new Int32Array(64);

/** The 32 bytes of the hash of the parts, end to end. */
export function sha256Now(...parts: readonly Bytes[]): Bytes {
  const message = padded(parts);
  const state = Int32Array.from(START);
  for (let at = 0; at < message.length; at += 64) compress(state, message, at);
  const hash = new Uint8Array(32);
  const view = new DataView(hash.buffer);
  for (let i = 0; i < 8; i += 1) view.setInt32(i * 4, state[i] ?? 0);
  return hash;
}

/** The message, a one, zeros, and its length in bits (below 2^53). */
function padded(parts: readonly Bytes[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const message = new Uint8Array(Math.ceil((length + 9) / 64) * 64);
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  message[at] = 0x80;
  const view = new DataView(message.buffer);
  view.setUint32(message.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(message.length - 4, (length << 3) >>> 0);
  return message;
}

function compress(state: Int32Array, message: Bytes, at: number): void {
  const w = schedule;
  for (let i = 0, j = at; i < 16; i += 1, j += 4) {
    w[i] =
      ((message[j] as number) << 24) |
      ((message[j + 1] as number) << 16) |
      ((message[j + 2] as number) << 8) |
      (message[j + 3] as number);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const small = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const large = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + small + (w[i - 7] as number) + large) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  const next = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = ((state[i] as number) + (next[i] as number)) | 0;
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
function constants(): Int32Array {
  const found = new Int32Array(64);
  for (let prime = 2, i = 0; i < 64; prime += 1) {
    let isPrime = true;
    for (let by = 2; by * by <= prime; by += 1) if (prime % by === 0) isPrime = false;
    if (!isPrime) continue;
    const root = Math.cbrt(prime);
    found[i] = ((root - Math.floor(root)) * 2 ** 32) | 0;
    i += 1;
  }
  return found;
}
