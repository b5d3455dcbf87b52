/**
 * This phone: who it is, what it holds, what it made and has not delivered. The one door to the store.
 *
 *     own/<seq>      every event this phone made; leaves "waiting" only against a verified receipt      recording.ts
 *     held/<n>       downloaded events of the chosen clinic, a page each (held.ts)                      downloads.ts
 *     state          how far the log is verified, where this phone works (kept.ts)                      changing.ts
 *     glance         the roster as last folded, opened before the pages (glance.ts)                     reading.ts
 *     verified       the pages whose every signature was found good; a page never grows
 *     hand_off/…     each event that waits, sealed to the district (hand_off.ts)
 *     enrolled/<staff> · draft/<staff>/<place>      each nurse's own (seats.ts)                         nurses.ts
 *     draft/everybody/<place>   a form the next nurse goes on with                                       drafts.ts
 */
import { type Bytes, text } from "../events/bytes";
import { type Header, parseHeader } from "../events/envelope";
import type { EventPayloads, Photo, Stream } from "../events/generated";
import { ED25519 } from "../events/signing";
import { type Enrolled, fromWire } from "../events/wire";
import type { Fact } from "../projections/fact";
import * as changing from "./changing";
import { Database, type Gone } from "./database";
import { type DraftStore, draftStore, everybodysDrafts, type Whose } from "./drafts";
import type { Glance } from "./glance";
import { type HandOff, type HandOffFile, handOffFile } from "./hand_off";
import type { HeldRow } from "./held";
import type { Change, Own, Saved, SyncState, Unreadable } from "./kept";
import * as nurses from "./nurses";
import { type Message, Opened } from "./opened";
import type { KeptPhoto } from "./photos";
import { isRefused, type Unlocked } from "./pin";
import { load } from "./reading";
import * as recording from "./recording";
import { type Colleague, colleaguesOf } from "./seats";
import * as spares from "./spares";
import { COST } from "./stretch";
import { type TakenIn, takeIn } from "./taking_in";

export type { Own } from "./kept";
export type { Colleague } from "./seats";

export class Device {
  private constructor(private readonly tab: Opened) {
    tab.hear((message) => this.hear(message));
  }

  /** `cost` is what each try of a PIN made from now on costs. */
  static async open(onGone: (why: Gone) => void, cost = COST): Promise<Device> {
    return new Device(new Opened(await Database.open(onGone), cost));
  }

  /** One nurse at a time, over all tabs. */
  private hear(message: Message): void {
    const { tab } = this;
    if (message.is === "changed") void load(tab);
    else if (message.is === "opened" && message.staff === tab.staff) return;
    else if (message.is === "removed" && message.staff !== tab.staff) tab.changed();
    else tab.lock();
  }

  /** Told after everything that changes what the screens show. */
  onChange(listener: () => void): void {
    this.tab.onChange(listener);
  }

  // What is open here

  get enrolled(): Enrolled | null {
    return this.tab.enrolled;
  }

  get state(): SyncState {
    return this.tab.state;
  }

  get own(): readonly Own[] {
    return this.tab.own;
  }

  /** Downloaded events by hash; grows in place. */
  get held(): ReadonlyMap<string, HeldRow> {
    return this.tab.downloads.rows;
  }

  get carried(): readonly HandOff[] {
    return this.tab.carried;
  }

  get unreadable(): readonly Unreadable[] {
    return this.tab.unreadable;
  }

  get photos(): readonly KeptPhoto[] {
    return this.tab.photos;
  }

  get glance(): Glance | null {
    return this.tab.glance;
  }

  get isRead(): boolean {
    return this.tab.isRead;
  }

  get isUnlocked(): boolean {
    return this.tab.keys !== null;
  }

  /** Everything this phone knows, downloaded and its own, by stream, in short steps. */
  facts(): Generator<undefined, ReadonlyMap<string, readonly Fact[]>, undefined> {
    return this.tab.downloads.facts(this.tab.own);
  }

  // Who opens it

  async isEnrolled(): Promise<boolean> {
    return (await this.tab.database.seats()).length > 0;
  }

  /** The nurses of this phone, also while it is locked. */
  colleagues(): Promise<readonly Colleague[]> {
    return colleaguesOf(this.tab.database);
  }

  enroll(pin: string, redeem: nurses.Redeem): Promise<void> {
    return nurses.enroll(this.tab, pin, redeem);
  }

  /** Try the PIN of a nurse of this phone. A tab where another is unlocked locks. */
  async unlock(pin: string, staff: string): Promise<Unlocked> {
    const { tab } = this;
    const tried = await nurses.unlock(tab, pin, staff);
    if (isRefused(tried)) return tried;
    if (tab.keys !== tried) return "open"; // and locked again meanwhile
    await recording.sealMissing(tab);
    await changing.lapse(tab);
    await changing.prune(tab);
    await spares.tidy(tab);
    await spares.forgetArrived(tab);
    return "open";
  }

  addColleague(
    present: string,
    pin: string,
    redeem: (publicKey: string, here: Enrolled) => Promise<Enrolled>,
  ): Promise<Unlocked> {
    return nurses.addColleague(this.tab, present, pin, redeem);
  }

  changePin(present: string, next: string): Promise<Unlocked> {
    return nurses.changePin(this.tab, present, next);
  }

  removeColleague(staff: string): Promise<void> {
    return nurses.removeColleague(this.tab, staff);
  }

  /** Lock every tab: the phone is handed on. */
  lockAll(): void {
    this.tab.tell({ is: "locked" });
    this.lock();
  }

  /** Forget the opened keys and everything read with them; the store keeps it. */
  lock(): void {
    this.tab.lock();
  }

  // What is recorded here

  /** Sign a fact and store it, in one step and without a network; its event id. */
  record<Type extends keyof EventPayloads>(stream: Stream, type: Type, payload: EventPayloads[Type]): Promise<string> {
    return recording.record(this.tab, stream, type, payload);
  }

  /** The same for facts that belong together: all of them are stored, or none; their event ids. */
  recordTogether(steps: readonly recording.Step[]): Promise<readonly string[]> {
    return recording.recordTogether(this.tab, steps);
  }

  keepPhoto(picture: Bytes): Promise<Photo> {
    return recording.keepPhoto(this.tab, picture);
  }

  photoReceipted(photo: KeptPhoto, note: string): Promise<void> {
    return spares.photoReceipted(this.tab, photo, note);
  }

  /** The sealed bytes of a picture, where they are still here. */
  sealedBytes(photo: KeptPhoto): Promise<Bytes | null> {
    return spares.sealedBytes(this.tab, photo);
  }

  /** The browser has little room: let go what the district has. */
  freeSpares(): Promise<void> {
    return spares.tidy(this.tab, 0);
  }

  /** Where a form keeps what is typed; good also after a lock, for what was typed before it. */
  draft<Values>(place: string, whose: Whose = "own"): DraftStore<Values> {
    return draftStore(this.tab, place, whose);
  }

  /** Everybody's forms that are begun, whose place begins so, by the rest of the place. */
  everybodysDrafts<Values>(beginning: string): Promise<ReadonlyMap<string, Values>> {
    return everybodysDrafts(this.tab, beginning);
  }

  /** What is not delivered, sealed to the district, as a file to carry; also while locked. Null when nothing is left. */
  async handOff(): Promise<HandOffFile | null> {
    return handOffFile(await this.tab.database.handOffs());
  }

  /** Another phone's file, to be carried from here; what of it was not here yet, and what is left. Throws NotCarried. */
  takeIn(words: string): Promise<TakenIn> {
    return takeIn(this.tab, words);
  }

  /** The seat's own signature, for a question that names what it is (docs/sync.md). */
  async signQuestion(question: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(ED25519, this.tab.unlocked.seat, question));
  }

  // What is downloaded here

  change(decide: (now: Saved) => Change | null): Promise<void> {
    return changing.change(this.tab, decide);
  }

  choose(scope: string, clinicName: string): Promise<void> {
    return changing.choose(this.tab, scope, clinicName);
  }

  keepGlance(glance: Glance, revision: number): Promise<void> {
    return changing.keepGlance(this.tab, glance, revision);
  }

  /** Whether the signature of a downloaded event was found good by this phone before. */
  isVerified(hash: string): boolean {
    return this.tab.downloads.isVerified(hash);
  }

  keepVerified(good: ReadonlySet<string>): Promise<void> {
    return changing.keepVerified(this.tab, good);
  }
}

/** The payload of an own event, for the outbox. */
export function readOwn(own: Own): { header: Header; payload: Record<string, unknown> } {
  const event = fromWire(own.event);
  return { header: parseHeader(event.header), payload: JSON.parse(text(event.payload)) as Record<string, unknown> };
}
