/**
 * The second look at a dose copied from paper: somebody who wrote none of it compares it with its paper as it now
 * stands, so a correction asks for another. Mirrors `_verify` of projections/history.py.
 */
import { type Fact, knew, type Shelf, type Told } from "./fact";

export interface Look extends Told<"dose.verified"> {
  /** Whether it is of somebody else, who knew of every correction. */
  readonly counts: boolean;
}

/** Who wrote a dose: whoever recorded it, and whoever corrected it. */
export function writersOf(dose: Fact, shelf: Shelf): ReadonlySet<string> {
  return new Set([dose, ...correctionsOf(dose, shelf)].map(({ header }) => header.author));
}

/** Every look at a dose, in log order. */
export function looksAt(dose: Fact, shelf: Shelf): readonly Look[] {
  const corrections = correctionsOf(dose, shelf);
  const writers = writersOf(dose, shelf);
  return shelf.about(dose.header.id, "dose.verified").map((look) => ({
    ...look,
    counts: !writers.has(look.fact.header.author) && corrections.every((one) => knew(look.fact, one)),
  }));
}

const correctionsOf = (dose: Fact, shelf: Shelf): readonly Fact[] =>
  shelf.about(dose.header.id, "dose.corrected").map(({ fact }) => fact);
