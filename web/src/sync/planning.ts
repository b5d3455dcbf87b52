/**
 * The next turn: what to ask the server now, or when to look again.
 *
 * A turn carries a push, a pull, both, or neither (then it only asks how the log stands). A suspect (an event
 * that went wrong alone) travels alone and without a pull, taking turns with the scope, so that neither holds up
 * the other.
 */
import { base64url } from "../events/bytes";
import { parseEntry, parseReceipt } from "../events/receipt";
import { PUSH_EVENTS_MAX, type SyncRequest, WIRE_VERSION } from "../events/wire";
import type { HandOff } from "../store/hand_off";
import type { Own, SyncState } from "../store/kept";
import { type Send, type State, waitingOf } from "./state";

export const TURN_MS_MAX = 60_000;
export const PULL_LIMIT = 1000;
/** So few come through the slowest link in the time an answer may take. */
const PULL_LIMIT_MIN = 50;
/** Each may be as long as an event may be: together they are no request too large. */
export const CARRIED_AT_ONCE = 50;
export const PUSH_CHARACTERS_MAX = 512 * 1024;

/** Begin the next turn, if there is something to ask and nothing forbids it now. */
export function planTurn(state: State, now: number): { state: State; send: Send | null } {
  if (!maySend(state) || now < state.notBefore) return { state, send: null };
  const batch = nextBatch(state, now);
  const pulls = state.saved.state.scope !== "" && now >= state.scopeAt;
  const isSuspect = batch.length === 1 && (batch[0]?.attempts ?? 0) > 0;
  if (isSuspect && pulls && state.asks)
    return state.turns % 2 ? turn(state, [], true, now) : turn(state, batch, false, now);
  if (batch.length === 0 && !state.asks) return { state, send: null };
  if (batch.length === 0 && pulls && state.carriedDoubted)
    return state.turns % 2 ? turn(state, [], true, now, []) : turn(state, [], false, now);
  return turn(state, batch, pulls && !isSuspect, now);
}

/** When the next tick is due, from what this phone waits for. */
export function wakeMoment(state: State): number | null {
  if (state.turn !== null) return state.turn.deadline;
  if (!maySend(state)) return null;
  const rows = waitingOf(state.saved).map((row) => state.rowsAt.get(row.hash) ?? 0);
  const moments = rows.length > 0 ? [Math.min(...rows)] : [];
  return Math.max(state.notBefore, Math.min(state.asks ? state.notBefore : state.pollAt, ...moments));
}

function maySend(state: State): boolean {
  return state.turn === null && state.saved.state.alarm === null;
}

/** Healthy rows in the order they were made, or one suspect whose wait is over. */
function nextBatch(state: State, now: number): readonly Own[] {
  const waiting = waitingOf(state.saved);
  const healthy = waiting.filter((row) => !row.attempts);
  if (healthy.length > 0) return withinLimits(healthy, Math.min(state.batchMax || PUSH_EVENTS_MAX, PUSH_EVENTS_MAX));
  const due = waiting.filter((row) => (state.rowsAt.get(row.hash) ?? 0) <= now);
  return due.sort((one, two) => (one.attempts ?? 0) - (two.attempts ?? 0) || one.seq - two.seq).slice(0, 1);
}

function withinLimits(rows: readonly Own[], most: number): readonly Own[] {
  const batch: Own[] = [];
  let characters = 0;
  for (const row of rows.slice(0, most)) {
    characters += row.event.header.length + row.event.payload.length;
    if (characters > PUSH_CHARACTERS_MAX && batch.length > 0) break;
    batch.push(row);
  }
  return batch;
}

/** What is carried goes while nothing of its own waits, those last that came to nothing. */
function nextCarried({ saved, carriedLast, carriedMax }: State): readonly HandOff[] {
  const first = saved.carried.filter((one) => !carriedLast.has(one.hash));
  return (first.length > 0 ? first : saved.carried).slice(0, carriedMax || CARRIED_AT_ONCE);
}

function turn(
  state: State,
  pushed: readonly Own[],
  pulls: boolean,
  now: number,
  carried = pushed.length > 0 ? [] : nextCarried(state),
): { state: State; send: Send } {
  const number = state.turns + 1;
  const asked = state.saved;
  const hashes = pushed.map((row) => row.hash);
  const begun = {
    number,
    pushed: hashes,
    carried: carried.map((one) => one.hash),
    pulls,
    asked,
    deadline: now + TURN_MS_MAX,
  };
  const request = requestOf(asked.state, pushed, carried, pulls ? state.pullMax || PULL_LIMIT : 0);
  // A suspect that travels without a pull leaves the asking to the next turn.
  const isAlone = pushed.some((row) => row.attempts) || (state.carriedDoubted && carried.length > 0);
  const asks = state.asks && !pulls && isAlone;
  return {
    state: { ...state, turn: begun, turns: number, asks },
    send: { turn: number, request, asked, pushed, carried },
  };
}

/** What to ask for where so many events of a page did not come through. */
export const smallerPage = (limit: number): number => Math.max(PULL_LIMIT_MIN, Math.floor(limit / 2));

/** What to ask for once so many came. */
export const largerPage = (limit: number): number => Math.min(PULL_LIMIT, limit * 2);

/** `limit` of the page to fetch; 0 for none. */
function requestOf(asked: SyncState, pushed: readonly Own[], carried: readonly HandOff[], limit: number): SyncRequest {
  const presented = pushed.flatMap(({ hash, former = [] }) =>
    earliest(former, hash).map((receipt) => ({ event_hash: hash, receipt })),
  );
  const sealed = carried.map((one) => {
    return { device: one.device, seq: one.seq, event_hash: one.hash, sealed: base64url(one.sealed) };
  });
  const { scope, cursor, doubted } = asked;
  const words = doubted ? { digests: true } : {};
  return {
    push: pushed.map((row) => row.event),
    version: WIRE_VERSION,
    ...(presented.length > 0 ? { presented } : {}),
    ...(sealed.length > 0 ? { sealed } : {}),
    ...(limit > 0 ? { pull: { scope, limit, ...words, ...(cursor === null ? {} : { cursor }) } } : {}),
    ...(asked.size > 0 ? { since: asked.size } : {}),
  };
}

/**
 * Of an event's receipts the one that shows the earliest time: a server's clock may have been wrong in one epoch. One of
 * the record that it was set aside proves nothing of the event.
 */
function earliest(receipts: readonly string[], hash: string): readonly string[] {
  const entryOf = (receipt: string) => parseEntry(parseReceipt(receipt).entry);
  return receipts
    .filter((receipt) => entryOf(receipt).eventHash === hash)
    .sort((one, two) => entryOf(one).receivedAt - entryOf(two).receivedAt)
    .slice(0, 1);
}
