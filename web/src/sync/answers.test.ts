/**
 * One answer, changed in each of its places: phone and laptop believe the same of it (`tests/vectors/sync/answers.json`,
 * made by `tests/vectors/answer_vectors.py`). Requirements: WEB-R344.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openCheckpoint } from "../events/checkpoint";
import type { SyncRequest, SyncResponse } from "../events/wire";
import { NO_SYNC, type Own } from "../store/kept";
import { examine } from "./findings";

interface Case {
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
  readonly believed: { readonly head: string; readonly fates?: readonly string[]; readonly page?: string };
}

const path = new URL("../../../tests/vectors/sync/answers.json", import.meta.url);
const told = JSON.parse(readFileSync(path, "utf8")) as {
  readonly log_key: string;
  readonly origin: string;
  readonly held: string;
  readonly request: SyncRequest;
  readonly pushed: readonly string[];
  readonly answer: SyncResponse;
  readonly cases: readonly Case[];
};
const pushed = told.pushed.map((hash, at): Own => {
  const event = told.request.push[at];
  if (event === undefined) throw new Error("an event was not pushed");
  return { seq: at + 1, hash, event, state: "waiting" };
});

function changed({ path: [...places], value }: Case): SyncResponse {
  const answer = structuredClone(told.answer);
  const last = places.pop();
  if (last === undefined) return answer;
  let into = answer as unknown as Record<string | number, unknown>;
  for (const place of places) into = into[place] as typeof into;
  if (JSON.stringify(value) === '{"absent":true}') delete into[last];
  else into[last] = value;
  return answer;
}

async function believed(answer: SyncResponse): Promise<Case["believed"]> {
  const { origin, size } = await openCheckpoint(told.held, told.log_key);
  const { pull } = told.request;
  const state = {
    ...NO_SYNC,
    scope: pull?.scope ?? "",
    cursor: pull?.cursor ?? null,
    checkpoint: told.held,
    origin,
    size,
  };
  const question = { request: told.request, pushed, carried: [], state };
  try {
    const { head, fates, page } = await examine(answer, question, { log_key: told.log_key, origin: told.origin });
    if (head.is !== "extends") return { head: head.is };
    const words = fates.map((fate) => {
      if (fate.is === "unproven") return fate.is;
      const more = fate.is === "quarantined" ? ` ${fate.reason} ${fate.owner}` : "";
      return `${fate.is}${more} at ${fate.position}`;
    });
    return { head: head.is, fates: words, page: page?.is ?? "none" };
  } catch {
    return { head: "unread" };
  }
}

const HONEST = told.cases[0]?.believed ?? { head: "" };

test.each(told.cases)("WEB-R344: $name", async (one) => {
  const found = await believed(changed(one));
  if (one.believed.head !== "unread") return expect(found).toEqual(one.believed);
  // A laptop reads no part of an answer out of form. A phone may read the rest, and believes of it nothing else.
  for (const [at, fate] of (found.fates ?? []).entries()) expect([HONEST.fates?.[at], "unproven"]).toContain(fate);
  expect(["page", "broken", "reset", undefined]).toContain(found.page);
});
