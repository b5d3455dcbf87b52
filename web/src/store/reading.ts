/**
 * Reading the store after an unlocking, and again where another tab wrote.
 *
 *     look    who, where, and the roster as of then: small values first
 *     load    everything: own events, every page of the download, pictures
 */
import type { Enrolled } from "../events/wire";
import { Downloads } from "./downloads";
import type { Glance } from "./glance";
import type { HandOff } from "./hand_off";
import { NO_SYNC, OWN, type Own, type SyncState, seqOf } from "./kept";
import { type Opened, STATE } from "./opened";
import { enrolledKey } from "./seats";
import { inSlices } from "./slices";

export const GLANCE = "glance";
export const VERIFIED = "verified";
const LAPSE_MS = 14 * 86_400_000;

export const hasLapsed = ({ syncedAt }: SyncState): boolean => Date.now() - syncedAt >= LAPSE_MS;

/** Read what is small. */
export async function look(tab: Opened): Promise<void> {
  const { keys, database } = tab;
  if (keys === null) return;
  const [enrolled, state, glance] = await Promise.all([
    database.get<Enrolled>(keys.data, enrolledKey(tab.staff)),
    database.get<SyncState>(keys.data, "state"),
    database.find<Glance>(keys.data, GLANCE),
  ]);
  if (tab.keys !== keys || tab.isRead) return;
  tab.enrolled = enrolled ?? null;
  tab.state = { ...NO_SYNC, ...state };
  tab.glance = glance?.scope === tab.state.scope && !hasLapsed(tab.state) ? glance : null;
  tab.changed();
}

/** Read everything. */
export async function load(tab: Opened): Promise<void> {
  const { keys, changes, database } = tab;
  if (keys === null) return;
  const { data } = keys;
  const [enrolled, state, own, pages, handOffs, photos, verified] = await Promise.all([
    database.get<Enrolled>(data, enrolledKey(tab.staff)),
    database.get<SyncState>(data, "state"),
    database.all<Own>(data, OWN),
    database.pages(data, "held/"),
    database.handOffs(),
    database.photos(),
    database.find<readonly string[]>(data, VERIFIED),
  ]);
  const downloads = await inSlices(Downloads.of(pages, verified ?? []));
  if (tab.keys !== keys) return; // locked meanwhile: nothing read stays
  if (tab.changes !== changes) return load(tab);
  tab.enrolled = enrolled ?? null;
  const { damaged } = downloads;
  tab.state = { ...NO_SYNC, ...state, ...(damaged.length > 0 ? anew() : {}) };
  tab.own = own.flatMap(([, row]) => row ?? []);
  tab.downloads = downloads;
  tab.photos = photos;
  tab.carried = carriedOf(handOffs, tab.own);
  const sealed = new Set(tab.carried.filter((one) => one.device === tab.enrolled?.device).map((one) => one.seq));
  tab.unreadable = own.flatMap(([key, row]) => (row === null ? unreadable(seqOf(key), sealed) : []));
  tab.glance = null;
  tab.isRead = true;
  tab.changed();
  // Not awaited: who reads may hold the lock. What the disk refuses is tried again when it is read the next time.
  if (damaged.length > 0) void dropDamaged(tab, damaged).catch(() => {});
}

/** What this phone cannot push itself. */
export function carriedOf(handOffs: readonly HandOff[], own: readonly Own[]): readonly HandOff[] {
  const readable = new Set(own.map((row) => row.hash));
  return handOffs.filter((one) => !readable.has(one.hash));
}

const unreadable = (seq: number, sealed: ReadonlySet<number>) => ({ seq, isSealed: sealed.has(seq) });

/** Something of the scope is not here: it is pulled anew, and what else was held stays until then. */
const anew = () => ({
  cursor: null,
  complete: false,
  damage: { foundAt: Date.now(), isHealed: false },
  healed: [],
});

/** Pages the disk does not give back go, unless something else lies there by now. */
async function dropDamaged(tab: Opened, keys: readonly string[]): Promise<void> {
  await navigator.locks.request(STATE, async () => {
    if (tab.keys === null) return;
    const { data } = tab.keys;
    await catchUp(tab);
    const pages = (await Promise.all(keys.map((key) => tab.database.pages(data, key)))).flat();
    const { damaged: deletes } = await inSlices(Downloads.of(pages, []));
    if (deletes.length === 0) return;
    const state = { ...tab.state, ...anew(), revision: tab.state.revision + 1 };
    await tab.database.write(data, { puts: [["state", state]], deletes });
    tab.changes += 1;
    tab.state = state;
  });
}

/** Read again what another tab changed, where its message has not come yet. */
export async function catchUp(tab: Opened): Promise<void> {
  const stored = await tab.database.get<SyncState>(tab.unlocked.data, "state");
  if (stored !== undefined && stored.revision !== tab.state.revision) await load(tab);
}
