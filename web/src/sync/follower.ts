/**
 * Keeps the phone in step: a turn when something waits, when news comes, when the network is back, and by the clock.
 *
 *     record · news · online · timer --> turn --> more? again : rest
 *
 * One tab at a time syncs (a Web Lock). Failures wait longer each time, with full jitter, at most two minutes.
 */
import type { News } from "../events/wire";
import type { Device } from "../store/device";
import { ServerProblem, sync, Unreachable } from "./server";
import { judge, merge, prepare, SyncAlarm } from "./turn";

export type Link = "online" | "offline" | "syncing" | "refused" | "alarm";

export interface LinkState {
  readonly link: Link;
  readonly detail: string;
  readonly skewMs: number;
}

const REST_MS = 20_000;
const LONGEST_MS = 120_000;
const SYNCER = "doseledger sync";

export class Follower {
  private failures = 0;
  private timer = 0;
  private running = false;
  private again = false;
  private socket: WebSocket | null = null;
  private stopped = false;

  constructor(
    private readonly device: Device,
    private readonly tell: (state: LinkState) => void,
    private readonly sent: (hashes: readonly string[]) => void,
  ) {}

  start(): void {
    addEventListener("online", this.stir);
    addEventListener("offline", this.cut);
    this.stir();
  }

  stop(): void {
    this.stopped = true;
    removeEventListener("online", this.stir);
    removeEventListener("offline", this.cut);
    clearTimeout(this.timer);
    this.socket?.close();
  }

  /** Something changed: take a turn now. */
  readonly stir = (): void => {
    this.again = true;
    if (!this.running && !this.stopped) void this.run();
  };

  private readonly cut = (): void => {
    this.tell({ link: "offline", detail: "", skewMs: 0 });
  };

  private async run(): Promise<void> {
    this.running = true;
    clearTimeout(this.timer);
    let wait = REST_MS;
    try {
      await navigator.locks.request(SYNCER, { ifAvailable: true }, async (lock) => {
        if (lock === null) return;
        while (this.again && !this.stopped && this.device.isUnlocked) {
          this.again = false;
          wait = await this.turn();
        }
      });
      this.failures = 0;
      this.listen();
    } catch (error) {
      wait = this.failed(error);
    } finally {
      this.running = false;
    }
    if (!this.stopped) this.timer = window.setTimeout(this.stir, wait);
  }

  /** One turn; how long to rest after it. */
  private async turn(): Promise<number> {
    const { device } = this;
    const enrolled = device.enrolled;
    if (enrolled === null) return REST_MS;
    const asked = device.state;
    const { request, pushed } = prepare(device.own, asked);
    this.tell({ link: "syncing", detail: "", skewMs: 0 });
    this.sent(pushed.map((row) => row.hash));
    const began = Date.now();
    const answer = await sync(enrolled.token, request);
    const outcome = await judge(answer, pushed, asked, enrolled, device.held, Date.now());
    let more = outcome.more;
    await device.change((now) => {
      const merged = merge(now, asked, outcome);
      more = merged.more;
      return merged.change;
    });
    const skewMs = outcome.serverTime === null ? 0 : (began + Date.now()) / 2 - outcome.serverTime;
    this.tell({ link: "online", detail: "", skewMs });
    if (more && outcome.waitMs === 0) this.again = true;
    return outcome.waitMs || REST_MS;
  }

  private failed(error: unknown): number {
    this.failures += 1;
    this.sent([]); // nothing came back: what went out may never have left this phone
    if (error instanceof Unreachable) this.tell({ link: "offline", detail: "", skewMs: 0 });
    else if (error instanceof ServerProblem) this.tell({ link: "refused", detail: error.message, skewMs: 0 });
    else {
      const words = error instanceof Error ? error.message : String(error);
      this.tell({ link: error instanceof SyncAlarm ? "alarm" : "refused", detail: words, skewMs: 0 });
    }
    const longest = Math.min(LONGEST_MS, 2 ** this.failures * 1000);
    return 1000 + Math.random() * longest;
  }

  /** Hear of news, so that nobody has to ask in vain. */
  private listen(): void {
    const token = this.device.enrolled?.token;
    if (this.socket !== null || token === undefined || this.stopped) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/news`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ is: "hello", token, version: 1 }));
    socket.onmessage = (message) => {
      const news = JSON.parse(String(message.data)) as News;
      if (news.size > this.device.state.size) this.stir();
    };
    socket.onclose = () => {
      this.socket = null;
    };
  }
}
