/**
 * Receipted pictures that still lie here (photos.ts), for a district whose server is put back from an older back-up.
 *
 *     receipted --> a spare: 30 days, 100 MiB of all --> let go, oldest receipt first
 *     the browser has no room left --> all let go, and what needed it is written again
 *     a clock that jumps --> nothing: the days are the server's, as it told them (kept.ts)
 *     a new epoch of the log --> none is let go before its picture is receipted there
 */
import type { Bytes } from "../events/bytes";
import { surely } from "./kept";
import type { Opened } from "./opened";
import { isReceipted, type KeptPhoto, receivedAt, SPARE_BYTES_MAX, SPARE_MS } from "./photos";

/** Those whose bytes may go: receipted in this epoch, and long ago or beyond what is kept of all. */
export function toFree(
  photos: readonly KeptPhoto[],
  origin: string,
  now: number,
  bytesMax = SPARE_BYTES_MAX,
): readonly KeptPhoto[] {
  let left = bytesMax;
  return photos
    .filter((one) => one.hasSpare && isReceipted(one, origin))
    .sort((one, two) => receivedAt(two) - receivedAt(one))
    .filter((one) => {
      left -= one.size;
      return left < 0 || receivedAt(one) < now - SPARE_MS;
    });
}

/** The district has it: its receipt stays, its sealed bytes become a spare where there is room. */
export async function photoReceipted(tab: Opened, photo: KeptPhoto, note: string): Promise<void> {
  const receipted = { ...photo, bytes: new Uint8Array(), note };
  const spare = photo.bytes.length > 0 ? photo.bytes : null;
  const kept = spare === null ? receipted : { ...receipted, hasSpare: true };
  await tab.database.keepPhoto(kept, spare).then(
    () => replace(tab, [kept]),
    async (why: unknown) => {
      if (!isFull(why)) throw why;
      await tab.database.keepPhoto(receipted);
      replace(tab, [receipted]);
    },
  );
  await tidy(tab);
}

/** Let go what is not wanted any more; all of it where the browser has little room. */
export async function tidy(tab: Opened, bytesMax?: number): Promise<void> {
  const gone = toFree(tab.photos, tab.state.origin, surely(tab.state), bytesMax);
  if (gone.length === 0) return;
  const freed = gone.map((one) => ({ ...one, hasSpare: false }));
  await tab.database.freeSpares(freed);
  replace(tab, freed);
}

/** Sealed events that arrived go with the own events they are copies of. */
export function forgetArrived(tab: Opened): Promise<void> {
  return tab.database.forgetArrived(surely(tab.state) - SPARE_MS);
}

function replace(tab: Opened, changed: readonly KeptPhoto[]): void {
  const byName = new Map(changed.map((one) => [one.name, one]));
  tab.changes += 1;
  tab.photos = tab.photos.map((one) => byName.get(one.name) ?? one);
  tab.wrote();
}

/** The sealed bytes of a picture, wherever they lie; null where they are gone. */
export async function sealedBytes(tab: Opened, photo: KeptPhoto): Promise<Bytes | null> {
  return photo.note === "" ? photo.bytes : tab.database.spare(photo.name);
}

/** What must be kept is written, at the cost of the spares where the browser has no room. */
export async function withRoom(tab: Opened, write: () => Promise<void>): Promise<void> {
  await write().catch(async (why: unknown) => {
    if (!isFull(why)) throw why;
    await tidy(tab, 0);
    await write();
  });
}

const isFull = (why: unknown): boolean => why instanceof DOMException && why.name === "QuotaExceededError";
