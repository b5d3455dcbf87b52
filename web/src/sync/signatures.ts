/**
 * Whether downloaded events were signed by the seats they name, as those seats are told in the download itself.
 * A system seat counts only with the log key's certificate; any other only if a counted seat opened it.
 *
 *     what is new --> seats it tells --> every event not yet found good --> so many verified, so many not
 */
import { type Bytes, text, unbase64url, unhex, utf8 } from "../events/bytes";
import { parseVerifierKey } from "../events/checkpoint";
import { type Header, parseHeader, SYSTEM_AUTHOR } from "../events/envelope";
import type { SeatOpened } from "../events/generated";
import { streamId } from "../events/ids";
import { verify, verifyEvent } from "../events/signing";
import { fromWire } from "../events/wire";
import type { Held } from "../store/kept";

export interface Checked {
  readonly verified: number;
  readonly failed: number;
}

const CHUNK = 10;

/** The checks of this phone; what was found good once is not checked again. */
export class Signatures {
  /** Device and author to the keys of their seats. */
  private readonly seats = new Map<string, Map<string, Bytes>>();
  readonly good = new Set<string>();
  private running: Promise<Checked> | null = null;
  private next: ReadonlyMap<string, Held> | null = null;

  /** `logKey` is the pinned verifier key; `wasGood` tells what was found good before, by its hash. */
  constructor(
    private readonly logKey: string,
    private readonly wasGood: (hash: string) => boolean = () => false,
  ) {}

  /** Check what is held, in chunks that leave the screen responsive; a call while one runs is answered after it. */
  async check(held: ReadonlyMap<string, Held>): Promise<Checked> {
    this.next = held;
    this.running ??= this.run();
    return this.running;
  }

  private async run(): Promise<Checked> {
    const { key } = await parseVerifierKey(this.logKey);
    try {
      let found: Checked = { verified: 0, failed: 0 };
      while (this.next !== null) {
        const rows = [...this.next.values()];
        this.next = null;
        const fresh = rows.filter((row) => !this.good.has(row.hash)).sort((one, two) => one.position - two.position);
        const open = fresh.filter((row) => !this.wasGood(row.hash));
        for (const row of fresh) if (this.wasGood(row.hash)) this.good.add(row.hash);
        for (const row of fresh) if (row.event.header.includes('"seat.opened"')) await this.learn(row, key);
        for (let at = 0; at < open.length; at += CHUNK) {
          await Promise.all(open.slice(at, at + CHUNK).map((row) => this.judge(row)));
          await new Promise((resolve) => setTimeout(resolve));
        }
        const verified = rows.filter((row) => this.good.has(row.hash)).length;
        found = { verified, failed: rows.length - verified };
      }
      return found;
    } finally {
      this.running = null;
    }
  }

  /** Count the seat an event opens: the system's by its certificate, a person's when a counted seat signed. */
  private async learn(row: Held, logKey: Bytes): Promise<void> {
    const header = parseHeader(utf8(row.event.header));
    if (header.type !== "seat.opened") return;
    const seat = JSON.parse(row.event.payload) as SeatOpened;
    const device = streamId(header.stream);
    if (seat.author === SYSTEM_AUTHOR) {
      if (!(await isCertified(header, device, seat, logKey))) return;
    } else {
      if (!this.good.has(row.hash)) await this.judge(row);
      if (!this.good.has(row.hash)) return;
    }
    const place = `${device} ${seat.author}`;
    const keys = this.seats.get(place) ?? new Map<string, Bytes>();
    this.seats.set(place, keys.set(seat.public_key, unhex(seat.public_key)));
  }

  private async judge(row: Held): Promise<void> {
    const event = fromWire(row.event);
    const header = JSON.parse(text(event.header)) as Header;
    for (const key of this.seats.get(`${header.device} ${header.author}`)?.values() ?? []) {
      if (await verifyEvent(event, key)) {
        this.good.add(row.hash);
        return;
      }
    }
  }
}

function isCertified(header: Header, device: string, seat: SeatOpened, logKey: Bytes): Promise<boolean> {
  const binding = `doseledger/seat/v1\n${header.district}\n${device}\n${seat.author}\n${seat.public_key}`;
  return verify(logKey, unbase64url(seat.certificate ?? ""), utf8(binding));
}
