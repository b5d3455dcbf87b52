/** Words that a vaccine was not given, as they stand: what was undone counts for nothing. Mirrors projections/not_given.py. */
import type { Shelf, Told } from "./fact";

/** What was not given and why, in log order. */
export const notGiven = (shelf: Shelf): readonly Told<"dose.not_given">[] =>
  shelf.of("dose.not_given").filter(({ fact }) => shelf.about(fact.header.id, "dose.voided").length === 0);
