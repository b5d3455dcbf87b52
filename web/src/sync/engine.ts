/**
 * The sync engine: one pure function from what this phone knows and what happened to what it does next.
 *
 *     step(state, input, now, chance) -> { state, effects }
 *
 *       stir tick back news ------------------------------------------+--> send (turn n)   one turn at a time
 *       judged(n): head, then receipts, then page --> change on disk --+--> or tick at
 *       failed(n) or deadline --> back off, smaller batch ------------+
 *
 * The driver (follower.ts) puts a step's change on disk in one transaction, then adopts the state, then sends.
 * `state.saved` is the store as it is now: another tab, or the nurse, may have changed it since the last step.
 *
 * Invariants, checked around every step (invariants.ts):
 *
 *   I1  An own event stops waiting only in the step that proved, under the pinned log key, that the log holds it or
 *       the record of its quarantine, and that writes the receipt down.
 *   I2  No own event is lost or made by a step, and its signed bytes never change.
 *   I3  At most one turn is under way. It pushes at most PUSH_EVENTS_MAX events, each of them waiting when it began.
 *   I4  The held checkpoint is only ever replaced by an extension of it, or by one of a later epoch.
 *   I5  In alarm nothing is under way, nothing stops waiting, and nothing downloaded is kept.
 *   I6  A scope's cursor only moves forward, or back to the beginning, and then the first page replaces all of it.
 *   I7  No moment to try again is further off than BACKOFF_MS_MAX, unless the server asked for a longer wait.
 *   I8  While something waits, something will wake the engine.
 *
 * `now` is milliseconds of a clock that only goes forward, `chance` a number in [0, 1). No I/O, clock or randomness.
 */
import { PUSH_EVENTS_MAX } from "../events/wire";
import { type Change, doubt, NO_CHANGE } from "../store/kept";
import { backoffMs } from "./backoff";
import { checkStep } from "./invariants";
import { largerPage, PULL_LIMIT, planTurn, smallerPage, wakeMoment } from "./planning";
import { type Effects, type Input, type State, UNPROVEN } from "./state";
import { putLast, takeFindings } from "./taking";

export const POLL_MS = 20_000;
const SERVER_WAIT_MS_MAX = 3_600_000;

export interface Stepped {
  readonly state: State;
  readonly effects: Effects;
}

type Problem = Pick<Extract<Input, { is: "failed" }>, "kind" | "words" | "code">;

/** What an input came to, before the next turn is planned. */
export interface Taken {
  readonly state: State;
  readonly change: Change | null;
}

export function step(before: State, input: Input, now: number, chance: number): Stepped {
  const taken = take(before, input, now, chance);
  const { state, send } = planTurn(taken.state, now);
  const effects = { change: taken.change, send, wakeAt: wakeMoment(state) };
  checkStep(before, input, state, effects, now);
  return { state, effects };
}

/** The state with the store as it is now. Work another tab left behind is asked about. */
export function adopt(state: State, saved: State["saved"]): State {
  const known = state.saved;
  const isSame = saved.state.revision === known.state.revision && saved.own === known.own;
  if (isSame && saved.carried === known.carried) return state;
  const isElsewhere = saved.state.scope !== state.saved.state.scope;
  return { ...state, saved, asks: state.asks || isElsewhere, scopeAt: isElsewhere ? 0 : state.scopeAt };
}

function take(state: State, input: Input, now: number, chance: number): Taken {
  switch (input.is) {
    case "stir":
      return keep(atOnce(state, now));
    case "back":
      return keep(atOnce({ ...state, cut: false }, now));
    case "cut":
      return keep({ ...state, cut: true });
    case "tick":
      return ticked(state, now, chance);
    case "news":
      return keep(caughtUp({ ...state, heard: { origin: input.origin, size: input.size } }));
    case "judged":
      return judged(state, input, now, chance);
    case "failed":
      return input.turn === state.turn?.number ? failed(state, input, now, chance) : keep(state);
    case "reconsider":
      return reconsidered(state, now);
  }
}

const keep = (state: State): Taken => ({ state, change: null });

/** A person asks: no back-off stands in the way, only a wait the server asked of the scope. */
function atOnce(state: State, now: number): State {
  return { ...state, asks: true, notBefore: Math.min(state.notBefore, now), rowsAt: new Map() };
}

/** With news beyond the held head, and no turn under way that may catch up with it, ask. */
function caughtUp(state: State): State {
  const { heard, turn, saved } = state;
  if (heard === null || turn !== null) return state;
  const isNews = heard.origin !== saved.state.origin || heard.size > saved.state.size;
  return isNews ? { ...state, asks: true } : state;
}

function ticked(state: State, now: number, chance: number): Taken {
  if (state.turn !== null && now >= state.turn.deadline) {
    const { number } = state.turn;
    const late = {
      is: "failed",
      turn: number,
      kind: "unreachable",
      words: "no answer came in time",
      code: "",
      afterMs: 0,
    } as const;
    return failed(state, late, now, chance);
  }
  if (state.turn === null && now >= state.pollAt) return keep({ ...state, asks: true, pollAt: now + POLL_MS });
  return keep(state);
}

function reconsidered(state: State, now: number): Taken {
  const { alarm } = state.saved.state;
  if (alarm === null) return keep(state);
  const calm = { ...state.saved.state, alarm: null };
  const saved = { ...state.saved, state: calm };
  return { state: atOnce({ ...state, saved, problem: null }, now), change: { ...NO_CHANGE, state: calm } };
}

function judged(state: State, input: Extract<Input, { is: "judged" }>, now: number, chance: number): Taken {
  const { turn } = state;
  if (turn === null || input.turn !== turn.number) return keep(state);
  const rested = {
    ...state,
    turn: null,
    cut: false,
    skewMs: input.skewMs,
    toldMs: input.toldMs,
    pollAt: now + POLL_MS,
  };
  const { state: after, change, fault } = takeFindings(rested, turn, input.findings, input.wallMs, now, chance);
  if (fault) return { state: backOff(after, { kind: "refused", words: fault, code: UNPROVEN }, now, chance), change };
  const batchMax = Math.min(PUSH_EVENTS_MAX, Math.max(1, after.batchMax) * 2);
  const pullMax = turn.pulls ? largerPage(after.pullMax) : after.pullMax;
  const heard = after.heard?.origin === after.saved.state.origin ? after.heard : null; // of another epoch: overtaken
  return {
    state: caughtUp({ ...after, failures: 0, notBefore: now, batchMax, pullMax, problem: null, heard }),
    change,
  };
}

function failed(state: State, input: Extract<Input, { is: "failed" }>, now: number, chance: number): Taken {
  const pushed = state.turn?.pushed ?? [];
  const asked = { ...state, turn: null, asks: true };
  if (input.kind === "busy") return keep({ ...asked, notBefore: now + 1000 + chance * 1000 });
  const rested = state.turn?.pulls ? { ...asked, pullMax: smallerPage(state.pullMax || PULL_LIMIT) } : asked;
  const smaller = pushed.length > 0 ? { ...rested, batchMax: Math.max(1, Math.floor(pushed.length / 2)) } : rested;
  const isRefused = input.kind === "refused";
  const suspect = isRefused && pushed.length === 1 ? pushed[0] : undefined;
  const apart = isRefused ? carriedApart(smaller, state.turn?.carried ?? []) : smaller;
  const taken = suspect === undefined ? keep(apart) : suspected(smaller, suspect, input, now, chance);
  const { kind, words, code } = input;
  const after = backOff(taken.state, { kind, words, code }, now, chance);
  const wait = Math.min(Math.max(0, input.afterMs), SERVER_WAIT_MS_MAX);
  return { ...taken, state: { ...after, notBefore: Math.max(after.notBefore, now + wait) } };
}

/** The request failed with these carried events in it: fewer at once, until it is clear which. */
function carriedApart(state: State, carried: readonly string[]): State {
  if (carried.length === 0) return state;
  const fewer = { ...state, carriedMax: Math.max(1, Math.floor(carried.length / 2)) };
  return carried.length > 1 ? fewer : { ...putLast(fewer, carried), carriedDoubted: true };
}

/** The request failed with this event alone in it: from now on it travels apart from the others. */
function suspected(state: State, hash: string, why: Problem, now: number, chance: number): Taken {
  const row = state.saved.own.find((one) => one.hash === hash && one.state === "waiting");
  if (row === undefined) return keep(state);
  const doubted = doubt(row, why.words, why.code);
  const own = state.saved.own.map((one) => (one === row ? doubted : one));
  const rowsAt = new Map(state.rowsAt).set(hash, now + backoffMs(doubted.attempts ?? 1, chance));
  return {
    state: { ...state, saved: { ...state.saved, own }, rowsAt },
    change: { ...NO_CHANGE, state: state.saved.state, own: [doubted] },
  };
}

function backOff(state: State, problem: Problem, now: number, chance: number): State {
  const failures = state.failures + 1;
  return { ...state, failures, notBefore: now + backoffMs(failures, chance), asks: true, problem };
}
