/**
 * Findings, taken in the only safe order: the head, then the fate of pushed events, then the page.
 *
 * What is downloaded is only told to the store: it may be long, and the next step gets it back from there.
 * Receipts and a verified head count whatever was chosen since the turn began. Page and cursor belong to the scope
 * and cursor that were asked under: elsewhere they are as if they had not come.
 */
import type { Cursor } from "../events/wire";
import { type Change, doubt, type Held, NO_CHANGE, type Own, type Saved, type SyncState } from "../store/kept";
import { backoffMs } from "./backoff";
import type { Fate, Findings } from "./findings";
import type { FoundPage } from "./pages";
import { CARRIED_AT_ONCE } from "./planning";
import { type State, type Turn, UNPROVEN } from "./state";

/** A scope the server does not give is asked for again after so long at the earliest. */
export const REFUSED_SCOPE_MS = 60_000;
const RESET_MS_MAX = 300_000;
export const HEALS_MAX = 2;
/** What the server gives wrongly is pulled anew so often, should it be healed unsaid. */
const TRY_ANEW_MS = 86_400_000;

interface Outcome {
  readonly state: State;
  readonly change: Change | null;
  /** What was wrong with the answer; empty if nothing. */
  readonly fault: string;
}

/** Everything an answer to `turn` proves, and nothing else. */
export function takeFindings(
  state: State,
  turn: Turn,
  findings: Findings,
  wallMs: number,
  now: number,
  chance: number,
): Outcome {
  const { head, note } = findings;
  const { saved } = state;
  if (head.is === "unsigned") return { state, change: null, fault: `the answer's head is not the log's: ${head.why}` };
  if (head.is === "broken") {
    const alarm = { reason: head.why, held: turn.asked.state.checkpoint, shown: note };
    const alarmed = { ...saved.state, alarm };
    const change = { ...NO_CHANGE, state: alarmed };
    return { state: { ...state, saved: { ...saved, state: alarmed } }, change, fault: head.why };
  }
  const { origin, size } = head.checkpoint;
  const isNewest = saved.state.checkpoint === turn.asked.state.checkpoint;
  const toldAt = state.toldMs || saved.state.toldAt;
  const headed = isNewest ? { ...saved.state, checkpoint: note, origin, size, syncedAt: wallMs, toldAt } : saved.state;
  if (head.is === "new_epoch") return deliverAgain(state, headed);
  const settled = settle({ ...state, saved: { ...saved, state: headed } }, turn, findings.fates, now, chance);
  const paged = takeHeart(takePage(arrived(settled.state, turn, findings), turn, findings, now), findings);
  const { state: after, change } = forgetDelivered(paged, settled.own);
  return { state: after, change: { ...change, delivered: findings.delivered }, fault: paged.fault || settled.fault };
}

/** A new epoch: every own event that has a receipt of an older one waits again. Old receipts are kept. */
function deliverAgain(state: State, headed: SyncState): Outcome {
  const again = state.saved.own
    .filter((row) => row.receipt !== undefined)
    .map(({ seq, hash, event, receipt, ending, former = [] }): Own => {
      const proofs = [receipt, ending?.position === undefined ? undefined : ending.receipt]; // let in: the event's own
      return { seq, hash, event, state: "waiting", former: [...former, ...proofs.filter((one) => one !== undefined)] };
    });
  const saved = { ...state.saved, state: headed, own: replaced(state.saved.own, again) };
  const change = { ...NO_CHANGE, state: headed, own: again };
  return { state: { ...state, saved, asks: true, rowsAt: new Map() }, change, fault: "" };
}

/** Free what is proven; whoever was pushed and is not becomes suspect, and the others go on. */
function settle(
  state: State,
  turn: Turn,
  fates: readonly Fate[],
  now: number,
  chance: number,
): { state: State; own: readonly Own[]; fault: string } {
  const told = new Map(fates.map((fate) => [fate.hash, fate]));
  const rowsAt = new Map(state.rowsAt);
  const own: Own[] = [];
  let problem = "";
  let freed = 0;
  for (const row of state.saved.own) {
    const fate = told.get(row.hash);
    if (row.state !== "waiting" || fate === undefined || !turn.pushed.includes(row.hash)) continue;
    if (fate.is === "unproven") {
      const doubted = doubt(row, fate.why, UNPROVEN);
      rowsAt.set(row.hash, now + backoffMs(doubted.attempts ?? 1, chance));
      problem = fate.why;
      own.push(doubted);
    } else {
      freed += 1;
      rowsAt.delete(row.hash);
      own.push(settledRow(row, fate));
    }
  }
  const saved = { ...state.saved, own: replaced(state.saved.own, own) };
  const fault = problem !== "" && freed === 0 ? `an answer could not be believed: ${problem}` : "";
  return { state: { ...state, saved, rowsAt }, own, fault };
}

/** Carried events that arrived need not be carried any more; the rest of a file goes at once. */
function arrived(state: State, turn: Turn, { delivered }: Findings): State {
  if (turn.carried.length === 0) return state;
  const gone = new Set(delivered.map((one) => one.hash));
  const carried = state.saved.carried.filter((one) => !gone.has(one.hash));
  const stuck = turn.carried.filter((hash) => !gone.has(hash));
  const after = putLast({ ...state, saved: { ...state.saved, carried } }, stuck);
  const isOver = carried.length === 0 || after.carriedLast.size === 0;
  const grown = state.carriedMax === 0 ? 0 : state.carriedMax * 2;
  return {
    ...after,
    asks: state.asks || !isOver || (stuck.length === 0 && carried.length > 0),
    carriedMax: grown >= CARRIED_AT_ONCE ? 0 : grown,
    carriedDoubted: state.carriedDoubted && delivered.length === 0,
  };
}

/** Carried events that came to nothing go behind the others; once all did, a new round begins. */
export function putLast(state: State, hashes: readonly string[]): State {
  const last = new Set([...state.carriedLast, ...hashes]);
  const isRound = state.saved.carried.every((one) => last.has(one.hash));
  return { ...state, carriedLast: isRound ? new Set() : last };
}

function settledRow(row: Own, fate: Exclude<Fate, { is: "unproven" }>): Own {
  const { attempts: _, complaint: __, code: ___, ...clean } = row;
  const { receipt, position } = fate;
  if (fate.is === "receipted") {
    const { flags } = fate;
    return { ...clean, state: "receipted", receipt, position, ...(flags.length > 0 ? { flags } : {}) };
  }
  return { ...clean, state: "quarantined", receipt, position, reason: fate.reason, owner: fate.owner };
}

interface Paged {
  readonly state: State;
  readonly held: readonly Held[];
  readonly forget: Change["forget"];
  readonly fault: string;
}

function takePage(state: State, turn: Turn, { page, others }: Findings, now: number): Paged {
  const { saved } = state;
  const here = saved.state;
  const asked = turn.asked.state;
  const nothing: Paged = { state, held: [], forget: [], fault: "" };
  if (page === null) return here.scope === asked.scope ? nothing : { ...nothing, state: { ...state, asks: true } };
  if (here.scope !== asked.scope || !isSamePlace(here.cursor, asked.cursor)) {
    return { ...nothing, state: { ...state, asks: true } };
  }
  if (page.is === "broken") return { ...nothing, fault: page.why };
  if (page.is === "reset") return reset(state, page, now);
  const isFirst = here.cursor === null;
  const returned = new Set(page.held.map((row) => row.stream));
  const leaving = new Set([...(isFirst ? [] : here.forgetting), ...page.forget]);
  const forgetting = [...leaving].filter((student) => !returned.has(`student/${student}`));
  const isDone = page.compared !== null;
  const next = {
    ...here,
    cursor: page.cursor,
    complete: isDone || (here.complete && !isFirst),
    forgetting,
    refused: "",
    others: others ?? here.others,
  };
  const after = { ...state, saved: { ...saved, state: next }, asks: state.asks || !isDone };
  return mend({ state: after, held: page.held, forget: isFirst ? "all" : [], fault: "" }, page);
}

/**
 * What is held and what the log signed differ: find out where, then pull the scope anew. The fault may be this
 * phone's (a row lost or changed) or the server's (an event withheld, a row damaged): pulling anew heals the first and
 * cannot heal the second, so it is tried only so often. Then people are told which streams are wrong, what is recorded
 * goes on being delivered, and every later pull compares again.
 */
function mend(paged: Paged, page: Extract<FoundPage, { is: "page" }>): Paged {
  const here = paged.state.saved.state;
  const { compared } = page;
  if (compared === null) return paged;
  if (compared.is === "equal") {
    const isWhole = here.damage === null || here.damage.isHealed;
    if (here.heals === 0 && !here.doubted && isWhole) return paged;
    const damage = here.damage === null ? null : { ...here.damage, isHealed: true };
    return withState(paged, { ...here, heals: 0, doubted: false, damage, wrong: null });
  }
  const again = { ...paged, state: { ...paged.state, asks: true } };
  if (compared.streams === null) return withState(again, { ...here, doubted: true });
  const { wrong } = here;
  if (here.heals < HEALS_MAX || (wrong !== null && Math.abs(here.syncedAt - wrong.triedAt) >= TRY_ANEW_MS)) {
    const damage = wrong === null ? { foundAt: here.syncedAt, isHealed: false } : here.damage;
    const anew = {
      cursor: null,
      complete: false,
      doubted: false,
      heals: Math.min(here.heals + 1, HEALS_MAX),
      healed: compared.streams,
      damage,
      wrong: wrong === null ? null : { ...wrong, triedAt: here.syncedAt },
    };
    return withState(again, { ...here, ...anew });
  }
  const told = { streams: compared.streams, triedAt: wrong?.triedAt ?? here.syncedAt };
  return withState(paged, { ...here, doubted: false, damage: null, wrong: told });
}

/** Of what the server had lost it has something again: what differed may be whole now, so it is tried anew. */
function takeHeart(paged: Paged, { wanted }: Findings): Paged {
  const { state } = paged;
  const here = state.saved.state;
  const isHealed = here.wanted.some((hash) => !wanted.includes(hash));
  if (!isHealed || here.heals === 0) return withState(paged, { ...here, wanted });
  return withState({ ...paged, state: { ...state, asks: true } }, { ...here, wanted, heals: 0 });
}

function withState(paged: Paged, next: SyncState): Paged {
  const { state } = paged;
  return { ...paged, state: { ...state, saved: { ...state.saved, state: next } } };
}

/** Start the scope over. What may not be had any more goes at once; else it stays until what replaces it is here. */
function reset(state: State, page: Extract<FoundPage, { is: "reset" }>, now: number): Paged {
  const { saved } = state;
  const isRefused = page.reason === "scope_not_allowed" || page.reason === "scope_unknown";
  const waitMs = Math.max(Math.min(page.afterMs, RESET_MS_MAX), isRefused ? REFUSED_SCOPE_MS : 0);
  const when = { scopeAt: now + waitMs, pollAt: now + Math.max(1, waitMs), asks: waitMs === 0 };
  const kept = { ...saved.state, cursor: null };
  const gone = { ...kept, complete: false, forgetting: [], refused: page.reason };
  const next = { ...saved, state: isRefused ? gone : kept };
  return { state: { ...state, saved: next, ...when }, held: [], forget: isRefused ? "all" : [], fault: "" };
}

/** Forget the students nobody waits for any more: the own events about them are delivered. */
function forgetDelivered(paged: Paged, own: readonly Own[]): { state: State; change: Change } {
  const { state, held, forget } = paged;
  const { saved } = state;
  const awaited = streamsAwaited(saved);
  const isOver = (student: string) => !awaited.has(`student/${student}`);
  const gone = new Set(saved.state.forgetting.filter(isOver).map((student) => `student/${student}`));
  const base = { own, delivered: [] };
  if (gone.size === 0) return { state, change: { ...base, state: saved.state, held, forget } };
  const hashes = [...saved.held.values()].filter((row) => gone.has(row.stream)).map((row) => row.hash);
  const next = { ...saved.state, forgetting: saved.state.forgetting.filter((student) => !isOver(student)) };
  const kept = held.filter((row) => !gone.has(row.stream));
  const change = { ...base, state: next, held: kept, forget: forget === "all" ? forget : [...forget, ...hashes] };
  return { state: { ...state, saved: { ...saved, state: next } }, change };
}

/** The streams that undelivered events are in. */
function streamsAwaited(saved: Saved): ReadonlySet<string> {
  const waiting = saved.own.filter((row) => row.state === "waiting");
  return new Set(waiting.map((row) => (JSON.parse(row.event.header) as { stream: string }).stream));
}

function replaced(own: readonly Own[], changed: readonly Own[]): readonly Own[] {
  const bySeq = new Map(changed.map((row) => [row.seq, row]));
  return own.map((row) => bySeq.get(row.seq) ?? row);
}

const isSamePlace = (one: Cursor | null, two: Cursor | null): boolean =>
  one?.effective === two?.effective && one?.position === two?.position && one?.size === two?.size;
