/** Requirements: WEB-R201 (each row whose end is not known is asked about, however many there are), QUARANTINE-R08. */
import { afterEach, expect, test, vi } from "vitest";
import { newPhone } from "../../tests/browser_like";
import { SmallLog } from "../../tests/small_log";
import { type Fate, PUSH_EVENTS_MAX, toWire } from "../events/wire";
import type { Device } from "../store/device";
import { NO_SYNC, type Own } from "../store/kept";
import { Asker, proven } from "./fates";

const ROWS = PUSH_EVENTS_MAX + 10;
const MINUTE_MS = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

const row = (seq: number): Own => ({
  seq,
  hash: String(seq).padStart(64, "0"),
  event: { header: "{}", signature: "", salt: "", payload: "{}" },
  state: "quarantined",
});

test("WEB-R201: more rows than one question holds are asked about in turn, and then again from the first", async () => {
  newPhone();
  vi.useFakeTimers({ toFake: ["performance"] });
  const asked: string[][] = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    asked.push((JSON.parse(String(init.body)) as { submissions: string[] }).submissions);
    throw new TypeError("no network");
  });
  const device = {
    state: { ...NO_SYNC, refused: "scope_not_allowed" },
    own: Array.from({ length: ROWS }, (_, at) => row(at + 1)),
    enrolled: { seat: "seat", token: "token", log_key: "key" },
    signQuestion: async () => new Uint8Array(64),
  };
  const asker = new Asker(device as unknown as Device);
  for (let turn = 1; turn <= 3; turn += 1) {
    asker.stir();
    await vi.waitFor(() => expect(asked).toHaveLength(turn));
    vi.advanceTimersByTime(MINUTE_MS);
  }
  const named = new Set(asked.flat());
  expect(device.own.filter(({ hash }) => !named.has(hash))).toEqual([]);
  expect(asked.every((names) => names.length <= PUSH_EVENTS_MAX)).toBe(true);
  expect(asked[2]).toContain(device.own[0]?.hash);
});

test("QUARANTINE-R08: what is said of a row counts only from the log's own record about that very row", async () => {
  const log = await SmallLog.found();
  const [ours, theirs] = [row(1), row(2)];
  const why = { submission: theirs.hash, reason: "entered by hand" };
  const record = toWire(await log.tell("district", "submission.closed", why));
  await log.tell("district", "dose.voided", { ...why, submission: ours.hash });
  const [proof, other] = [await log.proof(0), await log.proof(1)];
  const about = { submission: theirs.hash, record, proof, who: "Olga Ek" };
  const another = { ...record, payload: record.payload.replace("by hand", "by mail") };
  const told = async (fate: Fate) =>
    proven({ checkpoint: await log.checkpoint(), fates: [fate] }, named, log.verifier).then((found) => [
      ...found.keys(),
    ]);
  const named = new Map([ours, theirs].map((one) => [one.hash, one]));
  expect(await told(about)).toEqual([theirs.hash]);
  expect(await told({ ...about, submission: ours.hash })).toEqual([]);
  expect(await told({ ...about, record: another })).toEqual([]);
  expect(await told({ ...about, proof: other })).toEqual([]);
  expect(await told({ ...about, submission: "00".repeat(32) })).toEqual([]);
});
