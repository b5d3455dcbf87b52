/**
 * Which keys sign for whom, as the download itself tells, and whether an event was signed by one of them.
 *
 * A system seat counts only with the log key's certificate; any other only if a counted seat opened it. A key is good
 * for events behind the opening of its seat, up to its closing: by position, whatever a clock says. Told to in the order
 * of the log. It reads thousands of signatures, so a thread of its own does it (signatures.ts).
 */
import { unbase64url, unhex, utf8 } from "../events/bytes";
import { parseVerifierKey } from "../events/checkpoint";
import { type Header, parseHeader, SYSTEM_AUTHOR } from "../events/envelope";
import type { SeatClosed, SeatOpened } from "../events/generated";
import { streamId } from "../events/ids";
import { verify, verifyEvent } from "../events/signing";
import { fromWire, type WireEvent } from "../events/wire";

/** An event to be checked, and where it stands in the log. */
export interface Placed {
  readonly event: WireEvent;
  readonly position: number;
}

/** An event that may open or close a seat; `isGood` where it was found good before. */
export interface Signed extends Placed {
  readonly isGood: boolean;
}

/** Where a seat is closed that is open: behind everything. */
const OPEN = Number.POSITIVE_INFINITY;

interface SeatKey {
  readonly publicKey: string;
  readonly openedAt: number;
  closedAt: number;
}

export class SeatKeys {
  /** Device and author to the keys of their seats. */
  private readonly seats = new Map<string, SeatKey[]>();

  /** `logKey` is the pinned verifier key. */
  constructor(private readonly logKey: string) {}

  /** Count the seat an event opens (the system's by its certificate, a person's when a counted seat signed), or end it. */
  async learn({ event, position, isGood }: Signed): Promise<void> {
    const header = parseHeader(utf8(event.header));
    if (header.type !== "seat.opened" && header.type !== "seat.closed") return;
    if (!isGood && !(await this.holds({ event, position }))) return;
    const told = JSON.parse(event.payload) as SeatOpened | SeatClosed;
    const place = `${streamId(header.stream)} ${told.author}`;
    const keys = this.seats.get(place) ?? [];
    const same = keys.filter((key) => key.publicKey === told.public_key);
    if (header.type === "seat.closed") {
      for (const key of same) if (key.openedAt < position) key.closedAt = Math.min(key.closedAt, position);
    } else if (!same.some((key) => key.openedAt === position))
      this.seats.set(place, [...keys, { publicKey: told.public_key, openedAt: position, closedAt: OPEN }]);
  }

  /** Whether a seat of the event's author on its device, counted and open at its place, signed it. */
  async holds({ event: wire, position }: Placed): Promise<boolean> {
    const header = JSON.parse(wire.header) as Header;
    const event = fromWire(wire);
    if (header.type === "seat.opened" && header.author === SYSTEM_AUTHOR) {
      const seat = JSON.parse(wire.payload) as SeatOpened;
      if (await this.isCertified(header, seat)) return verifyEvent(event, unhex(seat.public_key));
    }
    for (const key of this.seats.get(`${header.device} ${header.author}`) ?? []) {
      const isGood = key.openedAt < position && position <= key.closedAt;
      if (isGood && (await verifyEvent(event, unhex(key.publicKey)))) return true;
    }
    return false;
  }

  private async isCertified(header: Header, seat: SeatOpened): Promise<boolean> {
    if (seat.author !== SYSTEM_AUTHOR || !seat.certificate) return false;
    const { key } = await parseVerifierKey(this.logKey);
    const device = streamId(header.stream);
    if (device !== header.device) return false;
    const binding = `doseledger/seat/v1\n${header.district}\n${device}\n${seat.author}\n${seat.public_key}`;
    return verify(key, unbase64url(seat.certificate), utf8(binding));
  }
}
