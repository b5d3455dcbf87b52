/**
 * What two people counted when they closed a day, lot by lot; a day of more lots than one event lists is divided.
 *
 *     counted, counted, returned, returned, closed   of one device, one number after the other: they belong together
 *
 * Of several closes, by two phones or because something was found later, the one that the log holds last counts.
 */
import type { LotCount } from "../events/generated";
import type { Fact, Shelf } from "./fact";
import { boxName, lotNumber } from "./loads";

/** So many counts an event lists (events/catalog, MANY_MAX). */
export const LOTS_PER_EVENT = 100;

/** So many doses one form takes; more are a slip of the finger. */
export const DOSES_MAX = 10_000;
/** So many doses of one lot a close may say (events/catalog, DOSES_MAX). */
export const COUNT_MAX = 100_000;

export const NUMBERS = ["loaded", "given", "wasted", "drawn_not_given", "returned"] as const;

/** Whether a close may say it: of a lot with more doses than there can be something was typed wrongly. */
export const isCountable = (count: LotCount): boolean => NUMBERS.every((name) => count[name] <= COUNT_MAX);

/** What is counted before the close, in the parts of an event each, and what the close itself lists. */
export function inParts(counts: readonly LotCount[]): readonly [readonly (readonly LotCount[])[], readonly LotCount[]] {
  const parts: (readonly LotCount[])[] = [];
  let at = 0;
  for (; counts.length - at > LOTS_PER_EVENT; at += LOTS_PER_EVENT) parts.push(counts.slice(at, at + LOTS_PER_EVENT));
  return [parts, counts.slice(at)];
}

/** Every lot of a close: of the one that counts, or of an earlier one. */
export function closedCounts(shelf: Shelf, close = shelf.of("clinic.closed").at(-1)): readonly LotCount[] {
  if (close === undefined) return [];
  const counted = new Map(shelf.of("clinic.counted").map((one) => [one.fact, one.payload.counts]));
  const returned = shelf.of("stock.returned").map(({ fact }) => fact);
  const parts = before(close.fact, [...counted.keys(), ...returned]);
  return [...parts.reverse().flatMap((fact) => counted.get(fact) ?? []), ...(close.payload.counts ?? [])];
}

/** Who signed a close beside who wrote it, each with a PIN of their own; a person's first word of it. */
export function countersigned(shelf: Shelf, { header }: Fact): readonly Fact[] {
  const seen = new Set([header.author]);
  return shelf.about(header.id, "clinic.countersigned").flatMap(({ fact }) => {
    if (seen.has(fact.header.author)) return [];
    seen.add(fact.header.author);
    return [fact];
  });
}

/** A lot as it counts now, with its vaccine. */
export type CountNow = LotCount & { readonly cvx: string };

/** One lot as it was signed, and as it counts now; null where it was not counted then, or is none of the stock now. */
export interface CountSince {
  readonly signed: LotCount | null;
  readonly now: CountNow | null;
}

/** Each lot of the close and each that counts since; two of one number in one box stand in the order first loaded. */
export function countsSince(signed: readonly LotCount[], now: readonly CountNow[]): readonly CountSince[] {
  const left = [...now];
  const then = signed.map((count): CountSince => {
    const at = left.findIndex((one) => lineKey(one) === lineKey(count));
    return { signed: count, now: (at < 0 ? undefined : left.splice(at, 1)[0]) ?? null };
  });
  return [...then, ...left.map((one): CountSince => ({ signed: null, now: one }))];
}

/** Whether the record says otherwise by now: another phone delivered later, or something was corrected. */
export const isChanged = ({ signed, now }: CountSince): boolean =>
  NUMBERS.some((name) => (signed?.[name] ?? 0) !== (now?.[name] ?? 0));

/** What a close says of the line of another count; null where nobody counted it. */
export const signedOf = (signed: readonly LotCount[], count: LotCount): LotCount | null =>
  signed.find((one) => lineKey(one) === lineKey(count)) ?? null;

const lineKey = ({ lot, container, funding }: LotCount): string =>
  `${lotNumber(lot)} ${boxName(container ?? "")} ${funding ?? ""}`;

/** Those of some facts that stand right before another in its device's chain, the nearest first. */
export function before({ header: { device, seq } }: Fact, among: readonly Fact[]): Fact[] {
  const bySeq = new Map(among.filter(({ header }) => header.device === device).map((fact) => [fact.header.seq, fact]));
  const found: Fact[] = [];
  for (let fact = bySeq.get(seq - 1); fact !== undefined; fact = bySeq.get(fact.header.seq - 1)) found.push(fact);
  return found;
}
