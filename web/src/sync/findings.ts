/**
 * What an answer proves, found out before anything is decided: its head, then what it says of each pushed event,
 * then its page. Nothing here touches a network or a disk; checking is asynchronous only because WebCrypto is.
 *
 *     examine    everything the answer and the request tell; heavy, so a thread of its own does it (exchange.ts)
 *     compare    what is held of the scope against what the log signed of it
 *
 * Each part stands for itself: a receipt that holds counts even if the page beside it breaks the contract. But
 * under a head that is not the log's, nothing does.
 */
import { base64url, hex, sha256, text, unbase64url, utf8 } from "../events/bytes";
import { holds } from "../events/commitment";
import { checkShape, eventHash, type SignedEvent } from "../events/envelope";
import { encodeReceipt, verifyReceipt } from "../events/receipt";
import { type Answer, fromWire, type Proof, type Quarantined, type SyncResponse } from "../events/wire";
import type { HandOff } from "../store/hand_off";
import type { OtherDevice, Own, Saved, SyncState } from "../store/kept";
import { comparePage, type ExaminedPage, examinePage, type FoundPage } from "./pages";
import type { Pinned, Send } from "./state";
import { examineHead, type Head, wordsOf } from "./witness";

/** A pushed event and what an answer proves of it. */
export type Fate =
  | {
      readonly hash: string;
      readonly is: "receipted";
      readonly receipt: string;
      readonly position: number;
      /** What a person should look at. */
      readonly flags: readonly string[];
    }
  | {
      readonly hash: string;
      readonly is: "quarantined";
      readonly receipt: string;
      readonly position: number;
      readonly reason: string;
      readonly owner: string;
    }
  | { readonly hash: string; readonly is: "unproven"; readonly why: string };

export interface Findings {
  readonly note: string;
  readonly head: Head;
  readonly fates: readonly Fate[];
  /** Carried events the log holds, or holds the record of their quarantine. */
  readonly delivered: readonly HandOff[];
  /** The other devices at work in the scope; null where the answer does not tell. */
  readonly others: readonly OtherDevice[] | null;
  /** Events whose rows the server's disk has damaged. */
  readonly wanted: readonly string[];
  /** Null when none was asked for. */
  readonly page: FoundPage | null;
}

/** An examined answer: findings, but for the page's comparison with what is held. */
export type Examined = Omit<Findings, "page"> & { readonly page: ExaminedPage | null };

/** What was asked, as far as an answer is examined by it; it can be told to another thread. */
export type Question = Pick<Send, "request" | "pushed" | "carried"> & { readonly state: SyncState };

/** Check the answer to a request. Never throws for what the answer holds. */
export async function judge(answer: SyncResponse, send: Send, pinned: Pinned): Promise<Findings> {
  return compared(await examine(answer, { ...send, state: send.asked.state }, pinned), send.asked);
}

export async function examine(answer: SyncResponse, question: Question, pinned: Pinned): Promise<Examined> {
  const note = answer.checkpoint;
  const { state, pushed, carried, request } = question;
  const { wanted = [] } = answer;
  const head = await examineHead(note, answer.consistency ?? [], state, pinned);
  if (head.is === "unsigned" || head.is === "broken")
    return { note, head, fates: [], delivered: [], others: null, wanted, page: null };
  const under = { key: pinned.log_key, origin: head.checkpoint.origin };
  const fates = await Promise.all(pushed.map((row, i) => fateOf(row, answer.answers?.[i], note, under)));
  const arrived = await Promise.all(carried.map((one, i) => hasArrived(one, answer.carried?.[i], note, under)));
  const page = request.pull === undefined ? null : await examinePage(answer.page, state, head.checkpoint, pinned);
  const delivered = carried.filter((_, i) => arrived[i]);
  return { note, head, fates, delivered, others: othersOf(answer), wanted, page };
}

export async function compared(examined: Examined, asked: Saved): Promise<Findings> {
  return { ...examined, page: examined.page === null ? null : await comparePage(examined.page, asked) };
}

function othersOf({ devices, page }: SyncResponse): readonly OtherDevice[] | null {
  if (devices === undefined || page?.is !== "page" || !page.done) return null;
  return devices.map(({ device, label, reported_at }) => ({ device, label, heardAt: Date.parse(reported_at) }));
}

/** Whether the log holds a carried event, or the record of why it does not. */
async function hasArrived(
  { device, seq, hash, sealed }: HandOff,
  said: Answer | undefined,
  note: string,
  under: { key: string; origin: string },
): Promise<boolean> {
  const carried = JSON.stringify({ device, seq, event_hash: hash, sealed: base64url(sealed) });
  return (await fateNamed([hash, hex(await sha256(utf8(carried)))], hash, said, note, under)).is !== "unproven";
}

async function fateOf(
  row: Own,
  said: Answer | undefined,
  note: string,
  under: { key: string; origin: string },
): Promise<Fate> {
  const names = [row.hash, hex(await sha256(utf8(JSON.stringify(row.event))))];
  return fateNamed(names, row.hash, said, note, under);
}

/** What an answer proves of an event; `names` are those a record of its quarantine may call it by. */
async function fateNamed(
  names: readonly string[],
  hash: string,
  said: Answer | undefined,
  note: string,
  under: { key: string; origin: string },
): Promise<Fate> {
  try {
    const isNamed = said?.is === "quarantined" ? names.includes(said.submission) : said?.event_hash === hash;
    if (said === undefined || !isNamed) return { hash, is: "unproven", why: "the answer does not name it" };
    const receipt = receiptText(said.proof, note);
    if (said.is === "quarantined") {
      const record = fromWire(said.record);
      const told = await submissionOf(said, record, names);
      const { position } = await verifyReceipt(receipt, await eventHash(record), under);
      return { hash, is: "quarantined", receipt, position, reason: told.reason, owner: told.owner };
    }
    const { position } = await verifyReceipt(receipt, hash, under);
    return { hash, is: "receipted", receipt, position, flags: said.flags ?? [] };
  } catch (error) {
    return { hash, is: "unproven", why: wordsOf(error) };
  }
}

/** Reason and owner as the record of a quarantine says. Throws unless it commits to this very event. */
async function submissionOf(
  said: Quarantined,
  record: SignedEvent,
  names: readonly string[],
): Promise<{ reason: string; owner: string }> {
  const header = checkShape(record);
  if (header.type !== "submission.quarantined") throw new Error(`the record is ${header.type}`);
  if (!(await holds(record, header))) throw new Error("the record's payload is not the one it commits to");
  const payload = JSON.parse(text(record.payload)) as { submission?: string; reason?: string; owner?: string };
  if (!names.includes(payload.submission ?? "")) throw new Error("the record is about another submission");
  return { reason: payload.reason ?? said.reason, owner: payload.owner ?? said.owner };
}

export function receiptText(proof: Proof, note: string): string {
  return encodeReceipt({
    entry: unbase64url(proof.entry),
    position: proof.position,
    path: proof.path.map(unbase64url),
    checkpoint: note,
  });
}
