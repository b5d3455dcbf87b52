/** The engine as a witness of the log: other heads, other epochs, a scope that is not what was signed. Requirements: WEB-R39, WEB-R47. */
import { beforeEach, describe, expect, test } from "vitest";
import { NO_ROLE, newId, SmallLog } from "../../tests/small_log";
import { SCOPE, SmallPhone } from "../../tests/small_phone";
import { byStream } from "../../tests/small_store";
import type { Page } from "../events/wire";
import type { Own } from "../store/kept";
import { linkOf } from "./state";

let log: SmallLog;
let phone: SmallPhone;

beforeEach(async () => {
  log = await SmallLog.ofThree();
  phone = new SmallPhone(log);
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

  const another = async () => {
    await phone.settle();
    log.restore(1);
  };
  const older = async () => {
    log.restore(3);
    await phone.settle();
  };
  const elsewhere = async () => {
    await phone.settle();
    Object.defineProperty(log, "origin", { get: () => "log.example/another/0" });
  };
  test.each([
    ["another history as large", another, "the log is not the one this phone saw before"],
    ["an older epoch", older, "the log fell back to epoch 0"],
    ["another log", elsewhere, "the answer is of the log log.example/another/0"],
  ])("%s is an alarm, and nothing of the answer counts", async (_, befall, words) => {
    phone.choose(SCOPE);
    await befall();
    log.epoch = 0;
    const held = phone.saved.held.size;
    for (let made = 0; made < 4; made += 1)
      await log.tell(`student/${newId()}`, "student.registered", { given: "Eve" });
    await phone.record();
    await phone.settle();
    expect(linkOf(phone.state)).toMatchObject({ link: "alarm", detail: expect.stringContaining(words) });
    expect(phone.states).toEqual(["waiting"]);
    expect(phone.saved.held.size).toBe(held);
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

describe("WEB-R39: an event was set aside in one epoch and let in before the next", () => {
  test("its own receipt is shown, not the earlier one of the record of its quarantine, which proves nothing of it", async () => {
    await phone.record(undefined, NO_ROLE);
    await phone.record();
    await phone.settle();
    const [aside, own] = phone.saved.own.map((row) => row.receipt ?? "");
    const back = async (former: readonly string[]) => {
      const [first, second] = phone.saved.own as [Own, Own];
      const waits: Own = { seq: second.seq, hash: second.hash, event: second.event, state: "waiting", former };
      phone.saved = { ...phone.saved, own: [first, waits] };
      phone.feed({ is: "stir" });
      const { send, answer } = await phone.carry();
      await phone.receive(send, answer);
      await phone.settle();
      return send.request.presented;
    };
    expect(await back([aside ?? "", own ?? ""])).toEqual([{ event_hash: phone.saved.own[1]?.hash, receipt: own }]);
    expect(await back([aside ?? ""])).toBeUndefined();
  });

  test("WEB-R403: so is the one that came with the answer about its fate", async () => {
    await phone.record(undefined, NO_ROLE);
    await phone.record();
    await phone.settle();
    const [first, { receipt = "", position = 0, ...row }] = phone.saved.own as [Own, Own];
    const ending = { state: "released", who: "Olga Ek", why: "asked her", owner: "", receipt, position } as const;
    const proof = first.receipt ?? "";
    const aside: Own = { ...row, state: "quarantined", receipt: proof, position: 1, ending };
    phone.saved = { ...phone.saved, own: [first, aside] };
    log.restore(3);
    phone.feed({ is: "stir" });
    const { send, answer } = await phone.carry();
    await phone.receive(send, answer);
    expect(phone.saved.own[1]).toMatchObject({ state: "waiting", former: [proof, receipt] });
    expect(phone.sent[0]?.request.presented).toEqual([{ event_hash: row.hash, receipt }]);
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

  test("an event the server signs and withholds is named after two tries; what is recorded still goes out", async () => {
    log.withheld.add(1);
    const stream = log.entries[1]?.header.stream;
    phone.choose(SCOPE);
    await phone.settle();
    expect(phone.saved.state).toMatchObject({ wrong: { streams: [stream] }, alarm: null, complete: true });
    expect(phone.saved.held.size).toBe(2);
    await phone.record();
    await phone.settle();
    expect(phone.states).toEqual(["receipted"]);
    expect(phone.saved.state.wrong?.streams).toEqual([stream]);
    expect(linkOf(phone.state).link).toBe("online");
  });

  test.each(["of what is given", "none"])(
    "CLIENT-R50: digests that do not amount to the signed one are no answer: nothing is called well, and it waits (%s)",
    async (lie) => {
      log.withheld.add(1);
      const stream = log.entries[1]?.header.stream;
      phone.choose(SCOPE);
      let turns = 0;
      for (; turns < 9 && phone.sent.length > 0; turns += 1) {
        const { send, answer } = await phone.carry();
        const { digests, ...page } = answer.page as Page;
        const told = lie === "none" ? undefined : digests?.filter(([name]) => name !== stream);
        await phone.receive(send, { ...answer, page: told === undefined ? page : { ...page, digests: told } });
      }
      expect(turns).toBe(2);
      expect(phone.saved.state).toMatchObject({ doubted: true, damage: null, wrong: null });
      expect(linkOf(phone.state)).toMatchObject({ link: "refused", detail: expect.stringContaining("digests") });
    },
  );

  test("such a scope is pulled anew once a day, and is whole once the server gives what it signs", async () => {
    log.withheld.add(1);
    phone.choose(SCOPE);
    await phone.settle();
    log.withheld.clear();
    const pulls = async () => {
      phone.turns = 0;
      phone.feed({ is: "stir" });
      await phone.settle();
      return phone.turns;
    };
    expect(await pulls()).toBe(2); // compared, then with every digest: what differs is behind the cursor
    expect(phone.saved.state.wrong).not.toBeNull();
    phone.now += 86_400_000;
    await pulls();
    expect(phone.saved.held.size).toBe(3);
    expect(phone.saved.state).toMatchObject({ wrong: null, heals: 0, doubted: false });
  });

  test.each([false, true])(
    "what the server has healed is pulled anew, and called wrong no more (closed: %s)",
    async (isClosed) => {
      log.withheld.add(1);
      log.wanted = ["the hash of a damaged row"];
      phone.choose(SCOPE);
      await phone.settle();
      expect(phone.saved.state.wrong?.streams).toHaveLength(1);
      log.withheld.clear();
      log.wanted = [];
      if (isClosed) phone.restart();
      phone.feed({ is: "stir" });
      await phone.settle();
      expect(phone.saved.held.size).toBe(3);
      expect(phone.saved.state).toMatchObject({ wrong: null, heals: 0, doubted: false });
    },
  );

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
    expect(phone.saved.state).toMatchObject({ complete: true, refused: "" });
    expect(phone.sent).toEqual([]);
    const began = phone.now;
    while (phone.saved.state.cursor === null) {
      phone.wake();
      await phone.settle();
    }
    expect(phone.now - began).toBeGreaterThanOrEqual(30_000);
    expect(phone.saved.held.size).toBe(3);
  });

  test("a reset that names a wait out of all reason is waited for a few minutes", async () => {
    phone.choose(SCOPE);
    const { send, answer } = await phone.carry();
    const reset = { is: "reset", scope: SCOPE, reason: "root_differs", after_seconds: 10 ** 9 } as const;
    await phone.receive(send, { ...answer, page: reset });
    const began = phone.now;
    while (phone.saved.held.size === 0 && phone.now - began < 3_600_000) {
      phone.wake();
      await phone.settle();
    }
    expect(phone.now - began).toBe(300_000);
  });
});
