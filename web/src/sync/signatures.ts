/**
 * Whether downloaded events were signed by the seats they name, found out in the background once they are here.
 *
 *     what is new --> seats it tells --> every event not yet found good --> so many verified, so many not
 *                           `---- by the hundred to a thread of its own (seat_keys.ts, checker.ts) ---'
 */
import type { Held } from "../store/kept";
import { inSlices } from "../store/slices";
import { type Placed, SeatKeys, type Signed } from "./seat_keys";

export interface Checked {
  readonly verified: number;
  readonly failed: number;
}

/** What the thread is asked: seats to learn, then events to check. */
export interface CheckerAsked {
  readonly logKey: string;
  readonly seats: readonly Signed[];
  readonly events: readonly Placed[];
}

/** For each event whether its signature holds, or why that could not be found out. */
export type CheckerAnswered = readonly boolean[] | { readonly why: string };

/** Who checks: for each event whether its signature holds. */
export interface Checker {
  readonly ask: (asked: CheckerAsked) => Promise<readonly boolean[]>;
  readonly stop: () => void;
}

const CHUNK = 200;

/** The checks of this phone; what was found good once is not checked again. */
export class Signatures {
  readonly good = new Set<string>();
  private running: Promise<Checked> | null = null;
  private next: ReadonlyMap<string, Held> | null = null;
  private isStopped = false;
  /** The thread knows every seat found good; a thread that broke down was followed by one that knows none. */
  private isTaught = false;

  /** `logKey` is the pinned verifier key; `wasGood` tells what was found good before, by its hash. */
  constructor(
    private readonly logKey: string,
    private readonly wasGood: (hash: string) => boolean = () => false,
    private readonly checker: Checker = checkerInWorker(),
  ) {}

  /** Check what is held; a call while one runs is answered after it. */
  async check(held: ReadonlyMap<string, Held>): Promise<Checked> {
    this.next = held;
    this.running ??= this.run();
    return this.running;
  }

  /** The phone locks: nothing more is checked, and nothing said of it. */
  stop(): void {
    this.isStopped = true;
    this.checker.stop();
  }

  private async run(): Promise<Checked> {
    try {
      let found: Checked = { verified: 0, failed: 0 };
      while (this.next !== null && !this.isStopped) {
        const rows = [...this.next.values()];
        this.next = null;
        const { fresh, open } = await inSlices(this.unknown(rows));
        await this.learn(this.isTaught ? fresh : rows);
        for (let at = 0; at < open.length && !this.isStopped; at += CHUNK) await this.judge(open.slice(at, at + CHUNK));
        const failed = open.filter((row) => !this.good.has(row.hash)).length;
        found = { verified: rows.length - failed, failed };
      }
      return found;
    } catch (error) {
      this.isTaught = false;
      throw error;
    } finally {
      this.running = null;
    }
  }

  /** What this program has not seen yet; of that, what nobody found good before either. In short steps. */
  private *unknown(rows: readonly Held[]): Generator<undefined, { fresh: readonly Held[]; open: readonly Held[] }> {
    const [fresh, open]: [Held[], Held[]] = [[], []];
    for (const [at, row] of rows.entries()) {
      if (!this.good.has(row.hash)) {
        fresh.push(row);
        if (this.wasGood(row.hash)) this.good.add(row.hash);
        else open.push(row);
      }
      if (at % CHUNK === 0) yield;
    }
    return { fresh, open };
  }

  /** Seats are opened in the streams of devices. */
  private async learn(rows: readonly Held[]): Promise<void> {
    const opened = rows
      .filter((row) => row.stream.startsWith("device/"))
      .sort((one, two) => one.position - two.position);
    const seats = opened.map(({ event, position, hash }) => ({ event, position, isGood: this.good.has(hash) }));
    await this.checker.ask({ logKey: this.logKey, seats, events: [] });
    this.isTaught = true;
  }

  private async judge(rows: readonly Held[]): Promise<void> {
    const events = rows.map(({ event, position }) => ({ event, position }));
    const holds = await this.checker.ask({ logKey: this.logKey, seats: [], events });
    for (const [at, row] of rows.entries()) if (holds[at]) this.good.add(row.hash);
  }
}

/** In this thread. */
export function checkerHere(logKey: string): Checker {
  const keys = new SeatKeys(logKey);
  return {
    async ask({ seats, events }) {
      for (const seat of seats) await keys.learn(seat);
      return Promise.all(events.map((event) => keys.holds(event)));
    },
    stop() {},
  };
}

/** In a worker, begun when something is to be checked. Whoever waits when it ends is told so. */
export function checkerInWorker(): Checker {
  let worker: Worker | null = null;
  const waiting: { readonly resolve: (holds: readonly boolean[]) => void; readonly reject: (why: Error) => void }[] =
    [];

  function begun(): Worker {
    const made = new Worker(new URL("./checker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<CheckerAnswered>) => {
      const one = waiting.shift();
      if ("why" in data) one?.reject(unchecked(data.why));
      else one?.resolve(data);
    };
    // A script that did not load has no words. The next check tries with another worker.
    made.onerror = ({ message }) => end(message || "the part of the app that checks them did not start");
    return made;
  }

  function end(why: string): void {
    worker?.terminate();
    worker = null;
    for (const one of waiting.splice(0)) one.reject(unchecked(why));
  }

  const ask = (asked: CheckerAsked) =>
    new Promise<readonly boolean[]>((resolve, reject) => {
      worker ??= begun();
      waiting.push({ resolve, reject });
      worker.postMessage(asked);
    });

  return { ask, stop: () => end("stopped") };
}

const unchecked = (why: string): Error => new Error(`signatures could not be checked: ${why}`);
