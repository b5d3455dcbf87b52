/**
 * The hand-off (docs/hand-off.md): each undelivered event sealed once to the district, so that it can be carried
 * and delivered by whoever finds this phone, unopened, when neither a network nor the PIN is to be had.
 *
 *     record: event --data key--> own/<seq>        (opens with the PIN, here)
 *                   --district--> hand-off/<seq>   (opens with the district's key, there)
 *     verified receipt: hand-off/<seq> is put aside in the same step, for 30 days (arrived/<seq>)
 *     a new epoch of the log: what is aside goes back, for a district that was put back may lack it
 */
import { type Bytes, base64url, unhex, utf8 } from "../events/bytes";
import type { Hash } from "../events/generated";
import { sealTo } from "../events/sealing";
import type { WireEvent } from "../events/wire";

export const HAND_OFF = "doseledger/hand-off/v1";

/** One sealed event as it lies in the store; says nothing about anybody. */
export interface HandOff {
  readonly district: string;
  readonly device: string;
  readonly seq: number;
  readonly hash: Hash;
  readonly sealed: Bytes;
}

/** One that arrived in the log of this origin; milliseconds since 1970 as the server told them. */
export interface Arrived extends HandOff {
  readonly origin: string;
  readonly at: number;
}

/** The file: what a person saves, carries, and the office takes in. */
export interface HandOffFile {
  readonly is: typeof HAND_OFF;
  readonly district: string;
  readonly events: readonly {
    readonly device: string;
    readonly seq: number;
    readonly event_hash: Hash;
    readonly sealed: string;
  }[];
}

/** What binds a sealed event to its place: another district, or another event's name, does not open it. */
export const handOffInfo = (district: string, hash: Hash): Bytes => utf8(`${HAND_OFF}\n${district}\n${hash}`);

/**
 * Each event sealed for the district, whose key is 64 hexadecimal digits. One that cannot be sealed is left out, for
 * a dose is recorded whatever else fails: it is tried again at every unlock, and the file says what it holds.
 */
export async function sealEvents(
  rows: readonly { readonly seq: number; readonly hash: Hash; readonly event: WireEvent }[],
  to: { readonly district: string; readonly device: string; readonly sealing_key: string },
): Promise<HandOff[]> {
  const tried = await Promise.allSettled(
    rows.map(async ({ seq, hash, event }): Promise<HandOff> => {
      const { header, signature, salt, payload } = event;
      const plain = utf8(JSON.stringify({ header, signature, salt, payload }));
      const sealed = await sealTo(unhex(to.sealing_key), handOffInfo(to.district, hash), plain);
      return { district: to.district, device: to.device, seq, hash, sealed };
    }),
  );
  return tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** The file for everything sealed here; null when nothing is left to deliver. */
export function handOffFile(kept: readonly HandOff[]): HandOffFile | null {
  const [first] = kept;
  if (first === undefined) return null;
  const events = [...kept]
    .sort((one, two) => (one.device < two.device ? -1 : one.device > two.device ? 1 : one.seq - two.seq))
    .map(({ device, seq, hash, sealed }) => ({ device, seq, event_hash: hash, sealed: base64url(sealed) }));
  return { is: HAND_OFF, district: first.district, events };
}
