/**
 * IndexedDB with seven shelves.
 *
 *     plain      this phone's own key, and which enrolment the store is of
 *     seats      for each nurse her wrapped keys, her name sealed under the phone's key, her wrong tries (seats.ts)
 *     sealed     everything else, each value encrypted on its own under the data key
 *     photos     pictures of papers, each sealed under a key that lies in the event naming it (photos.ts)
 *     spares     the sealed bytes of those that are receipted, read only where a server was put back (spares.ts)
 *     hand_off   undelivered events, each sealed to the district: what is left when the PIN is forgotten
 *     arrived    those that were delivered in the last 30 days, for a district that is put back (hand_off.ts)
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Bytes } from "../events/bytes";
import { isOtherEpoch } from "../events/checkpoint";
import type { Arrived, HandOff } from "./hand_off";
import type { KeptPhoto } from "./photos";
import { NOT_TOLD, type SeatHere } from "./seats";
import { opening, openingPage, sealedValues, unsealed } from "./values";
import type { FormerKeys, WrappedKeys } from "./vault";

export interface Plain {
  readonly phone?: CryptoKey;
  /** Another at each enrolment. */
  readonly founded?: string;
}

/** What stood among the plain values when a phone was one nurse's. */
interface FormerPlain {
  readonly keys?: WrappedKeys | FormerKeys;
  readonly wrongTries?: number;
  readonly waitUntil?: number;
}

interface Schema extends DBSchema {
  plain: {
    key: keyof Plain | keyof FormerPlain;
    value: NonNullable<(Plain & FormerPlain)[keyof (Plain & FormerPlain)]>;
  };
  seats: { key: string; value: SeatHere };
  sealed: { key: string; value: Bytes };
  hand_off: { key: string; value: HandOff };
  photos: { key: string; value: KeptPhoto };
  spares: { key: string; value: Bytes };
  arrived: { key: string; value: Arrived };
}

/** What one transaction writes: deletions first. Values of `puts` are sealed under the data key; bytes as they are. */
export interface Writing {
  readonly puts?: readonly (readonly [string, unknown])[];
  readonly deletes?: readonly (string | IDBKeyRange)[];
  readonly handOffs?: readonly HandOff[];
  readonly delivered?: readonly Pick<HandOff, "device" | "seq">[];
  /** The log they are delivered in, and the server's word of the time (0: none yet). Where it is not the one known so far, what arrived in an earlier epoch waits anew. */
  readonly origin?: { readonly name: string; readonly isNew: boolean; readonly at: number };
  readonly seats?: readonly SeatHere[];
  /** Staff whose keys go, before `seats` are put. */
  readonly dismissed?: readonly string[];
}

const NAME = "doseledger";
/** Also where only the layout of a sealed value changes: a tab of an earlier program must let go. */
const VERSION = 6;

/** All keys that begin so. */
export const everyKey = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** Digits of a width, so that keys stand in the order of their numbers. */
export const ordered = (seq: number): string => String(seq).padStart(12, "0");

const handOffKey = ({ device, seq }: Pick<HandOff, "device" | "seq">): string => `${device}/${ordered(seq)}`;

/** Why a tab has no store any more. */
export type Gone = "outdated" | "vanished";

/** Another tab enrolled this phone anew: what is known here is of before. */
export class EnrolledAnew extends Error {}

export class Database {
  /** The enrolment whose keys are in use here. */
  private founded: string | undefined;

  private constructor(private readonly idb: IDBPDatabase<Schema>) {}

  /**
   * Open the store. `onGone` is called when this tab must let go of it: another tab runs a newer program, or the
   * store was deleted under it.
   */
  static async open(onGone: (why: Gone) => void): Promise<Database> {
    const idb = await openDB<Schema>(NAME, VERSION, {
      async upgrade(database, before, _, transaction) {
        if (before < 1) {
          database.createObjectStore("plain");
          database.createObjectStore("sealed");
        }
        if (before < 2) database.createObjectStore("hand_off");
        if (before < 4) database.createObjectStore("photos", { keyPath: "name" });
        if (before < 6) for (const name of ["spares", "arrived"] as const) database.createObjectStore(name);
        if (before < 3) {
          database.createObjectStore("seats", { keyPath: "staff" });
          const [plain, seats] = [transaction.objectStore("plain"), transaction.objectStore("seats")];
          const keys = (await plain.get("keys")) as FormerPlain["keys"];
          const [wrongTries, waitUntil] = [await plain.get("wrongTries"), await plain.get("waitUntil")];
          const tried = { wrongTries: Number(wrongTries ?? 0), waitUntil: Number(waitUntil ?? 0) };
          if (keys !== undefined) await seats.put({ staff: NOT_TOLD, face: null, keys, ...tried });
          for (const name of ["keys", "wrongTries", "waitUntil"] as const) await plain.delete(name);
        }
      },
      blocking(_, wanted) {
        idb.close();
        onGone(wanted === null ? "vanished" : "outdated");
      },
      terminated() {
        onGone("vanished");
      },
    });
    return new Database(idb);
  }

  /** From now on write for the enrolment the store is of. */
  async bind(): Promise<void> {
    this.founded = await this.plain("founded");
  }

  async plain<Key extends keyof Plain>(key: Key): Promise<Plain[Key] | undefined> {
    return (await this.idb.get("plain", key)) as Plain[Key] | undefined;
  }

  /** Everyone who may open this phone. */
  async seats(): Promise<readonly SeatHere[]> {
    return this.idb.getAll("seats");
  }

  async seat(staff: string): Promise<SeatHere | undefined> {
    return this.idb.get("seats", staff);
  }

  /** A seat that is there as it shall be from now on, durable before it returns; with the phone's key where that is new. */
  async keepSeat(seat: SeatHere, phone?: CryptoKey): Promise<void> {
    const transaction = this.idb.transaction(["plain", "seats"], "readwrite", { durability: "strict" });
    void transaction.objectStore("seats").put(seat);
    if (phone !== undefined) void transaction.objectStore("plain").put(phone, "phone");
    await transaction.done;
  }

  /**
   * A new owner of this store, in one transaction: nothing sealed under an earlier data key is left. Events that
   * were sealed to the district stay until they are delivered.
   */
  async found(data: CryptoKey, plain: Plain, seat: SeatHere, puts: NonNullable<Writing["puts"]>): Promise<void> {
    const sealed = await sealedValues(data, puts);
    const transaction = this.idb.transaction(["plain", "seats", "sealed"], "readwrite", { durability: "strict" });
    void transaction.objectStore("seats").clear();
    void transaction.objectStore("seats").put(seat);
    void transaction.objectStore("sealed").clear();
    for (const [key, value] of sealed) void transaction.objectStore("sealed").put(value, key);
    void transaction.objectStore("plain").clear();
    for (const [key, value] of Object.entries(plain)) {
      void transaction.objectStore("plain").put(value, key as keyof Plain);
    }
    await transaction.done;
    await this.bind();
  }

  /** A sealed value; undefined when there is none. Throws when it does not open: the store was changed. */
  async get<Value>(data: CryptoKey, key: string): Promise<Value | undefined> {
    const sealed = await this.idb.get("sealed", key);
    return sealed === undefined ? undefined : unsealed<Value>(data, key, sealed);
  }

  /** A sealed value that is there; null when it does not open. */
  async find<Value>(data: CryptoKey, key: string): Promise<Value | null> {
    const sealed = await this.idb.get("sealed", key);
    return sealed === undefined ? null : opening<Value>(data, key, sealed);
  }

  /** Every key that begins so with its value, in the order of the keys. */
  all<Value>(data: CryptoKey, prefix: string): Promise<(readonly [string, Value | null])[]> {
    return this.each(prefix, (key, sealed) => opening<Value>(data, key, sealed));
  }

  /** Every page of downloaded events; null for one that does not open. */
  pages(data: CryptoKey, prefix: string): Promise<(readonly [string, Bytes | null])[]> {
    return this.each(prefix, (key, sealed) => openingPage(data, key, sealed));
  }

  private async each<Value>(
    prefix: string,
    opened: (key: string, sealed: Bytes) => Promise<Value | null>,
  ): Promise<(readonly [string, Value | null])[]> {
    const { store } = this.idb.transaction("sealed");
    const keys = await store.getAllKeys(everyKey(prefix));
    // One request each: together they would stop the screen for as long as all of them are copied.
    return Promise.all(
      keys.map(async (key) => {
        const sealed = await store.get(key);
        return [key, sealed === undefined ? null : await opened(key, sealed)] as const;
      }),
    );
  }

  /** The last key that begins so. */
  async lastKey(prefix: string): Promise<string | undefined> {
    const transaction = this.idb.transaction("sealed");
    const cursor = await transaction.store.openKeyCursor(everyKey(prefix), "prev");
    return cursor?.key;
  }

  /** Pictures of papers taken here, also by an earlier enrolment. */
  async photos(): Promise<KeptPhoto[]> {
    return this.idb.getAll("photos");
  }

  /** A picture as it shall lie here from now on, with its spare where it has one; durable before it returns. */
  async keepPhoto(photo: KeptPhoto, spare: Bytes | null = null): Promise<void> {
    const transaction = this.idb.transaction(["photos", "spares"], "readwrite", { durability: "strict" });
    void transaction.objectStore("photos").put(photo);
    if (spare !== null) void transaction.objectStore("spares").put(spare, photo.name);
    await transaction.done;
  }

  /** The sealed bytes of a receipted picture; null where they are gone. */
  async spare(name: string): Promise<Bytes | null> {
    return (await this.idb.get("spares", name)) ?? null;
  }

  /** Let the spares of these go. */
  async freeSpares(photos: readonly KeptPhoto[]): Promise<void> {
    const transaction = this.idb.transaction(["photos", "spares"], "readwrite", { durability: "strict" });
    for (const photo of photos) {
      void transaction.objectStore("photos").put(photo);
      void transaction.objectStore("spares").delete(photo.name);
    }
    await transaction.done;
  }

  /** Everything sealed to the district and not delivered, of this enrolment and of earlier ones. */
  async handOffs(): Promise<HandOff[]> {
    return this.idb.getAll("hand_off");
  }

  /** What arrived before a moment is not kept any more. */
  async forgetArrived(before: number): Promise<void> {
    const gone = (await this.idb.getAll("arrived")).filter((one) => one.at < before);
    if (gone.length === 0) return;
    const transaction = this.idb.transaction("arrived", "readwrite", { durability: "strict" });
    for (const one of gone) void transaction.store.delete(handOffKey(one));
    await transaction.done;
  }

  /** One transaction, durable before it returns. Throws EnrolledAnew when the store is of another enrolment by now. */
  async write(data: CryptoKey, writing: Writing): Promise<void> {
    const sealed = await sealedValues(data, writing.puts ?? []);
    const shelves = ["plain", "seats", "sealed", "hand_off", "arrived"] as const;
    const transaction = this.idb.transaction(shelves, "readwrite", { durability: "strict" });
    const [values, handOffs] = [transaction.objectStore("sealed"), transaction.objectStore("hand_off")];
    const seats = transaction.objectStore("seats");
    if ((await transaction.objectStore("plain").get("founded")) !== this.founded) throw new EnrolledAnew();
    for (const key of writing.deletes ?? []) void values.delete(key);
    for (const [key, value] of sealed) void values.put(value, key);
    const { name = "", isNew = false, at = 0 } = writing.origin ?? {};
    const arrived = transaction.objectStore("arrived");
    for (const key of (writing.delivered ?? []).map(handOffKey)) {
      const one = await handOffs.get(key);
      if (one !== undefined) void arrived.put({ ...one, origin: name, at: at || Date.now() }, key);
      void handOffs.delete(key);
    }
    for (const { origin, at: _, ...one } of isNew ? await arrived.getAll() : []) {
      if (!isOtherEpoch(origin, name)) continue;
      void handOffs.put(one, handOffKey(one));
      void arrived.delete(handOffKey(one));
    }
    for (const one of writing.handOffs ?? []) void handOffs.put(one, handOffKey(one));
    for (const staff of writing.dismissed ?? []) void seats.delete(staff);
    for (const seat of writing.seats ?? []) void seats.put(seat);
    await transaction.done;
  }
}
