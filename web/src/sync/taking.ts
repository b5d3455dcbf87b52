/**
 * Findings, taken in the only safe order: the head, then the fate of pushed events, then the page.
 *
 * Receipts and a verified head count whatever was chosen since the turn began. Page and cursor belong to the scope
 * and cursor that were asked under: elsewhere they are as if they had not come.
 */
import { streamId, streamKind } from "../events/ids";
import type { Cursor } from "../events/wire";
import { type Change, doubt, type Held, NO_CHANGE, type Own, type Saved, type SyncState } from "../store/kept";
import { backoffMs } from "./backoff";
import type { Fate, Findings, FoundPage } from "./findings";
import type { State, Turn } from "./state";

/** A scope the server does not give is asked for again after so long at the earliest. */
export const REFUSED_SCOPE_MS = 60_000;

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
    const alarm = { reason: head.why, held: turn.asked.checkpoint, shown: note };
    const alarmed = { ...saved.state, alarm };
    const change = { ...NO_CHANGE, state: alarmed };
    return { state: { ...state, saved: { ...saved, state: alarmed } }, change, fault: head.why };
  }
  const { origin, size } = head.checkpoint;
  const isNewest = saved.state.checkpoint === turn.asked.checkpoint;
  const headed = isNewest ? { ...saved.state, checkpoint: note, origin, size, syncedAt: wallMs } : saved.state;
  if (head.is === "new_epoch") return deliverAgain(state, headed);
  const settled = settle({ ...state, saved: { ...saved, state: headed } }, turn, findings.fates, now, chance);
  const paged = takePage(settled.state, turn, findings.page, now);
  return { ...forgetDelivered(paged, settled.own), fault: paged.fault || settled.fault };
}

/** A new epoch: every own event that has a receipt of an older one waits again. Old receipts are kept. */
function deliverAgain(state: State, headed: SyncState): Outcome {
  const again = state.saved.own
    .filter((row) => row.receipt !== undefined)
    .map(({ seq, hash, event, receipt, former = [] }): Own => {
      return { seq, hash, event, state: "waiting", former: receipt === undefined ? former : [...former, receipt] };
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
      const doubted = doubt(row, fate.why);
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

function settledRow(row: Own, fate: Exclude<Fate, { is: "unproven" }>): Own {
  const { attempts: _, complaint: __, ...clean } = row;
  const { receipt, position } = fate;
  if (fate.is === "receipted") return { ...clean, state: "receipted", receipt, position };
  return { ...clean, state: "quarantined", receipt, position, reason: fate.reason, owner: fate.owner };
}

interface Paged {
  readonly state: State;
  readonly held: readonly Held[];
  readonly forget: Change["forget"];
  readonly fault: string;
}

function takePage(state: State, turn: Turn, page: FoundPage | null, now: number): Paged {
  const { saved } = state;
  const here = saved.state;
  const nothing: Paged = { state, held: [], forget: [], fault: "" };
  if (page === null) return here.scope === turn.asked.scope ? nothing : { ...nothing, state: { ...state, asks: true } };
  if (here.scope !== turn.asked.scope || !isSamePlace(here.cursor, turn.asked.cursor)) {
    return { ...nothing, state: { ...state, asks: true } };
  }
  if (page.is === "broken") return { ...nothing, fault: page.why };
  if (page.is === "reset") return reset(state, page, now);
  const returned = new Set(page.held.map(studentOf));
  const forgetting = [...new Set([...here.forgetting, ...page.forget])].filter((student) => !returned.has(student));
  const next = { ...here, cursor: page.cursor, complete: here.complete || page.done, forgetting, refused: "" };
  const held = new Map(saved.held);
  for (const row of page.held) held.set(row.hash, row);
  const after = { ...state, saved: { ...saved, state: next, held }, asks: state.asks || !page.done };
  return { state: after, held: page.held, forget: [], fault: "" };
}

/** Start the scope over, when the server says; own events are not touched. */
function reset(state: State, page: Extract<FoundPage, { is: "reset" }>, now: number): Paged {
  const isRefused = page.reason === "scope_not_allowed" || page.reason === "scope_unknown";
  const waitMs = Math.max(page.afterMs, isRefused ? REFUSED_SCOPE_MS : 0);
  const refused = isRefused ? page.reason : "";
  const here = { ...state.saved.state, cursor: null, complete: false, forgetting: [], refused };
  const saved = { ...state.saved, state: here, held: new Map() };
  const when = { scopeAt: now + waitMs, pollAt: now + Math.max(1, waitMs), asks: waitMs === 0 };
  return { state: { ...state, saved, ...when }, held: [], forget: "all", fault: "" };
}

/** Forget the students nobody waits for any more: the own events about them are delivered. */
function forgetDelivered(paged: Paged, own: readonly Own[]): { state: State; change: Change } {
  const { state, held, forget } = paged;
  const { saved } = state;
  const awaited = studentsAwaited(saved);
  const gone = new Set(saved.state.forgetting.filter((student) => !awaited.has(student)));
  if (gone.size === 0) return { state, change: { state: saved.state, own, held, forget } };
  const hashes = [...saved.held.values()].filter((row) => gone.has(studentOf(row))).map((row) => row.hash);
  const forgetting = saved.state.forgetting.filter((student) => awaited.has(student));
  const next = { ...saved.state, forgetting };
  const left = new Map(saved.held);
  for (const hash of hashes) left.delete(hash);
  const kept = held.filter((row) => left.has(row.hash));
  const change = { state: next, own, held: kept, forget: forget === "all" ? forget : [...forget, ...hashes] };
  return { state: { ...state, saved: { ...saved, state: next, held: left } }, change };
}

/** The students that undelivered events are about. */
function studentsAwaited(saved: Saved): ReadonlySet<string> {
  const waiting = saved.own.filter((row) => row.state === "waiting");
  return new Set(waiting.map(studentOf).filter(Boolean));
}

/** The student a row is about; empty for any other stream or an unreadable header. */
function studentOf(row: Own | Held): string {
  if ("damaged" in row) return "";
  const { stream } = JSON.parse(row.event.header) as { stream: Parameters<typeof streamKind>[0] };
  return streamKind(stream) === "student" ? streamId(stream) : "";
}

function replaced(own: readonly Own[], changed: readonly Own[]): readonly Own[] {
  const bySeq = new Map(changed.map((row) => [row.seq, row]));
  return own.map((row) => bySeq.get(row.seq) ?? row);
}

const isSamePlace = (one: Cursor | null, two: Cursor | null): boolean =>
  one?.effective === two?.effective && one?.position === two?.position && one?.size === two?.size;
