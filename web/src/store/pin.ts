/**
 * Trying a PIN. Wrong ones cost rising time and never anything else: nothing is ever wiped.
 *
 *     try 1, 2, 3: at once      4: 5 s      5: 10 s … at most 5 minutes        right: counted from nothing again
 *
 * A try is counted before the PIN is worked on, so that closing the app does not undo it; one at a time over all
 * tabs. Each nurse of the phone has a count of her own, in the store: it slows whoever types, and not a thief who
 * copied the disk (docs/keys.md).
 */
import type { Database } from "./database";
import type { SeatHere } from "./seats";
import type { Cost } from "./stretch";
import { makePhoneKey, type OpenKeys, openKeys, rewrap, type WrappedKeys } from "./vault";

export type Refused = "wrong" | { readonly waitMs: number };
export type Unlocked = "open" | Refused;

const FREE_TRIES = 3;
const FIRST_WAIT_MS = 5000;
export const LONGEST_WAIT_MS = 5 * 60_000;

/** How long after so many wrong tries the next one may be. */
export const waitAfter = (tries: number): number =>
  tries < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - FREE_TRIES));

/** Whether what a try came to is its refusal. */
export const isRefused = (tried: object | Refused): tried is Refused => tried === "wrong" || "waitMs" in tried;

/** A nurse's keys, or why not. Throws when she has no seat on this phone. */
export function tryPin(database: Database, staff: string, pin: string, cost: Cost): Promise<OpenKeys | Refused> {
  return counted(database, staff, async (seat, phone) => {
    if ("rounds" in seat.keys) return wrapAnew(database, pin, seat, cost);
    if (phone === undefined) throw new Error("this phone's own key is gone");
    return openKeys(pin, seat.keys, phone);
  });
}

/** Another PIN for the same keys. */
export async function replacePin(
  database: Database,
  staff: string,
  present: string,
  next: string,
  cost: Cost,
): Promise<Unlocked> {
  const tried = await withKeys(database, staff, async (keys, phone) => {
    const anew = await rewrap(present, keys, next, phone, cost);
    const seat = await database.seat(staff);
    if (anew !== null && seat !== undefined) await database.keepSeat({ ...seat, keys: anew.wrapped });
    return anew;
  });
  return isRefused(tried) ? tried : "open";
}

/** What `deed` makes of the wrapped keys; it answers null when the PIN it tried was another. */
export function withKeys<Made extends object>(
  database: Database,
  staff: string,
  deed: (keys: WrappedKeys, phone: CryptoKey) => Promise<Made | null>,
): Promise<Made | Refused> {
  return counted(database, staff, async ({ keys }, phone) => {
    if ("rounds" in keys || phone === undefined) throw new Error("this phone was never unlocked by this version");
    return deed(keys, phone);
  });
}

function counted<Made extends object>(
  database: Database,
  staff: string,
  attempt: (seat: SeatHere, phone: CryptoKey | undefined) => Promise<Made | null>,
): Promise<Made | Refused> {
  return navigator.locks.request("doseledger PIN", async () => {
    const seat = await database.seat(staff);
    if (seat === undefined) throw new Error("this nurse has no seat on this phone");
    const { waitUntil, wrongTries } = seat;
    // A clock set back must not lock a nurse out for as long as it was set back.
    const waitMs = Math.min(waitUntil - Date.now(), LONGEST_WAIT_MS);
    if (waitMs > 0) return { waitMs };
    const delay = waitAfter(wrongTries + 1);
    const now = { ...seat, wrongTries: wrongTries + 1, waitUntil: Date.now() + delay };
    await database.keepSeat(now);
    const made = await attempt(now, await database.plain("phone"));
    if (made === null) return delay > 0 ? { waitMs: delay } : "wrong";
    const after = await database.seat(staff);
    if (after !== undefined) await database.keepSeat({ ...after, wrongTries: 0, waitUntil: 0 });
    return made;
  });
}

/** The keys of a phone that was enrolled by an earlier version, from now on wrapped as they are today. */
async function wrapAnew(database: Database, pin: string, seat: SeatHere, cost: Cost): Promise<OpenKeys | null> {
  const phone = await makePhoneKey();
  const anew = await rewrap(pin, seat.keys, pin, phone, cost);
  if (anew === null) return null;
  await database.keepSeat({ ...seat, keys: anew.wrapped }, phone);
  return anew.keys;
}
