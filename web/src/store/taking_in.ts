/**
 * Another phone's hand-off file, taken onto this one to be carried to the district, unopened (docs/hand-off.md).
 *
 *     file --read, of this district--> hand_off/… beside this phone's own --pushed as `sealed`--> receipts
 *
 * What lies here already stays as it is: nothing a file says takes the place of a sealed copy. Each element stands
 * alone: one that is malformed, or claims the place of another, is left by what it says of itself, and the others are
 * carried. Whom it is about, what it says and when it was made lie under the seal: nobody here can tell.
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

/** An element that is not carried: its number in the file, from 1, and whose it says it is, where it does. */
export interface Left {
  readonly number: number;
  readonly device: string | null;
  readonly seq: number | null;
}

/** What became of a file. */
export interface TakenIn {
  readonly taken: number;
  readonly left: readonly Left[];
}

/** Keep the events of a file for delivery: each that was not here yet, whatever the others are. Throws NotCarried. */
export async function takeIn(tab: Opened, words: string): Promise<TakenIn> {
  const { enrolled, database } = tab;
  if (enrolled === null) throw new Error("this phone is not enrolled");
  const { district, elements } = readFile(words);
  if (district !== enrolled.district) throw new NotCarried("district");
  const own = new Set(tab.own.map((row) => row.hash));
  const here = new Map((await database.handOffs()).map((one) => [placeOf(one), one.hash]));
  const fresh: HandOff[] = [];
  const left: Left[] = [];
  for (const [at, element] of elements.entries()) {
    const one = readElement(district, element);
    if (one !== null && own.has(one.hash)) continue;
    const there = one === null ? undefined : here.get(placeOf(one));
    if (one === null || (there !== undefined && there !== one.hash)) left.push({ number: at + 1, ...said(element) });
    else if (there === undefined) {
      here.set(placeOf(one), one.hash);
      fresh.push(one);
    }
  }
  if (fresh.length > 0) {
    await database.write(tab.unlocked.data, { handOffs: fresh });
    tab.changes += 1;
    tab.carried = carriedOf(await database.handOffs(), tab.own);
    tab.wrote();
  }
  return { taken: fresh.length, left };
}

const placeOf = ({ device, seq }: HandOff): string => `${device}/${seq}`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;

function readFile(words: string): { readonly district: string; readonly elements: readonly unknown[] } {
  try {
    const { is, district, events } = JSON.parse(words) as Record<string, unknown>;
    if (is === HAND_OFF && typeof district === "string" && Array.isArray(events)) return { district, elements: events };
  } catch {} // and so it is none
  throw new NotCarried("unreadable");
}

/** Whose an element says it is, each part of it by itself. */
function said(element: unknown): Pick<Left, "device" | "seq"> {
  const { device, seq } = Object(element) as Record<string, unknown>;
  const isNumber = Number.isSafeInteger(seq) && Number(seq) > 0;
  return { device: UUID.test(String(device)) ? String(device) : null, seq: isNumber ? Number(seq) : null };
}

/** One element by itself; null where it is malformed. */
function readElement(district: string, element: unknown): HandOff | null {
  const { device, seq } = said(element);
  if (device === null || seq === null) return null;
  const { event_hash: hash, sealed } = element as Record<string, unknown>;
  if (!HASH.test(String(hash)) || typeof sealed !== "string") return null;
  try {
    return { district, device, seq, hash: String(hash), sealed: unbase64url(sealed) };
  } catch {
    return null; // sealed in no base 64
  }
}
