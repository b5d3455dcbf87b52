/** A picture of a paper lies sealed under a key of its own, which stands in its event alone. WEB-R121 */
import { describe, expect, it } from "vitest";
import { type Bytes, hex, sha256, unhex, utf8 } from "../events/bytes";
import type { Photo } from "../events/generated";
import { sealPhoto } from "./photos";

const PICTURE = utf8("a picture of a paper with a name on it".repeat(50));

async function opened(sealed: Bytes, { key }: Photo): Promise<string> {
  const [iv, rest] = [sealed.slice(0, 12), sealed.slice(12)];
  const held = await crypto.subtle.importKey("raw", unhex(key ?? ""), "AES-GCM", false, ["decrypt"]);
  const how = { name: "AES-GCM", iv, additionalData: utf8("doseledger/photo/v1") };
  return hex(new Uint8Array(await crypto.subtle.decrypt(how, held, rest)));
}

describe("WEB-R121: a sealed picture", () => {
  it("shows nothing of what it is, and opens with the event's key alone", async () => {
    const { photo, kept } = await sealPhoto(PICTURE);
    expect(hex(kept.bytes)).not.toContain(hex(PICTURE.slice(0, 16)));
    expect(await opened(kept.bytes, photo)).toBe(hex(PICTURE));
    const { photo: other } = await sealPhoto(PICTURE);
    await expect(opened(kept.bytes, other)).rejects.toThrow();
  });

  it("is named by its sealed bytes, and the picture by its own", async () => {
    const { photo, kept } = await sealPhoto(PICTURE);
    expect([kept.name, kept.size, photo.sealed]).toEqual([hex(await sha256(kept.bytes)), kept.bytes.length, kept.name]);
    expect([photo.sha256, photo.size_bytes]).toEqual([hex(await sha256(PICTURE)), PICTURE.length]);
    expect((await sealPhoto(PICTURE)).kept.name).not.toBe(kept.name);
  });
});
