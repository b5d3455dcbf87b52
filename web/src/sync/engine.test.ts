/**
 * The engine, fed by hand: what it sends, keeps and waits for. The simulation beside it looks for what nobody
 * thought of. Requirements: WEB-R47, WEB-R48, WEB-R37, WEB-R38, WEB-R39, WEB-R40, WEB-R41, WEB-R42.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { DISTRICT, NO_ROLE, newId, pack, SmallLog, signed } from "../../tests/small_log";
import { byStream, SCOPE, SmallPhone } from "../../tests/small_phone";
import { base64url } from "../events/bytes";
import { eventHash } from "../events/envelope";
import { unpack } from "../events/packing";
import { verifyReceipt } from "../events/receipt";
import { type Page, toWire } from "../events/wire";
import { BACKOFF_MS_MAX } from "./backoff";
import { POLL_MS } from "./engine";
import { linkOf, sentOf } from "./state";
import { REFUSED_SCOPE_MS } from "./taking";

let log: SmallLog;
let phone: SmallPhone;

beforeEach(async () => {
  log = await SmallLog.found();
  for (const given of ["Ada", "Zoë", "Wren"]) await log.tell(`student/${newId()}`, "student.registered", { given });
  phone = new SmallPhone(log);
});

describe("WEB-R37: an own event stops waiting only against a proof that holds", () => {
  test("accepted: the receipt stands alone", async () => {
    const row = await phone.record();
    await phone.settle();
    const own = phone.saved.own[0];
    expect(own).toMatchObject({ state: "receipted", position: 3 });
    const pinned = { key: log.verifier, origin: log.origin };
    expect((await verifyReceipt(own?.receipt ?? "", row.hash, pinned)).position).toBe(3);
  });

  test("quarantined: reason and owner are those of the record in the log", async () => {
    await phone.record(undefined, NO_ROLE);
    const { send, answer } = await phone.carry();
    const said = {
      ...answer,
      answers: answer.answers?.map((one) => ({ ...one, reason: "malformed", owner: "nobody" })),
    };
    await phone.receive(send, said as typeof answer);
    expect(phone.saved.own[0]).toMatchObject({
      state: "quarantined",
      reason: "not_authorised",
      owner: "health_office",
    });
  });

  test("a record about another event frees nothing", async () => {
    await phone.record(undefined, NO_ROLE);
    const { answer } = await phone.carry();
    const second = new SmallPhone(log);
    await second.record(undefined, NO_ROLE);
    const { send } = await second.carry();
    await second.receive(send, { ...answer, checkpoint: await log.checkpoint() });
    expect(second.states).toEqual(["waiting"]);
  });

  test("a forged proof makes a suspect of its event and frees the others", async () => {
    for (let i = 0; i < 3; i += 1) await phone.record();
    phone.fail("busy");
    phone.wake();
    const { send, answer } = await phone.carry();
    const answers = answer.answers?.map((one, i) =>
      i === 0 ? { ...one, proof: { ...one.proof, position: 99 } } : one,
    );
    await phone.receive(send, { ...answer, answers: answers ?? [] });
    expect(phone.saved.own.filter((row) => row.state === "waiting")).toMatchObject([{ attempts: 1 }]);
    expect(phone.saved.own[0]?.complaint).toMatch(/99/);
  });

  test("under a head signed by another key nothing counts", async () => {
    await phone.record();
    const { send, answer } = await phone.carry();
    const other = await SmallLog.found();
    await phone.receive(send, { ...answer, checkpoint: await other.checkpoint() });
    expect(phone.states).toEqual(["waiting"]);
    expect(phone.saved.state.checkpoint).toBe("");
    expect(linkOf(phone.state)).toMatchObject({ link: "refused" });
    phone.wake();
    await phone.settle();
    expect(phone.states).toEqual(["receipted"]);
  });

  test("an answer to another turn than the one under way says nothing", async () => {
    await phone.record();
    const late = await phone.carry();
    phone.now += 60_000;
    phone.feed({ is: "tick" });
    const { state } = phone.saved;
    await phone.receive(late.send, late.answer);
    expect(phone.states).toEqual(["waiting"]);
    expect(phone.saved.state).toBe(state);
  });
});

describe("WEB-R38: one bad event or a lost answer never holds up the rest", () => {
  test("after a lost answer the same events go again in smaller batches, to the same positions", async () => {
    for (let i = 0; i < 5; i += 1) await phone.record();
    await phone.settle();
    for (let i = 0; i < 6; i += 1) await phone.record();
    const lost = await phone.carry();
    const size = log.entries.length;
    phone.feed({ is: "failed", turn: lost.send.turn, kind: "unreachable", words: "", afterMs: 0 });
    phone.wake();
    expect(phone.sent[0]?.pushed.length).toBeLessThanOrEqual(lost.send.pushed.length);
    await phone.settle();
    expect(new Set(phone.states)).toEqual(new Set(["receipted"]));
    expect(log.entries.length).toBeGreaterThanOrEqual(size);
    expect(new Set(phone.saved.own.map((row) => row.position)).size).toBe(11);
  });

  test("the event with which a request fails travels alone and later; the others arrive", async () => {
    const refuses = async (poison: string): Promise<void> => {
      for (let tries = 0; tries < 40 && phone.states.filter((state) => state === "waiting").length > 1; tries += 1) {
        const send = phone.sent.at(-1);
        if (send === undefined) phone.wake();
        else if (send.pushed.some((row) => row.hash === poison)) phone.fail("refused");
        else {
          const turn = await phone.carry();
          await phone.receive(turn.send, turn.answer);
        }
      }
    };
    phone.feed({ is: "cut" });
    const rows = [];
    for (let i = 0; i < 5; i += 1) rows.push(await phone.record());
    const poison = rows[2]?.hash ?? "";
    await refuses(poison);
    expect(phone.states).toEqual(["receipted", "receipted", "waiting", "receipted", "receipted"]);
    expect(phone.saved.own[2]).toMatchObject({ complaint: "refused it was" });
    while (phone.saved.own[2]?.state === "waiting") {
      if (phone.sent.length === 0) phone.wake();
      await phone.settle();
    }
    expect(phone.saved.own[2]?.attempts).toBeUndefined();
  });

  test("a page that breaks the contract takes no receipt with it", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    await phone.record();
    const { send, answer } = await phone.carry();
    const page = answer.page?.is === "page" ? { ...answer.page, scope: "clinic/another" } : null;
    await phone.receive(send, { ...answer, page });
    expect(phone.states).toEqual(["receipted"]);
    expect(linkOf(phone.state).link).toBe("refused");
  });

  test("waiting grows, is spread and bounded; the server's own wait is kept", async () => {
    await phone.record();
    const waits: number[] = [];
    phone.chance = 0.999;
    for (let i = 0; i < 12; i += 1) {
      phone.fail("unreachable");
      waits.push((phone.wakeAt ?? 0) - phone.now);
      phone.wake();
    }
    expect(waits[0]).toBeLessThan(1000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(BACKOFF_MS_MAX);
    expect(waits.at(-1)).toBeGreaterThan(100_000);
    phone.fail("refused", 600_000);
    expect((phone.wakeAt ?? 0) - phone.now).toBe(600_000);
  });
});

describe("WEB-R39: the phone is a witness of the log", () => {
  test("a shorter or different log is an alarm that a restart does not end", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    const held = phone.saved.held.size;
    log.entries.length = 1;
    await phone.record();
    await phone.settle();
    expect(linkOf(phone.state)).toMatchObject({ link: "alarm", detail: "the log ended at 3, now at 2" });
    phone.restart();
    await phone.record();
    expect(phone.sent).toEqual([]);
    expect(phone.wakeAt).toBeNull();
    expect(phone.states).toEqual(["waiting", "waiting"]);
    expect(phone.saved.held.size).toBe(held);
    expect(phone.saved.state.alarm?.held).toContain("\n3\n");
  });

  test("a person lets it ask again; what was verified before stays the measure", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    const entries = log.entries.splice(2);
    phone.feed({ is: "stir" });
    await phone.settle();
    phone.feed({ is: "reconsider" });
    await phone.settle();
    expect(phone.saved.state.alarm).not.toBeNull();
    log.entries.push(...entries);
    phone.feed({ is: "reconsider" });
    await phone.settle();
    expect(phone.saved.state.alarm).toBeNull();
    expect(linkOf(phone.state).link).toBe("online");
  });

  test("in a new epoch every own event is delivered again and old receipts are kept", async () => {
    phone.choose(SCOPE);
    await phone.record();
    await phone.record();
    await phone.settle();
    const receipts = phone.saved.own.map((row) => row.receipt);
    log.restore(4);
    phone.feed({ is: "stir" });
    await phone.settle();
    expect(phone.states).toEqual(["receipted", "receipted"]);
    expect(phone.saved.own.map((row) => row.former)).toEqual(receipts.map((receipt) => [receipt]));
    expect(phone.saved.state).toMatchObject({ origin: log.origin, alarm: null });
    expect(log.entries).toHaveLength(5);
  });

  test("what is delivered again shows its oldest receipt", async () => {
    await phone.record();
    await phone.settle();
    const [own] = phone.saved.own;
    log.restore(3);
    phone.feed({ is: "stir" });
    const { send, answer } = await phone.carry();
    await phone.receive(send, answer);
    expect(phone.sent[0]?.request.presented).toEqual([{ event_hash: own?.hash, receipt: own?.receipt }]);
  });
});

describe("WEB-R39: the server's clock was ahead in the first of two lost epochs", () => {
  test("what is delivered again shows the receipt of the earliest time", async () => {
    await phone.record();
    await phone.settle();
    const size = log.entries.length - 1;
    log.restore(size - 1); // the small log's clock is its size: the next receipt is of an earlier time
    phone.feed({ is: "stir" });
    await phone.settle();
    const [first] = phone.saved.own[0]?.former ?? [];
    const second = phone.saved.own[0]?.receipt;
    log.restore(size - 1);
    phone.feed({ is: "stir" });
    const { send, answer } = await phone.carry();
    await phone.receive(send, answer);
    expect(first).not.toEqual(second);
    expect(phone.sent[0]?.request.presented).toEqual([{ event_hash: phone.saved.own[0]?.hash, receipt: second }]);
  });
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

describe("WEB-R47: what is held is what the log signed of the scope, or it is healed, or a person is told", () => {
  const digestsAsked = () => phone.sent.map(({ request }) => request.pull?.digests);

  test("a row lost on this phone is found by the digest, named and pulled anew", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    const [lost] = phone.saved.held.values();
    const held = new Map(phone.saved.held);
    held.delete(lost?.hash ?? "");
    phone.saved = { ...phone.saved, held, streams: byStream(held.values()) };
    phone.restart();
    expect(digestsAsked()).toEqual([undefined]);
    const first = await phone.carry();
    await phone.receive(first.send, first.answer);
    expect(digestsAsked()).toEqual([true]);
    const second = await phone.carry();
    await phone.receive(second.send, second.answer);
    expect(phone.saved.state.healed).toEqual([lost?.stream]);
    expect(phone.saved.held.size).toBe(2);
    await phone.settle();
    expect(phone.saved.held.size).toBe(3);
    expect(phone.saved.state).toMatchObject({ heals: 0, doubted: false, alarm: null });
  });

  test("an event the server signs and withholds is an alarm after two tries; what is held stays", async () => {
    log.withheld.add(1);
    phone.choose(SCOPE);
    await phone.settle();
    expect(linkOf(phone.state)).toMatchObject({ link: "alarm", detail: expect.stringContaining(SCOPE) });
    expect(phone.saved.held.size).toBe(2);
    log.withheld.clear();
    phone.feed({ is: "reconsider" });
    await phone.settle();
    expect(phone.saved.held.size).toBe(3);
    expect(linkOf(phone.state).link).toBe("online");
  });

  test("WEB-R96: who else is at work, and since when nothing was heard of them, comes with the last page and stays", async () => {
    phone.choose(SCOPE);
    const { send, answer } = await phone.carry();
    const device = newId();
    const devices = [{ device, label: "Cart 2", reported_at: "2026-11-21T14:00:00.000Z" }];
    await phone.receive(send, { ...answer, devices });
    const others = [{ device, label: "Cart 2", heardAt: Date.UTC(2026, 10, 21, 14) }];
    expect(phone.saved.state.others).toEqual(others);
    phone.restart();
    await phone.settle();
    expect(phone.saved.state.others).toEqual(others);
  });

  test("after a reset what is held stays until the first page replaces it", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    phone.feed({ is: "stir" });
    const { send, answer } = await phone.carry();
    const reset = { is: "reset", scope: SCOPE, reason: "root_differs", after_seconds: 30 } as const;
    await phone.receive(send, { ...answer, page: reset });
    expect(phone.saved.held.size).toBe(3);
    expect(phone.sent).toEqual([]);
    const began = phone.now;
    while (phone.saved.state.cursor === null) {
      phone.wake();
      await phone.settle();
    }
    expect(phone.now - began).toBeGreaterThanOrEqual(30_000);
    expect(phone.saved.held.size).toBe(3);
  });
});

describe("WEB-R41: the phone asks when there is something to ask, and only then", () => {
  test("what is recorded while a turn is under way goes with the next", async () => {
    await phone.record();
    const first = await phone.carry();
    await phone.record();
    expect(phone.sent).toEqual([]);
    await phone.receive(first.send, first.answer);
    expect(phone.sent.map((send) => send.pushed.length)).toEqual([1]);
    await phone.settle();
    expect(phone.states).toEqual(["receipted", "receipted"]);
  });

  test("a clinic chosen while a turn is under way is fetched by the next", async () => {
    phone.feed({ is: "stir" });
    const first = await phone.carry();
    phone.choose(SCOPE);
    await phone.receive(first.send, first.answer);
    expect(phone.sent.map((send) => send.request.pull?.scope)).toEqual([SCOPE]);
  });

  test("news of what the answer already told are not asked for", async () => {
    await phone.record();
    const { send, answer } = await phone.carry();
    phone.feed({ is: "news", origin: log.origin, size: log.entries.length });
    await phone.receive(send, answer);
    expect(phone.sent).toEqual([]);
    phone.feed({ is: "news", origin: log.origin, size: log.entries.length + 1 });
    expect(phone.sent).toHaveLength(1);
  });

  test("without news it asks again by the clock, and without a network it tries all the same", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    expect(phone.wakeAt).toBe(phone.now + POLL_MS);
    phone.feed({ is: "cut" });
    expect(linkOf(phone.state).link).toBe("offline");
    phone.wake();
    await phone.settle();
    expect(linkOf(phone.state).link).toBe("online");
  });

  test("while the system says there is no network nothing is called sent", async () => {
    phone.feed({ is: "cut" });
    await phone.settle();
    phone.feed({ is: "cut" });
    await phone.record();
    expect(phone.state.turn?.pushed).toHaveLength(1);
    expect(sentOf(phone.state)).toEqual([]);
    expect(linkOf(phone.state).link).toBe("offline");
    phone.feed({ is: "back" });
    expect(sentOf(phone.state)).toHaveLength(1);
  });

  test("while another tab asks this one waits a moment, and shows no trouble", async () => {
    await phone.record();
    phone.fail("busy");
    expect(phone.state.problem).toBeNull();
    expect(phone.sent).toEqual([]);
    phone.wake();
    expect(phone.sent).toHaveLength(1);
  });

  test("what another tab delivered is not pushed again", async () => {
    await phone.record();
    const { send, answer } = await phone.carry();
    phone.feed({ is: "failed", turn: send.turn, kind: "busy", words: "", afterMs: 0 });
    const other = new SmallPhone(log);
    other.saved = phone.saved;
    other.restart();
    const turn = await other.carry();
    await other.receive(turn.send, answer);
    phone.saved = other.saved;
    phone.wake();
    expect(phone.sent.map((one) => one.pushed.length)).toEqual([0]);
  });
});

test("WEB-R42: an event of a type nobody knows yet is held like any other", async () => {
  const event = await log.tell(`student/${newId()}`, "dose.teleported", { event: newId() });
  phone.choose(SCOPE);
  await phone.settle();
  expect([...phone.saved.held.values()].map((row) => row.event)).toContainEqual(toWire(event));
});

describe("WEB-R48: what this phone can only carry is carried", () => {
  const carried = async () => {
    const { event, header } = await signed(`student/${newId()}`, "dose.voided", { event: newId(), reason: "office" });
    const hash = await eventHash(event);
    const one = { district: DISTRICT, device: header.device, seq: 1, hash, sealed: new Uint8Array([1, 2, 3]) };
    phone.saved = { ...phone.saved, carried: [one] };
    phone.restart();
    return { event, header, one };
  };

  test("it goes with the next turn, and stays until its proof holds", async () => {
    const { event, header, one } = await carried();
    const { send, answer } = await phone.carry();
    expect(send.request.sealed).toEqual([
      { device: header.device, seq: 1, event_hash: one.hash, sealed: base64url(one.sealed) },
    ]);
    await phone.receive(send, answer);
    expect(phone.saved.carried).toEqual([one]);
    await log.append(event, header);
    phone.wake();
    const next = await phone.carry();
    const proof = await log.proof(log.entries.length - 1);
    await phone.receive(next.send, { ...next.answer, carried: [{ is: "accepted", event_hash: one.hash, proof }] });
    expect(phone.saved.carried).toEqual([]);
  });
});
