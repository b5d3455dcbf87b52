/** Requirements: WEB-R97 (what lapses, and what of the phone's own work may go). */
import { expect, test } from "vitest";
import { newId, SmallLog, signed } from "../../tests/small_log";
import { unbase64url } from "../events/bytes";
import { eventHash } from "../events/envelope";
import { encodeReceipt, parseEntry, parseReceipt } from "../events/receipt";
import { toWire } from "../events/wire";
import { type Own, settledLongAgo } from "./kept";

const DAY_MS = 86_400_000;

test("WEB-R97: own events go 30 days after a receipt that a later head confirmed; never one that waits, nor one set aside that nobody settled, never the last", async () => {
  const log = await SmallLog.found();
  const own: Own[] = [];
  for (const state of ["receipted", "waiting", "quarantined", "receipted"] as const) {
    const { event, header } = await signed("district", "dose.voided", { event: newId(), reason: "x" });
    const position = await log.append(event, header);
    const { entry, path } = await log.proof(position);
    const proof = { entry: unbase64url(entry), position, path: path.map(unbase64url) };
    const receipt = encodeReceipt({ ...proof, checkpoint: await log.checkpoint() });
    const row = { seq: position + 1, hash: await eventHash(event), event: toWire(event) };
    own.push(state === "waiting" ? { ...row, state } : { ...row, state, receipt, position });
  }
  const received = parseEntry(parseReceipt(own[0]?.receipt ?? "").entry).receivedAt;
  const gone = (size: number, days: number, open: readonly Own[] = []) =>
    settledLongAgo(own, size, received + days * DAY_MS + 60_000, new Set(open)).map((row) => row.seq);
  expect(gone(9, 29)).toEqual([]);
  expect(gone(9, 30)).toEqual([1, 3]);
  expect(gone(9, 300, own.slice(2, 3))).toEqual([1]);
  expect(gone(3, 30)).toEqual([1]);
  expect(gone(1, 30)).toEqual([]);
});
