/** What the engine delivers and carries, and when it may forget it. Requirements: WEB-R37, WEB-R38, WEB-R48. */
import { beforeEach, describe, expect, test } from "vitest";
import { DISTRICT, NO_ROLE, newId, SmallLog, signed } from "../../tests/small_log";
import { SCOPE, SmallPhone } from "../../tests/small_phone";
import { base64url, hex } from "../events/bytes";
import { eventHash } from "../events/envelope";
import { verifyReceipt } from "../events/receipt";
import { toWire } from "../events/wire";
import type { HandOff } from "../store/hand_off";
import { BACKOFF_MS_MAX } from "./backoff";
import { PUSH_CHARACTERS_MAX } from "./planning";
import { linkOf } from "./state";

const SEALED = new Uint8Array([1, 2, 3]);
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

  test("WEB-R404: accepted with flags: they stay with the row, and go with its receipt in a new epoch", async () => {
    await phone.record();
    const { send, answer } = await phone.carry();
    const flags = ["gap", "role_lost_since"];
    const answers = answer.answers?.map((one) => ({ ...one, flags }));
    await phone.receive(send, { ...answer, answers } as typeof answer);
    expect(phone.saved.own.map((row) => row.flags)).toEqual([flags]);
    log.restore(3);
    phone.feed({ is: "stir" });
    await phone.settle();
    expect(phone.saved.own.map((row) => [row.state, row.flags])).toEqual([["receipted", undefined]]);
  });

  test("WEB-R404: the answer was lost and the event is a duplicate by now: the flags come again and stay", async () => {
    await phone.record();
    await phone.carry();
    phone.restart();
    const { send, answer } = await phone.carry();
    expect(answer.answers?.map(({ is }) => is)).toEqual(["duplicate"]);
    const answers = answer.answers?.map((one) => ({ ...one, flags: ["gap"] }));
    await phone.receive(send, { ...answer, answers } as typeof answer);
    expect(phone.saved.own.map((row) => row.flags)).toEqual([["gap"]]);
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

  test.each([
    ["submission.quarantined", "another event"],
    ["submission.released", "this one"],
  ])("a record that is in the log, %s about %s, frees nothing", async (type, about) => {
    const { hash } = await phone.record(undefined, NO_ROLE);
    const submission = about === "this one" ? hash : "00".repeat(32);
    const event = await log.tell("district", type, { submission, reason: "not_authorised", owner: "health_office" });
    const { send, answer } = await phone.carry();
    const other = { record: toWire(event), proof: await log.proof(3) };
    const answers = answer.answers?.map((one) => ({ ...one, submission: hash, ...other }));
    await phone.receive(send, { ...answer, answers } as typeof answer);
    expect(phone.states).toEqual(["waiting"]);
    expect(phone.saved.own[0]?.complaint).toMatch(/the record is/);
  });

  test("a wait the server names is waited, within an hour; what it refuses beside others blames none of them", async () => {
    phone.chance = 0;
    for (let made = 0; made < 3; made += 1) await phone.record();
    phone.fail("busy");
    phone.wake();
    expect(phone.fail("refused", 90_000).pushed).toHaveLength(3);
    expect(phone.state.notBefore - phone.now).toBe(90_000);
    expect(phone.saved.own.filter((row) => row.attempts)).toEqual([]);
    while (phone.sent.length === 0) phone.wake();
    expect(phone.fail("refused", 10 ** 12).pushed).toHaveLength(1);
    expect(phone.state.notBefore - phone.now).toBe(3_600_000);
    expect(phone.saved.own.filter((row) => row.attempts)).toHaveLength(1);
  });

  test("a push has only so many characters, and at least one event", async () => {
    await phone.settle();
    phone.feed({ is: "cut" });
    const long = "x".repeat(PUSH_CHARACTERS_MAX / 4);
    for (const reason of [long, long, long, long, `${long}${long}${long}${long}`, "short"])
      await phone.record(undefined, reason);
    phone.feed({ is: "back" });
    const sizes = [];
    while (phone.sent.length > 0) {
      const { send, answer } = await phone.carry();
      sizes.push(send.pushed.length);
      await phone.receive(send, answer);
    }
    expect(sizes.filter((size) => size > 0)).toEqual([2, 2, 1, 1]); // twice as many each time, were they shorter
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
    phone.feed({ is: "failed", turn: lost.send.turn, kind: "unreachable", words: "", code: "", afterMs: 0 });
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

  /** The district's part: a file of many, of which it refuses the whole request where `poison` is among them. */
  const bring = async (count: number, poison: number) => {
    const made = await Promise.all(
      Array.from({ length: count }, () => signed("district", "dose.voided", { event: "x" })),
    );
    const file = await Promise.all(
      made.map(async ({ event, header }, at): Promise<HandOff> => {
        return { district: DISTRICT, device: header.device, seq: at + 1, hash: await eventHash(event), sealed: SEALED };
      }),
    );
    phone.saved = { ...phone.saved, carried: file };
    phone.restart();
    let pulls = 0;
    for (let turns = 0; turns < 60 && phone.saved.carried.length > (poison < 0 ? 0 : 1); turns += 1) {
      if (phone.sent.length === 0) phone.wake();
      const sealed = phone.sent.at(-1)?.request.sealed ?? [];
      if (sealed.some((one) => one.event_hash === file[poison]?.hash)) phone.fail("refused", 0, "record-damaged");
      else if (phone.sent.length > 0) {
        const { send, answer } = await phone.carry();
        for (const one of send.carried) {
          const { event, header } = made[one.seq - 1] ?? { event: null };
          if (event !== null) await log.append(event, header as never);
        }
        const carried = await Promise.all(
          send.carried.map(async ({ hash }) => {
            const position = log.entries.findIndex(({ bytes }) => hex(bytes.slice(1, 33)) === hash);
            return { is: "accepted", event_hash: hash, proof: await log.proof(position) } as const;
          }),
        );
        if (send.request.pull !== undefined) pulls += 1;
        const again = await log.answer({ ...send.request, push: [] });
        await phone.receive(send, { ...again, carried, answers: answer.answers ?? [] });
      }
    }
    return { file, pulls };
  };

  test("a long file goes in parts no request is too large for, one behind the other", async () => {
    const { file } = await bring(120, -1);
    expect(phone.saved.carried).toEqual([]);
    expect(log.entries.filter(({ header }) => header.stream === "district")).toHaveLength(file.length);
  });

  test("one that spoils its request holds up neither the others nor what is pulled", async () => {
    phone.choose(SCOPE);
    await phone.settle();
    const { file, pulls } = await bring(7, 2);
    expect(phone.saved.carried).toEqual([file[2]]);
    expect(pulls).toBeGreaterThan(0);
    await log.tell(`student/${newId()}`, "student.registered", { given: "Late" });
    const known = phone.saved.held.size;
    for (let turns = 0; turns < 6 && phone.saved.held.size === known; turns += 1) {
      phone.wake();
      if (phone.sent.at(-1)?.request.sealed !== undefined) phone.fail("refused", 0, "record-damaged");
      else await phone.settle();
    }
    expect(phone.saved.held.size).toBeGreaterThan(known);
  });
});

describe("WEB-R342: an entry that goes wrong by itself says so, and why", () => {
  test("a refusal by its code and words, an answer that proves nothing as such; a receipt ends it", async () => {
    await phone.record();
    phone.fail("refused", 0, "record-damaged");
    expect(phone.saved.own[0]).toMatchObject({ attempts: 1, complaint: "refused it was", code: "record-damaged" });
    expect(linkOf(phone.state)).toMatchObject({ link: "refused", code: "record-damaged" });
    phone.feed({ is: "stir" });
    const { send, answer } = await phone.carry();
    await phone.receive(send, { ...answer, answers: [] });
    expect(phone.saved.own[0]).toMatchObject({ attempts: 2, code: "unproven" });
    expect(linkOf(phone.state)).toMatchObject({ link: "refused", code: "unproven" });
    phone.feed({ is: "stir" });
    await phone.settle();
    const [row] = phone.saved.own;
    expect([row?.state, row?.attempts, row?.complaint, row?.code]).toEqual([
      "receipted",
      undefined,
      undefined,
      undefined,
    ]);
  });
});
