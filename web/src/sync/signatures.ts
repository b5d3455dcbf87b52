/**
 * Whether downloaded events were signed by the seats they name, as those seats are told in the download itself.
 * A system seat counts only with the log key's certificate; any other only if a counted seat opened it.
 */
import { text, unbase64url, unhex, utf8 } from "../events/bytes";
import { parseVerifierKey } from "../events/checkpoint";
import { type Header, parseHeader, type SignedEvent, SYSTEM_AUTHOR } from "../events/envelope";
import type { SeatOpened } from "../events/generated";
import { streamId } from "../events/ids";
import { verify, verifyEvent } from "../events/signing";

export interface Checked {
  readonly verified: number;
  readonly failed: number;
}

interface Row {
  readonly event: SignedEvent;
  readonly position: number;
}

const CHUNK = 200;

/** Check all, in log order, in chunks that leave the screen responsive. */
export async function checkSignatures(rows: readonly Row[], logKey: string): Promise<Checked> {
  if (logKey === "") return { verified: 0, failed: 0 };
  const { key } = await parseVerifierKey(logKey);
  const read = [...rows]
    .sort((one, two) => one.position - two.position)
    .map((row) => ({ ...row, header: parseHeader(row.event.header) }));
  const seats = new Map<string, string[]>();
  for (const { event, header } of read) {
    if (header.type !== "seat.opened") continue;
    const seat = JSON.parse(text(event.payload)) as SeatOpened;
    const device = streamId(header.stream);
    if (seat.author === SYSTEM_AUTHOR && !(await isCertified(header, device, seat, key))) continue;
    const place = `${device} ${seat.author}`;
    seats.set(place, [...(seats.get(place) ?? []), seat.public_key]);
  }
  let verified = 0;
  let failed = 0;
  for (let at = 0; at < read.length; at += CHUNK) {
    const results = await Promise.all(
      read.slice(at, at + CHUNK).map(async ({ event, header }) => {
        const keys = seats.get(`${header.device} ${header.author}`) ?? [];
        for (const seat of keys) if (await verifyEvent(event, unhex(seat))) return true;
        return false;
      }),
    );
    verified += results.filter(Boolean).length;
    failed += results.filter((one) => !one).length;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { verified, failed };
}

function isCertified(
  header: Header,
  device: string,
  seat: SeatOpened,
  logKey: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const binding = `doseledger/seat/v1\n${header.district}\n${device}\n${seat.author}\n${seat.public_key}`;
  return verify(logKey, unbase64url(seat.certificate ?? ""), utf8(binding));
}
