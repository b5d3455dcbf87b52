/**
 * Reading the store after an unlocking, and again where another tab wrote.
 *
 *     look    who, where, and the roster as of then: small values first
 *     load    everything: own events, every page of the download, pictures
 */
import type { Enrolled } from "../events/wire";
import { Downloads } from "./downloads";
import type { Glance } from "./glance";
import { NO_SYNC, OWN, type Own, type SyncState, seqOf } from "./kept";
import type { Opened } from "./opened";
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
  tab.state = { ...NO_SYNC, ...state };
  tab.own = own.flatMap(([, row]) => row ?? []);
  tab.downloads = downloads;
  tab.photos = photos;
  const readable = new Set(tab.own.map((row) => row.hash));
  tab.carried = handOffs.filter((one) => !readable.has(one.hash));
  const sealed = new Set(tab.carried.filter((one) => one.device === tab.enrolled?.device).map((one) => one.seq));
  tab.unreadable = own.flatMap(([key, row]) => (row === null ? unreadable(seqOf(key), sealed) : []));
  const damaged = pages.filter(([, bytes]) => bytes === null).map(([key]) => key);
  if (damaged.length > 0) await dropDamaged(tab, damaged);
  tab.glance = null;
  tab.isRead = true;
  tab.changed();
}

const unreadable = (seq: number, sealed: ReadonlySet<number>) => ({ seq, isSealed: sealed.has(seq) });

/** A page the disk does not give back goes, and the scope is pulled anew; what else was held stays until then. */
async function dropDamaged(tab: Opened, deletes: readonly string[]): Promise<void> {
  const damage = { foundAt: Date.now(), isHealed: false };
  tab.state = { ...tab.state, cursor: null, damage, healed: [], revision: tab.state.revision + 1 };
  await tab.database.write(tab.unlocked.data, { puts: [["state", tab.state]], deletes });
  tab.changes += 1;
}

/** Read again what another tab changed, where its message has not come yet. */
export async function catchUp(tab: Opened): Promise<void> {
  const stored = await tab.database.get<SyncState>(tab.unlocked.data, "state");
  if (stored !== undefined && stored.revision !== tab.state.revision) await load(tab);
}
