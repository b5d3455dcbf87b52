/**
 * Entries of a clinic's stock and loggers that were taken back. Mirrors projections/taken_back.py.
 *
 *     loaded, wasted, returned, read  <-- voided           stays visible and counts for nothing
 *                                     <-- voided <-- voided    counts again: to take back was the mistake
 *
 * Looked up and never attached: the word may arrive before what it is about. Two of them are one, and each has to be
 * undone by itself. What names anything else, or something of another clinic, says nothing.
 */
import type { Fact, Shelf, Told } from "./fact";

const ENTRIES = ["stock.loaded", "stock.wasted", "stock.returned", "temperature.read"] as const;
export type Entry = (typeof ENTRIES)[number];

/** Entries of one kind that nobody took back, in log order. */
export const standing = <Type extends Entry>(shelf: Shelf, type: Type): Told<Type>[] =>
  shelf.of(type).filter(({ fact }) => takenBack(shelf, fact.header.id).length === 0);

/** The words that take an entry back, in log order; none where it stands. */
export const takenBack = (shelf: Shelf, event: string): readonly Told<"stock.entry_voided">[] =>
  shelf
    .about(event, "stock.entry_voided")
    .filter(({ fact }) => shelf.about(fact.header.id, "stock.entry_voided").length === 0);

/** Every entry, those taken back too, the latest first. */
export const entriesOf = (shelf: Shelf): readonly Fact[] =>
  shelf.facts.filter(({ header }) => (ENTRIES as readonly string[]).includes(header.type)).reverse();
