/** When the engine asks. The simulation beside it looks for what nobody thought of. Requirement: WEB-R41. */
import { beforeEach, describe, expect, test } from "vitest";
import { SmallLog } from "../../tests/small_log";
import { SCOPE, SmallPhone } from "../../tests/small_phone";
import { POLL_MS } from "./engine";
import { TURN_MS_MAX } from "./planning";
import { linkOf, sentOf } from "./state";

let log: SmallLog;
let phone: SmallPhone;

beforeEach(async () => {
  log = await SmallLog.ofThree();
  phone = new SmallPhone(log);
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

  test("WEB-R321: the server's word of the time is kept with its answer, and outlasts one that does not tell it", async () => {
    phone.toldMs = 1_800_000_000_000;
    await phone.record();
    await phone.settle();
    phone.toldMs = 0;
    await phone.record();
    await phone.settle();
    expect(phone.saved.state.toldAt).toBe(1_800_000_000_000);
  });

  test("CLIENT-R51: a page that does not come through is asked for smaller, and larger again as they come", async () => {
    phone.choose(SCOPE);
    const limits: (number | undefined)[] = [];
    const asks = () => limits.push(phone.sent.at(-1)?.request.pull?.limit);
    for (let tries = 0; tries < 7; tries += 1) {
      asks();
      phone.fail("unreachable");
      while (phone.sent.length === 0) phone.wake();
    }
    await phone.settle();
    for (let turns = 0; turns < 5; turns += 1) {
      phone.feed({ is: "stir" });
      asks();
      await phone.settle();
    }
    expect(limits).toEqual([1000, 500, 250, 125, 62, 50, 50, 100, 200, 400, 800, 1000]);
  });

  test("a late answer to a turn that was given up is none to the next one", async () => {
    phone.choose(SCOPE);
    const late = await phone.carry();
    phone.now += TURN_MS_MAX;
    phone.feed({ is: "tick" });
    phone.wake();
    const { turn } = phone.state;
    expect(turn?.number).not.toBe(late.send.turn);
    await phone.receive(late.send, late.answer);
    expect(phone.state.turn).toBe(turn);
    expect(phone.saved.held.size).toBe(0);
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
    phone.feed({ is: "failed", turn: send.turn, kind: "busy", words: "", code: "", afterMs: 0 });
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
