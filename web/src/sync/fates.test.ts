/** Requirement: WEB-R201 (each row whose end is not known is asked about, however many there are). */
import { afterEach, expect, test, vi } from "vitest";
import { newPhone } from "../../tests/browser_like";
import { PUSH_EVENTS_MAX } from "../events/wire";
import type { Device } from "../store/device";
import { NO_SYNC, type Own } from "../store/kept";
import { Asker } from "./fates";

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
