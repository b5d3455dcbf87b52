/**
 * What of this phone's store is open in this tab, and who is told when it changes: this tab's screens, the other tabs.
 *
 * Everything here is gone with a lock; the store keeps it. Only the modules of this folder write it.
 */
import type { Enrolled } from "../events/wire";
import type { Database } from "./database";
import { Downloads } from "./downloads";
import type { Glance } from "./glance";
import type { HandOff } from "./hand_off";
import { NO_SYNC, type Own, type SyncState, type Unreadable } from "./kept";
import type { KeptPhoto } from "./photos";
import type { Cost } from "./stretch";
import type { OpenKeys } from "./vault";

/** What a tab tells the others. `opened` and `removed` name a person. */
export type Message =
  | { readonly is: "changed" | "enrolled anew" | "locked" }
  | { readonly is: "opened" | "removed"; readonly staff: string };

/** One lock over all tabs for each: writing own events, deciding on the state. */
export const WRITER = "doseledger writer";
export const STATE = "doseledger state";

export class Opened {
  enrolled: Enrolled | null = null;
  state: SyncState = NO_SYNC;
  own: readonly Own[] = [];
  downloads = new Downloads();
  /** Undelivered and not readable here: of an earlier enrolment, or damaged. Sealed, they travel all the same. */
  carried: readonly HandOff[] = [];
  /** Own events the store does not give back. */
  unreadable: readonly Unreadable[] = [];
  /** Pictures of papers taken here; those without a note are not in the district yet. */
  photos: readonly KeptPhoto[] = [];
  /** The roster as of then, until everything is read. */
  glance: Glance | null = null;
  /** Whether everything that lies here was read; between unlocking and that only who, where and the glance are known. */
  isRead = false;
  keys: OpenKeys | null = null;
  /** Whose keys they are. */
  staff = "";
  /** Counts what this tab wrote, so that a reading begun before is not taken for the newest. */
  changes = 0;
  /** Drafts that are being deleted, by where they lie. */
  readonly dropping = new Map<string, Promise<void>>();
  /** Drafts that are being written, by where they lie. */
  readonly writing = new Map<string, Promise<void>>();
  /** The last write of a form that is everybody's. */
  sharing: Promise<void> | null = null;
  private readonly others = new BroadcastChannel("doseledger");
  private readonly listeners = new Set<() => void>();

  /** `cost` is what each try of a PIN made from now on costs. */
  constructor(
    readonly database: Database,
    readonly cost: Cost,
  ) {}

  /** The keys; throws while locked. */
  get unlocked(): OpenKeys {
    if (this.keys === null) throw new Error("this phone is locked");
    return this.keys;
  }

  /** Forget the keys and everything read with them. */
  lock(): void {
    this.keys = null;
    this.staff = "";
    this.enrolled = null;
    this.state = NO_SYNC;
    this.carried = [];
    this.own = [];
    this.unreadable = [];
    this.photos = [];
    this.downloads = new Downloads();
    this.glance = null;
    this.isRead = false;
    this.changed();
  }

  /** Told after everything that changes what the screens show. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  hear(listener: (message: Message) => void): void {
    this.others.onmessage = ({ data }: MessageEvent<Message>) => listener(data);
  }

  tell(message: Message): void {
    this.others.postMessage(message);
  }

  /** Something was written: both are told. */
  wrote(): void {
    this.tell({ is: "changed" });
    this.changed();
  }
}
