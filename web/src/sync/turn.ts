/**
 * One turn of sync: what to send, and what an answer may change. Nothing here touches a network or a disk.
 *
 *     device --prepare--> request      answer --judge--> Outcome (what to keep) | Alarm (trust nothing of it)
 *
 * Invariants: an own event stops waiting only against a receipt verified here, under the pinned key and origin;
 * a head that does not extend the last one verified is an alarm; a page's event is kept only if its hash and
 * commitment are right; what the answer does not prove is as if it had not been said.
 */
import { sha256, text, unbase64url, utf8 } from "../events/bytes";
import { type Checkpoint, openCheckpoint } from "../events/checkpoint";
import { holds } from "../events/commitment";
import { checkShape, eventHash, type SignedEvent } from "../events/envelope";
import { streamKind } from "../events/ids";
import { verifyConsistency } from "../events/merkle";
import { encodeReceipt, verifyReceipt } from "../events/receipt";
import {
  type Answer,
  type Cursor,
  type Enrolled,
  fromWire,
  type Page,
  type Proof,
  PUSH_EVENTS_MAX,
  type Quarantined,
  type SyncRequest,
  type SyncResponse,
  WIRE_VERSION,
} from "../events/wire";
import type { Change, Held, Own, SyncState } from "../store/device";

const PULL_LIMIT = 500;
const PUSH_CHARACTERS_MAX = 512 * 1024;

/** What a verified answer changes. `more`: another turn is due at once. */
export interface Outcome {
  readonly state: SyncState;
  readonly own: readonly Own[];
  readonly held: readonly Held[];
  readonly forget: Change["forget"];
  readonly more: boolean;
  /** Milliseconds to wait before the next turn, when the server asked for it. */
  readonly waitMs: number;
  readonly serverTime: number | null;
}

/** The answer contradicts what this phone knows: nothing of it is kept, and a person must look. */
export class SyncAlarm extends Error {}

/** The request of a turn, and the own events it carries. */
export function prepare(own: readonly Own[], state: SyncState): { request: SyncRequest; pushed: readonly Own[] } {
  const pushed: Own[] = [];
  let characters = 0;
  for (const row of own) {
    if (row.state !== "waiting" || pushed.length >= PUSH_EVENTS_MAX) continue;
    characters += row.event.header.length + row.event.payload.length;
    if (characters > PUSH_CHARACTERS_MAX && pushed.length > 0) break;
    pushed.push(row);
  }
  const pull =
    state.scope === ""
      ? {}
      : { pull: { scope: state.scope, limit: PULL_LIMIT, ...(state.cursor === null ? {} : { cursor: state.cursor }) } };
  const since = state.size > 0 ? { since: state.size } : {};
  return { request: { push: pushed.map((row) => row.event), version: WIRE_VERSION, ...pull, ...since }, pushed };
}

/** Check an answer whole. Throws SyncAlarm, BadProof or BadCheckpoint; then nothing of it counts. */
export async function judge(
  answer: SyncResponse,
  pushed: readonly Own[],
  state: SyncState,
  enrolled: Enrolled,
  held: ReadonlyMap<string, Held>,
  now: number,
): Promise<Outcome> {
  const head = await openCheckpoint(answer.checkpoint, enrolled.log_key);
  await checkHead(head, answer, state, enrolled);
  const own = await Promise.all(
    pushed.map(async (row, i) => {
      const said = answer.answers?.[i];
      return said === undefined ? null : settled(row, said, answer.checkpoint, enrolled);
    }),
  );
  const settledRows = own.filter((row) => row !== null);
  const next = { ...state, checkpoint: answer.checkpoint, size: head.size, syncedAt: now };
  const base = {
    own: settledRows,
    waitMs: 0,
    serverTime: answer.server_time ? Date.parse(answer.server_time) : null,
  };
  const page = answer.page;
  if (page === undefined || page === null) {
    return { ...base, state: next, held: [], forget: [], more: settledRows.length > 0 };
  }
  if (page.is === "reset") {
    const state0 = { ...next, cursor: null, complete: false };
    const refused = page.reason === "scope_not_allowed" || page.reason === "scope_unknown";
    const waitMs = refused ? 60_000 : (page.after_seconds ?? 0) * 1000;
    return { ...base, state: state0, held: [], forget: "all", more: !refused, waitMs };
  }
  const rows = await Promise.all(page.events.map((pulled) => heldRow(pulled)));
  return {
    ...base,
    state: { ...next, cursor: page.cursor, complete: page.done },
    held: rows,
    forget: forgotten(page, held),
    more: !page.done,
  };
}

/**
 * What an outcome changes in the state as it is now; `asked` is the state its turn began with.
 *
 * Receipts and the verified head count whatever was chosen meanwhile. Page, cursor and what to forget belong to
 * the scope and cursor that were asked under: elsewhere they are as if they had not come.
 */
export function merge(now: SyncState, asked: SyncState, outcome: Outcome): { change: Change; more: boolean } {
  const { checkpoint, size, syncedAt, cursor, complete } = outcome.state;
  const head = now.checkpoint === asked.checkpoint ? { checkpoint, size, syncedAt } : {};
  if (now.scope !== asked.scope || !samePlace(now.cursor, asked.cursor)) {
    return { change: { state: { ...now, ...head }, own: outcome.own, held: [], forget: [] }, more: true };
  }
  const { own, held, forget, more } = outcome;
  return { change: { state: { ...now, ...head, cursor, complete }, own, held, forget }, more };
}

const samePlace = (one: Cursor | null, two: Cursor | null): boolean =>
  one?.effective === two?.effective && one?.position === two?.position && one?.size === two?.size;

async function checkHead(head: Checkpoint, answer: SyncResponse, state: SyncState, enrolled: Enrolled): Promise<void> {
  if (head.origin !== enrolled.origin) throw new SyncAlarm(`the answer is of the log ${head.origin}`);
  if (state.size === 0) return;
  const before = await openCheckpoint(state.checkpoint, enrolled.log_key);
  if (head.size < before.size) throw new SyncAlarm(`the log ended at ${before.size}, now at ${head.size}`);
  const path = (answer.consistency ?? []).map(unbase64url);
  try {
    await verifyConsistency(before.size, head.size, path, before.root, head.root);
  } catch (error) {
    throw new SyncAlarm("the log is not the one this phone saw before", { cause: error });
  }
}

/** An own event as the answer leaves it. Throws when a proof does not hold; null when the answer is not about it. */
async function settled(row: Own, said: Answer, note: string, enrolled: Enrolled): Promise<Own | null> {
  const pinned = { key: enrolled.log_key, origin: enrolled.origin };
  if (said.is === "quarantined") {
    const record = fromWire(said.record);
    if (!(await isAbout(said, record, row))) return null;
    const receipt = receiptText(said.proof, note);
    const proven = await verifyReceipt(receipt, await eventHash(record), pinned);
    return { ...row, state: "quarantined", receipt, position: proven.position, reason: said.reason, owner: said.owner };
  }
  if (said.event_hash !== row.hash) return null;
  const receipt = receiptText(said.proof, note);
  const proven = await verifyReceipt(receipt, row.hash, pinned);
  return { ...row, state: "receipted", receipt, position: proven.position };
}

/** Whether the record of a quarantine commits to this very event: by its hash, or by the bytes that were sent. */
async function isAbout(said: Quarantined, record: SignedEvent, row: Own): Promise<boolean> {
  const header = checkShape(record);
  if (header.type !== "submission.quarantined" || !(await holds(record, header))) return false;
  const payload = JSON.parse(text(record.payload)) as { submission?: string };
  if (payload.submission !== said.submission) return false;
  const sent = await sha256(utf8(JSON.stringify(row.event)));
  const sentHash = [...sent].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return said.submission === row.hash || said.submission === sentHash;
}

function receiptText(proof: Proof, note: string): string {
  return encodeReceipt({
    entry: unbase64url(proof.entry),
    position: proof.position,
    path: proof.path.map(unbase64url),
    checkpoint: note,
  });
}

async function heldRow(pulled: Page["events"][number]): Promise<Held> {
  const event = fromWire(pulled.event);
  const header = checkShape(event);
  if (!(await holds(event, header))) throw new SyncAlarm(`event ${header.id} is not what was signed`);
  const receivedAt = Date.parse(pulled.received_at);
  return { hash: await eventHash(event), position: pulled.position, receivedAt, event: pulled.event };
}

/** The held events of students who left the scope. Own undelivered events are not among them: those stay. */
function forgotten(page: Page, held: ReadonlyMap<string, Held>): string[] {
  const gone = new Set((page.forget ?? []).map((id) => `student/${id}`));
  if (gone.size === 0) return [];
  return [...held.values()]
    .filter((row) => {
      const stream = (JSON.parse(row.event.header) as { stream: string }).stream;
      return streamKind(stream) === "student" && gone.has(stream);
    })
    .map((row) => row.hash);
}
