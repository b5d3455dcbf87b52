/**
 * What lies on this phone is ciphertext. A PIN and this phone make the wrapping; the wrapping opens two keys.
 *
 *     PIN --Argon2id--> inner key  \
 *                                   > data key (everything stored) · seat key (signs)
 *     this phone's key --> outer  /
 *
 * Each nurse of the phone has a wrapping of her own: of the one data key, and of a seat key nobody else has.
 * All opened keys are non-extractable handles, in memory only while the person is unlocked. This phone's key is one
 * too, but lies in the store: no script can read its bytes, and copied values do not open without it (what a thief
 * of the whole disk can do is said in docs/keys.md). What is stored in plain is salt, cost and the two wrapped keys.
 */
import { type Bytes, concat, utf8 } from "../events/bytes";
import { ED25519 } from "../events/signing";
import { type Cost, stretch } from "./stretch";

const IV_BYTES = 12;

/** How one nurse's keys lie in the store. */
export interface WrappedKeys {
  readonly salt: Bytes;
  readonly cost: Cost;
  readonly data: Bytes;
  readonly seat: Bytes;
}

/** As phones enrolled by version 0.1.0 have them: PBKDF2, and no key of the phone's own. Read, never written. */
export interface FormerKeys {
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

/** The bytes of the two keys, for as short as they are needed. */
interface Raw {
  readonly data: Bytes;
  readonly seat: Bytes;
}

export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** This phone's own key: made once, its bytes never seen. */
export function makePhoneKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Keys just made: as they will lie in the store, opened, and the public half for the server. */
export interface MadeKeys {
  readonly wrapped: WrappedKeys;
  readonly keys: OpenKeys;
  readonly publicKey: Bytes;
}

/** A new seat key and data key, wrapped under a PIN. */
export const makeKeys = (pin: string, phone: CryptoKey, cost: Cost): Promise<MadeKeys> =>
  makeBeside(randomBytes(32), pin, phone, cost);

/**
 * A further seat key beside the same data key, wrapped under a PIN of its own: another nurse on this phone. Only a
 * PIN that opens the data key can share it; null when the present PIN is another.
 */
export async function shareKeys(
  present: string,
  wrapped: WrappedKeys,
  pin: string,
  phone: CryptoKey,
  cost: Cost,
): Promise<MadeKeys | null> {
  const raw = await unwrap(present, wrapped, phone);
  raw?.seat.fill(0);
  return raw === null ? null : makeBeside(raw.data, pin, phone, cost);
}

async function makeBeside(data: Bytes, pin: string, phone: CryptoKey, cost: Cost): Promise<MadeKeys> {
  const pair = (await crypto.subtle.generateKey(ED25519, true, ["sign", "verify"])) as CryptoKeyPair;
  const seat = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const raw = { data, seat };
  const wrapped = await wrap(pin, raw, phone, cost);
  return { wrapped, keys: await handles(raw), publicKey };
}

/** The keys, or null when the PIN is another. */
export async function openKeys(pin: string, wrapped: WrappedKeys, phone: CryptoKey): Promise<OpenKeys | null> {
  const raw = await unwrap(pin, wrapped, phone);
  return raw === null ? null : handles(raw);
}

/** The same keys under another PIN, or another cost; null when the present PIN is another. */
export async function rewrap(
  pin: string,
  wrapped: WrappedKeys | FormerKeys,
  next: string,
  phone: CryptoKey,
  cost: Cost,
): Promise<{ wrapped: WrappedKeys; keys: OpenKeys } | null> {
  const raw = "rounds" in wrapped ? await unwrapFormer(pin, wrapped) : await unwrap(pin, wrapped, phone);
  if (raw === null) return null;
  const anew = await wrap(next, raw, phone, cost);
  return { wrapped: anew, keys: await handles(raw) };
}

async function wrap(pin: string, raw: Raw, phone: CryptoKey, cost: Cost): Promise<WrappedKeys> {
  const salt = randomBytes(16);
  const inner = await aesKey(await stretch({ pin, salt, cost }));
  const both = async (bytes: Bytes) => seal(phone, await seal(inner, bytes));
  return { salt, cost, data: await both(raw.data), seat: await both(raw.seat) };
}

async function unwrap(pin: string, { salt, cost, data, seat }: WrappedKeys, phone: CryptoKey): Promise<Raw | null> {
  const inner = await aesKey(await stretch({ pin, salt, cost }));
  return openBoth(inner, await open(phone, data), await open(phone, seat));
}

async function unwrapFormer(pin: string, { salt, rounds, data, seat }: FormerKeys): Promise<Raw | null> {
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return openBoth(await aesKey(new Uint8Array(await crypto.subtle.deriveBits(how, typed, 256))), data, seat);
}

async function openBoth(inner: CryptoKey, data: Bytes | null, seat: Bytes | null): Promise<Raw | null> {
  const rawData = data && (await open(inner, data));
  const rawSeat = seat && (await open(inner, seat));
  return rawData && rawSeat ? { data: rawData, seat: rawSeat } : null;
}

/** Handles to the keys; the bytes are overwritten. */
async function handles(raw: Raw): Promise<OpenKeys> {
  const seat = await crypto.subtle.importKey("pkcs8", raw.seat, ED25519, false, ["sign"]);
  const data = await aesKey(raw.data);
  raw.seat.fill(0);
  return { data, seat };
}

/** A handle to an AES key; its bytes are overwritten. */
async function aesKey(raw: Bytes): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return key;
}

/** iv ‖ AES-256-GCM ciphertext. */
export async function seal(key: CryptoKey, plain: Bytes): Promise<Bytes> {
  const iv = randomBytes(IV_BYTES);
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain)));
}

/** The plain bytes; null when the key is another or a byte was changed. */
export async function open(key: CryptoKey, sealed: Bytes): Promise<Bytes | null> {
  try {
    const iv = sealed.subarray(0, IV_BYTES);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed.subarray(IV_BYTES)));
  } catch {
    return null;
  }
}
