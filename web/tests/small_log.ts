/**
 * A log of a handful of entries with a key of its own: signs checkpoints, proves inclusion and consistency
 * (RFC 6962, the slow textbook way), and answers what a phone pushes. The other side of every test of sync.
 */
import { type Bytes, base64, base64url, concat, hex, sha256, unbase64url, unhex, utf8 } from "../src/events/bytes";
import { commit } from "../src/events/commitment";
import { pageDigest, scopeDigest, streamDigest } from "../src/events/digest";
import { eventHash, type Header, type SignedEvent } from "../src/events/envelope";
import { NO_HASH, uuid7 } from "../src/events/ids";
import { unpack } from "../src/events/packing";
import { ED25519, signEvent } from "../src/events/signing";
import {
  type Answer,
  type Cursor,
  type Enrolled,
  fromWire,
  type Packed,
  type Page,
  type Proof,
  type Pull,
  type PulledEvent,
  type SealedEvent,
  type SyncRequest,
  type SyncResponse,
  toWire,
  type WireEvent,
} from "../src/events/wire";
import { SmallTree } from "./small_tree";

export const DISTRICT = "isd-900";
const NAME = `log.example/${DISTRICT}`;
export const RECEIVED = Date.UTC(2026, 10, 21, 15);
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
  readonly hash: string;
  readonly event: SignedEvent;
  readonly header: Header;
}

/** The whole district as one object: its log, and an office that writes facts into it. */
export class SmallLog {
  readonly entries: Entry[] = [];
  private readonly tree = new SmallTree(this.entries);
  epoch = 0;
  /** Students who left every scope. */
  readonly leaving = new Set<string>();
  /** Positions that are signed and not given. */
  readonly withheld = new Set<number>();
  /** What opens events that are carried, where the district has a key for that. */
  open: ((one: SealedEvent) => Promise<WireEvent>) | null = null;
  /** Milliseconds since 1970. */
  clock = (): number => RECEIVED;
  /** Rows its disk has damaged, by hash. */
  wanted: readonly string[] = [];
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

  /** Three students are registered in it. */
  static async ofThree(): Promise<SmallLog> {
    const log = await SmallLog.found();
    for (const given of ["Ada", "Zoë", "Wren"]) await log.tell(`student/${newId()}`, "student.registered", { given });
    return log;
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
    new DataView(time.buffer).setBigUint64(0, BigInt(this.clock() + this.entries.length));
    const hash = await eventHash(event);
    this.entries.push({ bytes: concat(Uint8Array.of(1), unhex(hash), time), hash, event, header });
    return this.entries.length - 1;
  }

  async checkpoint(size = this.entries.length): Promise<string> {
    return this.noted(`${this.origin}\n${size}\n${base64(this.tree.root(0, size))}\n`);
  }

  /** The log key's word that a sealed picture is in the district. */
  photoNote(name: string, size: number): Promise<string> {
    return this.noted(`doseledger/photo/v1\n${this.origin}\n${name}\n${size}\n${new Date(RECEIVED).toISOString()}\n`);
  }

  private async noted(body: string): Promise<string> {
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
    const path = this.tree.path(position, 0, size);
    return { entry: base64url(entry.bytes), position, path: path.map(base64url) };
  }

  async consistency(old: number, size = this.entries.length): Promise<string[]> {
    return this.tree.consistency(old, size).map(base64url);
  }

  /** The database was restored from a copy of this size: a new epoch. */
  restore(size: number): void {
    this.entries.length = size;
    this.tree.forget();
    this.epoch += 1;
  }

  /** The server refuses the event whose payload says so, and puts a record of that into the log, once. */
  private async quarantine(submission: string): Promise<Answer> {
    const why = { submission, reason: "not_authorised", detail: "no role", owner: "health_office" };
    const there = this.entries.findIndex(({ header, event }) => isRecordOf(header, event, submission));
    if (there < 0) {
      const record = await signed("district", "submission.quarantined", why);
      await this.append(record.event, record.header);
    }
    const at = there < 0 ? this.entries.length - 1 : there;
    const record = this.entries[at]?.event as SignedEvent;
    return { is: "quarantined", ...why, record: toWire(record), proof: await this.proof(at) };
  }

  /** This scope is empty from now on; any other holds every stream. */
  close(scope: string): void {
    this.empty.add(scope);
  }

  /** Take an event in; what its place is answered with, once all of the request have theirs. */
  private async take(pushed: WireEvent): Promise<() => Promise<Answer>> {
    const event = fromWire(pushed);
    const event_hash = await eventHash(event);
    if (pushed.payload.includes(NO_ROLE)) {
      const answer = await this.quarantine(event_hash);
      return async () => ({ ...answer, proof: await this.proof(answer.proof.position) });
    }
    const is = this.find(event_hash) < 0 ? "accepted" : "duplicate";
    if (is === "accepted") await this.append(event, JSON.parse(pushed.header) as Header);
    return async () => ({ is, event_hash, proof: await this.proof(this.find(event_hash)) });
  }

  /** Take what is pushed or carried, give the scope's events behind the cursor. */
  async answer(request: SyncRequest): Promise<SyncResponse> {
    const opened: WireEvent[] = [];
    for (const one of request.sealed ?? []) if (this.open !== null) opened.push(await this.open(one));
    const fates: (() => Promise<Answer>)[] = [];
    for (const pushed of [...request.push, ...opened]) fates.push(await this.take(pushed));
    const answers = await Promise.all(fates.map((fate) => fate()));
    const carried = answers.splice(request.push.length);
    const pull = request.pull ?? { scope: "" };
    const isStale = pull.cursor !== undefined && pull.cursor.origin !== this.origin;
    const page = isStale ? ({ ...STALE, scope: pull.scope } as const) : await this.page(pull);
    return {
      checkpoint: await this.checkpoint(),
      answers,
      ...(carried.length > 0 ? { carried } : {}),
      page: request.pull === undefined ? null : page,
      consistency: await this.consistency(request.since ?? 0),
      wanted: this.wanted,
      server_time: new Date(this.clock()).toISOString(),
    };
  }

  /** The scope's events behind the cursor, in columns, with the log's word for them; `spoil` changes what is signed. */
  async page(asked: Pull, spoil: (rows: PulledEvent[]) => PulledEvent[] = (rows) => rows): Promise<Page> {
    const { scope, cursor, digests } = asked;
    const holds = (position: number) => !this.empty.has(scope) && !this.withheld.has(position);
    const rows = this.entries.map(pulled);
    const all = rows.filter((row) => holds(row.position));
    const size = this.entries.length;
    const last = Math.max(0, size - 1);
    const until = {
      origin: this.origin,
      scope,
      effective: last,
      position: last,
      size,
      root: hex(this.tree.root(0, size)),
    };
    const events = pack(spoil(all.filter((row) => row.position > (cursor?.position ?? -1))));
    const page = { is: "page", scope, events, cursor: until, done: true, forget: [...this.leaving], note: "" } as const;
    const gone = new Set([...this.leaving].map((student) => `student/${student}`));
    const signed = this.empty.has(scope) ? [] : rows.filter((row) => !gone.has(row.stream));
    return {
      ...page,
      note: await this.note(page, cursor, signed),
      ...(digests ? { digests: [...digestsOf(signed)].map(([stream, digest]) => [stream, hex(digest)] as const) } : {}),
    };
  }

  /** The log's word for a page behind a cursor, and for the whole scope. */
  async note(page: Page, after: Cursor | undefined, whole: readonly PulledEvent[]): Promise<string> {
    const hashes = unpack(page.events).map((row) => row.hash);
    const begins = after === undefined ? "0 -1" : `${after.effective} ${after.position}`;
    const { cursor, forget = [] } = page;
    const gone = new Set(forget.map((student) => `student/${student}`));
    const digest = scopeDigest(digestsOf(whole.filter((row) => !gone.has(row.stream))));
    const lines = [
      "doseledger/page/v1",
      this.origin,
      page.scope,
      this.entries.length,
      begins,
      `${cursor.effective} ${cursor.position}`,
      base64(pageDigest(page.events, hashes, forget)),
      page.done ? base64(digest) : "-",
    ];
    return this.noted(`${lines.join("\n")}\n`);
  }

  private find(hash: string): number {
    return this.entries.findIndex((entry) => entry.hash === hash);
  }
}

const isRecordOf = ({ type }: Header, { payload }: SignedEvent, submission: string): boolean =>
  type === "submission.quarantined" && new TextDecoder().decode(payload).includes(submission);

const STALE = { is: "reset", reason: "origin_changed" } as const;

function pulled({ event, header, hash }: Entry, position: number): PulledEvent {
  const { stream } = header;
  return { position, effective: position, receivedAt: RECEIVED + position, hash, stream, event: toWire(event) };
}

function digestsOf(rows: readonly PulledEvent[]): Map<string, Bytes> {
  const streams = new Map<string, string[]>();
  for (const { stream, hash } of rows) streams.set(stream, [...(streams.get(stream) ?? []), hash]);
  return new Map([...streams].map(([stream, hashes]) => [stream, streamDigest(hashes)]));
}

/** The events in columns, nothing written once that might be. */
export function pack(events: readonly PulledEvent[]): Packed {
  const headers = events.map((one) => JSON.parse(one.event.header) as Header);
  const joined = (field: "salt" | "signature"): string =>
    base64url(Uint8Array.from(events.flatMap((one) => [...unbase64url(one.event[field])])));
  const rows = events.map((_, at) => at);
  return {
    district: headers[0]?.district ?? "",
    streams: headers.map((one) => one.stream),
    types: headers.map((one) => [one.type, one.schema]),
    writers: headers.map((one) => [one.device, one.author]),
    effective: events.map((one) => one.effective),
    position: events.map((one) => one.position),
    received_at: events.map((one) => one.receivedAt),
    stream: rows,
    type: rows,
    writer: rows,
    id: headers.map((one) => one.id),
    seq: headers.map((one) => one.seq),
    prev: headers.map((one) => one.prev),
    recorded_at: headers.map((one) => one.recorded_at),
    seen_epoch: headers.map((one) => one.seen.epoch),
    seen_size: headers.map((one) => one.seen.size),
    payload: events.map((one) => one.event.payload),
    salts: joined("salt"),
    signatures: joined("signature"),
  };
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
