/**
 * Another phone's hand-off file, taken onto this one to be carried to the district, unopened (docs/hand-off.md).
 *
 *     file --read, of this district--> hand_off/… beside this phone's own --pushed as `sealed`--> receipts
 *
 * What lies here already stays as it is: nothing a file says takes the place of a sealed copy.
 */
import { unbase64url } from "../events/bytes";
import { HAND_OFF, type HandOff } from "./hand_off";
import type { Opened } from "./opened";
import { carriedOf } from "./reading";

/** Why a file cannot be carried: it is none, or another district's. */
export class NotCarried extends Error {
  constructor(readonly why: "unreadable" | "district") {
    super(`the file is not carried: ${why}`);
  }
}

/** Keep the events of a file for delivery; how many were not here yet. Throws NotCarried. */
export async function takeIn(tab: Opened, words: string): Promise<number> {
  const { enrolled, database } = tab;
  if (enrolled === null) throw new Error("this phone is not enrolled");
  const file = readFile(words);
  if (file.some((one) => one.district !== enrolled.district)) throw new NotCarried("district");
  const here = new Set((await database.handOffs()).map(placeOf));
  const own = new Set(tab.own.map((row) => row.hash));
  const fresh = file.filter((one) => !here.has(placeOf(one)) && !own.has(one.hash));
  if (fresh.length > 0) {
    await database.write(tab.unlocked.data, { handOffs: fresh });
    tab.changes += 1;
    tab.carried = carriedOf(await database.handOffs(), tab.own);
    tab.wrote();
  }
  return fresh.length;
}

const placeOf = ({ device, seq }: HandOff): string => `${device}/${seq}`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;

function readFile(words: string): readonly HandOff[] {
  try {
    const { is, district, events } = JSON.parse(words) as Record<string, unknown>;
    if (is !== HAND_OFF || typeof district !== "string" || !Array.isArray(events)) throw new NotCarried("unreadable");
    return events.map((one: Record<string, unknown>): HandOff => {
      const { device, seq, event_hash: hash, sealed } = one;
      const isWhole = UUID.test(String(device)) && Number.isSafeInteger(seq) && Number(seq) > 0;
      if (!isWhole || !HASH.test(String(hash)) || typeof sealed !== "string") throw new NotCarried("unreadable");
      return { district, device: String(device), seq: Number(seq), hash: String(hash), sealed: unbase64url(sealed) };
    });
  } catch {
    throw new NotCarried("unreadable");
  }
}
