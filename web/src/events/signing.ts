/**
 * Ed25519 over an event's header, by WebCrypto. A seat's private key is a non-extractable handle.
 *
 * One signature proves author and device, because a seat binds both.
 */
import { type Bytes, hex } from "./bytes";
import { commit } from "./commitment";
import { encodeHeader, type Header, type SignedEvent, signedBytes } from "./envelope";

export const ED25519 = "Ed25519";

/**
 * Every encoding of the eight points whose order divides 8: such a key verifies made-up signatures over any
 * message, and WebCrypto does not everywhere refuse it (same list as `events/signing.py`).
 */
const SMALL_ORDER: ReadonlySet<string> = new Set(
  [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ].flatMap((low) => [
    low,
    low.slice(0, 62) + (Number.parseInt(low.slice(62), 16) ^ 0x80).toString(16).padStart(2, "0"),
  ]),
);

/** Whether the signature is the key's over the message. Never throws: a bad key verifies nothing. */
export async function verify(publicKey: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  const name = hex(publicKey);
  if (SMALL_ORDER.has(name)) return false;
  try {
    return await crypto.subtle.verify(ED25519, await imported(name, publicKey), signature, message);
  } catch {
    return false;
  }
}

const IMPORTED_MAX = 64;
const importedKeys = new Map<string, CryptoKey>();

/** A key's handle, remembered: thousands of events are signed by a few seats. */
async function imported(name: string, publicKey: Bytes): Promise<CryptoKey> {
  const known = importedKeys.get(name);
  if (known !== undefined) return known;
  const key = await crypto.subtle.importKey("raw", publicKey, ED25519, false, ["verify"]);
  if (importedKeys.size >= IMPORTED_MAX) importedKeys.clear();
  importedKeys.set(name, key);
  return key;
}

/** Make the one signed form of an event. Throws when the header does not commit to this payload. */
export async function signEvent(header: Header, payload: Bytes, salt: Bytes, key: CryptoKey): Promise<SignedEvent> {
  if ((await commit(salt, payload)) !== header.commitment) {
    throw new RangeError("the header commits to another payload");
  }
  const encoded = encodeHeader(header);
  const signature = new Uint8Array(await crypto.subtle.sign(ED25519, key, signedBytes(encoded)));
  return { header: encoded, signature, salt, payload };
}

/** Whether the seat key signed exactly this header. */
export const verifyEvent = (event: SignedEvent, publicKey: Bytes): Promise<boolean> =>
  verify(publicKey, event.signature, signedBytes(event.header));
