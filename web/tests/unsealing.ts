/** What the district does with a hand-off: opens what was sealed to its key, as the Python server does. */
import { type Bytes, concat, hex, text, unbase64url, unhex } from "../src/events/bytes";
import { schedule } from "../src/events/sealing";
import type { SealedEvent, WireEvent } from "../src/events/wire";
import { handOffInfo } from "../src/store/hand_off";

/** What stands before 32 raw bytes of an X25519 private key in PKCS #8. */
const PKCS8 = unhex("302e020100300506032b656e04220420");
const ENCAPSULATED_BYTES = 32;

export async function opened(sealed: Bytes, info: Bytes, secret: Bytes, publicKey: Bytes): Promise<string> {
  const key = await crypto.subtle.importKey("pkcs8", concat(PKCS8, secret), "X25519", false, ["deriveBits"]);
  return openedBy(sealed, info, key, publicKey);
}

async function openedBy(sealed: Bytes, info: Bytes, key: CryptoKey, publicKey: Bytes): Promise<string> {
  const enc = sealed.slice(0, ENCAPSULATED_BYTES);
  const sender = await crypto.subtle.importKey("raw", enc, "X25519", false, []);
  const dh = await crypto.subtle.deriveBits({ name: "X25519", public: sender }, key, 256);
  const made = await schedule(new Uint8Array(dh), enc, publicKey, info);
  const cipher = await crypto.subtle.importKey("raw", made.key, "AES-GCM", false, ["decrypt"]);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: made.nonce }, cipher, sealed.slice(32));
  return text(new Uint8Array(plain));
}

/** The district's sealing key, and who opens with it. */
export class SealingKey {
  private constructor(
    private readonly secret: CryptoKey,
    private readonly raw: Bytes,
  ) {}

  static async make(): Promise<SealingKey> {
    const pair = (await crypto.subtle.generateKey("X25519", true, ["deriveBits"])) as CryptoKeyPair;
    return new SealingKey(pair.privateKey, new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  }

  get public(): string {
    return hex(this.raw);
  }

  async open(district: string, one: SealedEvent): Promise<WireEvent> {
    const info = handOffInfo(district, one.event_hash);
    return JSON.parse(await openedBy(unbase64url(one.sealed), info, this.secret, this.raw)) as WireEvent;
  }
}
