/**
 * Reactions after a dose, and whether each has reached VAERS. Mirrors projections/reactions.py.
 *
 *     observed -> assessed: required | encouraged | not_needed -> reported, with the number VAERS gave
 *
 * The statute names no day for a report (42 U.S.C. 300aa-25(b)): it is owed from the first hour, until its number is
 * written down or a nurse decided that none is needed.
 */
import type { ReactionAssessed, ReactionObserved, VaersReported } from "../events/generated";
import type { Shelf } from "./fact";

export interface Reaction {
  readonly event: string;
  readonly told: ReactionObserved;
  readonly assessed: ReactionAssessed | null;
  readonly vaers: VaersReported | null;
  /** A report, or the decision that none is needed, is still owed. */
  readonly isOwed: boolean;
}

export function reactionsOf(shelf: Shelf): readonly Reaction[] {
  return shelf.of("reaction.observed").map(({ fact, payload }): Reaction => {
    const event = fact.header.id;
    const assessed = shelf.about(event, "reaction.assessed").at(-1)?.payload ?? null;
    const vaers = shelf.of("vaers.reported").findLast((one) => one.payload.reaction === event)?.payload ?? null;
    const isOwed = vaers === null && assessed?.report !== "not_needed";
    return { event, told: payload, assessed, vaers, isOwed };
  });
}
