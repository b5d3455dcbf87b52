/**
 * The nurses of this phone: enrolling it, opening it, a further seat, another PIN, taking one off (seats.ts, pin.ts).
 *
 * Nothing on the phone is touched until the server answered; own events stay whoever comes or goes.
 */
import { hex } from "../events/bytes";
import type { Enrolled } from "../events/wire";
import type { Opened } from "./opened";
import { isRefused, replacePin, tryPin, type Unlocked, withKeys } from "./pin";
import { load, look } from "./reading";
import { enrolledKey, retold, seatOf } from "./seats";
import { makeKeys, makePhoneKey, type OpenKeys, randomBytes, shareKeys } from "./vault";

/** Asks the server for a seat under this public key; with `here` beside the seat that asks. */
export type Redeem = (publicKey: string) => Promise<Enrolled>;

/**
 * Make this phone's keys under a PIN, ask the server, keep what it says. On a phone whose PIN is forgotten this
 * begins anew: what nobody can open goes, what was sealed to the district stays until delivered.
 */
export async function enroll(tab: Opened, pin: string, redeem: Redeem): Promise<void> {
  const phone = await makePhoneKey();
  const { wrapped, keys, publicKey } = await makeKeys(pin, phone, tab.cost);
  const enrolled = await redeem(hex(publicKey));
  const seat = await seatOf(enrolled, wrapped, phone);
  await tab.database.found(keys.data, { phone, founded: hex(randomBytes(16)) }, seat, [
    [enrolledKey(enrolled.staff), enrolled],
  ]);
  [tab.keys, tab.staff] = [keys, enrolled.staff];
  await load(tab);
  tab.tell({ is: "enrolled anew" });
}

/** Try a nurse's PIN and read what it opens; her keys, where they are still open then. */
export async function unlock(tab: Opened, pin: string, staff: string): Promise<OpenKeys | Exclude<Unlocked, "open">> {
  const tried = await tryPin(tab.database, staff, pin, tab.cost);
  if (isRefused(tried)) return tried;
  await tab.database.bind();
  [tab.keys, tab.staff] = [tried, await retell(tab, staff, tried.data)];
  tab.tell({ is: "opened", staff: tab.staff });
  await look(tab);
  await load(tab);
  return tried;
}

/** The seat's owner, found out at its first unlocking by this version. */
async function retell({ database }: Opened, staff: string, data: CryptoKey): Promise<string> {
  const seat = await database.seat(staff);
  const writing = seat === undefined ? null : await retold(database, data, seat);
  if (writing !== null) await database.write(data, writing);
  return writing?.seats?.[0]?.staff ?? staff;
}

/** A seat for another nurse, or a new one for who forgot her PIN: the PIN of who is unlocked opens what both see. */
export async function addColleague(
  tab: Opened,
  present: string,
  pin: string,
  redeem: (publicKey: string, here: Enrolled) => Promise<Enrolled>,
): Promise<Unlocked> {
  const { data } = tab.unlocked;
  const { enrolled: here, staff, database, cost } = tab;
  const phone = await database.plain("phone");
  if (here === null || phone === undefined) throw new Error("this phone is not enrolled");
  const made = await withKeys(database, staff, (keys) => shareKeys(present, keys, pin, phone, cost));
  if (isRefused(made)) return made;
  const enrolled = await redeem(hex(made.publicKey), here);
  const seat = await seatOf(enrolled, made.wrapped, phone);
  await database.write(data, { puts: [[enrolledKey(enrolled.staff), enrolled]], seats: [seat] });
  if (enrolled.staff === tab.staff) tab.keys = made.keys;
  tab.changes += 1;
  await load(tab);
  tab.tell({ is: "changed" });
  return "open";
}

/** Another PIN for who is unlocked. */
export async function changePin(tab: Opened, present: string, next: string): Promise<Unlocked> {
  if (tab.keys === null) throw new Error("this phone is locked");
  return replacePin(tab.database, tab.staff, present, next, tab.cost);
}

/** Take a nurse off this phone: her key goes, what she recorded and half-filled stays. The last one stays too. */
export async function removeColleague(tab: Opened, staff: string): Promise<void> {
  const { data } = tab.unlocked;
  if ((await tab.database.seats()).length < 2) throw new Error("somebody must be able to open this phone");
  await navigator.locks.request("doseledger PIN", () =>
    tab.database.write(data, { dismissed: [staff], deletes: [enrolledKey(staff)] }),
  );
  tab.tell({ is: "removed", staff });
  if (staff === tab.staff) tab.lock();
  else tab.changed();
}
