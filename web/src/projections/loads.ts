/** What was put into a clinic's boxes, as last corrected. Mirrors projections/loads.py. */
import type { StockCorrected, StockLoaded } from "../events/generated";
import type { Fact, Shelf } from "./fact";

export interface LoadTold extends StockLoaded {
  /** The event that told of it, by which it is corrected. */
  readonly event: string;
  readonly fact: Fact;
}

/** A lot number as labels, codes and people write it: letters and digits, in capitals. */
export const lotNumber = (written: string): string => written.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();

/** Each load in log order; the last word on each field stands. */
export const loadsOf = (shelf: Shelf): readonly LoadTold[] =>
  shelf.of("stock.loaded").map(({ fact, payload }) => {
    const event = fact.header.id;
    const fixes = shelf.about(event, "stock.corrected").flatMap((fix) => fieldsOf(fix.payload));
    return { ...payload, ...Object.fromEntries(fixes), event, fact };
  });

/** What a correction says, without what it says nothing of. */
function fieldsOf({
  event: _event,
  reason: _reason,
  ...fields
}: StockCorrected): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).filter(([, value]) => value != null);
}
