/**
 * Recording: a fact is signed and stored in one step, without a network.
 *
 * One writer: signing happens under an exclusive Web Lock that spans reading the head, signing and storing, so
 * two tabs can never make two events with one number. All nurses of the phone write one chain, each with her own key.
 */
import type { Bytes } from "../events/bytes";
import type { EventPayloads, Photo, Stream } from "../events/generated";
import { ordered } from "./database";
import { sealEvents } from "./hand_off";
import { OWN, type Own, seqOf } from "./kept";
import { makeEvent } from "./making";
import { type Opened, WRITER } from "./opened";
import { sealPhoto } from "./photos";
import { withRoom } from "./spares";

export const ownKey = (seq: number): string => `${OWN}${ordered(seq)}`;

/** Sign a fact and store it; its event id. It is signed by who was unlocked at the call, whoever is when it is written. */
export async function record<Type extends keyof EventPayloads>(
  tab: Opened,
  stream: Stream,
  type: Type,
  payload: EventPayloads[Type],
): Promise<string> {
  const [id = ""] = await recordTogether(tab, [() => ({ stream, type, payload }) as Deed]);
  return id;
}

/** A fact to be recorded. */
export type Deed = {
  readonly [Type in keyof EventPayloads]: {
    readonly stream: Stream;
    readonly type: Type;
    readonly payload: EventPayloads[Type];
  };
}[keyof EventPayloads];

/** A fact that follows from those before it, by their event ids. */
export type Step = (before: readonly string[]) => Deed;

/** Facts that belong together (a dose, its incident, its loan): all of them are stored, or none; their event ids. */
export async function recordTogether(tab: Opened, steps: readonly Step[]): Promise<readonly string[]> {
  const keys = tab.unlocked;
  const { enrolled, state: seen, database } = tab;
  if (enrolled === null) throw new Error("this phone is not enrolled");
  return navigator.locks.request(WRITER, async () => {
    const ids: string[] = [];
    const made: Own[] = [];
    let last = await lastOwn(tab, keys.data, enrolled.device);
    for (const step of steps) {
      const { own, id } = await makeEvent({ ...step(ids), last, seen }, enrolled, keys.seat);
      ids.push(id);
      made.push(own);
      last = own;
    }
    const handOffs = await sealEvents(made, enrolled);
    const puts = made.map((own): [string, Own] => [ownKey(own.seq), own]);
    await withRoom(tab, () => database.write(keys.data, { puts, handOffs }));
    tab.changes += 1;
    if (tab.keys !== null) {
      const isNew = (seq: number) => made.some((own) => own.seq === seq);
      tab.own = [...tab.own.filter((one) => !isNew(one.seq)), ...made].sort((one, two) => one.seq - two.seq);
    }
    tab.wrote();
    return ids;
  });
}

/** The newest own event as the store has it: another tab may have written it. */
async function lastOwn(
  { database, own: known }: Opened,
  data: CryptoKey,
  device: string,
): Promise<Pick<Own, "seq" | "hash"> | null> {
  const key = await database.lastKey(OWN);
  if (key === undefined) return null;
  const newest = known.at(-1);
  if (newest !== undefined && ownKey(newest.seq) === key) return newest;
  const own = await database.find<Own>(data, key);
  if (own !== null) return own;
  // A disk that lost it must not stop the nurse: the sealed copy names it too.
  const seq = seqOf(key);
  const sealed = (await database.handOffs()).find((one) => one.device === device && one.seq === seq);
  if (sealed === undefined) throw new Error(`the stored value ${key} was changed`);
  return sealed;
}

/** Seal what waits and is not sealed yet: recorded where or when it could not be. */
export async function sealMissing(tab: Opened): Promise<void> {
  const { database, enrolled } = tab;
  const sealed = new Set((await database.handOffs()).map((one) => one.hash));
  const missing = tab.own.filter((row) => row.state === "waiting" && !sealed.has(row.hash));
  if (missing.length === 0 || enrolled === null) return;
  await database.write(tab.unlocked.data, { handOffs: await sealEvents(missing, enrolled) });
}

/** Keep a picture, sealed under a key of its own; what the event that names it says of it. */
export async function keepPhoto(tab: Opened, picture: Bytes): Promise<Photo> {
  const { photo, kept } = await sealPhoto(picture);
  await withRoom(tab, () => tab.database.keepPhoto(kept));
  tab.changes += 1;
  tab.photos = [...tab.photos.filter((one) => one.name !== kept.name), kept];
  tab.wrote();
  return photo;
}
