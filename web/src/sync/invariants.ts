/**
 * The engine's invariants (numbered in engine.ts) as checks around every step. A broken one is a bug of this
 * program, never of network or server: it stops the step before anything is written or sent.
 */
import { epochOf } from "../events/checkpoint";
import { PUSH_EVENTS_MAX } from "../events/wire";
import type { Own } from "../store/kept";
import { BACKOFF_MS_MAX } from "./backoff";
import { type Effects, type Input, type State, waitingOf } from "./state";

/** The engine contradicted itself; the message names the invariant. */
export class BrokenInvariant extends Error {}

const ENDS: ReadonlySet<Input["is"]> = new Set(["judged", "failed", "tick"]);

/** What must hold between two states. Throws BrokenInvariant. */
export function checkStep(before: State, input: Input, after: State, effects: Effects, now: number): void {
  for (const fault of faults(before, input, after, effects, now)) throw new BrokenInvariant(fault);
}

function* faults(before: State, input: Input, after: State, effects: Effects, now: number): Generator<string> {
  const written = new Map(effects.change?.own.map((row) => [row.seq, row]));
  yield* ownFaults(before.saved.own, after.saved.own, written);
  const { turn } = after;
  const waits = waitingOf(after.saved);
  if (turn !== null && turn !== before.turn) {
    const waiting = new Set(waits.map((row) => row.hash));
    if (turn.pushed.length > PUSH_EVENTS_MAX) yield "I3: the turn pushes too much";
    if (turn.pushed.some((hash) => !waiting.has(hash))) yield "I3: it pushes what does not wait";
    if (before.turn !== null && !ENDS.has(input.is)) yield "I3: a turn began while another was under way";
  }
  yield* headFaults(before, after);
  const { alarm } = after.saved.state;
  if (alarm !== null) {
    if (turn !== null && turn !== before.turn) yield "I5: a turn began in alarm";
    const { own = [], held = [] } = effects.change ?? {};
    if (held.length > 0 || (before.saved.state.alarm !== null && own.length > 0))
      yield "I5: something of an answer was used in alarm";
  }
  if (after.saved.state !== before.saved.state && effects.change?.state !== after.saved.state)
    yield "I2: the state is not what the store is told";
  yield* cursorFaults(before, after);
  const bound = Math.max(now, before.notBefore) + BACKOFF_MS_MAX;
  if ([...after.rowsAt.values()].some((moment) => moment > bound)) yield "I7: an event waits longer than any back-off";
  if (alarm === null && waits.length > 0 && effects.wakeAt === null) yield "I8: something waits and nothing wakes it";
}

function* ownFaults(before: readonly Own[], after: readonly Own[], written: Map<number, Own>): Generator<string> {
  if (before.length !== after.length) yield "I2: a step lost or made an own event";
  for (const [i, row] of after.entries()) {
    const old = before[i];
    if (old === undefined || old === row) continue;
    if (old.seq !== row.seq || old.event !== row.event) yield "I2: signed bytes changed";
    if (written.get(row.seq) !== row) yield "I1: an own event changed and the store is not told";
    if (old.state === "waiting" && row.state !== "waiting" && row.receipt === undefined)
      yield "I1: an own event stopped waiting without a receipt";
  }
}

function* headFaults(before: State, after: State): Generator<string> {
  const [old, held] = [before.saved.state, after.saved.state];
  if (old.checkpoint === "" || old.checkpoint === held.checkpoint) return;
  if (held.checkpoint === "") return yield "I4: the held checkpoint was dropped";
  const [was, is] = [epochOf(old.origin), epochOf(held.origin)];
  if (is < was || (is === was && held.size < old.size)) yield "I4: the held checkpoint went back";
}

function* cursorFaults(before: State, after: State): Generator<string> {
  const [old, held] = [before.saved.state, after.saved.state];
  if (old.scope !== held.scope || old.cursor === null || old.cursor === held.cursor) return;
  const { cursor } = held;
  if (cursor === null) return; // from the beginning: the first page replaces what is held
  const isBack =
    cursor.effective < old.cursor.effective ||
    (cursor.effective === old.cursor.effective && cursor.position < old.cursor.position);
  if (isBack) yield "I6: the cursor went back";
}
