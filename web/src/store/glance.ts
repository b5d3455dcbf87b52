/**
 * The roster at a glance: enough to find a child by, sealed as one small value and opened before all else, so that a
 * phone just picked up can be searched while its records are still being opened.
 *
 *     unlock --> glance (as of then)          found, and shown as of then
 *            --> every page --> fold --> view    what is due; writes the next glance
 *
 * Nothing in it is current: whatever shows it says as of when. It goes in the step in which a child leaves this phone.
 */

/** One child of the roster. `overall` is "" where nobody had judged it. */
export interface Line {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  readonly birthDate: string;
  /** What tells it from another of the same name and birth date; a glance of an earlier version lacks it. */
  readonly apart?: string;
  /** What it is found by (finding.ts). */
  readonly words: string;
  readonly overall: string;
  readonly marks: readonly Mark[];
}

/** What happened at the clinic's day. */
export type Mark = "given" | "not_given" | "watched";

export interface Glance {
  /** Milliseconds since 1970 by this phone's clock: when it was folded. */
  readonly at: number;
  readonly scope: string;
  readonly lines: readonly Line[];
}
