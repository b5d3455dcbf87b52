/**
 * A phone without a screen: the engine over a store in memory, its clock and chance in the test's hands.
 *
 * What a step writes is applied to the store apart from the engine, and must come out as the engine says.
 */
import { expect } from "vitest";
import { eventHash } from "../src/events/envelope";
import { type SyncResponse, toWire } from "../src/events/wire";
import { type Change, type Held, NO_SYNC, type Own, type Saved } from "../src/store/kept";
import { adopt, step } from "../src/sync/engine";
import { judge } from "../src/sync/findings";
import { begin, type Input, type Send, type State } from "../src/sync/state";
import { newId, type SmallLog, signed } from "./small_log";

export const SCOPE = `clinic/${newId()}`;

export class SmallPhone {
  saved: Saved = { state: NO_SYNC, own: [], held: new Map(), streams: new Map(), carried: [] };
  state: State = begin(this.saved);
  now = 1000;
  chance = 0.5;
  wakeAt: number | null = 0;
  /** Requests that left and have no answer yet, the newest last. */
  sent: Send[] = [];
  /** Turns that were answered, as far as anybody counts them. */
  turns = 0;

  constructor(private readonly log: SmallLog) {}

  feed(input: Input): void {
    const { state, effects } = step(adopt(this.state, this.saved), input, this.now, this.chance);
    if (effects.change !== null) this.saved = applied(this.saved, effects.change);
    expect(state.saved.own).toEqual(this.saved.own);
    expect({ ...state.saved.state, revision: 0 }).toEqual({ ...this.saved.state, revision: 0 });
    this.state = { ...state, saved: this.saved };
    this.wakeAt = effects.wakeAt;
    if (effects.send !== null) this.sent.push(effects.send);
  }

  /** Switched off and on: only what is on disk is left. */
  restart(): void {
    this.state = begin(this.saved);
    this.sent = [];
    this.feed({ is: "stir" });
  }

  choose(scope: string): void {
    const state = {
      ...this.saved.state,
      scope,
      cursor: null,
      complete: false,
      forgetting: [],
      refused: "",
      heals: 0,
      doubted: false,
      wrong: null,
    };
    const nothing = { held: new Map<string, Held>(), streams: new Map<string, Held[]>() };
    this.saved = { ...this.saved, ...nothing, state: { ...state, revision: state.revision + 1 } };
    this.feed({ is: "stir" });
  }

  /** What the server says the time is. */
  toldMs = 0;

  async record(stream = `student/${newId()}`, reason = "another child"): Promise<Own> {
    const { event } = await signed(stream, "dose.voided", { event: newId(), reason });
    const row: Own = {
      seq: this.saved.own.length + 1,
      hash: await eventHash(event),
      event: toWire(event),
      state: "waiting",
    };
    this.saved = { ...this.saved, own: [...this.saved.own, row] };
    this.feed({ is: "stir" });
    return row;
  }

  /** The last request, carried to the log; what comes back. */
  async carry(): Promise<{ send: Send; answer: SyncResponse }> {
    const send = this.sent.pop();
    if (send === undefined) throw new Error("nothing was sent");
    return { send, answer: await this.log.answer(send.request) };
  }

  async receive(send: Send, answer: SyncResponse): Promise<void> {
    this.turns += 1;
    const pinned = { log_key: this.log.verifier, origin: this.log.first };
    const findings = await judge(answer, send, pinned);
    this.feed({
      is: "judged",
      turn: send.turn,
      findings,
      wallMs: 1_700_000_000_000 + this.now,
      skewMs: 0,
      toldMs: this.toldMs,
    });
  }

  fail(kind: "unreachable" | "refused" | "denied" | "busy", afterMs = 0, code = ""): Send {
    const send = this.sent.pop();
    if (send === undefined) throw new Error("nothing was sent");
    this.feed({ is: "failed", turn: send.turn, kind, words: `${kind} it was`, code, afterMs });
    return send;
  }

  /** Whole turns until nothing more is sent at this moment. */
  async settle(): Promise<void> {
    for (let turns = 0; this.sent.length > 0; turns += 1) {
      if (turns > 100) throw new Error("it never rests");
      const { send, answer } = await this.carry();
      await this.receive(send, answer);
    }
  }

  /** Let time pass until the engine wanted to be woken. */
  wake(): void {
    if (this.wakeAt === null) throw new Error("nothing will wake it");
    this.now = Math.max(this.now, this.wakeAt);
    this.feed({ is: "tick" });
  }

  get states(): string[] {
    return this.saved.own.map((row) => row.state);
  }
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
