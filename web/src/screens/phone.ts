/**
 * How this phone itself fares: its store gone, nearly full, or refusing; the server giving nothing any more.
 *
 * A store is not ours to keep: the system may clear it when space is short, or a person by a menu. Then the phone is
 * a new one to everybody, and says so. The mark that tells lies elsewhere than the store; where the system cleared
 * both, nobody on the phone can know, and the office sees a device that reports no more.
 */
import { signal } from "@preact/signals";
import type { ClinicPlanned } from "../events/generated";
import type { Damage, Unreadable } from "../store/kept";

export const hasVanished = signal(false);
export const isNearlyFull = signal(false);
export const couldNotKeep = signal(false);
/** Why the server gives nothing for the clinic; empty while it does. */
export const refusal = signal("");

/** What this phone's store did not give back of the downloads, and of what was recorded here. */
export const damage = signal<Damage | null>(null);
export const unreadable = signal<readonly Unreadable[]>([]);
/** Streams that were fetched anew the last time, and events of the server's that this phone's copies healed. */
export const healedStreams = signal<readonly string[]>([]);
export const lent = signal(0);
/** Streams the server gives otherwise than the log signed them: something of them is not here, through no fault of this phone. */
export const wrongStreams = signal<readonly string[]>([]);

const MARK = "doseledger enrolled";
const FREE_BYTES_MIN = 50 * 1024 * 1024;

/** From now on a phone without a store is one whose store is gone. */
export function markEnrolled(): void {
  localStorage.setItem(MARK, "yes");
  hasVanished.value = false;
}

/** Whether a phone without a store once had one. */
export function lookForStore(isEnrolled: boolean): void {
  hasVanished.value = !isEnrolled && localStorage.getItem(MARK) !== null;
}

/** `free` lets go what this phone could do without. */
export async function measureStorage(free: () => Promise<void>): Promise<void> {
  if (await lacksRoom()) await free();
  isNearlyFull.value = await lacksRoom();
}

async function lacksRoom(): Promise<boolean> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return quota !== undefined && usage !== undefined && quota - usage < FREE_BYTES_MIN;
}

const SITE = "doseledger site";

/** Where this phone is at work, as one tells it to 911, and on which day. */
export interface Site {
  readonly words: string;
  readonly on: string;
}

export function siteOf({ name, address, on }: ClinicPlanned): Site {
  const parts = [name, ...address.lines, address.city, address.state, address.postal_code];
  return { words: parts.filter(Boolean).join(", "), on };
}

/** Kept unsealed, the one thing of a clinic that is: whoever picks up a locked phone in an emergency must read it. */
export function keepSite(plan: ClinicPlanned | null): void {
  if (plan !== null) localStorage.setItem(SITE, JSON.stringify(siteOf(plan)));
}

export function keptSite(): Site | null {
  const kept = localStorage.getItem(SITE);
  return kept === null ? null : (JSON.parse(kept) as Site);
}

/** What failed and nobody answered for is said: most often a store that takes no more. */
export function listenForTrouble(free: () => Promise<void>): void {
  addEventListener("unhandledrejection", () => {
    couldNotKeep.value = true;
    void measureStorage(free);
  });
}
