/**
 * What one phone keeps, whichever of its tabs asks: store/database.ts and store/changing.ts in memory. A change is there
 * whole or not at all, and outlives every tab.
 *
 *     own that waits --> sealed --receipt--> arrived --another epoch--> sealed again
 *     carried --------------------delivered-> arrived ----------------> carried again
 */
import { isOtherEpoch } from "../src/events/checkpoint";
import type { WireEvent } from "../src/events/wire";
import { type Arrived, type HandOff, type HandOffFile, handOffFile, sealEvents } from "../src/store/hand_off";
import { type Change, type Held, NO_SYNC, type Own, type Saved, settledLongAgo, surely } from "../src/store/kept";
import { SPARE_MS } from "../src/store/photos";
import { hasLapsed } from "../src/store/reading";
import { type Left, takeIn } from "../src/store/taking_in";
import { DISTRICT, newId } from "./small_log";

type TabOf = Parameters<typeof takeIn>[0];

export class SmallStore {
  saved: Saved = { state: NO_SYNC, own: [], held: new Map(), streams: new Map(), carried: [] };
  /** Sealed copies of own events that wait, and of what arrived, by hash. */
  readonly sealed = new Map<string, HandOff>();
  readonly arrived = new Map<string, Arrived>();
  private device = newId();

  /** Nothing is sealed where the district has no key. */
  constructor(private readonly sealingKey = "") {}

  async record(row: Own): Promise<void> {
    for (const one of await this.seal([row])) this.sealed.set(one.hash, one);
    this.saved = { ...this.saved, own: [...this.saved.own, row] };
  }

  write(change: Change): void {
    const before = this.saved.state.origin;
    const { origin, toldAt } = change.state;
    this.saved = applied(this.saved, change);
    const receipted = change.own.flatMap((row) => (row.receipt === undefined ? [] : (this.sealed.get(row.hash) ?? [])));
    for (const one of [...receipted, ...change.delivered]) {
      this.arrived.set(one.hash, { ...one, origin, at: toldAt || Date.now() });
      this.sealed.delete(one.hash);
    }
    if (before !== origin) this.comeBack(origin);
  }

  private comeBack(origin: string): void {
    const own = new Set(this.saved.own.map((row) => row.hash));
    for (const { origin: there, at: _, ...one } of [...this.arrived.values()]) {
      if (!isOtherEpoch(there, origin)) continue;
      this.arrived.delete(one.hash);
      if (own.has(one.hash)) this.sealed.set(one.hash, one);
      else this.saved = { ...this.saved, carried: [...this.saved.carried, one] };
    }
  }

  private seal(rows: readonly { seq: number; hash: string; event: WireEvent }[]): Promise<HandOff[]> {
    const to = { district: DISTRICT, device: this.device, sealing_key: this.sealingKey };
    return this.sealingKey === "" ? Promise.resolve([]) : sealEvents(rows, to);
  }

  /** What waits again in a new epoch, its copy long gone, is sealed again. */
  private async sealMissing(): Promise<void> {
    const missing = this.saved.own.filter((row) => row.state === "waiting" && !this.sealed.has(row.hash));
    for (const one of await this.seal(missing)) this.sealed.set(one.hash, one);
  }

  /** What is not delivered, as a file. */
  async file(): Promise<HandOffFile | null> {
    await this.sealMissing();
    return handOffFile([...this.sealed.values(), ...this.saved.carried]);
  }

  /** Another phone's file; what of it is left. */
  async takeIn(words: string): Promise<readonly Left[]> {
    const handOffs = async () => [...this.sealed.values(), ...this.saved.carried];
    const write = async (_: unknown, { handOffs: fresh }: { handOffs: readonly HandOff[] }) => {
      this.saved = { ...this.saved, carried: [...this.saved.carried, ...fresh] };
    };
    const enrolled = { district: DISTRICT };
    const tab = { enrolled, own: this.saved.own, database: { handOffs, write }, unlocked: {}, wrote: () => {} };
    return (await takeIn(tab as unknown as TabOf, words)).left;
  }

  /** Downloads go; what the scope is, too, but for its name. */
  choose(scope: string): void {
    this.saved = {
      ...this.saved,
      held: new Map(),
      streams: new Map(),
      state: { ...NO_SCOPE, ...rest(this.saved.state), scope, revision: this.saved.state.revision + 1 },
    };
  }

  /** What an unlocked phone does by its clock; the rows that are kept no longer. */
  tidy(): readonly Own[] {
    const { state, own } = this.saved;
    if (this.saved.held.size > 0 && hasLapsed(state)) this.choose(state.scope);
    const open = new Set(own.filter((row) => row.state === "quarantined"));
    const gone = settledLongAgo(own, state.size, surely(state), open);
    this.saved = { ...this.saved, own: own.filter((row) => !gone.includes(row)) };
    for (const one of [...this.arrived.values()])
      if (one.at < surely(this.saved.state) - SPARE_MS) this.arrived.delete(one.hash);
    return gone;
  }

  /** The PIN is forgotten and the phone enrolled anew: only what is sealed to the district outlives it. */
  async forgetPin(): Promise<void> {
    await this.sealMissing();
    const carried = [...this.saved.carried, ...this.sealed.values()];
    this.saved = { state: NO_SYNC, own: [], held: new Map(), streams: new Map(), carried };
    this.sealed.clear();
    this.device = newId();
  }
}

const NO_SCOPE = { ...NO_SYNC, clinicName: "" };

/** What a change of scope leaves: how far the log is verified. */
function rest({ checkpoint, origin, size, syncedAt, toldAt, alarm, lent, wanted }: Saved["state"]) {
  return { checkpoint, origin, size, syncedAt, toldAt, alarm, lent, wanted };
}

/** What is held grows in place, as on a phone: a turn under way sees what was kept since it was asked. */
function applied(saved: Saved, change: Change): Saved {
  const bySeq = new Map(change.own.map((row) => [row.seq, row]));
  const held = saved.held as Map<string, Held>;
  const streams = saved.streams as Map<string, readonly Held[]>;
  if (change.forget === "all") held.clear();
  if (change.forget !== "all") for (const hash of change.forget) held.delete(hash);
  for (const row of change.held) held.set(row.hash, row);
  const own = saved.own.map((row) => bySeq.get(row.seq) ?? row);
  const carried = saved.carried.filter((one) => !change.delivered.includes(one));
  const state = { ...change.state, revision: saved.state.revision + 1 };
  streams.clear();
  for (const [stream, rows] of byStream(held.values())) streams.set(stream, rows);
  return { state, own, held, streams, carried };
}

export function byStream(held: Iterable<Held>): Map<string, readonly Held[]> {
  const streams = new Map<string, readonly Held[]>();
  for (const row of held) streams.set(row.stream, [...(streams.get(row.stream) ?? []), row]);
  return streams;
}
