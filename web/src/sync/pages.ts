/**
 * A page, and what it comes to: taken whole as the log's note vouches for it, or not at all.
 *
 *     columns --unpack--> events and their hashes --digest--> the one in the note?     else broken
 *     last page: what was held + page - who left --digest--> the scope's in the note?  else differs (and where)
 */
import { type Bytes, equal } from "../events/bytes";
import type { Checkpoint } from "../events/checkpoint";
import { differences, openVouched, pageDigest, scopeDigest, streamDigest, type Vouched } from "../events/digest";
import { unpack } from "../events/packing";
import type { Cursor, Page, PulledEvent, Reset } from "../events/wire";
import type { Held, Saved } from "../store/kept";
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

/** Check what came for the scope that was asked for, under the answer's own head. */
export async function findPage(
  page: Page | Reset | null | undefined,
  asked: Saved,
  head: Checkpoint,
  pinned: Pinned,
): Promise<FoundPage> {
  const { scope, cursor } = asked.state;
  if (page === null || page === undefined || page.scope !== scope) {
    return { is: "broken", why: `the answer holds no page of ${scope}` };
  }
  if (page.is === "reset") return { is: "reset", reason: page.reason, afterMs: (page.after_seconds ?? 0) * 1000 };
  try {
    const said = await openVouched(page.note, pinned.log_key);
    const events = unpack(page.events);
    const fault = faultOf(page, events, said, cursor, head);
    if (fault) return { is: "broken", why: fault };
    const held = events.map(({ effective: _, ...row }): Held => row);
    const forget = page.forget ?? [];
    const compared = said.whole === null ? null : compare(asked, held, forget, said.whole, page.digests ?? null);
    return { is: "page", held, cursor: page.cursor, forget, compared };
  } catch (error) {
    return { is: "broken", why: wordsOf(error) };
  }
}

/** Why the page is not the one the log vouches for behind the cursor; empty if it is. */
function faultOf(
  page: Page,
  events: readonly PulledEvent[],
  said: Vouched,
  after: Cursor | null,
  head: Checkpoint,
): string {
  const begins = after === null ? [0, -1] : [after.effective, after.position];
  const { cursor } = page;
  if (said.origin !== head.origin || said.size !== head.size) return "the page is not of the log its checkpoint signs";
  if (said.scope !== page.scope || cursor.scope !== page.scope) return `the note is of ${said.scope}`;
  if (said.after[0] !== begins[0] || said.after[1] !== begins[1]) return "the page does not begin behind the cursor";
  if (said.until[0] !== cursor.effective || said.until[1] !== cursor.position)
    return "the cursor is not the page's end";
  if (page.done !== (said.whole !== null)) return "the note is not of the last page";
  const hashes = events.map((one) => one.hash);
  if (!equal(pageDigest(page.events, hashes, page.forget ?? []), said.page))
    return "the page is not what the log signed";
  if (!page.done && cursor.effective === begins[0] && cursor.position === begins[1]) return "the page goes nowhere";
  return "";
}

function compare(
  asked: Saved,
  page: readonly Held[],
  forget: readonly string[],
  whole: Bytes,
  digests: readonly (readonly [string, string])[] | null,
): Compared {
  const isFirst = asked.state.cursor === null;
  const rows = new Map(isFirst ? [] : asked.held);
  for (const row of page) rows.set(row.hash, row);
  const returned = new Set(page.map((row) => row.stream));
  const leaving = [...(isFirst ? [] : asked.state.forgetting), ...forget].map((student) => `student/${student}`);
  const gone = new Set(leaving.filter((stream) => !returned.has(stream)));
  const held = digestsOf([...rows.values()].filter((row) => !gone.has(row.stream)));
  if (equal(scopeDigest(held), whole)) return { is: "equal" };
  return { is: "differs", streams: digests === null ? null : differences(held, digests) };
}

interface Worked {
  readonly rows: readonly Held[];
  readonly digest: Bytes;
}

/** By a stream's last row: what its rows came to the last time. */
const worked = new WeakMap<Held, Worked>();

/** The digest of each stream; where the rows are the same as before it is not worked out again. */
function digestsOf(held: readonly Held[]): Map<string, Bytes> {
  const streams = new Map<string, Held[]>();
  for (const row of held) {
    const there = streams.get(row.stream);
    if (there === undefined) streams.set(row.stream, [row]);
    else there.push(row);
  }
  const digests = new Map<string, Bytes>();
  for (const [stream, rows] of streams)
    digests.set(stream, digestOf(rows.sort((one, two) => one.position - two.position)));
  return digests;
}

function digestOf(rows: readonly Held[]): Bytes {
  const last = rows.at(-1);
  const known = last && worked.get(last);
  if (known && known.rows.length === rows.length && known.rows.every((row, at) => row === rows[at]))
    return known.digest;
  const digest = streamDigest(rows.map((row) => row.hash));
  if (last) worked.set(last, { rows, digest });
  return digest;
}
