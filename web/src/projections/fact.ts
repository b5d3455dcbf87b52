/** One event as a fold sees it. Facts stand in log order; what this phone has not delivered comes after. */
import type { Header } from "../events/envelope";
import type { EventPayloads } from "../events/generated";
import type { WireEvent } from "../events/wire";

/** Own events that wait stand after everything a log can hold, by their device's seq. */
export const LOCAL = 2 ** 52;

export interface Fact {
  readonly position: number;
  /** Milliseconds since 1970 (server clock); null for an event not yet received. */
  readonly receivedAt: number | null;
  readonly eventHash: string;
  readonly header: Header;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The district set it aside and nobody settled it; only the phone that made it has such a fact. */
  readonly isAside?: boolean;
}

/** The fact an event states, its form checked when it came in; its payload is kept as it is, understood or not. */
export function factOf(event: WireEvent, eventHash: string, position: number, receivedAt: number | null): Fact {
  const header = JSON.parse(event.header) as Header;
  const payload = JSON.parse(event.payload) as Record<string, unknown>;
  return { position, receivedAt, eventHash, header, payload };
}

/** The furthest west a school of the United States lies: no civil day is earlier than that of the moment then. */
const BEHIND_UTC_MS = 36_000_000;
export const civilDay = (moment: number): string => new Date(moment - BEHIND_UTC_MS).toISOString().slice(0, 10);

const BEHIND_MS = 30 * 60_000;

/** Whether a clock that shows this moment (milliseconds) is behind the server's: something was received after it. */
export const isBehind = (moment: number, facts: readonly Fact[]): boolean =>
  facts.some(({ receivedAt }) => receivedAt !== null && receivedAt > moment + BEHIND_MS);

export const compareText = (one: string, two: string): number => (one < two ? -1 : one > two ? 1 : 0);

export function compareFacts(one: Fact, two: Fact): number {
  return one.position - two.position || (one.eventHash < two.eventHash ? -1 : one.eventHash > two.eventHash ? 1 : 0);
}

/** Whether whoever signed `later` could have seen `earlier` on that device. */
export function knew(later: Fact, earlier: Fact): boolean {
  const [one, other] = [earlier.header, later.header];
  return one.device === other.device ? one.seq < other.seq : wasShown(earlier, later);
}

/**
 * Whether it stood in the log that the device of `later` had verified. Positions come again behind a restored back-up:
 * who had seen an earlier epoch knew of nothing written in a later one. KNOWN GAP: projections/fold.py.
 */
export function wasShown(earlier: Fact, later: Fact): boolean {
  const { size, epoch } = later.header.seen;
  return earlier.position < Math.min(size, later.position) && earlier.header.seen.epoch <= epoch;
}

export interface Told<Type extends keyof EventPayloads> {
  readonly fact: Fact;
  readonly payload: EventPayloads[Type];
}

/** Facts by the stream they are in. */
export function byStream(facts: Iterable<Fact>): Map<string, readonly Fact[]> {
  const streams = new Map<string, Fact[]>();
  for (const fact of facts) add(streams, fact.header.stream, fact);
  return streams;
}

/** The facts of one child (or clinic, or district), found by type and by the event they speak about. */
export class Shelf {
  readonly facts: readonly Fact[];
  private readonly byType = new Map<string, Fact[]>();
  private byEvent: Map<string, Fact[]> | null = null;

  constructor(facts: Iterable<Fact>) {
    this.facts = [...facts].sort(compareFacts);
    for (const fact of this.facts) add(this.byType, fact.header.type, fact);
  }

  /** Whether there is a fact of one type. */
  has(type: keyof EventPayloads): boolean {
    return this.byType.has(type);
  }

  /** All facts of one type, in log order. */
  of<Type extends keyof EventPayloads>(type: Type): Told<Type>[] {
    return (this.byType.get(type) ?? []).map((fact) => ({
      fact,
      payload: fact.payload as unknown as EventPayloads[Type],
    }));
  }

  /** The facts of one type that speak about an earlier event, in log order. */
  about<Type extends keyof EventPayloads>(event: string, type: Type): Told<Type>[] {
    this.byEvent ??= byEventSpokenOf(this.facts);
    return (this.byEvent.get(event) ?? [])
      .filter((fact) => fact.header.type === type)
      .map((fact) => ({ fact, payload: fact.payload as unknown as EventPayloads[Type] }));
  }
}

/** Reads every payload, so it is made when somebody asks. */
function byEventSpokenOf(facts: readonly Fact[]): Map<string, Fact[]> {
  const byEvent = new Map<string, Fact[]>();
  for (const fact of facts) {
    const about = fact.payload.event;
    if (typeof about === "string") add(byEvent, about, fact);
  }
  return byEvent;
}

function add(table: Map<string, Fact[]>, key: string, fact: Fact): void {
  const there = table.get(key);
  if (there === undefined) table.set(key, [fact]);
  else there.push(fact);
}
