/** WEB-R511: what a nurse may still have to see to is drawn, however long her outbox is. */
import { expect, test } from "vitest";
import type { Own, OwnState } from "../store/kept";
import { drawnOf } from "./outbox_rows";

const EVENT: Own["event"] = { header: "", signature: "", salt: "", payload: "" };

const row = (seq: number, state: OwnState): Own => ({ seq, state, hash: String(seq), event: EVENT });

/** An outbox of so many entries, newest first, in the record unless named here. */
function outbox(count: number, others: Readonly<Record<number, OwnState>> = {}): Own[] {
  return Array.from({ length: count }, (_, at) => row(count - at, others[count - at] ?? "receipted"));
}

const seqsOf = (rows: readonly Own[], most: number): number[] => drawnOf(rows, most).map((one) => one.row.seq);

test("of what is in the record the newest are drawn", () => {
  expect(seqsOf(outbox(5), 3)).toEqual([5, 4, 3]);
  expect(seqsOf(outbox(2), 3)).toEqual([2, 1]);
});

test("what waits or was set aside is drawn in its place, and takes nobody else's", () => {
  expect(seqsOf(outbox(9, { 8: "waiting", 5: "quarantined", 1: "waiting" }), 2)).toEqual([9, 8, 7, 5, 1]);
  const waiting = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [at + 1, "waiting" as const]));
  expect(seqsOf(outbox(500, waiting), 200)).toHaveLength(500);
});

test("an entry knows the one made before it, drawn or not", () => {
  const drawn = drawnOf(outbox(6, { 2: "quarantined" }), 1);
  expect(drawn.map(({ row: one, before }) => [one.seq, before?.seq])).toEqual([
    [6, 5],
    [2, 1],
  ]);
});
