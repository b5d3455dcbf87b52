/**
 * A page, and what it comes to: taken whole as the log's note vouches for it, or not at all.
 *
 *     columns --unpack--> events and their hashes --> digest, and bytes as they will be kept            openPage
 *     the digest: the one in the note?     else broken                                                  examinePage
 *     last page: what was held + page - who left --digest--> the scope's in the note?  else differs (and where)  comparePage
 *
 * All but the last needs nothing of what is held, and is done in a thread of its own (exchange.ts).
 */
import { type Bytes, equal, hex, unhex } from "../events/bytes";
import type { Checkpoint } from "../events/checkpoint";
import { differences, openVouched, pageDigest, scopeDigest, streamDigest, type Vouched } from "../events/digest";
import { unpack } from "../events/packing";
import type { Cursor, Page, Reset } from "../events/wire";
import { HeldPage, pageBytes } from "../store/held";
import type { Held, Saved, SyncState } from "../store/kept";
import { inSlices } from "../store/slices";
import type { Pinned } from "./state";
import { wordsOf } from "./witness";

/** What is held of the scope against what the log signed of it. `streams`: where it told the digest of each. */
export type Compared =
  | { readonly is: "equal" }
  | { readonly is: "differs"; readonly streams: readonly string[] | null };

export type FoundPage =
  | {
      readonly is: "page";
      readonly held: readonly Held[];
      readonly cursor: Cursor;
      readonly forget: readonly string[];
      /** Null while more of the scope waits. */
      readonly compared: Compared | null;
    }
  | { readonly is: "reset"; readonly reason: Reset["reason"]; readonly afterMs: number }
  | { readonly is: "broken"; readonly why: string };

/** A page that is what the log signed, not yet compared with what is held. `bytes` are as it will be kept (held.ts). */
export type ExaminedPage =
  | {
      readonly is: "page";
      readonly bytes: Bytes;
      readonly cursor: Cursor;
      readonly forget: readonly string[];
      /** The scope's digest as the log signed it; null while more of it waits. */
      readonly whole: Bytes | null;
      readonly digests: readonly (readonly [string, string])[] | null;
    }
  | Exclude<FoundPage, { is: "page" }>;

/** What a page comes to by itself: the digest that the log should have signed, and its bytes as they will be kept. */
interface OpenPage {
  readonly digest: Bytes;
  readonly bytes: Bytes;
}

const opened = new WeakMap<Page, OpenPage>();

/**
 * The heavy part, which needs nothing of the question: worked out once, while nobody waits for it if that can be.
 * Throws MalformedEvent.
 */
export function openPage(page: Page): OpenPage {
  let open = opened.get(page);
  if (open === undefined) {
    const events = unpack(page.events);
    const hashes = events.map((one) => one.hash);
    open = { digest: pageDigest(page.events, hashes, page.forget ?? []), bytes: pageBytes(events) };
    opened.set(page, open);
  }
  return open;
}

/** Check what came for the scope that was asked for, under the answer's own head. */
export async function examinePage(
  page: Page | Reset | null | undefined,
  asked: SyncState,
  head: Checkpoint,
  pinned: Pinned,
): Promise<ExaminedPage> {
  const { scope, cursor } = asked;
  if (page === null || page === undefined || page.scope !== scope) {
    return { is: "broken", why: `the answer holds no page of ${scope}` };
  }
  if (page.is === "reset") return { is: "reset", reason: page.reason, afterMs: (page.after_seconds ?? 0) * 1000 };
  try {
    const said = await openVouched(page.note, pinned.log_key);
    const { digest, bytes } = openPage(page);
    const { forget = [], digests = null } = page;
    const fault = faultOf(page, digest, said, cursor, head) || differingFault(said.whole, digests, asked.doubted);
    if (fault) return { is: "broken", why: fault };
    return { is: "page", bytes, cursor: page.cursor, forget, whole: said.whole, digests };
  } catch (error) {
    return { is: "broken", why: wordsOf(error) };
  }
}

/** What the page comes to beside what is held of the scope. */
export async function comparePage(page: ExaminedPage, asked: Saved): Promise<FoundPage> {
  if (page.is !== "page") return page;
  const { cursor, forget, whole, digests } = page;
  const held = HeldPage.fresh(page.bytes).rows;
  const compared = whole === null ? null : await inSlices(compare(asked, held, forget, whole, digests));
  return { is: "page", held, cursor, forget, compared };
}

/** Why the page is not the one the log vouches for behind the cursor; empty if it is. */
function faultOf(page: Page, digest: Bytes, said: Vouched, after: Cursor | null, head: Checkpoint): string {
  const begins = after === null ? [0, -1] : [after.effective, after.position];
  const { cursor } = page;
  if (said.origin !== head.origin || said.size !== head.size) return "the page is not of the log its checkpoint signs";
  if (cursor.origin !== head.origin || cursor.size !== head.size || cursor.root !== hex(head.root))
    return "the cursor is not of the log its checkpoint signs";
  if (said.scope !== page.scope || cursor.scope !== page.scope) return `the note is of ${said.scope}`;
  if (said.after[0] !== begins[0] || said.after[1] !== begins[1]) return "the page does not begin behind the cursor";
  if (said.until[0] !== cursor.effective || said.until[1] !== cursor.position)
    return "the cursor is not the page's end";
  if (page.done !== (said.whole !== null)) return "the note is not of the last page";
  if (!equal(digest, said.page)) return "the page is not what the log signed";
  if (!page.done && cursor.effective === begins[0] && cursor.position === begins[1]) return "the page goes nowhere";
  return "";
}

/** What is told of every stream is what the log signed of them all: nothing else names what differs. */
function differingFault(
  whole: Bytes | null,
  digests: readonly (readonly [string, string])[] | null,
  areAsked: boolean,
): string {
  if (whole === null || (digests === null && !areAsked)) return "";
  const streams = (digests ?? []).map(([stream, digest]) => [stream, unhex(digest)] as const);
  const amounts = digests !== null && equal(scopeDigest(streams), whole);
  return amounts ? "" : "the digests of the scope's streams are not those of the one the log signed";
}

function* compare(
  asked: Saved,
  page: readonly Held[],
  forget: readonly string[],
  whole: Bytes,
  digests: readonly (readonly [string, string])[] | null,
): Generator<undefined, Compared, undefined> {
  const isFirst = asked.state.cursor === null;
  const before = isFirst ? new Map<string, readonly Held[]>() : asked.streams;
  const fresh = byStream(page);
  const leaving = [...(isFirst ? [] : asked.state.forgetting), ...forget].map((student) => `student/${student}`);
  const gone = new Set(leaving.filter((stream) => !fresh.has(stream)));
  yield;
  const held = new Map<string, Bytes>();
  for (const stream of new Set([...before.keys(), ...fresh.keys()])) {
    if (!gone.has(stream)) held.set(stream, digestOf(together(before.get(stream) ?? [], fresh.get(stream) ?? [])));
    yield;
  }
  if (equal(scopeDigest(held), whole)) return { is: "equal" };
  return { is: "differs", streams: digests === null ? null : differences(held, digests) };
}

function byStream(rows: readonly Held[]): ReadonlyMap<string, readonly Held[]> {
  const streams = new Map<string, Held[]>();
  for (const row of rows) {
    const there = streams.get(row.stream);
    if (there === undefined) streams.set(row.stream, [row]);
    else there.push(row);
  }
  return streams;
}

/** A stream with what came of it; an event that came again counts once. The very list where nothing came. */
function together(before: readonly Held[], fresh: readonly Held[]): readonly Held[] {
  if (fresh.length === 0) return before;
  return [...new Map([...before, ...fresh].map((row) => [row.hash, row])).values()];
}

/** By the list of a stream's rows. */
const worked = new WeakMap<readonly Held[], Bytes>();

/** The digest of a stream; for the same list it is not worked out again. */
function digestOf(rows: readonly Held[]): Bytes {
  let digest = worked.get(rows);
  if (digest === undefined) {
    const inOrder = [...rows].sort((one, two) => one.position - two.position);
    digest = streamDigest(inOrder.map((row) => row.hash));
    worked.set(rows, digest);
  }
  return digest;
}
