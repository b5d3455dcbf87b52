/**
 * Changing what this phone holds: decided from the store as it is now, in all tabs, and kept in one transaction, under
 * one lock. Whoever decided earlier, from what was shown or asked then, would write another's choice away.
 */

import { ordered } from "./database";
import type { Glance } from "./glance";
import { sealEvents } from "./hand_off";
import { type Change, NO_CHANGE, type Saved, type SyncState, settledLongAgo, surely } from "./kept";
import { type Opened, STATE } from "./opened";
import { carriedOf, catchUp, GLANCE, hasLapsed, load, VERIFIED } from "./reading";
import { ownKey } from "./recording";

const NO_SCOPE = {
  cursor: null,
  complete: false,
  forgetting: [],
  others: [],
  refused: "",
  doubted: false,
  heals: 0,
  healed: [],
  damage: null,
  wrong: null,
} as const;
const pageKey = (revision: number): string => `held/${ordered(revision)}`;

/** One exclusive step. With null nothing is changed. */
export async function change(tab: Opened, decide: (now: Saved) => Change | null): Promise<void> {
  const isChanged = await navigator.locks.request(STATE, async () => {
    await catchUp(tab);
    const { state, own, carried } = tab;
    const decided = decide({ state, own, carried, held: tab.downloads.rows, streams: tab.downloads.streams });
    if (decided !== null) await keep(tab, decided);
    return decided !== null;
  });
  if (isChanged) tab.wrote();
}

async function keep(tab: Opened, { own, held, forget, delivered: arrived, ...change }: Change): Promise<void> {
  const { unlocked: keys, downloads } = tab;
  const state: SyncState = { ...change.state, revision: tab.state.revision + 1 };
  const download = downloads.rewriting(pageKey(state.revision), held, forget);
  const rows = own.map((row) => [ownKey(row.seq), row] as const);
  const device = tab.enrolled?.device ?? "";
  const receipted = own.filter((row) => row.receipt !== undefined).map(({ seq }) => ({ device, seq }));
  const again = own.filter((row) => row.state === "waiting" && row.attempts === undefined);
  const isNew = tab.state.origin !== state.origin;
  await tab.database.write(keys.data, {
    origin: { name: state.origin, isNew, at: state.toldAt },
    puts: [["state", state], ...rows, ...download.puts],
    deletes: forget.length > 0 ? [...download.deletes, GLANCE] : download.deletes,
    delivered: [...receipted, ...arrived],
    handOffs: tab.enrolled === null ? [] : await sealEvents(again, tab.enrolled),
  });
  tab.changes += 1;
  if (tab.keys !== keys) return; // locked meanwhile: the disk has it
  if (tab.downloads !== downloads) return load(tab); // read anew meanwhile, from before this was written
  tab.state = state;
  const changed = new Map(own.map((row) => [row.seq, row]));
  tab.own = tab.own.map((row) => changed.get(row.seq) ?? row);
  download.adopt();
  if (isNew) tab.carried = carriedOf(await tab.database.handOffs(), tab.own);
  if (arrived.length === 0) return;
  const gone = new Set(arrived.map((one) => one.hash)); // they come from another thread: never the same objects
  tab.carried = tab.carried.filter((one) => !gone.has(one.hash));
  const there = new Set(arrived.filter((one) => one.device === device).map((one) => one.seq));
  tab.unreadable = tab.unreadable.map((one) => (there.has(one.seq) ? { ...one, isSealed: false } : one));
}

/** From now on hold this clinic: what was downloaded of another goes, own events stay. */
export function choose(tab: Opened, scope: string, clinicName: string): Promise<void> {
  return change(tab, ({ state: now }) =>
    now.scope === scope ? null : { ...NO_CHANGE, state: { ...now, ...NO_SCOPE, scope, clinicName }, forget: "all" },
  );
}

/** What was downloaded lapses after two weeks without an answer: a phone in a drawer holds no children. */
export async function lapse(tab: Opened): Promise<void> {
  if (tab.downloads.rows.size === 0 || !hasLapsed(tab.state)) return;
  await change(tab, ({ state }) => ({ ...NO_CHANGE, state: { ...state, ...NO_SCOPE }, forget: "all" }));
}

/** Own events go 30 days after their receipt, once a later head proved to extend the one it is under (kept.ts). */
export async function prune(tab: Opened): Promise<void> {
  await navigator.locks.request(STATE, async () => {
    await catchUp(tab);
    const open = new Set(tab.downloads.openAside(tab.own));
    const gone = settledLongAgo(tab.own, tab.state.size, surely(tab.state), open);
    if (gone.length === 0) return;
    const state = { ...tab.state, revision: tab.state.revision + 1 };
    const deletes = gone.map((row) => ownKey(row.seq));
    await tab.database.write(tab.unlocked.data, { puts: [["state", state]], deletes });
    tab.changes += 1;
    tab.state = state;
    tab.own = tab.own.filter((row) => !gone.includes(row));
  });
}

/** Keep the roster as folded at a revision of the store; not where anything changed since, a child may have left. */
export async function keepGlance(tab: Opened, glance: Glance, revision: number): Promise<void> {
  await navigator.locks.request(STATE, async () => {
    if (tab.keys === null) return;
    const { data } = tab.keys;
    await catchUp(tab);
    if (tab.state.revision !== revision || tab.state.scope !== glance.scope) return;
    await tab.database.write(data, { puts: [[GLANCE, glance]] });
  });
}

/** Remember which pages need not be checked again. */
export async function keepVerified(tab: Opened, good: ReadonlySet<string>): Promise<void> {
  if (tab.keys === null) return;
  const whole = tab.downloads.verify(good);
  await tab.database.write(tab.keys.data, { puts: [[VERIFIED, whole]] });
}
