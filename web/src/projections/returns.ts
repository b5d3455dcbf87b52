/**
 * Doses that went back unused. Mirrors projections/returns.py.
 *
 * Who closes a day counts its boxes once, and says what goes back together with the close. Two phones that could not
 * talk may both close: then the same doses went back once and not twice, and the close that the log holds last is the
 * one that counts. Doses that were sent back for themselves count always.
 *
 *     returned, returned, closed   of one device, one number after the other: they belong together
 */
import type { StockReturned } from "../events/generated";
import { before } from "./closing";
import type { Shelf, Told } from "./fact";
import { standing } from "./taken_back";

/** What went back, in log order, without what a close said that another one followed. */
export const returnsOf = (shelf: Shelf): readonly StockReturned[] =>
  withoutThoseOf(shelf.of("clinic.closed").slice(0, -1), shelf);

/** What was sent back for itself: all that still counts once the day is closed anew. */
export const returnsBesideCloses = (shelf: Shelf): readonly StockReturned[] =>
  withoutThoseOf(shelf.of("clinic.closed"), shelf);

function withoutThoseOf(closes: readonly Told<"clinic.closed">[], shelf: Shelf): readonly StockReturned[] {
  const facts = shelf.of("stock.returned").map(({ fact }) => fact);
  const followed = new Set(closes.flatMap(({ fact }) => before(fact, facts)));
  return standing(shelf, "stock.returned").flatMap(({ fact, payload }) => (followed.has(fact) ? [] : [payload]));
}
