/**
 * This phone: who it is, what it holds, what it made and has not delivered.
 *
 *     own/<seq>      every event this phone made; leaves "waiting" only against a verified receipt
 *     held/<hash>    downloaded events of the chosen clinic
 *     enrolled · state (scope, cursor, last verified checkpoint) · draft/<place>
 *
 * One writer: signing happens under an exclusive Web Lock that spans reading the head, signing and storing, so
 * two tabs can never make two events with one number.
 */
import { text, utf8 } from "../events/bytes";
import { epochOf } from "../events/checkpoint";
import { commit } from "../events/commitment";
import { eventHash, type Header, parseHeader, type SignedEvent } from "../events/envelope";
import { EVENT_TYPES, type EventPayloads, type Stream } from "../events/generated";
import { NO_HASH, uuid7 } from "../events/ids";
import { signEvent } from "../events/signing";
import { type Cursor, type Enrolled, fromWire, toWire, type WireEvent } from "../events/wire";
import { type Fact, factOf, localPosition } from "../projections/fact";
import { Database, everyKey } from "./database";
import { makeKeys, type OpenKeys, openKeys, randomBytes } from "./vault";

export type OwnState = "waiting" | "receipted" | "quarantined";

/** One event this phone made. `receipt` is a C2SP tlog-proof that was verified here. */
export interface Own {
  readonly seq: number;
  readonly hash: string;
  readonly event: WireEvent;
  readonly state: OwnState;
  readonly position?: number;
  readonly receipt?: string;
  readonly reason?: string;
  readonly owner?: string;
}

/** One downloaded event. */
export interface Held {
  readonly hash: string;
  readonly position: number;
  readonly receivedAt: number;
  readonly event: WireEvent;
}

/** What the last verified answer left behind. */
export interface SyncState {
  readonly scope: string;
  readonly clinicName: string;
  readonly cursor: Cursor | null;
  /** The signed note of the last verified head. */
  readonly checkpoint: string;
  readonly size: number;
  readonly complete: boolean;
  readonly syncedAt: number;
}

export const NO_SYNC: SyncState = {
  scope: "",
  clinicName: "",
  cursor: null,
  checkpoint: "",
  size: 0,
  complete: false,
  syncedAt: 0,
};

/** What one step writes. `forget`: hashes of downloaded events, or all of them. */
export interface Change {
  readonly state: SyncState;
  readonly own: readonly Own[];
  readonly held: readonly Held[];
  readonly forget: readonly string[] | "all";
}

const NO_CHANGE = { own: [], held: [], forget: [] } as const;

export type Unlocked = "open" | "wrong" | { readonly waitMs: number };

const WRITER = "doseledger writer";
const STATE = "doseledger state";
const FREE_TRIES = 3;
const LONGEST_WAIT_MS = 5 * 60_000;
const ownKey = (seq: number): string => `own/${String(seq).padStart(12, "0")}`;

export class Device {
  enrolled: Enrolled | null = null;
  state: SyncState = NO_SYNC;
  own: readonly Own[] = [];
  held = new Map<string, Held>();
  private keys: OpenKeys | null = null;
  /** Counts what this tab wrote, so that a reading begun before is not taken for the newest. */
  private changes = 0;
  private readonly others = new BroadcastChannel("doseledger");
  private readonly listeners = new Set<() => void>();

  private constructor(private readonly database: Database) {
    this.others.onmessage = () => void this.load();
  }

  static async open(onOutdated: () => void): Promise<Device> {
    return new Device(await Database.open(onOutdated));
  }

  /** Told after everything that changes what the screens show. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  async isEnrolled(): Promise<boolean> {
    return (await this.database.plain("keys")) !== undefined;
  }

  get isUnlocked(): boolean {
    return this.keys !== null;
  }

  /** Make this phone's keys under a PIN, let `redeem` ask the server, keep what it says. */
  async enroll(pin: string, redeem: (publicKey: string) => Promise<Enrolled>): Promise<void> {
    const { wrapped, publicKey } = await makeKeys(pin);
    const keys = await openKeys(pin, wrapped);
    if (keys === null) throw new Error("the new keys do not open");
    const hex = [...publicKey].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const enrolled = await redeem(hex);
    await this.database.write(keys.data, [["enrolled", enrolled]]);
    await this.database.setPlain("keys", wrapped);
    this.keys = keys;
    await this.load();
  }

  /** Try a PIN. Wrong ones cost rising time and never anything else: nothing is ever wiped. */
  async unlock(pin: string): Promise<Unlocked> {
    const wait = ((await this.database.plain("waitUntil")) ?? 0) - Date.now();
    if (wait > 0) return { waitMs: wait };
    const wrapped = await this.database.plain("keys");
    if (wrapped === undefined) throw new Error("this phone is not enrolled");
    const keys = await openKeys(pin, wrapped);
    if (keys === null) {
      const tries = ((await this.database.plain("wrongTries")) ?? 0) + 1;
      await this.database.setPlain("wrongTries", tries);
      const delay = tries < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, 2 ** (tries - FREE_TRIES) * 5000);
      await this.database.setPlain("waitUntil", Date.now() + delay);
      return delay > 0 ? { waitMs: delay } : "wrong";
    }
    await this.database.setPlain("wrongTries", 0);
    this.keys = keys;
    await this.load();
    return "open";
  }

  /** Forget the opened keys and everything read with them; the store keeps it. */
  lock(): void {
    this.keys = null;
    this.enrolled = null;
    this.own = [];
    this.held = new Map();
    this.changed();
  }

  /** Sign a fact and store it, in one step and without a network; its event id. */
  async record<Type extends keyof EventPayloads>(
    stream: Stream,
    type: Type,
    payload: EventPayloads[Type],
  ): Promise<string> {
    return navigator.locks.request(WRITER, async () => {
      const { data, seat } = this.open();
      const last = await this.lastOwn();
      const header = await this.header(stream, type, payload, last);
      const event = await signEvent(header.fields, header.payload, header.salt, seat);
      const own: Own = {
        seq: header.fields.seq,
        hash: await eventHash(event),
        event: toWire(event),
        state: "waiting",
      };
      await this.database.write(data, [[ownKey(own.seq), own]]);
      this.changes += 1;
      this.own = [...this.own.filter((one) => one.seq !== own.seq), own].sort((one, two) => one.seq - two.seq);
      this.tellOthers();
      return header.fields.id;
    });
  }

  /**
   * Decide from the state as it is now, in all tabs, and keep the change in one transaction: one exclusive step.
   * Whoever decided earlier, from what was shown or asked then, would write another's choice away.
   */
  async change(decide: (now: SyncState) => Change): Promise<void> {
    await navigator.locks.request(STATE, async () => {
      const { data } = this.open();
      const { state, own, held, forget } = decide((await this.database.get<SyncState>(data, "state")) ?? NO_SYNC);
      const puts: [string, unknown][] = [["state", state]];
      for (const row of own) puts.push([ownKey(row.seq), row]);
      for (const row of held) puts.push([`held/${row.hash}`, row]);
      const deletes = forget === "all" ? [everyKey("held/")] : forget.map((hash) => `held/${hash}`);
      await this.database.write(data, puts, deletes);
      this.changes += 1;
      this.state = state;
      const changed = new Map(own.map((row) => [row.seq, row]));
      this.own = this.own.map((row) => changed.get(row.seq) ?? row);
      if (forget === "all") this.held = new Map();
      else for (const hash of forget) this.held.delete(hash);
      for (const row of held) this.held.set(row.hash, row);
    });
    this.tellOthers();
  }

  /** From now on hold this clinic: what was downloaded of another goes, own events stay. */
  async choose(scope: string, clinicName: string): Promise<void> {
    await this.change((now) =>
      now.scope === scope
        ? { ...NO_CHANGE, state: now }
        : { ...NO_CHANGE, state: { ...now, scope, clinicName, cursor: null, complete: false }, forget: "all" },
    );
  }

  /** A form's typed values, so that neither lock, call nor crash loses them. */
  async draft<Value>(place: string): Promise<Value | undefined> {
    return this.database.get<Value>(this.open().data, `draft/${place}`);
  }

  async keepDraft(place: string, value: unknown): Promise<void> {
    await this.database.write(this.open().data, [[`draft/${place}`, value]]);
  }

  async dropDraft(place: string): Promise<void> {
    await this.database.write(this.open().data, [], [`draft/${place}`]);
  }

  /** Everything this phone knows, downloaded and its own, as facts. */
  async facts(): Promise<Fact[]> {
    const received = [...this.held.values()].map((row) =>
      factOf(fromWire(row.event), row.hash, row.position, row.receivedAt),
    );
    const own = this.own
      .filter((row) => !this.held.has(row.hash) && row.state !== "quarantined")
      .map((row) => {
        const event = fromWire(row.event);
        return factOf(event, row.hash, localPosition(parseHeader(event.header)), null);
      });
    return [...received, ...own];
  }

  private async load(): Promise<void> {
    const { keys, changes } = this;
    if (keys === null) return;
    const { data } = keys;
    const [enrolled, state, own, held] = await Promise.all([
      this.database.get<Enrolled>(data, "enrolled"),
      this.database.get<SyncState>(data, "state"),
      this.database.all<Own>(data, "own/"),
      this.database.all<Held>(data, "held/"),
    ]);
    if (this.keys !== keys) return; // locked meanwhile: nothing read stays
    if (this.changes !== changes) return this.load();
    this.enrolled = enrolled ?? null;
    this.state = state ?? NO_SYNC;
    this.own = own;
    this.held = new Map(held.map((row) => [row.hash, row]));
    this.changed();
  }

  private open(): OpenKeys {
    if (this.keys === null) throw new Error("this phone is locked");
    return this.keys;
  }

  /** The newest own event as the store has it: another tab may have written it. */
  private async lastOwn(): Promise<Own | null> {
    const key = await this.database.lastKey("own/");
    return key === undefined ? null : ((await this.database.get<Own>(this.open().data, key)) ?? null);
  }

  private async header<Type extends keyof EventPayloads>(
    stream: Stream,
    type: Type,
    payload: EventPayloads[Type],
    last: Own | null,
  ): Promise<{ fields: Header; payload: SignedEvent["payload"]; salt: SignedEvent["salt"] }> {
    const enrolled = this.enrolled;
    if (enrolled === null) throw new Error("this phone is not enrolled");
    const encoded = utf8(JSON.stringify(payload));
    const salt = randomBytes(16);
    const now = Date.now();
    const fields: Header = {
      id: uuid7(now, randomBytes(10)),
      district: enrolled.district,
      stream,
      type,
      schema: EVENT_TYPES[type].schema,
      author: enrolled.staff,
      device: enrolled.device,
      seq: (last?.seq ?? 0) + 1,
      prev: last?.hash ?? NO_HASH,
      recorded_at: new Date(now).toISOString(),
      seen: { epoch: epochOf(enrolled.origin), size: this.state.size },
      commitment: await commit(salt, encoded),
    };
    return { fields, payload: encoded, salt };
  }

  private tellOthers(): void {
    this.others.postMessage("changed");
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The payload of an own event, for the outbox. */
export function readOwn(own: Own): { header: Header; payload: Record<string, unknown> } {
  const event = fromWire(own.event);
  return { header: parseHeader(event.header), payload: JSON.parse(text(event.payload)) as Record<string, unknown> };
}
