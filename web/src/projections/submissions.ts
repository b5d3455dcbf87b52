/**
 * What became of entries the district set aside: who has one, how a person settled it. A fold over the device streams,
 * which every scope holds; the words are the log's, the first settlement stands.
 */
import type { SubmissionAssigned, SubmissionClosed, SubmissionReleased } from "../events/generated";
import { compareFacts, type Fact } from "./fact";

export interface Submission {
  readonly state: "open" | "released" | "closed";
  readonly owner: string;
  /** Staff id of whoever took it, and of whoever settled it. */
  readonly takenBy: string | null;
  readonly by: string | null;
  readonly why: string;
}

/** Each submission by the position of its record, which is where its outbox row's receipt stands. */
export function submissionsOf(streams: ReadonlyMap<string, readonly Fact[]>): ReadonlyMap<number, Submission> {
  const facts = [...streams]
    .filter(([stream]) => stream.startsWith("device/"))
    .flatMap(([, held]) => held.filter((fact) => fact.header.type.startsWith("submission.")));
  const found = new Map<number, Submission>();
  const places = new Map<unknown, number>();
  for (const fact of facts.sort(compareFacts)) {
    const { submission } = fact.payload;
    if (fact.header.type === "submission.quarantined" && !places.has(submission)) {
      places.set(submission, fact.position);
      const owner = String(fact.payload.owner ?? "");
      found.set(fact.position, { state: "open", owner, takenBy: null, by: null, why: "" });
    }
    const place = places.get(submission);
    const held = place === undefined ? undefined : found.get(place);
    if (place !== undefined && held?.state === "open") found.set(place, after(held, fact));
  }
  return found;
}

/**
 * What still counts on the phone that made it while nobody has settled it: what was given to a child, and what speaks
 * against a dose. The vaccine is in the child, whoever had the right to say so; a right that was refused counts for
 * nothing. A court's order and a correction of consent count against a dose alone (set_aside.ts). (The same list:
 * projections/submissions.py, which asks no screening: an answer with a yes counts here too.)
 */
const COUNTS: ReadonlySet<string> = new Set([
  "dose.administered",
  "dose.recorded",
  "reaction.observed",
  "contraindication.recorded",
  "allergy.recorded",
  "consent.refused",
  "consent.withdrawn",
  "consent.voided",
  "say.ended",
  "say.restored",
  "disclosure.revoked",
  "stock.held",
]);
/** These count where they speak about such a dose. */
const ABOUT_A_DOSE: ReadonlySet<string> = new Set(["dose.voided", "dose.corrected"]);

/** Of facts that were set aside and not settled those that count all the same. */
export function countsAside(facts: readonly Fact[]): readonly Fact[] {
  const isDose = ({ header: { type } }: Fact): boolean => type === "dose.administered" || type === "dose.recorded";
  const doses = new Set(facts.filter(isDose).map(({ header }) => header.id));
  return facts.filter(
    ({ header, payload }) =>
      COUNTS.has(header.type) ||
      (ABOUT_A_DOSE.has(header.type) && doses.has(String(payload.event))) ||
      (header.type === "screening.answered" && [payload.positive, payload.unanswered].some(isAny)),
  );
}

const isAny = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

function after(held: Submission, fact: Fact): Submission {
  switch (fact.header.type) {
    case "submission.assigned": {
      const { owner, staff } = fact.payload as unknown as SubmissionAssigned;
      return { ...held, owner, takenBy: staff ?? null };
    }
    case "submission.released": {
      const { by, reason } = fact.payload as unknown as SubmissionReleased;
      return { ...held, state: "released", by: by ?? null, why: reason };
    }
    case "submission.closed": {
      const { by, reason } = fact.payload as unknown as SubmissionClosed;
      return { ...held, state: "closed", by: by ?? null, why: reason };
    }
    default:
      return held;
  }
}
