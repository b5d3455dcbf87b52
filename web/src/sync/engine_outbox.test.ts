/** What the engine delivers, and when it may forget it. Requirement: WEB-R37. */
import { beforeEach, describe, expect, test } from "vitest";
import { NO_ROLE, SmallLog } from "../../tests/small_log";
import { SmallPhone } from "../../tests/small_phone";
import { verifyReceipt } from "../events/receipt";
import { toWire } from "../events/wire";
import { PUSH_CHARACTERS_MAX } from "./planning";
import { linkOf } from "./state";

let log: SmallLog;
let phone: SmallPhone;

beforeEach(async () => {
  log = await SmallLog.ofThree();
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
