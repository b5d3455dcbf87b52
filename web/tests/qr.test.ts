/** Codes this app makes, read by another's reader (zxing), at every size. WEB-R104 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { type Matrix, qrOf } from "../src/scan/qr";

const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });

async function read(code: Matrix): Promise<readonly string[]> {
  const quiet = 4;
  const scale = 4;
  const size = (code.length + 2 * quiet) * scale;
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  for (const [y, row] of code.entries())
    for (const [x, dark] of row.entries())
      for (let pixel = 0; dark && pixel < scale * scale; pixel += 1) {
        const at = ((y + quiet) * scale + Math.floor(pixel / scale)) * size + (x + quiet) * scale + (pixel % scale);
        data.fill(0, at * 4, at * 4 + 3);
      }
  const found = await readBarcodes({ data, width: size, height: size, colorSpace: "srgb" } as ImageData, {
    formats: ["QRCode"],
  });
  return found.map((one) => one.text);
}

it.each([1, 14, 15, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666])(
  "WEB-R104: %i bytes are read back",
  async (length) => {
    const text = Array.from({ length }, (_, at) => String.fromCharCode(33 + ((at * 7) % 90))).join("");
    expect(await read(qrOf(text))).toEqual([text]);
  },
);

it("WEB-R104: names in any script, and a size for each version from 1 to 20", async () => {
  const text = "Joaquín Ñandú\nSRP · lote W028843\n→ 19 dic 2026 ☎ 218-555-0100";
  expect(await read(qrOf(text))).toEqual([text]);
  expect(qrOf("x").length).toBe(21);
  expect(qrOf("x".repeat(666)).length).toBe(97);
  expect(() => qrOf("x".repeat(667))).toThrow("too many");
});
