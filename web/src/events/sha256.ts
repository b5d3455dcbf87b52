/**
 * SHA-256 (FIPS 180-4) without waiting: WebCrypto's takes a promise each, and a page of a thousand events needs
 * three thousand, many of them one after the other. Held to WebCrypto's by `digest.test.ts`. For hashes only, never secrets.
 */
import type { Bytes } from "./bytes";

const K = constants();
const START = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
const BLOCK_BYTES = 64;
/** Worked in one after the other, never two at once: nothing here waits. */
const schedule = new Int32Array(64);
const state = new Int32Array(8);
let message = new Uint8Array(4096);

/** The 32 bytes of the hash of the parts, end to end. */
export function sha256Now(...parts: readonly Bytes[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = room(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return hashOf(length);
}

/** The same of what is written as UTF-8, with bytes before or behind it. */
export function sha256OfText(before: Bytes, written: string, behind: Bytes): Bytes {
  const most = before.length + written.length * 3 + behind.length; // no character takes more than three bytes
  const whole = room(most);
  whole.set(before);
  const until = before.length + encoder.encodeInto(written, whole.subarray(before.length)).written;
  whole.set(behind, until);
  return hashOf(until + behind.length);
}

const encoder = new TextEncoder();

/** Where a message of at most so many bytes is put, with room for its padding. */
function room(length: number): Uint8Array {
  if (message.length < length + 2 * BLOCK_BYTES) message = new Uint8Array(2 * length + 2 * BLOCK_BYTES);
  return message;
}

/** The hash of the message's first bytes, behind which come a one, zeros, and the length in bits (below 2^53). */
function hashOf(length: number): Bytes {
  const end = Math.ceil((length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  message.fill(0, length, end);
  message[length] = 0x80;
  writeWord(message, end - 8, Math.floor(length / 2 ** 29));
  writeWord(message, end - 4, (length << 3) >>> 0);
  state.set(START);
  for (let at = 0; at < end; at += BLOCK_BYTES) compress(state, message, at);
  const hash = new Uint8Array(32);
  for (let i = 0; i < 8; i += 1) writeWord(hash, i * 4, state[i] as number);
  return hash;
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

function compress(state: Int32Array, message: Uint8Array, at: number): void {
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
  // Read one by one: taken apart as a list they would be walked by an iterator, which costs more than the rounds.
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
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
  state[0] = ((state[0] as number) + a) | 0;
  state[1] = ((state[1] as number) + b) | 0;
  state[2] = ((state[2] as number) + c) | 0;
  state[3] = ((state[3] as number) + d) | 0;
  state[4] = ((state[4] as number) + e) | 0;
  state[5] = ((state[5] as number) + f) | 0;
  state[6] = ((state[6] as number) + g) | 0;
  state[7] = ((state[7] as number) + h) | 0;
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
