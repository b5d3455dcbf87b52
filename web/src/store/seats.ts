/**
 * Who may open this phone. Each nurse has a seat: her own PIN, her own key to sign with, her own tries.
 *
 *     seats/<staff>     wrapped data key and seat key · name and title sealed under this phone's key · wrong tries
 *     enrolled/<staff>  (sealed under the data key) what the server told her: seat, token, clinics
 *     own/… held/…      one outbox and one download for all: whoever is unlocked sees and sends everything
 *
 * The lock screen must list the nurses before anybody typed a PIN, so names are sealed under the phone's key alone:
 * no stored value holds one, and whoever opens the app reads them, as on a badge.
 */
import { text, utf8 } from "../events/bytes";
import type { Enrolled } from "../events/wire";
import type { Database, Writing } from "./database";
import { type FormerKeys, open, seal, type WrappedKeys } from "./vault";

/** Whose seat it is on a phone enrolled before several nurses could share one, until it is unlocked once. */
export const NOT_TOLD = "";

/** One nurse's way into this phone, as it lies in the store. */
export interface SeatHere {
  readonly staff: string;
  readonly face: Uint8Array<ArrayBuffer> | null;
  readonly keys: WrappedKeys | FormerKeys;
  readonly wrongTries: number;
  readonly waitUntil: number;
}

/** A nurse of this phone, as the lock screen names her. */
export interface Colleague {
  readonly staff: string;
  readonly name: string;
  readonly title: string;
}

export const enrolledKey = (staff: string): string => `enrolled/${staff}`;
export const draftPrefix = (staff: string): string => `draft/${staff}/`;

/** A seat as it is kept from the moment the server opened it. */
export async function seatOf(enrolled: Enrolled, keys: SeatHere["keys"], phone: CryptoKey): Promise<SeatHere> {
  const face = await seal(phone, utf8(JSON.stringify([enrolled.staff_name, enrolled.staff_title])));
  return { staff: enrolled.staff, face, keys, wrongTries: 0, waitUntil: 0 };
}

/** The nurses of this phone by name. Where only one has a seat and was not told yet, she has no name. */
export async function colleaguesOf(database: Database): Promise<readonly Colleague[]> {
  const [seats, phone] = [await database.seats(), await database.plain("phone")];
  const known = await Promise.all(
    seats.map(async ({ staff, face }): Promise<Colleague> => {
      const shown = face === null || phone === undefined ? null : await open(phone, face);
      const [name = "", title = ""] = shown === null ? [] : (JSON.parse(text(shown)) as string[]);
      return { staff, name, title };
    }),
  );
  return known.sort((one, two) => one.name.localeCompare(two.name));
}

/**
 * What turns a phone of one nurse, as earlier versions kept it, into one that several can share: her seat gets her
 * name, and what was hers alone (what the server told her, her half-filled forms) gets her id. Null where that was done.
 */
export async function retold(database: Database, data: CryptoKey, seat: SeatHere): Promise<Writing | null> {
  if (seat.staff !== NOT_TOLD) return null;
  const enrolled = await database.get<Enrolled>(data, "enrolled");
  const phone = await database.plain("phone");
  if (enrolled === undefined || phone === undefined) return null;
  const drafts = await database.all<unknown>(data, "draft/");
  return {
    deletes: ["enrolled", ...drafts.map(([key]) => key)],
    puts: [
      [enrolledKey(enrolled.staff), enrolled],
      ...drafts.map(([key, value]) => [key.replace("draft/", draftPrefix(enrolled.staff)), value] as const),
    ],
    dismissed: [NOT_TOLD],
    seats: [await seatOf(enrolled, seat.keys, phone)],
  };
}
