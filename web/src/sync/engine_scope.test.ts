/** What the engine downloads and forgets. Requirements: WEB-R36, WEB-R40, WEB-R42, WEB-R200. */
import { beforeEach, describe, expect, test } from "vitest";
import { newId, pack, SmallLog } from "../../tests/small_log";
import { SCOPE, SmallPhone } from "../../tests/small_phone";
import { unpack } from "../events/packing";
import { type Cursor, type Page, toWire } from "../events/wire";
import { begin, linkOf } from "./state";
import { REFUSED_SCOPE_MS, takeFindings } from "./taking";

let log: SmallLog;
let phone: SmallPhone;

beforeEach(async () => {
  log = await SmallLog.ofThree();
  phone = new SmallPhone(log);
});

describe("WEB-R40: what is downloaded follows the scope, what was made here does not", () => {
  test("a student who left is forgotten once the own events about it are delivered", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    const student = log.entries[0]?.header.stream ?? "";
    const row = await phone.record(student);
    const send = phone.sent.pop();
    if (send === undefined) throw new Error("nothing was sent");
    log.leaving.add(student.replace("student/", ""));
    const answer = await log.answer({ ...send.request, push: [] });
    await phone.receive(send, { ...answer, answers: [] });
    expect(phone.saved.state.forgetting).toHaveLength(1);
    const about = () => [...phone.saved.held.values()].filter(({ event }) => event.header.includes(student));
    expect(about()).not.toEqual([]);
    log.leaving.clear();
    log.close(SCOPE);
    phone.wake();
    await phone.settle();
    expect(phone.saved.own[0]).toMatchObject({ hash: row.hash, state: "receipted" });
    expect(about()).toEqual([]);
    expect(phone.saved.state.forgetting).toEqual([]);
  });

  const elsewhere = async (): Promise<Page> => {
    const page = await log.page({ scope: "clinic/another", limit: 1000 });
    return { ...page, scope: SCOPE, cursor: { ...page.cursor, scope: SCOPE } };
  };
  const behind = async (): Promise<Page> => {
    const { cursor } = await log.page({ scope: SCOPE, limit: 1000 });
    return log.page({ scope: SCOPE, limit: 1000, cursor: { ...cursor, effective: 1, position: 1 } });
  };
  const earlier = async (later: () => Promise<unknown>): Promise<Page> => {
    const page = await log.page({ scope: SCOPE, limit: 1000 });
    await later();
    const { cursor } = await log.page({ scope: SCOPE, limit: 1000 });
    const { origin, size, root } = cursor;
    return { ...page, cursor: { ...page.cursor, origin, size, root } };
  };
  const nowhere = async (): Promise<Page> => {
    const page = await log.page({ scope: SCOPE, limit: 1000 });
    const empty = { ...page, events: pack([]), cursor: { ...page.cursor, effective: 0, position: -1 }, done: false };
    return { ...empty, note: await log.note(empty, undefined, []) };
  };
  const unasked = () => log.page({ scope: "clinic/another", limit: 1000 });
  test.each([
    ["of a scope nobody asked for", unasked],
    ["of another scope, said to be this one's", elsewhere],
    ["behind another place", behind],
    [
      "of an earlier moment",
      () => earlier(() => log.tell(`student/${newId()}`, "student.registered", { given: "Eve" })),
    ],
    ["of an earlier epoch", () => earlier(async () => log.restore(3))],
    ["of nothing, where more is said to wait", nowhere],
  ])("WEB-R40: a page the log signed, but %s, is not taken in", async (_, page) => {
    phone.choose(SCOPE);
    const told = await page();
    const { send, answer } = await phone.carry();
    await phone.receive(send, { ...answer, page: told });
    expect(phone.saved.held.size).toBe(0);
    expect(phone.saved.state.cursor).toBeNull();
    expect(linkOf(phone.state).link).toBe("refused");
    phone.wake();
    await phone.settle();
    expect(phone.saved.held.size).toBe(log.entries.length);
  });

  test("a reset drops the download and no event of the outbox, and waits as told", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    await phone.record();
    const { send, answer } = await phone.carry();
    const reset = { is: "reset", scope: SCOPE, reason: "scope_not_allowed" } as const;
    await phone.receive(send, { ...answer, answers: [], page: reset });
    expect(phone.saved.held.size).toBe(0);
    expect(phone.states).toEqual(["waiting"]);
    expect(phone.saved.state).toMatchObject({ cursor: null, complete: false, refused: "scope_not_allowed" });
    const began = phone.now;
    while (phone.saved.held.size === 0) {
      phone.wake();
      await phone.settle();
    }
    expect(phone.now - began).toBeGreaterThanOrEqual(REFUSED_SCOPE_MS);
    expect(phone.saved.state.refused).toBe("");
  });

  test.each<[string, (page: Page) => Partial<Page>, string]>([
    [
      "with an event changed",
      ({ events }) => ({ events: { ...events, payload: events.payload.map(() => "{}") } }),
      "signed",
    ],
    ["with an event left out", ({ events }) => ({ events: pack(unpack(events).slice(1)) }), "signed"],
    ["out of order", ({ events }) => ({ events: pack(unpack(events).reverse()) }), "signed"],
    ["whose columns do not fit", ({ events }) => ({ events: { ...events, seq: [] } }), "columns"],
    ["with a cursor that skips", ({ cursor }) => ({ cursor: { ...cursor, position: 2 ** 40 } }), "end"],
    ["that says more waits", () => ({ done: false }), "last"],
    ["that makes one forget", () => ({ forget: [newId()] }), "signed"],
    ["with another's note", ({ note }) => ({ note: note.replace("doseledger/page", "doseledger/pages") }), "verify"],
  ])("a page %s is not taken", async (_, spoil, why) => {
    phone.choose(SCOPE);
    const { send, answer } = await phone.carry();
    if (answer.page?.is !== "page") throw new Error("no page");
    await phone.receive(send, { ...answer, page: { ...answer.page, ...spoil(answer.page) } });
    expect(phone.saved.held.size).toBe(0);
    expect(phone.saved.state.cursor).toBeNull();
    expect(linkOf(phone.state)).toMatchObject({ link: "refused", detail: expect.stringContaining(why) });
  });

  test("a page of another moment of the log is not taken", async () => {
    phone.choose(SCOPE);
    const { send, answer } = await phone.carry();
    await log.tell(`student/${newId()}`, "student.registered", { given: "Cade" });
    const later = await log.answer(send.request);
    await phone.receive(send, { ...later, page: answer.page ?? null });
    expect(phone.saved.held.size).toBe(0);
  });
});

describe("WEB-R36: another tab moves the cursor while an answer is on its way", () => {
  test.each<[string, (cursor: Cursor) => Cursor | null]>([
    ["further on", (cursor) => ({ ...cursor, effective: 3, position: 3, size: 4 })],
    ["to the same place of a larger log", (cursor) => ({ ...cursor, size: 4 })],
    ["back to the beginning", () => null],
  ])("%s: what was asked for behind the old one is not taken in, and it is asked anew", async (_, move) => {
    phone.choose(SCOPE);
    await phone.settle();
    const { cursor, complete } = phone.saved.state;
    if (cursor === null) throw new Error("nothing was pulled");
    await log.tell(`student/${newId()}`, "student.registered", { given: "Late" });
    phone.feed({ is: "stir" });
    const { send, answer } = await phone.carry();
    const moved = move(cursor);
    const { state, held } = phone.saved;
    phone.saved = { ...phone.saved, state: { ...state, cursor: moved, revision: state.revision + 1 } };
    await phone.receive(send, answer);
    expect(phone.saved.state).toMatchObject({ cursor: moved, complete });
    expect(phone.saved.held).toEqual(held);
    expect(phone.sent.map(({ request }) => request.pull?.cursor ?? null)).toEqual([moved]);
  });

  test("another clinic chosen in another tab is asked for, its wait not that of the one before", async () => {
    phone.choose(SCOPE);
    const { send, answer } = await phone.carry();
    const reset = { is: "reset", scope: SCOPE, reason: "scope_not_allowed" } as const;
    await phone.receive(send, { ...answer, page: reset });
    expect(phone.sent).toEqual([]);
    phone.store.choose("clinic/another");
    phone.feed({ is: "tick" });
    expect(phone.sent.map(({ request }) => request.pull?.scope)).toEqual(["clinic/another"]);
  });
});

test("WEB-R42: an event of a type nobody knows yet is held like any other", async () => {
  const event = await log.tell(`student/${newId()}`, "dose.teleported", { event: newId() });
  phone.choose(SCOPE);
  await phone.settle();
  expect([...phone.saved.held.values()].map((row) => row.event)).toContainEqual(toWire(event));
});

describe("WEB-R200: a history is called whole only while all of it is here", () => {
  /** What is known once a page came that is not the last, where the whole scope was here before. */
  async function restarted(cursor: "kept" | "dropped") {
    phone.choose(SCOPE);
    await phone.settle();
    const { saved } = phone;
    expect(saved.state.complete).toBe(true);
    const place = saved.state.cursor;
    if (place === null) throw new Error("nothing was pulled");
    const asked = { ...saved, state: { ...saved.state, cursor: cursor === "kept" ? place : null } };
    const turn = { number: 1, pushed: [], carried: [], pulls: true, asked, deadline: 0 };
    const { checkpoint: note, origin, size } = saved.state;
    const head = { is: "extends", checkpoint: { origin, size, root: new Uint8Array(32) } } as const;
    const page = { is: "page", held: [], cursor: place, forget: [], compared: null } as const;
    const findings = { note, head, fates: [], delivered: [], others: null, wanted: [], page };
    return takeFindings(begin(asked), turn, findings, 0, 0, 0).change?.state.complete;
  }

  test("a scope begun anew is not whole with its first page", async () => {
    expect(await restarted("dropped")).toBe(false);
  });

  test("news of a scope that is here leave it whole", async () => {
    expect(await restarted("kept")).toBe(true);
  });

  test("a clinic that differs from what the log signed is not whole until it does not", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    const [lost] = phone.saved.held.keys();
    const held = new Map([...phone.saved.held].filter(([hash]) => hash !== lost));
    const streams = new Map(
      [...phone.saved.streams].map(([name, rows]) => [name, rows.filter((row) => row.hash !== lost)]),
    );
    phone.saved = { ...phone.saved, held, streams };
    phone.restart();
    const seen: boolean[] = [];
    for (let turns = 0; turns < 4 && phone.saved.state.damage?.isHealed !== true; turns += 1) {
      if (phone.sent.length === 0) phone.wake();
      const { send, answer } = await phone.carry();
      await phone.receive(send, answer);
      seen.push(phone.saved.state.complete);
    }
    expect(phone.saved.state.damage?.isHealed).toBe(true);
    expect(seen).toContain(false);
    expect(seen.at(-1)).toBe(true);
  });
});
