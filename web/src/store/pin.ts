/**
 * Trying a PIN. Wrong ones cost rising time and never anything else: nothing is ever wiped.
 *
 *     try 1, 2, 3: at once      4: 5 s      5: 10 s … at most 5 minutes        right: counted from nothing again
 *
 * A try is counted before the PIN is worked on, so that closing the app does not undo it; one at a time over all
 * tabs. The count lies in the store: it slows whoever types, and not a thief who copied the disk (docs/keys.md).
 */
import type { Database } from "./database";
import type { Cost } from "./stretch";
import { type FormerKeys, makePhoneKey, type OpenKeys, openKeys, rewrap } from "./vault";

export type Unlocked = "open" | "wrong" | { readonly waitMs: number };

const FREE_TRIES = 3;
const FIRST_WAIT_MS = 5000;
export const LONGEST_WAIT_MS = 5 * 60_000;

/** How long after so many wrong tries the next one may be. */
export const waitAfter = (tries: number): number =>
  tries < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - FREE_TRIES));

/** The keys, or why not. Throws when this phone is not enrolled. */
export function tryPin(database: Database, pin: string, cost: Cost): Promise<OpenKeys | Exclude<Unlocked, "open">> {
  return navigator.locks.request("doseledger PIN", async () => {
    const [until = 0, before = 0] = [await database.plain("waitUntil"), await database.plain("wrongTries")];
    // A clock set back must not lock a nurse out for as long as it was set back.
    const waitMs = Math.min(until - Date.now(), LONGEST_WAIT_MS);
    if (waitMs > 0) return { waitMs };
    const delay = waitAfter(before + 1);
    await database.setPlain({ wrongTries: before + 1, waitUntil: Date.now() + delay });
    const keys = await opened(database, pin, cost);
    if (keys === null) return delay > 0 ? { waitMs: delay } : "wrong";
    await database.setPlain({ wrongTries: 0, waitUntil: 0 });
    return keys;
  });
}

async function opened(database: Database, pin: string, cost: Cost): Promise<OpenKeys | null> {
  const [wrapped, phone] = [await database.plain("keys"), await database.plain("phone")];
  if (wrapped === undefined) throw new Error("this phone is not enrolled");
  if ("rounds" in wrapped) return wrapAnew(database, pin, wrapped, cost);
  if (phone === undefined) throw new Error("this phone's own key is gone");
  return openKeys(pin, wrapped, phone);
}

/** The keys of a phone that was enrolled by an earlier version, from now on wrapped as they are today. */
async function wrapAnew(database: Database, pin: string, former: FormerKeys, cost: Cost): Promise<OpenKeys | null> {
  const phone = await makePhoneKey();
  const anew = await rewrap(pin, former, pin, phone, cost);
  if (anew === null) return null;
  await database.setPlain({ keys: anew.wrapped, phone });
  return anew.keys;
}
