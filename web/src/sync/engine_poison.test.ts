/** What the engine does with an event that goes wrong by itself, and with lost answers. Requirements: WEB-R38, WEB-R342. */
import { beforeEach, describe, expect, test } from "vitest";
import { newId, SmallLog } from "../../tests/small_log";
import { SCOPE, SmallPhone } from "../../tests/small_phone";
import { BACKOFF_MS_MAX, backoffMs } from "./backoff";
import { linkOf } from "./state";

let log: SmallLog;
let phone: SmallPhone;

beforeEach(async () => {
  log = await SmallLog.ofThree();
  phone = new SmallPhone(log);
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

describe("WEB-R38: what goes wrong alone waits by itself", () => {
  /** Until it was pushed so often, and each time came to nothing; all else goes well, and is told of by news. */
  const pushedInVain = async (times: number): Promise<{ at: number; hash: string }[]> => {
    const pushed: { at: number; hash: string }[] = [];
    while (pushed.length < times) {
      const [row] = phone.sent.at(-1)?.pushed ?? [];
      if (row !== undefined) {
        pushed.push({ at: phone.now, hash: row.hash });
        await comesToNothing(pushed.length);
        await log.tell(`student/${newId()}`, "student.registered", { given: "News" });
        phone.feed({ is: "news", origin: log.origin, size: log.entries.length });
      } else if (phone.sent.length > 0) {
        const { send, answer } = await phone.carry();
        await phone.receive(send, answer);
      } else {
        expect(phone.wakeAt).toBeGreaterThan(phone.now);
        phone.wake();
      }
    }
    return pushed;
  };

  /** By turns the request fails, or its answer proves nothing. */
  const comesToNothing = async (times: number): Promise<void> => {
    if (times % 2) phone.fail("refused");
    else {
      const { send, answer } = await phone.carry();
      await phone.receive(send, { ...answer, answers: [] });
    }
  };

  test("a pause of its own, longer each time though all else goes well; who asks for it ends it", async () => {
    phone.chance = 0.9;
    phone.choose(SCOPE);
    await phone.settle();
    const { hash } = await phone.record();
    const pushed = await pushedInVain(6);
    const waits = pushed.slice(1).map(({ at }, n) => at - (pushed[n]?.at ?? 0));
    expect(waits).toEqual([1, 2, 3, 4, 5].map((failures) => backoffMs(failures, phone.chance)));
    phone.wake();
    await phone.settle();
    expect(phone.states).toEqual(["waiting"]);
    phone.feed({ is: "stir" });
    await phone.settle();
    expect(phone.saved.own).toMatchObject([{ hash, state: "receipted" }]);
  });

  test("of two whose pause is over the one that was tried less goes first", async () => {
    await phone.settle();
    for (let made = 0; made < 2; made += 1) await phone.record();
    const tried: (string | undefined)[] = [];
    while (tried.length < 6) {
      phone.now += BACKOFF_MS_MAX;
      if (phone.sent.length === 0) phone.feed({ is: "tick" });
      const { pushed } = phone.fail("refused");
      if (pushed.length > 0) tried.push(pushed[0]?.hash);
    }
    const [first, second] = phone.saved.own.map((row) => row.hash);
    expect(tried).toEqual([first, second, first, second, first, second]);
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
