/** A page's columns give back the very bytes that were signed, here as in events/packing.py. Requirements: WIRE-R07. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pack, unpack } from "./packing";
import type { Packed, WireEvent } from "./wire";

interface Case {
  readonly name: string;
  readonly packed: Packed;
  readonly events: readonly { position: number; effective: number; received_at: string; event: WireEvent }[];
}

const cases = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/events/packing.json", import.meta.url), "utf8"),
) as Case[];

test.each(cases.map((one) => [one.name, one] as const))("WIRE-R07: %s", async (_, one) => {
  expect(await unpack(one.packed)).toEqual(one.events);
  expect(await unpack(pack(one.events as never))).toEqual(one.events);
});

test("columns that do not fit together are malformed", async () => {
  const { packed } = cases[0] as Case;
  await expect(unpack({ ...packed, seq: [] })).rejects.toThrow("columns");
  await expect(unpack({ ...packed, salts: "" })).rejects.toThrow("salts");
});
