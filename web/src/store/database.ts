/**
 * IndexedDB with two shelves: `plain` (wrapped keys, wrong tries, language: nothing about anybody) and `sealed`
 * (everything else, each value encrypted on its own under the data key).
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Bytes, text, utf8 } from "../events/bytes";
import { open, seal, type WrappedKeys } from "./vault";

export interface Plain {
  readonly keys?: WrappedKeys;
  readonly wrongTries?: number;
  readonly waitUntil?: number;
}

interface Schema extends DBSchema {
  plain: { key: keyof Plain; value: NonNullable<Plain[keyof Plain]> };
  sealed: { key: string; value: Bytes };
}

const NAME = "doseledger";

/** All keys that begin so. */
export const everyKey = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

export class Database {
  private constructor(private readonly idb: IDBPDatabase<Schema>) {}

  /** Open the store; `onOutdated` is called when another tab runs a newer program and this one must let go. */
  static async open(onOutdated: () => void): Promise<Database> {
    const idb = await openDB<Schema>(NAME, 1, {
      upgrade(database) {
        database.createObjectStore("plain");
        database.createObjectStore("sealed");
      },
      blocking() {
        idb.close();
        onOutdated();
      },
    });
    return new Database(idb);
  }

  async plain<Key extends keyof Plain>(key: Key): Promise<Plain[Key] | undefined> {
    return (await this.idb.get("plain", key)) as Plain[Key] | undefined;
  }

  async setPlain<Key extends keyof Plain>(key: Key, value: NonNullable<Plain[Key]>): Promise<void> {
    await this.idb.put("plain", value, key);
  }

  /** A sealed value; undefined when there is none. Throws when it does not open: the store was changed. */
  async get<Value>(data: CryptoKey, key: string): Promise<Value | undefined> {
    const sealed = await this.idb.get("sealed", key);
    return sealed === undefined ? undefined : unsealed<Value>(data, key, sealed);
  }

  /** Every value whose key begins so, in the order of their keys. */
  async all<Value>(data: CryptoKey, prefix: string): Promise<Value[]> {
    const range = everyKey(prefix);
    const [keys, values] = await Promise.all([this.idb.getAllKeys("sealed", range), this.idb.getAll("sealed", range)]);
    return Promise.all(values.map((sealed, i) => unsealed<Value>(data, keys[i] ?? prefix, sealed)));
  }

  /** The last key that begins so. */
  async lastKey(prefix: string): Promise<string | undefined> {
    const transaction = this.idb.transaction("sealed");
    const cursor = await transaction.store.openKeyCursor(everyKey(prefix), "prev");
    return cursor?.key;
  }

  /** Delete, then put, in one transaction, durable before it returns. */
  async write(
    data: CryptoKey,
    puts: readonly (readonly [string, unknown])[],
    deletes: readonly (string | IDBKeyRange)[] = [],
  ): Promise<void> {
    const sealed = await Promise.all(
      puts.map(async ([key, value]) => [key, await seal(data, utf8(JSON.stringify({ key, value })))] as const),
    );
    const transaction = this.idb.transaction("sealed", "readwrite", { durability: "strict" });
    for (const key of deletes) void transaction.store.delete(key);
    for (const [key, value] of sealed) void transaction.store.put(value, key);
    await transaction.done;
  }
}

/** The key travels inside, so that a value moved under another key does not open as that one. */
async function unsealed<Value>(data: CryptoKey, key: string, sealed: Bytes): Promise<Value> {
  const plain = await open(data, sealed);
  const read = plain === null ? null : (JSON.parse(text(plain)) as { key: string; value: Value });
  if (read === null || read.key !== key) throw new Error(`the stored value ${key} was changed`);
  return read.value;
}
