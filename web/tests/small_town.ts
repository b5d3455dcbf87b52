/**
 * A district for hours on a bad network: phones with one tab or two, files carried by hand, storage evicted, PINs
 * forgotten, processes killed between any two steps, clocks a year off, the server put back from a copy.
 *
 *     storm   chance decides who does what, and what befalls whom         rest   all is mended; then town_checks.ts
 */

import { parseEntry, parseReceipt } from "../src/events/receipt";
import type { SyncResponse } from "../src/events/wire";
import type { HandOffFile } from "../src/store/hand_off";
import type { Send } from "../src/sync/state";
import { linkOf } from "../src/sync/state";
import { chances } from "./chances";
import { garbled } from "./garbling";
import { DISTRICT, NO_ROLE, newId, RECEIVED, SmallLog } from "./small_log";
import { SmallPhone } from "./small_phone";
import { byStream, SmallStore } from "./small_store";
import { SealingKey } from "./unsealing";

const PHONES = 3;
const DAY_MS = 86_400_000;
const YEAR_MS = 366 * DAY_MS;
const ROUNDS_MAX = 400;
const CLINICS = [`clinic/${newId()}`, `clinic/${newId()}`] as const;

/** One person's phone: what it keeps, the tabs that are open, how wrong its clock is. */
export interface Phone {
  store: SmallStore;
  tabs: SmallPhone[];
  offMs: number;
}

/** An event that a store is to keep until it is delivered: made there, or taken over from a file. */
interface Kept {
  readonly hash: string;
  readonly store: SmallStore;
}

interface Late {
  readonly tab: SmallPhone;
  readonly life: number;
  readonly send: Send;
  readonly answer: SyncResponse;
}

type Deed = (phone: Phone, tab: SmallPhone) => Promise<void> | void;

export class Town {
  readonly phones: Phone[] = [];
  readonly kept: Kept[] = [];
  /** Let go 30 days after their receipt. */
  readonly freed = new Set<string>();
  /** What befell, and how often. */
  readonly happened = new Map<string, number>();
  private readonly files: string[] = [];
  private readonly chance: () => number;
  private readonly crash: number;
  private late: Late[] = [];
  private now = 1000;
  private serverOffMs = 0;
  /** Where the server's own clock lies about 30 days and it is put back too, nobody can promise anything: one or the other. */
  readonly isServerRight: boolean;

  private constructor(
    readonly log: SmallLog,
    private readonly sealing: SealingKey,
    seed: number,
  ) {
    this.chance = chances(seed);
    this.crash = this.one([0, 0.01, 0.05]);
    this.isServerRight = this.chance() < 0.7;
    log.clock = () => RECEIVED + this.now + this.serverOffMs;
    log.open = (one) => sealing.open(DISTRICT, one);
    for (let i = 0; i < PHONES; i += 1) this.phones.push(this.phone());
  }

  static async found(seed: number): Promise<Town> {
    const town = new Town(await SmallLog.found(), await SealingKey.make(), seed);
    await town.log.tell("district", "district.founded", { name: "District 900" });
    return town;
  }

  async storm(steps: number): Promise<void> {
    for (let i = 0; i < steps; i += 1) {
      const phone = this.one(this.phones);
      const tab = this.one(phone.tabs);
      this.now += Math.floor(this.chance() * 30_000);
      this.ready(phone, tab);
      const [name, deed] = this.deed();
      this.note(name);
      await deed(phone, tab);
    }
  }

  private deed(): readonly [string, Deed] {
    const all = Object.entries(this.deeds);
    let at = this.chance() * all.reduce((sum, [, [weight]]) => sum + weight, 0);
    for (const [name, [weight, deed]] of all) {
      at -= weight;
      if (at < 0) return [name, deed];
    }
    return ["talk", this.talk];
  }

  private readonly talk: Deed = async (phone, tab) => {
    if (tab.sent.length === 0) return tab.feed({ is: "tick" });
    const dice = this.chance();
    const isBusy = phone.tabs.some((other) => other !== tab && other.sent.length > 0);
    if (isBusy && dice < 0.5) tab.fail("busy");
    else if (dice < 0.15) tab.fail("unreachable");
    else if (dice < 0.22) tab.fail("refused", this.chance() < 0.2 ? 90_000 : 0);
    else if (dice > 0.97) await this.lose(tab);
    else {
      const turn = await tab.carry();
      if (dice < 0.3) this.note("answer lost");
      else if (dice < 0.45) this.late.unshift({ tab, life: tab.life, ...turn });
      else if (dice > 0.9) {
        this.note("garbled");
        await tab.receive(turn.send, garbled(turn.answer, this.chance()));
      } else await tab.receive(turn.send, turn.answer);
    }
  };

  /** A server that passes over what it is sent, and answers as if nothing had been. */
  private async lose(tab: SmallPhone): Promise<void> {
    const send = tab.sent.pop() as Send;
    this.note("passed over");
    await tab.receive(send, await this.log.answer({ ...send.request, push: [], sealed: [] }));
  }

  private note(what: string): void {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
  }

  private readonly deeds: Readonly<Record<string, readonly [number, Deed]>> = {
    talk: [60, this.talk],
    record: [
      30,
      async ({ store }, tab) => {
        const row = await tab.record(undefined, this.chance() < 0.1 ? NO_ROLE : "another child");
        this.kept.push({ hash: row.hash, store });
      },
    ],
    "the office writes": [
      8,
      async () => {
        await this.log.tell(`student/${newId()}`, "dose.voided", { event: newId(), reason: "office" });
      },
    ],
    "another clinic": [6, (_, tab) => tab.choose(this.one(CLINICS))],
    restart: [4, (_, tab) => tab.restart()],
    "network goes or comes": [4, (_, tab) => tab.feed({ is: this.chance() < 0.5 ? "cut" : "back" })],
    news: [4, (_, tab) => tab.feed({ is: "news", origin: this.log.origin, size: this.log.entries.length })],
    "late answer": [8, (phone) => this.arrive(phone)],
    "server put back": [
      1,
      () => {
        if (this.isServerRight) this.log.restore(Math.floor(this.log.entries.length * (0.5 + this.chance() / 2)));
      },
    ],
    "row lost": [2, (phone) => this.loseRow(phone)],
    "file saved": [4, ({ store }) => this.save(store)],
    "file carried": [5, (phone) => this.carry(phone)],
    eviction: [1, (phone) => void Object.assign(phone, this.phone())],
    "PIN forgotten": [
      1,
      async (phone) => {
        await phone.store.forgetPin();
        phone.tabs = [new SmallPhone(this.log, phone.store)];
      },
    ],
    "second tab": [
      4,
      (phone) => {
        if (phone.tabs.length > 1) phone.tabs.pop();
        else phone.tabs.push(new SmallPhone(this.log, phone.store));
      },
    ],
    "days pass": [
      2,
      () => {
        this.now += Math.floor(this.chance() * 40 * DAY_MS);
      },
    ],
    unlock: [4, (phone) => this.tidy(phone)],
    "phone's clock": [
      3,
      (phone) => {
        phone.offMs = this.one([0, 180_000, -YEAR_MS, YEAR_MS]);
      },
    ],
    "server's clock": [
      1,
      () => {
        if (!this.isServerRight) this.serverOffMs = this.one([0, -180_000, -YEAR_MS, YEAR_MS]);
      },
    ],
  };

  private async arrive(phone: Phone): Promise<void> {
    const at = this.late.findIndex(({ tab, life }) => phone.tabs.includes(tab) && tab.life === life);
    const [late] = at < 0 ? [] : this.late.splice(at, 1);
    if (late !== undefined) await late.tab.receive(late.send, late.answer);
  }

  /** Opened anew, the store does not give back one downloaded row. */
  private loseRow(phone: Phone): void {
    const { saved } = phone.store;
    const lost = this.one([...saved.held.values(), undefined]);
    const held = new Map([...saved.held].filter(([, row]) => row !== lost));
    phone.store.saved = { ...saved, held, streams: byStream(held.values()) };
    for (const tab of phone.tabs) tab.restart();
  }

  private async save(store: SmallStore): Promise<void> {
    const file = await store.file();
    if (file !== null) this.files.push(JSON.stringify(file));
  }

  /** A file, perhaps of a phone that is no more, perhaps with an element that is none, is taken onto this one. */
  private async carry({ store, tabs }: Phone): Promise<void> {
    if (this.files.length === 0) return;
    const file = JSON.parse(this.one(this.files)) as HandOffFile;
    const spoilt = this.chance() < 0.3 ? [{ device: "nobody's" }] : [];
    const left = await store.takeIn(JSON.stringify({ ...file, events: [...spoilt, ...file.events] }));
    if (left.length !== spoilt.length) throw new Error(`${left.length} elements of a file are left`);
    for (const { event_hash: hash } of file.events) this.kept.push({ hash, store });
    for (const tab of tabs) tab.feed({ is: "stir" });
  }

  private tidy({ store, offMs, tabs }: Phone): void {
    const clock = Date.now;
    Date.now = () => RECEIVED + this.now + offMs;
    const before = [...store.arrived.values()];
    try {
      for (const { hash, state, receipt = "" } of store.tidy()) {
        if (state === "quarantined") throw new Error("an event was let go that was set aside and never settled");
        this.free(hash, parseEntry(parseReceipt(receipt).entry).receivedAt);
      }
    } finally {
      Date.now = clock;
    }
    for (const { hash, at } of before) if (!store.arrived.has(hash)) this.free(hash, at);
    for (const tab of tabs) tab.feed({ is: "stir" });
  }

  /** A phone's clock alone frees nothing. */
  private free(hash: string, receivedAt: number): void {
    const isEarly = receivedAt > RECEIVED + this.now - 30 * DAY_MS;
    if (isEarly && this.isServerRight) throw new Error("an event was let go before its 30 days were over");
    this.freed.add(hash);
  }

  /** Everything is mended, until nothing is left to do. */
  async rest(): Promise<void> {
    this.late = [];
    this.serverOffMs = 0;
    for (const { tabs } of this.phones)
      for (const tab of tabs) {
        tab.dies = () => null;
        tab.feed({ is: "back" });
        tab.feed({ is: "stir" });
      }
    for (let i = 0; i < ROUNDS_MAX; i += 1) {
      for (const phone of this.phones) for (const tab of phone.tabs) await this.settle(phone, tab);
      if (this.phones.every((phone) => this.isAtRest(phone))) return;
    }
    throw new Error("it does not come to rest");
  }

  private async settle(phone: Phone, tab: SmallPhone): Promise<void> {
    this.ready(phone, tab, 0);
    await tab.settle();
    if (this.isAtRest(phone) && linkOf(tab.state).link === "online") return;
    const { origin, entries } = this.log;
    tab.feed({ is: "news", origin, size: entries.length });
    if (tab.sent.length === 0) tab.wake();
    this.now = Math.max(this.now, Math.ceil(tab.now));
  }

  private isAtRest({ store }: Phone): boolean {
    const { state, own, carried } = store.saved;
    const isHere = state.size === this.log.entries.length && state.origin === this.log.origin;
    const isDone = own.every((row) => row.state !== "waiting") && carried.length === 0;
    const isWhole = state.scope === "" || (state.complete && state.cursor?.size === state.size);
    return isHere && isDone && isWhole;
  }

  private phone(): Phone {
    const store = new SmallStore(this.sealing.public);
    return { store, tabs: [new SmallPhone(this.log, store)], offMs: this.one([0, 0, 180_000, -YEAR_MS, YEAR_MS]) };
  }

  /** The tab's clocks and chances are the town's. */
  private ready(phone: Phone, tab: SmallPhone, crash = this.crash): void {
    tab.now = this.now;
    tab.chance = this.chance();
    tab.wallMs = RECEIVED + phone.offMs;
    tab.toldMs = this.log.clock();
    tab.dies = () => {
      if (this.chance() >= crash) return null;
      this.note("crash");
      return this.chance() < 0.5 ? "before" : "after";
    };
  }

  private one<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.chance() * values.length)] as Value;
  }
}
