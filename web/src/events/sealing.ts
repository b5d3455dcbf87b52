/**
 * Sealing to the district's public key: HPKE (RFC 9180), base mode, one message, by WebCrypto alone.
 *
 *     DHKEM(X25519, HKDF-SHA256) · HKDF-SHA256 · AES-256-GCM          sealed = enc (32 bytes) ‖ ciphertext ‖ tag
 *
 * Whoever seals cannot open again: the key pair is made for one message and dropped. WebCrypto has HKDF only whole,
 * RFC 9180 needs its two halves, so they are made of HMAC here.
 */
import { type Bytes, concat, utf8 } from "./bytes";

const X25519 = { name: "X25519" };
const HMAC = { name: "HMAC", hash: "SHA-256" };
const VERSION = utf8("HPKE-v1");
const KEM = concat(utf8("KEM"), Uint8Array.of(0x00, 0x20));
const SUITE = concat(utf8("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02));
const NOTHING: Bytes = new Uint8Array(0);

/** Seal to a raw X25519 public key. `info` binds the message to what it is for. Throws for a key of small order. */
export async function sealTo(publicKey: Bytes, info: Bytes, plain: Bytes): Promise<Bytes> {
  const receiver = await crypto.subtle.importKey("raw", publicKey, X25519, false, []);
  const pair = (await crypto.subtle.generateKey(X25519, false, ["deriveBits"])) as CryptoKeyPair;
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const dh = new Uint8Array(
    await crypto.subtle.deriveBits({ ...X25519, public: receiver } as EcdhKeyDeriveParams, pair.privateKey, 256),
  );
  const { key, nonce } = await schedule(dh, enc, publicKey, info);
  const cipher = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, cipher, plain);
  return concat(enc, new Uint8Array(sealed));
}

/** Key and nonce of the one message, from the shared point (RFC 9180, 4.1 and 5.1). */
export async function schedule(
  dh: Bytes,
  enc: Bytes,
  receiver: Bytes,
  info: Bytes,
): Promise<{ key: Bytes; nonce: Bytes }> {
  const proof = await extract(KEM, NOTHING, "eae_prk", dh);
  const shared = await expand(KEM, proof, "shared_secret", concat(enc, receiver), 32);
  const [noPsk, about] = [
    await extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    await extract(SUITE, NOTHING, "info_hash", info),
  ];
  const context = concat(Uint8Array.of(0), noPsk, about);
  const secret = await extract(SUITE, shared, "secret", NOTHING);
  return {
    key: await expand(SUITE, secret, "key", context, 32),
    nonce: await expand(SUITE, secret, "base_nonce", context, 12),
  };
}

/** LabeledExtract. HMAC pads a missing key with zeros; WebCrypto wants them written. */
function extract(suite: Bytes, salt: Bytes, label: string, material: Bytes): Promise<Bytes> {
  return hmac(salt.length === 0 ? new Uint8Array(32) : salt, concat(VERSION, suite, utf8(label), material));
}

/** LabeledExpand, at most one block of 32 bytes. */
async function expand(suite: Bytes, secret: Bytes, label: string, context: Bytes, length: number): Promise<Bytes> {
  const info = concat(Uint8Array.of(0, length), VERSION, suite, utf8(label), context);
  return (await hmac(secret, concat(info, Uint8Array.of(1)))).slice(0, length);
}

async function hmac(secret: Bytes, message: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, HMAC, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
