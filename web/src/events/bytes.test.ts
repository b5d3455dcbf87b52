import { describe, expect, test } from "vitest";
import { base64, base64url, equal, hex, unbase64, unbase64url, unhex } from "./bytes";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe("one text for one value", () => {
  test("bytes come back from each of their texts", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = BYTES.slice(256 - length);
      expect(unbase64(base64(bytes))).toEqual(bytes);
      expect(unbase64url(base64url(bytes))).toEqual(bytes);
      expect(unhex(hex(bytes))).toEqual(bytes);
    }
  });

  test("of all last characters only those with no spare bits set are read", () => {
    for (const last of ALPHABET) {
      for (const encoded of [`A${last}==`, `AA${last}=`]) {
        const isOnly = btoa(atob(encoded)) === encoded;
        if (isOnly) expect(base64(unbase64(encoded))).toBe(encoded);
        else expect(() => unbase64(encoded)).toThrow("canonical");
      }
    }
  });

  test.each(["A", "AA", "A===", "AA=A", "AA==AAAA", "A-==", "AAA=\n", "=AAA"])("%j is no base64", (encoded) => {
    expect(() => unbase64(encoded)).toThrow(RangeError);
  });

  test.each(["0", "0g", "AB", "0x"])("%j is not hexadecimal", (digits) => {
    expect(() => unhex(digits)).toThrow(RangeError);
  });

  test("bytes are equal when all are", () => {
    expect(equal(BYTES, BYTES.slice())).toBe(true);
    expect(equal(BYTES, BYTES.slice(1))).toBe(false);
    expect(
      equal(
        BYTES,
        Uint8Array.from(BYTES, (byte) => (byte === 255 ? 0 : byte)),
      ),
    ).toBe(false);
  });
});
