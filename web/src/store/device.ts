/**
 * This phone: who it is, what it holds, what it made and has not delivered.
 *
 *     own/<seq>      every event this phone made; leaves "waiting" only against a verified receipt
 *     held/<n>       downloaded events of the chosen clinic, a page each: few large values open fast
 *     state          how far the log is verified, where this phone works (kept.ts)
 *     glance         the roster as last folded, opened before the pages (glance.ts)
 *     verified       the pages whose every signature was found good; a page never grows
 *     hand_off/…     each event that waits, sealed to the district (hand_off.ts)
 *     enrolled/<staff> · draft/<staff>/<place>      each nurse's own (seats.ts)
 *
 * One writer: signing happens under an exclusive Web Lock that spans reading the head, signing and storing, so
 * two tabs can never make two events with one number. All nurses of the phone write one chain, each with her own key.
 */
import { type Bytes, hex, text } from "../events/bytes";
import { type Header, parseHeader } from "../events/envelope";
import type { EventPayloads, Photo, Stream } from "../events/generated";
import { type Enrolled, fromWire } from "../events/wire";
import { type Fact, factOf, LOCAL } from "../projections/fact";
import { Database, everyKey, type Gone, ordered } from "./database";
import type { DraftStore } from "./drafts";
import type { Glance } from "./glance";
import { type HandOff, type HandOffFile, handOffFile, sealEvents } from "./hand_off";
import {
  type Change,
  type Held,
  NO_CHANGE,
  NO_SYNC,
  type Own,
  type Saved,
  type SyncState,
  settledLongAgo,
} from "./kept";
import { makeEvent } from "./making";
import { type KeptPhoto, sealPhoto } from "./photos";
import { isRefused, replacePin, tryPin, type Unlocked, withKeys } from "./pin";
import { type Colleague, colleaguesOf, draftPrefix, enrolledKey, retold, seatOf } from "./seats";
import { inSlices } from "./slices";
import { COST, type Cost } from "./stretch";
import { makeKeys, makePhoneKey, type OpenKeys, randomBytes, shareKeys } from "./vault";

export type { Own } from "./kept";
export type { Colleague } from "./seats";

/** What a tab tells the others. `opened` and `removed` name a person. */
type Message =
  | { readonly is: "changed" | "enrolled anew" | "locked" }
  | { readonly is: "opened" | "removed"; readonly staff: string };

const WRITER = "doseledger writer";
const STATE = "doseledger state";
const GLANCE = "glance";
const VERIFIED = "verified";
const STEP_ROWS = 64;
const LAPSE_MS = 14 * 86_400_000;
const NO_SCOPE = {
  cursor: null,
  complete: false,
  forgetting: [],
  others: [],
  refused: "",
  doubted: false,
  heals: 0,
  healed: [],
} as const;
const pageKey = (revision: number): string => `held/${ordered(revision)}`;
const ownKey = (seq: number): string => `own/${ordered(seq)}`;

export class Device {
  enrolled: Enrolled | null = null;
  state: SyncState = NO_SYNC;
  own: readonly Own[] = [];
  held: ReadonlyMap<string, Held> = new Map();
  /** Undelivered and not readable here: of an earlier enrolment, or damaged. Sealed, they travel all the same. */
  carried: readonly HandOff[] = [];
  /** Pictures of papers taken here; those without a note are not in the district yet. */
  photos: readonly KeptPhoto[] = [];
  /** The roster as of then, until everything is read. */
  glance: Glance | null = null;
  /** Whether everything that lies here was read; between unlocking and that only who, where and the glance are known. */
  isRead = false;
  private keys: OpenKeys | null = null;
  /** Whose keys they are. */
  private staff = "";
  /** The page each downloaded event lies in, by its hash. */
  private pages = new Map<string, string>();
  private verified: ReadonlySet<string> = new Set();
  /** What each row in memory says, read once. */
  private readonly read = new WeakMap<Held | Own, Fact>();
  /** Counts what this tab wrote, so that a reading begun before is not taken for the newest. */
  private changes = 0;
  private readonly others = new BroadcastChannel("doseledger");
  private readonly listeners = new Set<() => void>();

  private constructor(
    private readonly database: Database,
    private readonly cost: Cost,
  ) {
    this.others.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
  }

  /** One nurse at a time, over all tabs. */
  private hear(message: Message): void {
    if (message.is === "changed") void this.load();
    else if (message.is === "opened" && message.staff === this.staff) return;
    else if (message.is === "removed" && message.staff !== this.staff) this.changed();
    else this.lock();
  }

  /** `cost` is what each try of a PIN made from now on costs. */
  static async open(onGone: (why: Gone) => void, cost = COST): Promise<Device> {
    return new Device(await Database.open(onGone), cost);
  }

  /** Told after everything that changes what the screens show. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  async isEnrolled(): Promise<boolean> {
    return (await this.database.seats()).length > 0;
  }

  get isUnlocked(): boolean {
    return this.keys !== null;
  }

  /**
   * Make this phone's keys under a PIN, let `redeem` ask the server, keep what it says. On a phone whose PIN is
   * forgotten this begins anew: what nobody can open goes, what was sealed to the district stays until delivered.
   */
  async enroll(pin: string, redeem: (publicKey: string) => Promise<Enrolled>): Promise<void> {
    const phone = await makePhoneKey();
    const { wrapped, keys, publicKey } = await makeKeys(pin, phone, this.cost);
    const enrolled = await redeem(hex(publicKey));
    const seat = await seatOf(enrolled, wrapped, phone);
    await this.database.found(keys.data, { phone, founded: hex(randomBytes(16)) }, seat, [
      [enrolledKey(enrolled.staff), enrolled],
    ]);
    [this.keys, this.staff] = [keys, enrolled.staff];
    await this.load();
    this.tell({ is: "enrolled anew" });
  }

  /** The nurses of this phone, also while it is locked. */
  colleagues(): Promise<readonly Colleague[]> {
    return colleaguesOf(this.database);
  }

  /** Try the PIN of a nurse of this phone (pin.ts). A tab where another is unlocked locks. */
  async unlock(pin: string, staff: string): Promise<Unlocked> {
    const tried = await tryPin(this.database, staff, pin, this.cost);
    if (isRefused(tried)) return tried;
    await this.database.bind();
    [this.keys, this.staff] = [tried, await this.retell(staff, tried.data)];
    this.tell({ is: "opened", staff: this.staff });
    await this.look();
    await this.load();
    if (this.keys !== tried) return "open"; // and locked again meanwhile
    await this.sealMissing();
    await this.lapse();
    await this.prune();
    return "open";
  }

  /** The seat's owner, found out at its first unlocking by this version. */
  private async retell(staff: string, data: CryptoKey): Promise<string> {
    const seat = await this.database.seat(staff);
    const writing = seat === undefined ? null : await retold(this.database, data, seat);
    if (writing !== null) await this.database.write(data, writing);
    return writing?.seats?.[0]?.staff ?? staff;
  }

  /**
   * A seat for another nurse, or a new one for who forgot her PIN: the PIN of who is unlocked opens what both shall
   * see, `redeem` asks the server. Nothing on the phone is touched until it answered; own events all stay.
   */
  async addColleague(
    present: string,
    pin: string,
    redeem: (publicKey: string, here: Enrolled) => Promise<Enrolled>,
  ): Promise<Unlocked> {
    const { data } = this.open();
    const { enrolled: here, staff } = this;
    const phone = await this.database.plain("phone");
    if (here === null || phone === undefined) throw new Error("this phone is not enrolled");
    const made = await withKeys(this.database, staff, (keys) => shareKeys(present, keys, pin, phone, this.cost));
    if (isRefused(made)) return made;
    const enrolled = await redeem(hex(made.publicKey), here);
    const seat = await seatOf(enrolled, made.wrapped, phone);
    await this.database.write(data, { puts: [[enrolledKey(enrolled.staff), enrolled]], seats: [seat] });
    if (enrolled.staff === this.staff) this.keys = made.keys;
    this.changes += 1;
    await this.load();
    this.tell({ is: "changed" });
    return "open";
  }

  /** Another PIN for who is unlocked. */
  changePin(present: string, next: string): Promise<Unlocked> {
    this.open();
    return replacePin(this.database, this.staff, present, next, this.cost);
  }

  /** Take a nurse off this phone: her key goes, what she recorded and half-filled stays. The last one stays too. */
  async removeColleague(staff: string): Promise<void> {
    const { data } = this.open();
    if ((await this.database.seats()).length < 2) throw new Error("somebody must be able to open this phone");
    await navigator.locks.request("doseledger PIN", () =>
      this.database.write(data, { dismissed: [staff], deletes: [enrolledKey(staff)] }),
    );
    this.tell({ is: "removed", staff });
    if (staff === this.staff) this.lock();
    else this.changed();
  }

  /** Own events go 30 days after their receipt, once a later head proved to extend the one it is under (kept.ts). */
  private async prune(): Promise<void> {
    await navigator.locks.request(STATE, async () => {
      await this.catchUp();
      const gone = settledLongAgo(this.own, this.state.size, Date.now());
      if (gone.length === 0) return;
      const state = { ...this.state, revision: this.state.revision + 1 };
      const deletes = gone.map((row) => ownKey(row.seq));
      await this.database.write(this.open().data, { puts: [["state", state]], deletes });
      this.changes += 1;
      this.state = state;
      this.own = this.own.filter((row) => !gone.includes(row));
    });
  }

  /** What was downloaded lapses after two weeks without an answer: a phone in a drawer holds no children. */
  private async lapse(): Promise<void> {
    if (this.held.size === 0 || !hasLapsed(this.state)) return;
    await this.change(({ state }) => ({ ...NO_CHANGE, state: { ...state, ...NO_SCOPE }, forget: "all" }));
  }

  /** Lock every tab: the phone is handed on. */
  lockAll(): void {
    this.tell({ is: "locked" });
    this.lock();
  }

  /** Forget the opened keys and everything read with them; the store keeps it. */
  lock(): void {
    this.keys = null;
    this.staff = "";
    this.enrolled = null;
    this.state = NO_SYNC;
    this.carried = [];
    this.own = [];
    this.photos = [];
    this.held = new Map();
    this.pages = new Map();
    this.glance = null;
    this.isRead = false;
    this.changed();
  }

  /**
   * Sign a fact and store it, in one step and without a network; its event id. It is signed by who was unlocked
   * when this was called, whoever is when it is written.
   */
  async record<Type extends keyof EventPayloads>(
    stream: Stream,
    type: Type,
    payload: EventPayloads[Type],
  ): Promise<string> {
    const keys = this.open();
    const { enrolled, state: seen } = this;
    if (enrolled === null) throw new Error("this phone is not enrolled");
    return navigator.locks.request(WRITER, async () => {
      const told = { stream, type, payload, last: await this.lastOwn(keys.data, enrolled.device), seen };
      const { own, id } = await makeEvent(told, enrolled, keys.seat);
      const handOffs = await sealEvents([own], enrolled);
      await this.database.write(keys.data, { puts: [[ownKey(own.seq), own]], handOffs });
      this.changes += 1;
      if (this.keys !== null) {
        this.own = [...this.own.filter((one) => one.seq !== own.seq), own].sort((one, two) => one.seq - two.seq);
      }
      this.tellOthers();
      return id;
    });
  }

  /** Keep a picture, sealed under a key of its own; what the event that names it says of it. */
  async keepPhoto(picture: Bytes): Promise<Photo> {
    const { photo, kept } = await sealPhoto(picture);
    await this.database.keepPhoto(kept);
    this.changes += 1;
    this.photos = [...this.photos.filter((one) => one.name !== kept.name), kept];
    this.tellOthers();
    return photo;
  }

  /** The district has it: its receipt stays, its bytes go. */
  async photoReceipted(photo: KeptPhoto, note: string): Promise<void> {
    const receipted = { ...photo, bytes: new Uint8Array(), note };
    await this.database.keepPhoto(receipted);
    this.changes += 1;
    this.photos = this.photos.map((one) => (one.name === photo.name ? receipted : one));
    this.tellOthers();
  }

  /**
   * Decide from the store as it is now, in all tabs, and keep the change in one transaction: one exclusive step.
   * Whoever decided earlier, from what was shown or asked then, would write another's choice away.
   * With null nothing is changed.
   */
  async change(decide: (now: Saved) => Change | null): Promise<void> {
    const isChanged = await navigator.locks.request(STATE, async () => {
      await this.catchUp();
      const change = decide({ state: this.state, own: this.own, held: this.held, carried: this.carried });
      if (change !== null) await this.keep(change);
      return change !== null;
    });
    if (isChanged) this.tellOthers();
  }

  /** Read again what another tab changed, where its message has not come yet. */
  private async catchUp(): Promise<void> {
    const stored = await this.database.get<SyncState>(this.open().data, "state");
    if (stored !== undefined && stored.revision !== this.state.revision) await this.load();
  }

  private async keep({ own, held, forget, delivered: arrived, ...change }: Change): Promise<void> {
    const state = { ...change.state, revision: this.state.revision + 1 };
    const puts: [string, unknown][] = [["state", state]];
    for (const row of own) puts.push([ownKey(row.seq), row]);
    const page = pageKey(state.revision);
    if (held.length > 0) puts.push([page, held]);
    const { pages, puts: rewritten, deletes } = this.withoutRows(forget, held);
    puts.push(...rewritten);
    const receipted = own.filter((row) => row.receipt !== undefined).map(({ seq }) => ({ device: this.id, seq }));
    const delivered = [...receipted, ...arrived];
    const again = own.filter((row) => row.state === "waiting" && row.attempts === undefined);
    const handOffs = await this.handOffsOf(again);
    const outdated = forget.length > 0 ? [...deletes, GLANCE] : deletes;
    await this.database.write(this.open().data, { puts, deletes: outdated, delivered, handOffs });
    this.changes += 1;
    this.state = state;
    const changed = new Map(own.map((row) => [row.seq, row]));
    this.own = this.own.map((row) => changed.get(row.seq) ?? row);
    const left = forget === "all" ? new Map<string, Held>() : new Map(this.held);
    if (forget !== "all") for (const hash of forget) left.delete(hash);
    for (const row of held) left.set(row.hash, row);
    this.held = left;
    for (const row of held) pages.set(row.hash, page);
    this.pages = pages;
    if (arrived.length > 0) this.carried = this.carried.filter((one) => !arrived.includes(one));
  }

  /** What to write so that no page holds a forgotten event, nor an earlier copy of one that came again. */
  private withoutRows(forget: Change["forget"], again: readonly Held[]) {
    if (forget === "all") return { pages: new Map<string, string>(), puts: [], deletes: [everyKey("held/")] };
    const pages = this.pages;
    const gone = new Set([...forget, ...again.map((row) => row.hash)].filter((hash) => pages.has(hash)));
    const touched = new Map([...gone].map((hash) => [pages.get(hash) ?? "", [] as Held[]]));
    if (gone.size > 0) {
      for (const row of this.held.values()) if (!gone.has(row.hash)) touched.get(pages.get(row.hash) ?? "")?.push(row);
    }
    for (const hash of gone) pages.delete(hash);
    const puts = [...touched].filter(([, rows]) => rows.length > 0);
    const deletes = [...touched].filter(([, rows]) => rows.length === 0).map(([key]) => key);
    return { pages, puts, deletes };
  }

  /** From now on hold this clinic: what was downloaded of another goes, own events stay. */
  async choose(scope: string, clinicName: string): Promise<void> {
    await this.change(({ state: now }) =>
      now.scope === scope ? null : { ...NO_CHANGE, state: { ...now, ...NO_SCOPE, scope, clinicName }, forget: "all" },
    );
  }

  /** What is not delivered, sealed to the district, as a file to carry; also while locked. Null when nothing is left. */
  async handOff(): Promise<HandOffFile | null> {
    return handOffFile(await this.database.handOffs());
  }

  private get id(): string {
    return this.enrolled?.device ?? "";
  }

  private async handOffsOf(rows: readonly Own[]): Promise<HandOff[]> {
    return this.enrolled === null ? [] : sealEvents(rows, this.enrolled);
  }

  /** Seal what waits and is not sealed yet: recorded where or when it could not be. */
  private async sealMissing(): Promise<void> {
    const sealed = new Set((await this.database.handOffs()).map((one) => one.hash));
    const missing = this.own.filter((row) => row.state === "waiting" && !sealed.has(row.hash));
    if (missing.length === 0) return;
    await this.database.write(this.open().data, { handOffs: await this.handOffsOf(missing) });
  }

  /** Where a form keeps what is typed; good also after a lock, for what was typed before it. */
  draft<Values>(place: string): DraftStore<Values> {
    const { data } = this.open();
    const key = `${draftPrefix(this.staff)}${place}`;
    return {
      read: () => this.database.get<Partial<Values>>(data, key),
      write: (values) => this.database.write(data, { puts: [[key, values]] }),
      drop: () => this.database.write(data, { deletes: [key] }),
    };
  }

  /** Everything this phone knows, downloaded and its own, as facts, in short steps. */
  *facts(): Generator<undefined, Fact[], undefined> {
    const facts: Fact[] = [];
    for (const row of this.held.values()) {
      facts.push(this.factOf(row, row.position, row.receivedAt));
      if (facts.length % STEP_ROWS === 0) yield;
    }
    for (const row of this.own) {
      if (!this.held.has(row.hash) && row.state !== "quarantined") facts.push(this.factOf(row, LOCAL + row.seq, null));
    }
    return facts;
  }

  /** The same object for the same row, so that a fold can tell what is new. */
  private factOf(row: Held | Own, position: number, receivedAt: number | null): Fact {
    let fact = this.read.get(row);
    if (fact === undefined) {
      fact = factOf(row.event, row.hash, position, receivedAt);
      this.read.set(row, fact);
    }
    return fact;
  }

  /** Keep the roster as folded at a revision of the store; not where anything changed since, a child may have left. */
  async keepGlance(glance: Glance, revision: number): Promise<void> {
    await navigator.locks.request(STATE, async () => {
      if (this.keys === null) return;
      const { data } = this.keys;
      await this.catchUp();
      if (this.state.revision !== revision || this.state.scope !== glance.scope) return;
      await this.database.write(data, { puts: [[GLANCE, glance]] });
    });
  }

  /** Whether the signature of a downloaded event was found good by this phone before. */
  isVerified(hash: string): boolean {
    return this.verified.has(this.pages.get(hash) ?? "");
  }

  /** Remember which pages need not be checked again. */
  async keepVerified(good: ReadonlySet<string>): Promise<void> {
    if (this.keys === null) return;
    const whole = new Set(this.pages.values());
    for (const [hash, page] of this.pages) if (!good.has(hash)) whole.delete(page);
    this.verified = whole;
    await this.database.write(this.keys.data, { puts: [[VERIFIED, [...whole]]] });
  }

  /** Read what is small: who, where, and the roster as of then. */
  private async look(): Promise<void> {
    const { keys } = this;
    if (keys === null) return;
    const [enrolled, state, glance] = await Promise.all([
      this.database.get<Enrolled>(keys.data, enrolledKey(this.staff)),
      this.database.get<SyncState>(keys.data, "state"),
      this.database.find<Glance>(keys.data, GLANCE),
    ]);
    if (this.keys !== keys || this.isRead) return;
    this.enrolled = enrolled ?? null;
    this.state = { ...NO_SYNC, ...state };
    this.glance = glance?.scope === this.state.scope && !hasLapsed(this.state) ? glance : null;
    this.changed();
  }

  private async load(): Promise<void> {
    const { keys, changes } = this;
    if (keys === null) return;
    const { data } = keys;
    const [enrolled, state, own, held, handOffs, photos, verified] = await Promise.all([
      this.database.get<Enrolled>(data, enrolledKey(this.staff)),
      this.database.get<SyncState>(data, "state"),
      this.database.all<Own>(data, "own/"),
      this.database.all<readonly Held[]>(data, "held/"),
      this.database.handOffs(),
      this.database.photos(),
      this.database.find<readonly string[]>(data, VERIFIED),
    ]);
    const [rows, pages] = await inSlices(laidOut(held));
    if (this.keys !== keys) return; // locked meanwhile: nothing read stays
    if (this.changes !== changes) return this.load();
    this.enrolled = enrolled ?? null;
    this.state = { ...NO_SYNC, ...state };
    this.own = own.flatMap(([, row]) => row ?? []);
    this.held = rows;
    this.pages = pages;
    this.verified = new Set(verified ?? []);
    this.photos = photos;
    const readable = new Set(this.own.map((row) => row.hash));
    this.carried = handOffs.filter((one) => !readable.has(one.hash));
    if (held.some(([, rows]) => rows === null)) await this.dropDamaged(held);
    this.glance = null;
    this.isRead = true;
    this.changed();
  }

  /** A page the disk does not give back goes, and the scope is pulled anew; what else was held stays until then. */
  private async dropDamaged(held: readonly (readonly [string, unknown])[]): Promise<void> {
    const deletes = held.filter(([, rows]) => rows === null).map(([key]) => key);
    this.state = { ...this.state, cursor: null, revision: this.state.revision + 1 };
    await this.database.write(this.open().data, { puts: [["state", this.state]], deletes });
    this.changes += 1;
  }

  private open(): OpenKeys {
    if (this.keys === null) throw new Error("this phone is locked");
    return this.keys;
  }

  /** The newest own event as the store has it: another tab may have written it. */
  private async lastOwn(data: CryptoKey, device: string): Promise<Pick<Own, "seq" | "hash"> | null> {
    const key = await this.database.lastKey("own/");
    if (key === undefined) return null;
    const own = await this.database.find<Own>(data, key);
    if (own !== null) return own;
    // A disk that lost it must not stop the nurse: the sealed copy names it too.
    const seq = Number(key.slice("own/".length));
    const sealed = (await this.database.handOffs()).find((one) => one.device === device && one.seq === seq);
    if (sealed === undefined) throw new Error(`the stored value ${key} was changed`);
    return sealed;
  }

  private tellOthers(): void {
    this.tell({ is: "changed" });
    this.changed();
  }

  private tell(message: Message): void {
    this.others.postMessage(message);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The rows of all pages by hash, and the page of each. */
function* laidOut(held: readonly (readonly [string, readonly Held[] | null])[]) {
  const [rows, pages] = [new Map<string, Held>(), new Map<string, string>()];
  for (const [page, there] of held) {
    for (const row of there ?? []) {
      rows.set(row.hash, row);
      pages.set(row.hash, page);
    }
    yield;
  }
  return [rows, pages] as const;
}

const hasLapsed = ({ syncedAt }: SyncState): boolean => Date.now() - syncedAt >= LAPSE_MS;

/** The payload of an own event, for the outbox. */
export function readOwn(own: Own): { header: Header; payload: Record<string, unknown> } {
  const event = fromWire(own.event);
  return { header: parseHeader(event.header), payload: JSON.parse(text(event.payload)) as Record<string, unknown> };
}
