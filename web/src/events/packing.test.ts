/** A page's columns give back the very bytes that were signed, here as in events/packing.py. Requirements: WIRE-R07. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pack } from "../../tests/small_log";
import { unpack } from "./packing";
import type { Packed, PulledEvent, WireEvent } from "./wire";

interface Case {
  readonly name: string;
  readonly packed: Packed;
  readonly events: readonly { position: number; effective: number; received_at: string; event: WireEvent }[];
  readonly hashes: readonly string[];
}

const cases = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/events/packing.json", import.meta.url), "utf8"),
) as Case[];

test.each(cases.map((one) => [one.name, one] as const))("WIRE-R07: %s", (_, { packed, events, hashes }) => {
  const expected = events.map(({ received_at, ...one }, at): PulledEvent => {
    const { stream } = JSON.parse(one.event.header) as { stream: string };
    return { ...one, receivedAt: Date.parse(received_at), hash: hashes[at] ?? "", stream };
  });
  expect(unpack(packed)).toEqual(expected);
  expect(unpack(pack(expected))).toEqual(expected);
});

test("columns that do not fit together are malformed", () => {
  const { packed } = cases[0] as Case;
  expect(() => unpack({ ...packed, seq: [] })).toThrow("columns");
  expect(() => unpack({ ...packed, salts: "" })).toThrow("salts");
});
