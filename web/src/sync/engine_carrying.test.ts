/** What the engine carries for other phones, and when it may forget it. Requirement: WEB-R48. */
import { beforeEach, describe, expect, test } from "vitest";
import { DISTRICT, newId, SmallLog, signed } from "../../tests/small_log";
import { SCOPE, SmallPhone } from "../../tests/small_phone";
import { base64url, hex } from "../events/bytes";
import { eventHash } from "../events/envelope";
import type { HandOff } from "../store/hand_off";

const SEALED = new Uint8Array([1, 2, 3]);
let log: SmallLog;
let phone: SmallPhone;

beforeEach(async () => {
  log = await SmallLog.ofThree();
  phone = new SmallPhone(log);
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
