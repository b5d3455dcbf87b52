/**
 * Which keys sign for whom, as the download itself tells, and whether an event was signed by one of them.
 *
 * A system seat counts only with the log key's certificate; any other only if a counted seat opened it. Told to and
 * asked in the order of the log. It reads thousands of signatures, so a thread of its own does it (signatures.ts).
 */
import { type Bytes, unbase64url, unhex, utf8 } from "../events/bytes";
import { parseVerifierKey } from "../events/checkpoint";
import { type Header, parseHeader, SYSTEM_AUTHOR } from "../events/envelope";
import type { SeatOpened } from "../events/generated";
import { streamId } from "../events/ids";
import { verify, verifyEvent } from "../events/signing";
import { fromWire, type WireEvent } from "../events/wire";

/** An event to be checked; `isGood` where it was found good before. */
export interface Signed {
  readonly event: WireEvent;
  readonly isGood: boolean;
}

export class SeatKeys {
  /** Device and author to the keys of their seats. */
  private readonly seats = new Map<string, Map<string, Bytes>>();

  /** `logKey` is the pinned verifier key. */
  constructor(private readonly logKey: string) {}

  /** Count the seat an event opens: the system's by its certificate, a person's when a counted seat signed. */
  async learn({ event, isGood }: Signed): Promise<void> {
    const header = parseHeader(utf8(event.header));
    if (header.type !== "seat.opened") return;
    const seat = JSON.parse(event.payload) as SeatOpened;
    const device = streamId(header.stream);
    if (seat.author === SYSTEM_AUTHOR) {
      const { key } = await parseVerifierKey(this.logKey);
      if (!(await isCertified(header, device, seat, key))) return;
    } else if (!isGood && !(await this.holds(event))) return;
    const place = `${device} ${seat.author}`;
    const keys = this.seats.get(place) ?? new Map<string, Bytes>();
    this.seats.set(place, keys.set(seat.public_key, unhex(seat.public_key)));
  }

  /** Whether a counted seat of the event's author on its device signed it. */
  async holds(wire: WireEvent): Promise<boolean> {
    const header = JSON.parse(wire.header) as Header;
    const keys = this.seats.get(`${header.device} ${header.author}`);
    if (keys === undefined) return false;
    const event = fromWire(wire);
    for (const key of keys.values()) if (await verifyEvent(event, key)) return true;
    return false;
  }
}

function isCertified(header: Header, device: string, seat: SeatOpened, logKey: Bytes): Promise<boolean> {
  const binding = `doseledger/seat/v1\n${header.district}\n${device}\n${seat.author}\n${seat.public_key}`;
  return verify(logKey, unbase64url(seat.certificate ?? ""), utf8(binding));
}
