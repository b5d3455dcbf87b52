/** What was put into a clinic's boxes, as last corrected. Mirrors projections/loads.py. */
import type { StockCorrected, StockLoaded } from "../events/generated";
import type { Fact, Shelf, Told } from "./fact";
import { standing } from "./taken_back";

export interface LoadTold extends StockLoaded {
  /** The event that told of it, by which it is corrected. */
  readonly event: string;
  readonly fact: Fact;
  /** Every box it was ever said to lie in: moved, or written down wrongly, nobody knows. */
  readonly boxes: readonly string[];
  /** Every number it was ever written under, as written: a dose may be on record under one corrected since. */
  readonly lots: readonly string[];
}

/** A lot number as labels, codes and people write it: letters and digits, in capitals. */
export const lotNumber = (written: string): string => written.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();

/** The maker a code (MVX) names; empty where it is another or not known, and a lot of that number may be anybody's. */
export const makerNamed = (mvx: string): string => (mvx === "OTH" || mvx === "UNK" ? "" : mvx);

/** A box's name as people write it: the same by its letters and digits; as it stands where it has none. */
export const boxName = (written: string): string => lotNumber(written) || written.trim();

/** Each load that nobody took back, in log order; the last word on each field stands. */
export const loadsOf = (shelf: Shelf): readonly LoadTold[] =>
  standing(shelf, "stock.loaded").map((load) => lastTold(shelf, load));

/** Those that were taken back too. */
export const everLoaded = (shelf: Shelf): readonly LoadTold[] =>
  shelf.of("stock.loaded").map((load) => lastTold(shelf, load));

function lastTold(shelf: Shelf, { fact, payload }: Told<"stock.loaded">): LoadTold {
  const event = fact.header.id;
  const told = shelf.about(event, "stock.corrected").map((fix) => fix.payload);
  const fixes = told.flatMap(fieldsOf);
  const boxes = [payload, ...told].flatMap(({ container }) => (container == null ? [] : [boxName(container)]));
  const lots = [payload, ...told].flatMap(({ lot }) => (lot == null ? [] : [lot]));
  return { ...payload, ...Object.fromEntries(fixes), event, fact, boxes, lots };
}

/** What a correction says, without what it says nothing of. */
function fieldsOf({
  event: _event,
  reason: _reason,
  ...fields
}: StockCorrected): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).filter(([, value]) => value != null);
}
