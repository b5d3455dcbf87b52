/** One phone against a small log, its answers as slow as the test wants. Requirements: WEB-R36. */
import { beforeEach, expect, test, vi } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { newId, SmallLog } from "../../tests/small_log";
import type { SyncRequest } from "../events/wire";
import { Device } from "../store/device";
import { type Answered, type Asked, type Exchange, exchangeHere, exchangeInWorker } from "./exchange";
import { Follower } from "./follower";
import { PULL_LIMIT } from "./planning";

const STUDENT = `student/${newId()}` as const;
const OAK = `clinic/${newId()}`;
const ELM = `clinic/${newId()}`;

/** A server whose next answer is held back until let go. */
class Slow {
  readonly asked: SyncRequest[] = [];
  private waiting: (() => void)[] = [];
  held = false;
  /** What its disk has damaged. */
  wanted: string[] = [];

  constructor(readonly log: SmallLog) {
    vi.stubGlobal("location", { origin: "http://phone.test" });
    vi.stubGlobal(
      "WebSocket",
      class {
        close(): void {}
      },
    );
    vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
      const request = JSON.parse(String(init.body)) as SyncRequest;
      this.asked.push(request);
      const answer = await log.answer(request);
      if (this.held) await new Promise<void>((go) => this.waiting.push(go));
      return new Response(JSON.stringify({ ...answer, wanted: this.wanted }));
    });
  }

  letGo(): void {
    this.held = false;
    for (const go of this.waiting.splice(0)) go();
  }
}

let log: SmallLog;
let server: Slow;
let device: Device;

beforeEach(async () => {
  newPhone();
  log = await SmallLog.found();
  server = new Slow(log);
  await log.tell(STUDENT, "student.registered", { name: { given: "Ada", family: "Okafor" }, birth_date: "2013-11-30" });
  device = await Device.open(() => {}, CHEAP);
  await device.enroll("271828", async () => log.enrolled());
});

const record = () => device.record(STUDENT, "dose.voided", { event: newId(), reason: "another child" });

const follow = (exchange: Exchange = exchangeHere()) => {
  const follower = new Follower(
    device,
    () => {},
    () => {},
    exchange,
  );
  follower.start();
  return follower;
};

/** The first proof of an answer is checked only when let go. */
function holdProofs(): () => void {
  const verify = crypto.subtle.verify.bind(crypto.subtle);
  let go = () => {};
  const free = new Promise<void>((resolve) => {
    go = resolve;
  });
  vi.spyOn(crypto.subtle, "verify").mockImplementationOnce(async (...asked) => {
    await free;
    return verify(...asked);
  });
  return () => go();
}

/** A thread as this program sees it: nothing comes of it once it was ended. */
class Thread {
  onmessage: ((message: { data: Answered }) => void) | null = null;
  private readonly exchange = exchangeHere();
  private isEnded = false;

  postMessage(asked: Asked): void {
    void this.exchange.ask(asked).then((data) => {
      if (!this.isEnded) this.onmessage?.({ data });
    });
  }

  terminate(): void {
    this.isEnded = true;
  }
}

test("WEB-R36: a phone locked while an answer is on its way delivers once it is unlocked", async () => {
  const Stretching = globalThis.Worker; // of the PIN
  vi.stubGlobal("Worker", Thread);
  await record();
  server.held = true;
  const before = follow(exchangeInWorker());
  await vi.waitFor(() => expect(server.asked).toHaveLength(1));
  before.stop();
  device.lock();
  server.held = false; // the first answer never comes
  vi.stubGlobal("Worker", Stretching);
  expect(await unlock(device, "271828")).toBe("open");
  vi.stubGlobal("Worker", Thread);
  const after = follow(exchangeInWorker());
  await vi.waitFor(() => expect(device.own[0]?.state).toBe("receipted"));
  after.stop();
});

test.each(["on its way", "being checked"])(
  "WEB-R36: a clinic chosen while an answer is %s stays chosen",
  async (when) => {
    await record();
    let letGo = () => server.letGo();
    if (when === "on its way") server.held = true;
    else letGo = holdProofs();
    const follower = follow();
    await vi.waitFor(() => expect(server.asked).toHaveLength(1));
    await device.choose(ELM, "Elm gym");
    letGo();
    await vi.waitFor(() => expect(device.own[0]?.state).toBe("receipted"));
    expect(device.state).toMatchObject({ scope: ELM, clinicName: "Elm gym", size: 2 });
    await vi.waitFor(() => expect(device.state.complete).toBe(true));
    expect(server.asked.map((request) => request.pull?.scope)).toEqual([undefined, ELM]);
    follower.stop();
  },
);

test("WEB-R36: a page asked for under another clinic leaves nothing but what is proven", async () => {
  await device.choose(OAK, "Oak gym");
  await record();
  server.held = true;
  const follower = follow();
  await vi.waitFor(() => expect(server.asked).toHaveLength(1));
  await device.choose(ELM, "Elm gym");
  server.held = false;
  log.close(ELM);
  server.letGo();
  await vi.waitFor(() => expect(device.own[0]?.state).toBe("receipted"));
  await vi.waitFor(() => expect(server.asked).toHaveLength(2));
  expect(server.asked[1]?.pull).toEqual({ scope: ELM, limit: PULL_LIMIT });
  await vi.waitFor(() => expect(device.state.complete).toBe(true));
  expect(device.held.size).toBe(0);
  follower.stop();
});

test("WEB-R36: what another tab changed is not written away", async () => {
  const other = await Device.open(() => {}, CHEAP);
  expect(await unlock(other, "271828")).toBe("open");
  server.held = true;
  const follower = follow();
  await vi.waitFor(() => expect(server.asked).toHaveLength(1));
  await other.choose(ELM, "Elm gym");
  server.letGo();
  await vi.waitFor(() => expect(device.state.size).toBe(1));
  expect(device.state.scope).toBe(ELM);
  follower.stop();
});

test("WEB-R38: a step the disk refused is said, and does not end the syncing", async () => {
  await record();
  const told: string[] = [];
  const follower = new Follower(
    device,
    ({ link, detail }) => told.push(`${link} ${detail}`),
    () => {},
    exchangeHere(),
  );
  vi.spyOn(device, "change").mockRejectedValueOnce(new Error("the disk is full"));
  follower.start();
  await vi.waitFor(() => expect(told).toContain("refused the disk is full"));
  expect(server.asked).toHaveLength(0);
  follower.stir();
  await vi.waitFor(() => expect(device.own[0]?.state).toBe("receipted"));
  follower.stop();
});

test("SYNC-R33: what the server's disk has damaged is returned as it was signed, and nothing else", async () => {
  await device.choose(OAK, "Oak gym");
  const follower = follow();
  await vi.waitFor(() => expect(device.held.size).toBeGreaterThan(0));
  await record();
  follower.stir();
  await vi.waitFor(() => expect(device.own[0]?.state).toBe("receipted"));
  const [held] = [...device.held.values()];
  const own = device.own[0];
  server.wanted = [held?.hash ?? "", own?.hash ?? "", "ab".repeat(32)];
  follower.stir();
  await vi.waitFor(() => expect(server.asked.some((request) => request.returned)).toBe(true));
  const returned = server.asked.find((request) => request.returned)?.returned;
  expect(returned).toEqual([held?.event, own?.event]);
  follower.stop();
});
