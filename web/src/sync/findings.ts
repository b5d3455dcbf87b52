/**
 * What an answer proves, found out before anything is decided: its head, then what it says of each pushed event,
 * then its page. Nothing here touches a network or a disk; checking is asynchronous only because WebCrypto is.
 *
 * Each part stands for itself: a receipt that holds counts even if the page beside it breaks the contract. But
 * under a head that is not the log's, nothing does.
 */
import { hex, sha256, text, unbase64url, utf8 } from "../events/bytes";
import { holds } from "../events/commitment";
import { checkShape, eventHash, type SignedEvent } from "../events/envelope";
import { encodeReceipt, verifyReceipt } from "../events/receipt";
import {
  type Answer,
  type Cursor,
  fromWire,
  type Page,
  type Proof,
  type PulledEvent,
  type Quarantined,
  type Reset,
  type SyncResponse,
} from "../events/wire";
import type { Held, Own, SyncState } from "../store/kept";
import type { Pinned } from "./state";
import { examineHead, type Head, wordsOf } from "./witness";

/** A pushed event and what an answer proves of it. */
export type Fate =
  | { readonly hash: string; readonly is: "receipted"; readonly receipt: string; readonly position: number }
  | {
      readonly hash: string;
      readonly is: "quarantined";
      readonly receipt: string;
      readonly position: number;
      readonly reason: string;
      readonly owner: string;
    }
  | { readonly hash: string; readonly is: "unproven"; readonly why: string };

export type FoundPage =
  | {
      readonly is: "page";
      readonly held: readonly Held[];
      readonly cursor: Cursor;
      readonly done: boolean;
      readonly forget: readonly string[];
    }
  | { readonly is: "reset"; readonly reason: Reset["reason"]; readonly afterMs: number }
  | { readonly is: "broken"; readonly why: string };

export interface Findings {
  readonly note: string;
  readonly head: Head;
  readonly fates: readonly Fate[];
  /** Null when none was asked for. */
  readonly page: FoundPage | null;
}

/** Check an answer to a request made from `asked` that carried `pushed`. Never throws for what the answer holds. */
export async function judge(
  answer: SyncResponse,
  asked: SyncState,
  pushed: readonly Own[],
  pulls: boolean,
  pinned: Pinned,
): Promise<Findings> {
  const note = answer.checkpoint;
  const head = await examineHead(note, answer.consistency ?? [], asked, pinned);
  if (head.is === "unsigned" || head.is === "broken") return { note, head, fates: [], page: null };
  const { origin, size } = head.checkpoint;
  const under = { key: pinned.log_key, origin };
  const fates = await Promise.all(pushed.map((row, i) => fateOf(row, answer.answers?.[i], note, under)));
  return { note, head, fates, page: pulls ? await findPage(answer.page, asked, origin, size) : null };
}

async function fateOf(
  row: Own,
  said: Answer | undefined,
  note: string,
  under: { key: string; origin: string },
): Promise<Fate> {
  const { hash } = row;
  try {
    if (said === undefined) return { hash, is: "unproven", why: "the answer does not name it" };
    if (said.is === "quarantined") {
      const record = fromWire(said.record);
      const named = await submissionOf(said, record, row);
      const receipt = receiptText(said.proof, note);
      const { position } = await verifyReceipt(receipt, await eventHash(record), under);
      return { hash, is: "quarantined", receipt, position, reason: named.reason, owner: named.owner };
    }
    const receipt = receiptText(said.proof, note);
    const { position } = await verifyReceipt(receipt, hash, under);
    return { hash, is: "receipted", receipt, position };
  } catch (error) {
    return { hash, is: "unproven", why: wordsOf(error) };
  }
}

/** Reason and owner as the record of a quarantine says. Throws unless it commits to this very event. */
async function submissionOf(
  said: Quarantined,
  record: SignedEvent,
  row: Own,
): Promise<{ reason: string; owner: string }> {
  const header = checkShape(record);
  if (header.type !== "submission.quarantined") throw new Error(`the record is ${header.type}`);
  if (!(await holds(record, header))) throw new Error("the record's payload is not the one it commits to");
  const payload = JSON.parse(text(record.payload)) as { submission?: string; reason?: string; owner?: string };
  const sent = hex(await sha256(utf8(JSON.stringify(row.event))));
  if (payload.submission !== row.hash && payload.submission !== sent) {
    throw new Error("the record is about another submission");
  }
  return { reason: payload.reason ?? said.reason, owner: payload.owner ?? said.owner };
}

function receiptText(proof: Proof, note: string): string {
  return encodeReceipt({
    entry: unbase64url(proof.entry),
    position: proof.position,
    path: proof.path.map(unbase64url),
    checkpoint: note,
  });
}

async function findPage(
  page: Page | Reset | null | undefined,
  asked: SyncState,
  origin: string,
  size: number,
): Promise<FoundPage> {
  if (page === null || page === undefined || page.scope !== asked.scope) {
    return { is: "broken", why: `the answer holds no page of ${asked.scope}` };
  }
  if (page.is === "reset") return { is: "reset", reason: page.reason, afterMs: (page.after_seconds ?? 0) * 1000 };
  const fault = outOfOrder(page, asked.cursor);
  if (fault) return { is: "broken", why: fault };
  if (page.cursor.origin !== origin || page.events.some((pulled) => pulled.position >= size)) {
    return { is: "broken", why: "the page is not of the log its checkpoint signs" };
  }
  try {
    const held = await Promise.all(page.events.map(heldRow));
    return { is: "page", held, cursor: page.cursor, done: page.done, forget: page.forget ?? [] };
  } catch (error) {
    return { is: "broken", why: wordsOf(error) };
  }
}

/** Why the page is not the one behind the cursor; empty if it is. */
function outOfOrder(page: Page, after: Cursor | null): string {
  let [effective, position] = after === null ? [-1, -1] : [after.effective, after.position];
  const passes = (next: { effective: number; position: number }): boolean =>
    next.effective > effective || (next.effective === effective && next.position > position);
  const start = { effective, position };
  for (const pulled of page.events) {
    if (!passes(pulled) || pulled.effective < pulled.position) return `position ${pulled.position} is out of order`;
    ({ effective, position } = pulled);
  }
  const { cursor } = page;
  const stands = cursor.effective === effective && cursor.position === position;
  if (!stands && !passes(cursor)) return "the cursor is before what was delivered";
  const moved = cursor.effective !== start.effective || cursor.position !== start.position;
  return page.done || moved ? "" : "the page goes nowhere and is not the last";
}

async function heldRow(pulled: PulledEvent): Promise<Held> {
  const event = fromWire(pulled.event);
  const receivedAt = Date.parse(pulled.received_at);
  const row = { hash: await eventHash(event), position: pulled.position, receivedAt, event: pulled.event };
  return (await isWhole(event)) ? row : { ...row, damaged: true };
}

/** Whether the bytes are an event's and its payload is the one it commits to. */
async function isWhole(event: SignedEvent): Promise<boolean> {
  try {
    return await holds(event, checkShape(event));
  } catch {
    return false;
  }
}
