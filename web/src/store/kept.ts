/**
 * What lies in this phone's store about sync, and what one step may change of it.
 *
 *     own/<seq>     Own: every event this phone made      held/<n>      Held[]: a page of downloaded events
 *     state         SyncState: how far this phone has verified the log, and where it works
 */
import { parseCheckpoint } from "../events/checkpoint";
import { parseEntry, parseReceipt } from "../events/receipt";
import type { Cursor, WireEvent } from "../events/wire";
import type { HandOff } from "./hand_off";

export const OWN = "own/";

/** The number of the own event under a key of the store. */
export const seqOf = (key: string): number => Number(key.slice(OWN.length));

/** An own event the store does not give back. `isSealed`: its copy sealed to the district is here and is delivered. */
export interface Unreadable {
  readonly seq: number;
  readonly isSealed: boolean;
}

export type OwnState = "waiting" | "receipted" | "quarantined";

/** What became of an own event that was set aside; each word proven to stand in the log (sync/fates.ts). */
export interface Ending {
  /** `open`: nobody settled it yet, but somebody else has it now. */
  readonly state: "open" | "released" | "closed";
  /** Name of who took or settled it; empty for the program. */
  readonly who: string;
  readonly why: string;
  readonly owner: string;
  /** Proof of the word, or of the event itself where it was let in as it was signed: then at `position`. */
  readonly receipt: string;
  readonly position?: number;
}

/** One event this phone made. `receipt` is a C2SP tlog-proof that was verified here. */
export interface Own {
  readonly seq: number;
  readonly hash: string;
  readonly event: WireEvent;
  readonly state: OwnState;
  readonly position?: number;
  readonly receipt?: string;
  readonly reason?: string;
  readonly owner?: string;
  /** How the quarantine ended, where this phone had to ask. */
  readonly ending?: Ending;
  /** Turns in which this event alone went wrong, and why the last time. */
  readonly attempts?: number;
  readonly complaint?: string;
  /** The server's code of that refusal, or `unproven`: an answer that proves nothing. */
  readonly code?: string;
  /** What the server asked a person to look at when it took the event in: `gap`, `role_lost_since`. */
  readonly flags?: readonly string[];
  /** Receipts of earlier epochs of the log, in the order they came. */
  readonly former?: readonly string[];
}

/** An own event that went wrong once more. */
export const doubt = (row: Own, why: string, code: string): Own => {
  return { ...row, attempts: (row.attempts ?? 0) + 1, complaint: why, code };
};

/** One downloaded event: byte for byte what the log's note vouched for. */
export interface Held {
  readonly hash: string;
  readonly position: number;
  readonly receivedAt: number;
  readonly stream: string;
  readonly event: WireEvent;
}

/** The log contradicted itself. Both signed notes are the evidence; only a person ends it. */
export interface Alarm {
  readonly reason: string;
  readonly held: string;
  readonly shown: string;
}

/** Another device at work in the scope, and when the server last heard of it (milliseconds since 1970). */
export interface OtherDevice {
  readonly device: string;
  readonly label: string;
  readonly heardAt: number;
}

/** What was downloaded and this phone's store did not give back as it was, the last time; healed by a copy of the server's. */
export interface Damage {
  /** Milliseconds since 1970 by this phone's clock. */
  readonly foundAt: number;
  readonly isHealed: boolean;
}

/** Streams the server gives otherwise than the log signed them, also after the scope was pulled anew: its own fault. */
export interface Wrong {
  readonly streams: readonly string[];
  /** Milliseconds since 1970 by this phone's clock: when the scope was last pulled anew because of it. */
  readonly triedAt: number;
}

/** What the last verified answers left behind. */
export interface SyncState {
  readonly scope: string;
  readonly clinicName: string;
  readonly cursor: Cursor | null;
  /** The signed note of the last verified head, and the origin and size it names. */
  readonly checkpoint: string;
  readonly origin: string;
  readonly size: number;
  readonly complete: boolean;
  /** Milliseconds since 1970 by this phone's clock: the last answer that held. */
  readonly syncedAt: number;
  /** Milliseconds since 1970 as the server said them with that answer; 0 before the first. */
  readonly toldAt: number;
  /** Students who left the scope, to be forgotten once the own events about them are delivered. */
  readonly forgetting: readonly string[];
  /** As the server told beside the last page, the longest silent first. What they made since is nowhere else. */
  readonly others: readonly OtherDevice[];
  /** Why the server gives nothing for the scope; empty while it does. */
  readonly refused: string;
  readonly alarm: Alarm | null;
  /** What is held is not what the log signed: the next pull asks for the digest of every stream. */
  readonly doubted: boolean;
  /** How often the scope was pulled anew because of that, since it was last found equal. */
  readonly heals: number;
  /** The streams that were found held wrongly the last time. */
  readonly healed: readonly string[];
  readonly damage: Damage | null;
  readonly wrong: Wrong | null;
  /** Events the server's disk had damaged and this phone's copy healed, by hash. */
  readonly lent: readonly string[];
  /** Events whose rows the server's disk has damaged, as the last answer named them: one named no more was healed. */
  readonly wanted: readonly string[];
  /** Counts the changes of all tabs. */
  readonly revision: number;
}

export const NO_SYNC: SyncState = {
  scope: "",
  clinicName: "",
  cursor: null,
  checkpoint: "",
  origin: "",
  size: 0,
  complete: false,
  syncedAt: 0,
  toldAt: 0,
  forgetting: [],
  others: [],
  refused: "",
  alarm: null,
  doubted: false,
  heals: 0,
  healed: [],
  damage: null,
  wrong: null,
  lent: [],
  wanted: [],
  revision: 0,
};

/** Everything a step decides from: the store as it is now, in all tabs. */
export interface Saved {
  readonly state: SyncState;
  readonly own: readonly Own[];
  readonly held: ReadonlyMap<string, Held>;
  /** The same by stream; a list never changes, a stream that does gets another. */
  readonly streams: ReadonlyMap<string, readonly Held[]>;
  /** Undelivered events of earlier enrolments of this phone: sealed to the district, to be carried unopened. */
  readonly carried: readonly HandOff[];
}

/** What one step writes. `forget`: hashes of downloaded events, or all of them; done before `held` is put. */
export interface Change {
  readonly state: SyncState;
  readonly own: readonly Own[];
  readonly held: readonly Held[];
  readonly forget: readonly string[] | "all";
  /** Carried events that were delivered. */
  readonly delivered: readonly HandOff[];
}

/**
 * The time by which what is kept for a while grows old: never later than the server's word, for the clock of a phone may
 * be years ahead; and never later than that clock, for a server's may be too.
 */
export const surely = ({ toldAt }: SyncState): number => Math.min(Date.now(), toldAt);

export const NO_CHANGE = { own: [], held: [], forget: [], delivered: [] } as const;

const KEPT_MS = 30 * 86_400_000;

/**
 * Own events whose receipt is older than 30 days and under a smaller head than the one verified last. Never one that
 * waits, nor one of `open`, set aside and not settled: it is in no record. Never the newest: the next goes on from it.
 */
export function settledLongAgo(own: readonly Own[], size: number, now: number, open: ReadonlySet<Own>): readonly Own[] {
  return own.slice(0, -1).filter((row) => {
    const { state, receipt } = row;
    if (state === "waiting" || receipt === undefined || open.has(row)) return false;
    const { entry, checkpoint } = parseReceipt(receipt);
    const head = checkpoint.slice(0, checkpoint.indexOf("\n\n") + 1);
    return parseEntry(entry).receivedAt < now - KEPT_MS && parseCheckpoint(head).size < size;
  });
}
