/**
 * What the sync engine knows while it runs, what can happen to it, and what a step asks of its driver.
 *
 * Everything but `saved` is forgotten when the app closes, and costs at most a repeated request. Moments are
 * milliseconds of a clock that only goes forward; `syncedAt` alone is a wall clock's, and orders nothing.
 */
import type { Enrolled, SyncRequest } from "../events/wire";
import type { HandOff } from "../store/hand_off";
import type { Change, Own, Saved } from "../store/kept";
import type { Findings } from "./findings";

/** The one request under way. `asked` is the store it was made from. */
export interface Turn {
  readonly number: number;
  readonly pushed: readonly string[];
  readonly carried: readonly string[];
  readonly pulls: boolean;
  readonly asked: Saved;
  readonly deadline: number;
}

/** In place of a server's code: its answer was none that proves anything. */
export const UNPROVEN = "unproven";

export type Trouble = "unreachable" | "refused" | "denied" | "busy";

export interface State {
  readonly saved: Saved;
  readonly turn: Turn | null;
  readonly turns: number;
  readonly failures: number;
  /** No turn before this moment. */
  readonly notBefore: number;
  /** Without news, ask again at this moment. */
  readonly pollAt: number;
  /** The scope is not asked for before this moment: the server said so. */
  readonly scopeAt: number;
  /** Suspects (by hash) wait out a back-off of their own. */
  readonly rowsAt: ReadonlyMap<string, number>;
  /** Somebody or something wants to know how the log stands, beyond what the turn under way will tell. */
  readonly asks: boolean;
  /** What the last news said. */
  readonly heard: { readonly origin: string; readonly size: number } | null;
  /** The system says there is no network. It is asked all the same, by the clock. */
  readonly cut: boolean;
  readonly batchMax: number;
  /** Events of a page asked for now; 0 while pages come through. */
  readonly pullMax: number;
  /** Carried events a request may hold for now; 0 until something went wrong with some. */
  readonly carriedMax: number;
  /** Carried events (by hash) that came to nothing in this round: the others go first. */
  readonly carriedLast: ReadonlySet<string>;
  /** A request failed with one carried event alone: they travel without a pull, taking turns with the scope. */
  readonly carriedDoubted: boolean;
  readonly problem: { readonly kind: Trouble; readonly words: string; readonly code: string } | null;
  /** This phone's clock minus the server's, at the last answer. */
  readonly skewMs: number;
  /** The server's clock at the last answer, in milliseconds since 1970; 0 where it did not say. */
  readonly toldMs: number;
}

export type Input =
  /** A person asks, something was recorded, or a clinic chosen. */
  | { readonly is: "stir" }
  | { readonly is: "tick" }
  | { readonly is: "back" }
  | { readonly is: "cut" }
  | { readonly is: "news"; readonly origin: string; readonly size: number }
  /** An answer, its proofs already checked; it counts only for the turn under way. */
  | {
      readonly is: "judged";
      readonly turn: number;
      readonly findings: Findings;
      readonly wallMs: number;
      readonly skewMs: number;
      readonly toldMs: number;
    }
  | {
      readonly is: "failed";
      readonly turn: number;
      readonly kind: Trouble;
      readonly words: string;
      /** The server's code of its refusal. */
      readonly code: string;
      readonly afterMs: number;
    }
  /** A person looked at the alarm and lets the phone ask again. What was verified before stays the measure. */
  | { readonly is: "reconsider" };

export interface Send {
  readonly turn: number;
  readonly request: SyncRequest;
  readonly asked: Saved;
  readonly pushed: readonly Own[];
  readonly carried: readonly HandOff[];
}

/**
 * What to do, in this order: the change on disk in one transaction, then the request, then a tick at `wakeAt`
 * (null: only an input can help). If the transaction fails the step did not happen.
 */
export interface Effects {
  readonly change: Change | null;
  readonly send: Send | null;
  readonly wakeAt: number | null;
}

/** What a phone trusts, fixed at enrolment. */
export type Pinned = Pick<Enrolled, "log_key" | "origin">;

export const waitingOf = (saved: Saved): readonly Own[] => saved.own.filter((row) => row.state === "waiting");

/** A phone just unlocked: it wants to know at once how the log stands. */
export function begin(saved: Saved): State {
  return {
    saved,
    turn: null,
    turns: 0,
    failures: 0,
    notBefore: 0,
    pollAt: 0,
    scopeAt: 0,
    rowsAt: new Map(),
    asks: true,
    heard: null,
    cut: false,
    batchMax: 0,
    pullMax: 0,
    carriedMax: 0,
    carriedLast: new Set(),
    carriedDoubted: false,
    problem: null,
    skewMs: 0,
    toldMs: 0,
  };
}

/** The own events of the turn under way; none while the system says that nothing can leave. */
export const sentOf = (state: State): readonly string[] => (state.cut ? [] : (state.turn?.pushed ?? []));

/** Where the phone stands, for the bar that is always there. */
export type Link = "online" | "offline" | "syncing" | "refused" | "alarm";

export function linkOf(state: State): { readonly link: Link; readonly detail: string; readonly code: string } {
  const { alarm } = state.saved.state;
  const bare = (link: Link) => ({ link, detail: "", code: "" });
  if (alarm !== null) return { link: "alarm", detail: alarm.reason, code: "" };
  if (state.turn !== null && !state.cut) return bare("syncing");
  if (state.problem !== null && state.problem.kind !== "busy") {
    const { kind, words, code } = state.problem;
    return kind === "unreachable" ? bare("offline") : { link: "refused", detail: words, code };
  }
  return bare(state.cut || state.turns === 0 ? "offline" : "online");
}
