/**
 * PIN to key, slowly and with much memory: Argon2id (RFC 9106), so that guessing costs what unlocking costs.
 *
 * Runs in a worker: half a second of work that leaves the screen alive. The program for it is loaded when a PIN is
 * typed, never before; it is among the files kept for offline use.
 */
import type { Bytes } from "../events/bytes";

/** What one try costs. Kept beside the salt, so that it can be raised later. */
export interface Cost {
  readonly passes: number;
  readonly memoryKib: number;
}

/** RFC 9106's second choice, with one lane: WebAssembly has one thread here. The Python client's is the same. */
export const COST: Cost = { passes: 3, memoryKib: 64 * 1024 };

export interface Asked {
  readonly pin: string;
  readonly salt: Bytes;
  readonly cost: Cost;
}

/** The 32 bytes, or why there are none: no memory for them, most often. */
export type Answer = Bytes | { readonly failed: string };

/** The PIN was not worked on. Whether it is the right one nobody knows. */
export class PinTrouble extends Error {}

/** 32 bytes that take this cost to make; throws PinTrouble. */
export async function stretch(asked: Asked): Promise<Bytes> {
  const worker = new Worker(new URL("./argon.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Bytes>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) =>
        "failed" in data ? reject(new PinTrouble(data.failed)) : resolve(data);
      worker.onerror = (event) => reject(new PinTrouble(event.message));
      worker.postMessage(asked);
    });
  } finally {
    worker.terminate();
  }
}
