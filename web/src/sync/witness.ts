/**
 * A phone is a witness of the log: it keeps the last checkpoint it verified and believes only extensions of it.
 *
 *     signed by another key, or unreadable            unsigned    nothing of the answer is used; try again
 *     another log's name, an older epoch, a shorter
 *     or different tree, or no proof of extension     broken      alarm: nothing is used until a person looks
 *     an extension of what was held                   extends
 *     a later epoch of the same log                   new_epoch   own events are delivered once more
 */
import { unbase64url } from "../events/bytes";
import { type Checkpoint, epochOf, openCheckpoint } from "../events/checkpoint";
import { verifyConsistency } from "../events/merkle";
import type { SyncState } from "../store/kept";
import type { Pinned } from "./state";

export type Head =
  | { readonly is: "unsigned"; readonly why: string }
  | { readonly is: "broken"; readonly why: string }
  | { readonly is: "extends" | "new_epoch"; readonly checkpoint: Checkpoint };

const baseOf = (origin: string): string => origin.slice(0, origin.lastIndexOf("/"));

/** Judge an answer's checkpoint against the one held when it was asked for. */
export async function examineHead(
  note: string,
  consistency: readonly string[],
  asked: SyncState,
  pinned: Pinned,
): Promise<Head> {
  let shown: Checkpoint;
  let epoch: number;
  try {
    shown = await openCheckpoint(note, pinned.log_key);
    epoch = epochOf(shown.origin);
  } catch (error) {
    return { is: "unsigned", why: wordsOf(error) };
  }
  const base = baseOf(pinned.origin);
  if (baseOf(shown.origin) !== base) return { is: "broken", why: `the answer is of the log ${shown.origin}` };
  if (asked.checkpoint === "") return { is: "extends", checkpoint: shown };
  const held = await openCheckpoint(asked.checkpoint, pinned.log_key);
  if (epoch > epochOf(held.origin)) return { is: "new_epoch", checkpoint: shown };
  if (epoch < epochOf(held.origin)) return { is: "broken", why: `the log fell back to epoch ${epoch}` };
  if (shown.size < held.size) return { is: "broken", why: `the log ended at ${held.size}, now at ${shown.size}` };
  try {
    const path = consistency.map(unbase64url);
    await verifyConsistency(held.size, shown.size, path, held.root, shown.root);
  } catch (error) {
    return { is: "broken", why: `the log is not the one this phone saw before (${wordsOf(error)})` };
  }
  return { is: "extends", checkpoint: shown };
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
