/**
 * A log of a handful of entries with a key of its own: signs checkpoints, proves inclusion and consistency
 * (RFC 6962, the slow textbook way), and answers what a phone pushes. The other side of every test of sync.
 */
import { type Bytes, base64, base64url, concat, hex, sha256, unhex, utf8 } from "../src/events/bytes";
import { commit } from "../src/events/commitment";
import { eventHash, type Header, type SignedEvent } from "../src/events/envelope";
import { NO_HASH, uuid7 } from "../src/events/ids";
import { leafHash, nodeHash } from "../src/events/merkle";
import { ED25519, signEvent } from "../src/events/signing";
import {
  type Answer,
  type Cursor,
  type Enrolled,
  fromWire,
  type Page,
  type Proof,
  type PulledEvent,
  type SyncRequest,
  type SyncResponse,
  toWire,
} from "../src/events/wire";

export const DISTRICT = "isd-900";
const NAME = `log.example/${DISTRICT}`;
const RECEIVED = Date.UTC(2026, 10, 21, 15);
/** A payload with these words is quarantined. */
export const NO_ROLE = "without a role";
let made = 0;

/** A new id, told apart by a counter. */
export const newId = (): string => {
  made += 1;
  return uuid7(RECEIVED + made, new Uint8Array(10).fill(made % 256));
};

interface Entry {
  readonly bytes: Bytes;
  readonly event: SignedEvent;
  readonly header: Header;
}

/** The whole district as one object: its log, and an office that writes facts into it. */
export class SmallLog {
  readonly entries: Entry[] = [];
  epoch = 0;
  private readonly empty = new Set<string>();

  private constructor(
    private readonly key: CryptoKeyPair,
    readonly verifier: string,
    private readonly keyId: Bytes,
  ) {}

  static async found(): Promise<SmallLog> {
    const key = (await crypto.subtle.generateKey(ED25519, true, ["sign", "verify"])) as CryptoKeyPair;
    const encoded = concat(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey("raw", key.publicKey)));
    const id = (await sha256(utf8(`${NAME}\n`), encoded)).slice(0, 4);
    return new SmallLog(key, `${NAME}+${hex(id)}+${base64(encoded)}`, id);
  }

  get origin(): string {
    return `${NAME}/${this.epoch}`;
  }

  /** The origin a phone enrolled before any change of epoch was told. */
  get first(): string {
    return `${NAME}/0`;
  }

  /** What a phone is told at enrolment. */
  enrolled(): Enrolled {
    return {
      district: DISTRICT,
      district_name: "District 900",
      device: newId(),
      seat: newId(),
      staff: newId(),
      staff_name: "Anna Ek",
      staff_title: "RN",
      token: "token",
      log_key: this.verifier,
      origin: this.origin,
      sealing_key: "07".repeat(32),
      time_zone: "America/Chicago",
      opened: newId(),
    };
  }

  /** A fact written by the office, signed by a key nobody checks here. */
  async tell(stream: string, type: string, payload: object): Promise<SignedEvent> {
    const event = await signed(stream, type, payload);
    await this.append(event.event, event.header);
    return event.event;
  }

  async append(event: SignedEvent, header: Header): Promise<number> {
    const time = new Uint8Array(8);
    new DataView(time.buffer).setBigUint64(0, BigInt(RECEIVED + this.entries.length));
    this.entries.push({ bytes: concat(Uint8Array.of(1), unhex(await eventHash(event)), time), event, header });
    return this.entries.length - 1;
  }

  async checkpoint(size = this.entries.length): Promise<string> {
    const body = `${this.origin}\n${size}\n${base64(await this.root(0, size))}\n`;
    const signature = await this.sign(utf8(body));
    return `${body}\n— ${NAME} ${base64(concat(this.keyId, signature))}\n`;
  }

  /** The log key's signature. */
  async sign(message: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(ED25519, this.key.privateKey, message));
  }

  async proof(position: number, size = this.entries.length): Promise<Proof> {
    const entry = this.entries[position];
    if (entry === undefined) throw new RangeError("no such position");
    const path = await this.path(position, 0, size);
    return { entry: base64url(entry.bytes), position, path: path.map(base64url) };
  }

  async consistency(old: number, size = this.entries.length): Promise<string[]> {
    if (old === 0 || old >= size) return [];
    return (await this.subproof(old, 0, size, true)).map(base64url);
  }

  /** The database was restored from a copy of this size: a new epoch. */
  restore(size: number): void {
    this.entries.length = size;
    this.epoch += 1;
  }

  /** The server refuses the event whose payload says so, and puts a record of that into the log. */
  private async quarantine(event: SignedEvent): Promise<Answer> {
    const submission = await eventHash(event);
    const why = { submission, reason: "not_authorised", detail: "no role", owner: "health_office" };
    const record = await signed("district", "submission.quarantined", why);
    const position = await this.append(record.event, record.header);
    return { is: "quarantined", ...why, record: toWire(record.event), proof: await this.proof(position) };
  }

  /** This scope is empty from now on; any other holds every stream. */
  close(scope: string): void {
    this.empty.add(scope);
  }

  /** Take what is pushed, give the scope's events behind the cursor. */
  async answer(request: SyncRequest): Promise<SyncResponse> {
    const fates: (() => Promise<Answer>)[] = [];
    for (const pushed of request.push) {
      const event = fromWire(pushed);
      if (pushed.payload.includes(NO_ROLE)) {
        const answer = await this.quarantine(event);
        fates.push(async () => ({ ...answer, proof: await this.proof(answer.proof.position) }));
        continue;
      }
      const event_hash = await eventHash(event);
      const is = this.find(event_hash) < 0 ? "accepted" : "duplicate";
      if (is === "accepted") await this.append(event, JSON.parse(pushed.header) as Header);
      fates.push(async () => ({ is, event_hash, proof: await this.proof(this.find(event_hash)) }));
    }
    const answers = await Promise.all(fates.map((fate) => fate()));
    const { scope = "", cursor } = request.pull ?? {};
    const isStale = cursor !== undefined && cursor.origin !== this.origin;
    const page = isStale ? ({ is: "reset", scope, reason: "origin_changed" } as const) : await this.page(scope, cursor);
    return {
      checkpoint: await this.checkpoint(),
      answers,
      page: request.pull === undefined ? null : page,
      consistency: await this.consistency(request.since ?? 0),
      server_time: new Date(RECEIVED).toISOString(),
    };
  }

  async page(scope: string, cursor?: Cursor): Promise<Page> {
    const from = this.empty.has(scope) ? this.entries.length : cursor === undefined ? 0 : cursor.position + 1;
    const events: PulledEvent[] = [];
    for (const [position, entry] of this.entries.entries()) {
      if (position < from) continue;
      const received_at = new Date(RECEIVED + position).toISOString();
      events.push({ position, effective: position, received_at, event: toWire(entry.event) });
    }
    const size = this.entries.length;
    const root = hex(await this.root(0, size));
    const place = { effective: size - 1, position: size - 1 };
    return { is: "page", scope, events, done: true, cursor: { origin: this.origin, scope, ...place, size, root } };
  }

  private find(hash: string): number {
    return this.entries.findIndex(({ bytes }) => hex(bytes.slice(1, 33)) === hash);
  }

  private async root(begin: number, end: number): Promise<Bytes> {
    if (begin === end) return sha256();
    if (end - begin === 1) return leafHash(this.entries[begin]?.bytes ?? new Uint8Array());
    const middle = begin + split(end - begin);
    return nodeHash(await this.root(begin, middle), await this.root(middle, end));
  }

  private async path(position: number, begin: number, end: number): Promise<Bytes[]> {
    if (end - begin === 1) return [];
    const middle = begin + split(end - begin);
    if (position < middle) return [...(await this.path(position, begin, middle)), await this.root(middle, end)];
    return [...(await this.path(position, middle, end)), await this.root(begin, middle)];
  }

  private async subproof(old: number, begin: number, end: number, whole: boolean): Promise<Bytes[]> {
    if (old === end - begin) return whole ? [] : [await this.root(begin, end)];
    const k = split(end - begin);
    const middle = begin + k;
    if (old <= k) return [...(await this.subproof(old, begin, middle, whole)), await this.root(middle, end)];
    return [...(await this.subproof(old - k, middle, end, false)), await this.root(begin, middle)];
  }
}

/** The largest power of two below. */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** An event of the office: true in form, under a key of the moment. */
export async function signed(
  stream: string,
  type: string,
  payload: object,
): Promise<{ event: SignedEvent; header: Header }> {
  const key = (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
  const bytes = utf8(JSON.stringify(payload));
  const salt = new Uint8Array(16);
  const header: Header = {
    id: newId(),
    district: DISTRICT,
    stream: stream as Header["stream"],
    type,
    schema: 1,
    author: "system",
    device: newId(),
    seq: 1,
    prev: NO_HASH,
    recorded_at: new Date(RECEIVED).toISOString(),
    seen: { epoch: 0, size: 0 },
    commitment: await commit(salt, bytes),
  };
  return { event: await signEvent(header, bytes, salt, key.privateKey), header };
}
