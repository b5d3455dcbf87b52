/** Digests and the log's note as in events/digest.py. Requirements: WIRE-R08. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hex, sha256, unhex, utf8 } from "./bytes";
import { openVouched, pageDigest, scopeDigest, streamDigest } from "./digest";
import { sha256Now } from "./sha256";
import type { Packed } from "./wire";

const read = <Case>(name: string): Case[] =>
  JSON.parse(readFileSync(new URL(`../../../tests/vectors/events/${name}.json`, import.meta.url), "utf8")) as Case[];

interface Page {
  readonly name: string;
  readonly packed: Packed;
  readonly hashes: readonly string[];
  readonly forget: readonly string[];
  readonly digest: string;
  readonly note: string;
  readonly key: string;
  readonly said: {
    origin: string;
    scope: string;
    size: number;
    after: number[];
    until: number[];
    whole: string | null;
  };
}

interface Scope {
  readonly name: string;
  readonly streams: Record<string, string[]>;
  readonly digests: Record<string, string>;
  readonly scope: string;
}

describe("WIRE-R08: what the log signs of a page and a scope", () => {
  test.each(read<Page>("packing").map((one) => [one.name, one] as const))("page: %s", async (_, one) => {
    const { note, key, said, digest } = one;
    expect(hex(pageDigest(one.packed, one.hashes, one.forget))).toBe(digest);
    const { page, whole, ...vouched } = await openVouched(note, key);
    expect({ ...vouched, whole: whole === null ? null : hex(whole) }).toEqual(said);
    expect(hex(page)).toBe(digest);
    await expect(openVouched(note.replace("\n8\n", "\n9\n"), key)).rejects.toThrow("does not verify");
  });

  test.each(read<Scope>("digests").map((one) => [one.name, one] as const))("scope: %s", (_, one) => {
    const digests = Object.entries(one.streams).map(([name, hashes]) => [name, streamDigest(hashes)] as const);
    expect(Object.fromEntries(digests.map(([name, digest]) => [name, hex(digest)]))).toEqual(one.digests);
    expect(hex(scopeDigest(digests.reverse()))).toBe(one.scope);
  });
});

test("SHA-256 is WebCrypto's, at every length around its blocks", async () => {
  expect(hex(sha256Now(utf8("abc")))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  for (let length = 0; length < 200; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    expect(hex(sha256Now(bytes, unhex("00ff")))).toBe(hex(await sha256(bytes, unhex("00ff"))));
  }
});
