/**
 * Reactions after a dose, and whether each has reached VAERS. Mirrors projections/reactions.py.
 *
 *     observed -> assessed: required | encouraged | not_needed -> reported, with the number VAERS gave
 *
 * The statute names no day for a report (42 U.S.C. 300aa-25(b)): it is owed from the first hour, until its number is
 * written down or a nurse decided that none is needed.
 */
import type { ReactionAssessed, ReactionObserved, VaersReported } from "../events/generated";
import type { Fact, Shelf } from "./fact";

export interface Reaction {
  readonly fact: Fact;
  readonly event: string;
  readonly told: ReactionObserved;
  readonly assessed: ReactionAssessed | null;
  /** When that was signed last; empty where nobody did. */
  readonly assessedAt: string;
  readonly vaers: VaersReported | null;
  /** A report, or the decision that none is needed, is still owed. */
  readonly isOwed: boolean;
}

export function reactionsOf(shelf: Shelf): readonly Reaction[] {
  return shelf.of("reaction.observed").map(({ fact, payload }): Reaction => {
    const event = fact.header.id;
    const last = shelf.about(event, "reaction.assessed").at(-1);
    const assessed = last?.payload ?? null;
    const vaers = shelf.of("vaers.reported").findLast((one) => one.payload.reaction === event)?.payload ?? null;
    const isOwed = vaers === null && assessed?.report !== "not_needed";
    return { fact, event, told: payload, assessed, assessedAt: last?.fact.header.recorded_at ?? "", vaers, isOwed };
  });
}
