/**
 * A request, and its answer examined: the heavy half of a turn, in a thread of its own, so that nobody waits for it.
 *
 *     follower --Asked--> worker: fetch, every proof and hash --Answered--> follower: compare, decide, keep
 *                            `--> while that is done, the page behind is on its way already
 *
 * What is asked ahead is the very request the engine will make if all goes well. If it makes another, that answer is
 * thrown away. It is opened as soon as it is here, and believed only as the answer to what was then asked.
 */
import type { Cursor, SyncRequest, SyncResponse } from "../events/wire";
import { type Examined, examine, type Question } from "./findings";
import { openPage } from "./pages";
import { largerPage, PULL_LIMIT } from "./planning";
import { ServerProblem, sync, Unreachable } from "./server";
import { type Pinned, type Trouble, UNPROVEN } from "./state";
import { wordsOf } from "./witness";

export interface Asked {
  readonly token: string;
  readonly question: Question;
  readonly pinned: Pinned;
}

export type Answered =
  | {
      readonly is: "examined";
      readonly examined: Examined;
      readonly serverTime: string;
      /** Milliseconds since 1970: when it was asked, when it was answered. */
      readonly began: number;
      readonly wallMs: number;
    }
  | ({ readonly is: "failed" } & Failure);

/** How it is told that no answer came, or none that can be used; `code` is the server's of its refusal. */
interface Failure {
  readonly kind: Trouble;
  readonly words: string;
  readonly code: string;
  readonly afterMs: number;
}

/** Who asks the server, and how it ends. */
export interface Exchange {
  readonly ask: (asked: Asked) => Promise<Answered>;
  readonly stop: () => void;
}

/** So long an answer may take, examined: shorter than a turn (planning.ts), which else would end with it under way. */
const ANSWER_MS_MAX = 50_000;

interface Fetched {
  readonly answer: SyncResponse;
  readonly began: number;
  readonly wallMs: number;
}

/** In this thread. */
export function exchangeHere(): Exchange {
  let ahead: { readonly words: string; readonly fetched: Promise<Fetched> } | null = null;

  async function ask({ token, question, pinned }: Asked): Promise<Answered> {
    const { request } = question;
    const isAhead = ahead?.words === JSON.stringify(request);
    const fetching = isAhead && ahead !== null ? ahead.fetched : fetched(token, request);
    ahead = null;
    try {
      const { answer, began, wallMs } = await fetching;
      const behind = requestBehind(request, answer);
      if (behind !== null) {
        ahead = { words: JSON.stringify(behind), fetched: fetched(token, behind) };
        ahead.fetched.then(openAhead).catch(() => {}); // told when it is asked for
      }
      const examined = await examine(answer, question, pinned);
      return {
        is: "examined",
        examined,
        serverTime: answer.server_time ?? "",
        began,
        wallMs,
      };
    } catch (error) {
      return { is: "failed", ...troubleOf(error) };
    }
  }

  return {
    ask,
    stop() {
      ahead = null;
    },
  };
}

/** The heavy part of examining a page, while the one before it is kept. */
function openAhead({ answer: { page } }: Fetched): void {
  if (page?.is === "page") openPage(page);
}

async function fetched(token: string, request: SyncRequest): Promise<Fetched> {
  const began = Date.now();
  return { answer: await sync(token, request), began, wallMs: Date.now() };
}

/** What will be asked next if this answer holds and nothing else happens; null where the scope ends. */
function requestBehind({ version, pull }: SyncRequest, { page, checkpoint }: SyncResponse): SyncRequest | null {
  if (pull === undefined || page?.is !== "page" || page.done) return null;
  const size = Number(checkpoint.split("\n")[1]);
  const { cursor: _, ...same } = pull;
  const cursor: Cursor = page.cursor;
  const limit = largerPage(pull.limit ?? PULL_LIMIT);
  return { push: [], version, pull: { ...same, limit, cursor }, ...(size > 0 ? { since: size } : {}) };
}

/** In a worker. It ends with `stop`, and what it still holds with it; whoever waits for it is answered all the same. */
export function exchangeInWorker(patienceMs = ANSWER_MS_MAX): Exchange {
  const waiting = new Set<(answered: Answered) => void>();
  let worker: Worker | null = null;

  function begun(): Worker {
    const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<Answered>) => {
      const [answer] = waiting; // the one that waits longest
      if (worker === made) answer?.(data);
    };
    // A script that did not load has no words. The next turn tries with another worker.
    made.onerror = ({ message }) => end(message || "the part of the app that asks the server did not start");
    return made;
  }

  function end(words: string): void {
    worker?.terminate();
    worker = null;
    for (const answer of waiting) answer({ is: "failed", kind: "unreachable", words, code: "", afterMs: 0 });
  }

  const ask = (asked: Asked) =>
    new Promise<Answered>((resolve) => {
      worker ??= begun();
      const timer = setTimeout(() => end("no answer came in time"), patienceMs);
      const answer = (answered: Answered): void => {
        clearTimeout(timer);
        waiting.delete(answer);
        resolve(answered);
      };
      waiting.add(answer);
      worker.postMessage(asked);
    });

  return { ask, stop: () => end("stopped") };
}

export function troubleOf(error: unknown): Failure {
  if (error instanceof Unreachable) return { kind: "unreachable", words: error.message, code: "", afterMs: 0 };
  if (error instanceof ServerProblem) {
    const kind = error.status === 401 ? "denied" : "refused";
    return { kind, words: error.message, code: error.code, afterMs: error.afterMs };
  }
  return { kind: "refused", words: wordsOf(error), code: UNPROVEN, afterMs: 0 };
}
