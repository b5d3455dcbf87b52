/** Requirements: WEB-R36 (who asks is always answered), WEB-R38, SYNC-R70, WEB-R152 (the page behind is asked for while one is examined, and counts only as the answer to what is then asked). */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newId, SmallLog } from "../../tests/small_log";
import type { Cursor, Page, SyncRequest, SyncResponse } from "../events/wire";
import { NO_SYNC } from "../store/kept";
import { type Asked, exchangeHere, exchangeInWorker } from "./exchange";
import { PULL_LIMIT, TURN_MS_MAX } from "./planning";

const SCOPE = `clinic/${newId()}`;
let log: SmallLog;
let asked: SyncRequest[];
/** How many pages the scope has. */
let pages = 3;

beforeEach(async () => {
  pages = 3;
  log = await SmallLog.found();
  await log.tell(`student/${newId()}`, "student.registered", { given: "Ada" });
  asked = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    const request = JSON.parse(String(init.body)) as SyncRequest;
    asked.push(request);
    return new Response(JSON.stringify(await answer(request)));
  });
});

afterEach(() => {
  vi.useRealTimers();
});

async function answer(request: SyncRequest): Promise<SyncResponse> {
  const told = await log.answer(request);
  const page = told.page as Page;
  const cursor = { ...page.cursor, position: asked.length };
  return { ...told, page: { ...page, cursor, done: asked.length >= pages } };
}

function asking(request: SyncRequest): Asked {
  const question = { request, pushed: [], carried: [], state: { ...NO_SYNC, scope: SCOPE } };
  return { token: "t", question, pinned: { log_key: log.verifier, origin: log.origin } };
}

const first: SyncRequest = { push: [], version: 1, pull: { scope: SCOPE, limit: PULL_LIMIT } };

const behind = (position: number): SyncRequest => {
  const cursor = { ...(asked[position]?.pull?.cursor as Cursor) };
  return { ...first, pull: { scope: SCOPE, limit: PULL_LIMIT, cursor }, since: 1 };
};

test("SYNC-R70: an answer of another version of the contract is none", async () => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ ...(await answer(first)), version: 2 })));
  const told = await exchangeHere().ask(asking(first));
  expect(told).toMatchObject({ is: "failed", kind: "refused", code: "version-unknown" });
});

test("WEB-R152: what is asked next is on its way already, and is not asked twice", async () => {
  const exchange = exchangeHere();
  await exchange.ask(asking(first));
  expect(asked).toHaveLength(2);
  expect(asked[1]?.pull?.cursor?.position).toBe(1);
  await exchange.ask(asking(behind(1)));
  expect(asked.map(({ pull }) => pull?.cursor?.position)).toEqual([undefined, 1, 2]);
  await exchange.ask(asking(behind(2)));
  expect(asked).toHaveLength(3);
});

test("CLIENT-R51: after a small page the one asked for ahead is as large as what is asked next", async () => {
  const small = { ...first, pull: { scope: SCOPE, limit: 50 } };
  await exchangeHere().ask(asking(small));
  expect(asked.map(({ pull }) => pull?.limit)).toEqual([50, 100]);
});

test("WEB-R152: another question than the expected gets an answer of its own", async () => {
  const exchange = exchangeHere();
  await exchange.ask(asking(first));
  const other = { ...behind(1), pull: { scope: `clinic/${newId()}`, limit: PULL_LIMIT } };
  pages = 0;
  expect(await exchange.ask(asking(other))).toMatchObject({ is: "examined", examined: { page: { is: "broken" } } });
  expect(asked.at(-1)).toEqual(other);
});

test("WEB-R152: a page asked for ahead that did not come is asked for again when it is wanted", async () => {
  const exchange = exchangeHere();
  const fetching = globalThis.fetch;
  let isCut = false;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    if (isCut) return Promise.reject(new TypeError("no network"));
    isCut = true;
    return fetching(path, init);
  });
  await exchange.ask(asking(first));
  const cursor = (await answer(first)).page as Page;
  const next = { ...first, pull: { scope: SCOPE, limit: PULL_LIMIT, cursor: cursor.cursor }, since: 1 };
  expect(await exchange.ask(asking(next))).toMatchObject({ is: "failed", kind: "unreachable" });
  isCut = false;
  expect(await exchange.ask(asking(next))).toMatchObject({ is: "examined" });
});

test("WEB-R152: a page that came ahead and does not fit together is told as soon as it is asked for, not before", async () => {
  const exchange = exchangeHere();
  const answering = globalThis.fetch;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const told = (await (await answering(path, init)).json()) as SyncResponse;
    if (asked.length === 1) return new Response(JSON.stringify(told));
    const page = told.page as Page;
    return new Response(
      JSON.stringify({ ...told, page: { ...page, events: { ...page.events, position: [7], salts: "" } } }),
    );
  });
  expect(await exchange.ask(asking(first))).toMatchObject({ is: "examined" });
  const why = "signatures or salts are not those of the page's events";
  expect(await exchange.ask(asking(behind(1)))).toMatchObject({ examined: { page: { is: "broken", why } } });
});

/** A thread that never answers, and those begun. */
class Silent {
  static readonly begun: Silent[] = [];
  onerror: ((why: { message?: string }) => void) | null = null;
  isEnded = false;

  constructor() {
    Silent.begun.push(this);
  }

  postMessage(): void {}

  terminate(): void {
    this.isEnded = true;
  }
}

test("WEB-R36: a thread that does not answer in time is ended, and who asked is told so before the turn is over", async () => {
  vi.stubGlobal("Worker", Silent);
  vi.useFakeTimers();
  const answered = exchangeInWorker().ask(asking(first));
  vi.advanceTimersByTime(TURN_MS_MAX - 1);
  expect(await answered).toMatchObject({ is: "failed", kind: "unreachable", words: "no answer came in time" });
  expect(Silent.begun.at(-1)?.isEnded).toBe(true);
});

test("WEB-R38: a thread whose program did not load is no refusal of what was sent", async () => {
  vi.stubGlobal("Worker", Silent);
  const answered = exchangeInWorker().ask(asking(first));
  Silent.begun.at(-1)?.onerror?.({});
  expect(await answered).toMatchObject({ is: "failed", kind: "unreachable", words: expect.stringMatching(/start/) });
});

test("WEB-R38: an answer that breaks off after its first words is no refusal of what was sent", async () => {
  const broken = () =>
    new ReadableStream({
      start(body) {
        body.enqueue(new TextEncoder().encode('{"checkpoint":'));
      },
      pull(body) {
        body.error(new DOMException("", "AbortError"));
      },
    });
  vi.stubGlobal("fetch", async () => new Response(broken()));
  expect(await exchangeHere().ask(asking(first))).toMatchObject({
    is: "failed",
    kind: "unreachable",
    words: "the answer broke off",
  });
});
