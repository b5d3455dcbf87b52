/**
 * What lies on this phone is ciphertext. A PIN makes the wrapping key; the wrapping key opens two others.
 *
 *     PIN --PBKDF2-SHA-256--> wrapping key --AES-GCM--> data key (everything stored) · seat key (signs)
 *
 * Both opened keys are non-extractable handles, in memory only while the person is unlocked. What is stored in
 * plain is salt, count and the two wrapped keys: nothing about anybody.
 */
import { type Bytes, concat, utf8 } from "../events/bytes";
import { ED25519 } from "../events/signing";

export const PBKDF2_ROUNDS = 600_000;
const IV_BYTES = 12;

/** How the keys of this phone lie in its store. */
export interface WrappedKeys {
  readonly salt: Bytes;
  readonly rounds: number;
  readonly data: Bytes;
  readonly seat: Bytes;
}

/** The opened keys: handles nothing can read the bytes of. */
export interface OpenKeys {
  readonly data: CryptoKey;
  readonly seat: CryptoKey;
}

export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}

async function wrappingKey(pin: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function dataKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function seatKey(pkcs8: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", pkcs8, ED25519, false, ["sign"]);
}

/** A new seat key (its public bytes in hexadecimal are for the server) and data key, wrapped under a PIN. */
export async function makeKeys(
  pin: string,
  rounds = PBKDF2_ROUNDS,
): Promise<{ wrapped: WrappedKeys; publicKey: Bytes }> {
  const pair = (await crypto.subtle.generateKey(ED25519, true, ["sign", "verify"])) as CryptoKeyPair;
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const salt = randomBytes(16);
  const wrapping = await wrappingKey(pin, salt, rounds);
  const raw = randomBytes(32);
  const wrapped = { salt, rounds, data: await seal(wrapping, raw), seat: await seal(wrapping, pkcs8) };
  raw.fill(0);
  pkcs8.fill(0);
  return { wrapped, publicKey };
}

/** The keys, or null when the PIN is another. */
export async function openKeys(pin: string, wrapped: WrappedKeys): Promise<OpenKeys | null> {
  const wrapping = await wrappingKey(pin, wrapped.salt, wrapped.rounds);
  const raw = await open(wrapping, wrapped.data);
  const pkcs8 = await open(wrapping, wrapped.seat);
  if (raw === null || pkcs8 === null) return null;
  const keys = { data: await dataKey(raw), seat: await seatKey(pkcs8) };
  raw.fill(0);
  pkcs8.fill(0);
  return keys;
}

/** iv ‖ AES-256-GCM ciphertext. */
export async function seal(key: CryptoKey, plain: Bytes): Promise<Bytes> {
  const iv = randomBytes(IV_BYTES);
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain)));
}

/** The plain bytes; null when the key is another or a byte was changed. */
export async function open(key: CryptoKey, sealed: Bytes): Promise<Bytes | null> {
  try {
    const iv = sealed.slice(0, IV_BYTES);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed.slice(IV_BYTES)));
  } catch {
    return null;
  }
}
