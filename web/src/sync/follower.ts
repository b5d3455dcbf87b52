/**
 * Drives the sync engine with a real network, clock and disk; decides nothing.
 *
 *     input --> step --> change in one transaction --> state adopted --> request sent, its answer examined
 *       ^                                                                  elsewhere (exchange.ts)
 *       `------------------------------------------------------------------- compared with what is held <--'
 *
 * One step at a time, each over the store as it is then. One tab at a time asks the server (a Web Lock): the
 * others hear of what it kept.
 */
import { eventHash } from "../events/envelope";
import { fromWire, type News, WANTED_MAX, WIRE_VERSION } from "../events/wire";
import type { Device } from "../store/device";
import { NO_CHANGE } from "../store/kept";
import { adopt, POLL_MS, step } from "./engine";
import { type Exchange, exchangeInWorker } from "./exchange";
import { compared } from "./findings";
import { sync } from "./server";
import { begin, type Effects, type Input, type Link, linkOf, type Send, type State, sentOf, UNPROVEN } from "./state";
import { wordsOf } from "./witness";

export interface LinkState {
  readonly link: Link;
  readonly detail: string;
  /** The server's code of its refusal, or a word of ours for what went wrong here; empty where nothing did. */
  readonly code: string;
  readonly skewMs: number;
}

const SYNCER = "doseledger sync";

export class Follower {
  private state: State | null = null;
  private steps: Promise<void> = Promise.resolve();
  private timer = 0;
  private socket: WebSocket | null = null;
  private stopped = false;

  constructor(
    private readonly device: Device,
    private readonly tell: (state: LinkState) => void,
    private readonly sent: (hashes: readonly string[]) => void,
    private readonly exchanging: Exchange = exchangeInWorker(),
  ) {}

  start(): void {
    addEventListener("online", this.back);
    addEventListener("offline", this.cut);
    if (navigator.onLine === false) this.cut();
    this.stir();
  }

  stop(): void {
    this.stopped = true;
    removeEventListener("online", this.back);
    removeEventListener("offline", this.cut);
    clearTimeout(this.timer);
    this.socket?.close();
    this.exchanging.stop();
  }

  /** Something was recorded or chosen, or a person asks: take a turn now. */
  readonly stir = (): void => this.feed({ is: "stir" });

  /** A person looked at the alarm: ask again. */
  readonly reconsider = (): void => this.feed({ is: "reconsider" });

  private readonly back = (): void => {
    this.feed({ is: "back" });
    this.stir();
  };

  private readonly cut = (): void => this.feed({ is: "cut" });

  /** One step, whole, after those before it. */
  private feed(input: Input): void {
    this.steps = this.steps.then(() => this.step(input)).catch((error) => this.stumbled(error));
  }

  /** A step that did not happen: the disk took nothing. What is on it stands; the next step tries again. */
  private stumbled(error: unknown): void {
    if (this.stopped || !this.device.isUnlocked) return;
    this.tell({ link: "refused", detail: wordsOf(error), code: "not-kept", skewMs: this.state?.skewMs ?? 0 });
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.feed({ is: "tick" }), POLL_MS);
  }

  private async step(input: Input): Promise<void> {
    if (this.stopped || !this.device.isUnlocked) return;
    let stepped: { state: State; effects: Effects } | null = null;
    await this.device.change((saved) => {
      const state = this.state === null ? begin(saved) : adopt(this.state, saved);
      stepped = step(state, input, performance.now(), Math.random());
      return stepped.effects.change;
    });
    if (stepped !== null) this.adopt(stepped);
  }

  private adopt({ state, effects }: { state: State; effects: Effects }): void {
    this.state = state;
    clearTimeout(this.timer);
    if (effects.wakeAt !== null) {
      this.timer = window.setTimeout(() => this.feed({ is: "tick" }), Math.max(0, effects.wakeAt - performance.now()));
    }
    this.tell({ ...linkOf(state), skewMs: state.skewMs });
    this.sent(sentOf(state));
    if (effects.send !== null) void this.ask(effects.send);
    else if (state.problem === null && state.turns > 0) this.listen();
  }

  private async ask(send: Send): Promise<void> {
    const { turn } = send;
    try {
      const isOurs = await navigator.locks.request(SYNCER, { ifAvailable: true }, async (lock) => {
        if (lock !== null && !this.stopped) this.feed(await this.exchange(send));
        return lock !== null;
      });
      if (!isOurs) this.feed({ is: "failed", turn, kind: "busy", words: "another tab asks", code: "", afterMs: 0 });
    } catch (error) {
      this.feed({ is: "failed", turn, kind: "refused", words: wordsOf(error), code: UNPROVEN, afterMs: 0 });
    }
  }

  /** The request, and its answer with every proof checked. */
  private async exchange({ turn, request, pushed, carried, asked }: Send): Promise<Input> {
    const enrolled = this.device.enrolled;
    if (enrolled === null) throw new Error("this phone is locked");
    const { token, log_key, origin } = enrolled;
    const question = { request, pushed, carried, state: asked.state };
    const answered = await this.exchanging.ask({ token, question, pinned: { log_key, origin } });
    if (answered.is === "failed") return { ...answered, turn };
    const { began, wallMs, serverTime, examined } = answered;
    const { wanted } = examined;
    const toldMs = Date.parse(serverTime) || 0;
    const skewMs = toldMs === 0 ? 0 : (began + wallMs) / 2 - toldMs;
    if (wanted.length > 0) void this.lend(wanted, token);
    return { is: "judged", turn, findings: await compared(examined, asked), wallMs, skewMs, toldMs };
  }

  /** Give back what the server's own disk has damaged. Whatever comes of it, what is still wanted is asked for again. */
  private async lend(wanted: readonly string[], token: string): Promise<void> {
    const own = new Map(this.device.own.map((row) => [row.hash, row.event]));
    const events = wanted.flatMap((hash) => this.device.held.get(hash)?.event ?? own.get(hash) ?? []);
    const returned = events.slice(0, WANTED_MAX);
    if (returned.length === 0) return;
    const answer = await sync(token, { push: [], returned, version: WIRE_VERSION }).catch(() => null);
    if (answer === null || !this.device.isUnlocked) return;
    const hashes = await Promise.all(returned.map((event) => eventHash(fromWire(event))));
    const healed = hashes.filter((hash) => !answer.wanted?.includes(hash));
    if (healed.length === 0) return;
    await this.device.change(({ state }) => ({
      ...NO_CHANGE,
      state: { ...state, lent: [...new Set([...state.lent, ...healed])] },
    }));
  }

  /** Hear of news, so that nobody has to ask in vain. */
  private listen(): void {
    const token = this.device.enrolled?.token;
    if (this.socket !== null || token === undefined || this.stopped) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/news`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ is: "hello", token, version: 1 }));
    socket.onmessage = (message) => {
      const { origin, size } = JSON.parse(String(message.data)) as News;
      this.feed({ is: "news", origin, size });
    };
    socket.onclose = () => {
      this.socket = null;
    };
  }
}
