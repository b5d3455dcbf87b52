/**
 * What Node lacks of a browser and the store needs: IndexedDB (fake-indexeddb), Web Locks, a worker, listeners.
 *
 * The locks are the real rule in one process: one holder at a time per name, the others in order of asking.
 */
import "fake-indexeddb/auto";
import { webcrypto } from "node:crypto";
import { IDBFactory } from "fake-indexeddb";
import { argon2id } from "hash-wasm";
import type { Device } from "../src/store/device";
import type { Unlocked } from "../src/store/pin";
import type { Answer, Asked } from "../src/store/stretch";

type Deed<Result> = (lock: { readonly name: string } | null) => Promise<Result> | Result;

class Locks {
  private readonly queues = new Map<string, Promise<unknown>>();

  request<Result>(name: string, one: Deed<Result> | { ifAvailable?: boolean }, two?: Deed<Result>): Promise<Result> {
    const deed = (two ?? one) as Deed<Result>;
    const before = this.queues.get(name);
    if (before !== undefined && typeof one !== "function" && one.ifAvailable) return Promise.resolve(deed(null));
    const result = (before ?? Promise.resolve()).then(() => deed({ name }));
    const over: Promise<void> = result.then(
      () => this.free(name, over),
      () => this.free(name, over),
    );
    this.queues.set(name, over);
    return result;
  }

  private free(name: string, over: Promise<void>): void {
    if (this.queues.get(name) === over) this.queues.delete(name);
  }
}

/** The one worker there is (src/store/argon.ts), without the thread: Node starts no TypeScript. */
class Stretcher {
  onmessage: (message: { data: Answer }) => void = () => {};

  postMessage({ pin, salt, cost }: Asked): void {
    const how = { password: pin, salt, iterations: cost.passes, memorySize: cost.memoryKib, parallelism: 1 };
    argon2id({ ...how, hashLength: 32, outputType: "binary" }).then(
      (made) => this.onmessage({ data: new Uint8Array(made) }),
      (error: unknown) => this.onmessage({ data: { failed: String(error) } }),
    );
  }

  terminate(): void {}
}

/** What a try of a PIN costs in tests that are not about that. */
export const CHEAP = { passes: 1, memoryKib: 8 };

/** A phone just taken out of its box: empty store, no locks held. */
export function newPhone(): void {
  globalThis.indexedDB = new IDBFactory();
  Object.defineProperty(globalThis, "navigator", { value: { locks: new Locks() }, configurable: true });
  if (globalThis.crypto === undefined) Object.defineProperty(globalThis, "crypto", { value: webcrypto });
  Object.assign(globalThis, {
    Worker: Stretcher,
    addEventListener: () => {},
    removeEventListener: () => {},
    window: globalThis,
  });
}

/** Try a PIN on a phone of one nurse. */
export async function unlock(device: Device, pin: string): Promise<Unlocked> {
  const [only] = await device.colleagues();
  return device.unlock(pin, only?.staff ?? "");
}
