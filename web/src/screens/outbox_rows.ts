/** Which entries of an outbox are drawn: whatever is not in the record yet, and of the rest the newest. */
import type { Own } from "../store/kept";

export interface Drawn {
  readonly row: Own;
  /** The entry made before this one, drawn or not. */
  readonly before: Own | undefined;
}

/** `rows` come newest first; at most `most` of those in the record are drawn. */
export function drawnOf(rows: readonly Own[], most: number): Drawn[] {
  let settled = 0;
  return rows
    .map((row, at) => ({ row, before: rows[at + 1] }))
    .filter(({ row }) => row.state !== "receipted" || ++settled <= most);
}
