/**
 * A phone without a screen: the engine over a store in memory, its clock and chance in the test's hands.
 *
 * What a step writes is applied to the store apart from the engine, and must come out as the engine says.
 */
import { expect } from "vitest";
import { eventHash } from "../src/events/envelope";
import { type SyncResponse, toWire } from "../src/events/wire";
import type { Own, Saved } from "../src/store/kept";
import { adopt, step } from "../src/sync/engine";
import { judge } from "../src/sync/findings";
import { begin, type Input, type Send, type State } from "../src/sync/state";
import { newId, type SmallLog, signed } from "./small_log";
import { SmallStore } from "./small_store";

export const SCOPE = `clinic/${newId()}`;

export class SmallPhone {
  state: State;
  now = 1000;
  chance = 0.5;
  wakeAt: number | null = 0;
  /** Requests that left and have no answer yet, the newest last. */
  sent: Send[] = [];
  /** One more at each start: who asked before hears nothing any more. */
  life = 0;
  /** Turns that were answered, as far as anybody counts them. */
  turns = 0;

  /** When the process is gone in the middle of a step: before its change is on disk, or before anything after that. */
  dies: () => "before" | "after" | null = () => null;

  constructor(
    private readonly log: SmallLog,
    public store = new SmallStore(),
  ) {
    this.state = begin(store.saved);
  }

  get saved(): Saved {
    return this.store.saved;
  }

  set saved(saved: Saved) {
    this.store.saved = saved;
  }

  feed(input: Input): void {
    const { state, effects } = step(adopt(this.state, this.saved), input, this.now, this.chance);
    const death = this.dies();
    if (death === "before") {
      this.crash();
      return;
    }
    if (effects.change !== null) this.store.write(effects.change);
    expect(state.saved.own).toEqual(this.saved.own);
    expect({ ...state.saved.state, revision: 0 }).toEqual({ ...this.saved.state, revision: 0 });
    if (death === "after") {
      this.crash();
      return;
    }
    this.state = { ...state, saved: this.saved };
    this.wakeAt = effects.wakeAt;
    if (effects.send !== null) this.sent.push(effects.send);
  }

  /** Only what is on disk is left. */
  crash(): void {
    this.life += 1;
    this.state = begin(this.saved);
    this.sent = [];
    this.wakeAt = this.now;
  }

  /** Switched off and on. */
  restart(): void {
    this.crash();
    this.feed({ is: "stir" });
  }

  choose(scope: string): void {
    this.store.choose(scope);
    this.feed({ is: "stir" });
  }

  /** What the server says the time is, and this phone's clock when its monotonic one began. */
  toldMs = 0;
  wallMs = 1_700_000_000_000;

  async record(stream = `student/${newId()}`, reason = "another child"): Promise<Own> {
    const { event } = await signed(stream, "dose.voided", { event: newId(), reason });
    const row: Own = {
      seq: (this.saved.own.at(-1)?.seq ?? 0) + 1,
      hash: await eventHash(event),
      event: toWire(event),
      state: "waiting",
    };
    await this.store.record(row);
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
      wallMs: this.wallMs + this.now,
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
