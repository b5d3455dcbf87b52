/**
 * The engine for hours on a bad network: requests lost, answers lost, late or for an old turn, the app killed,
 * clinics changed, the office writing, downloaded rows lost by the store, the server restored from a copy. After a quiet while nothing is missing.
 * Requirements: WEB-R43. Replay one: SEED=17 npx vitest run src/sync/simulation
 */
import { describe, expect, test } from "vitest";
import { chances } from "../../tests/chances";
import { NO_ROLE, newId, SmallLog } from "../../tests/small_log";
import { byStream, SmallPhone } from "../../tests/small_phone";
import { hex } from "../events/bytes";
import type { SyncResponse } from "../events/wire";
import { linkOf, type Send } from "./state";

const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: 60 }, (_, i) => i + 1);
const STEPS = 80;
/** How often the store loses a downloaded row, by chances of its own: the rest of a seed's story stays as it is. */
const DECAYS = 0.02;
const DECAY_SEEDS = 1_000_000;
const CLINICS = [`clinic/${newId()}`, `clinic/${newId()}`] as const;

async function live(log: SmallLog, phone: SmallPhone, chance: () => number, decay: () => number): Promise<void> {
  const late: { send: Send; answer: SyncResponse }[] = [];
  for (let i = 0; i < STEPS; i += 1) {
    phone.chance = chance();
    phone.now += Math.floor(chance() * 30_000);
    const dice = chance();
    const old = late[0];
    if (decay() < DECAYS) forgetRow(phone, late, decay());
    if (dice < 0.2) await phone.record(undefined, chance() < 0.1 ? NO_ROLE : "another child");
    else if (dice < 0.28) await log.tell(`student/${newId()}`, "dose.voided", { event: newId(), reason: "office" });
    else if (dice < 0.33) phone.choose(CLINICS[chance() < 0.5 ? 0 : 1]);
    else if (dice < 0.37) restart(phone, late);
    else if (dice < 0.4) phone.feed({ is: chance() < 0.5 ? "cut" : "back" });
    else if (dice < 0.42 && chance() < 0.3) log.restore(Math.floor(log.entries.length * (0.5 + chance() / 2)));
    else if (dice < 0.46) phone.feed({ is: "news", origin: log.origin, size: log.entries.length });
    else if (dice < 0.5 && old !== undefined) await phone.receive(old.send, old.answer);
    else if (phone.sent.length === 0) phone.feed({ is: "tick" });
    else if (dice < 0.6) phone.fail("unreachable");
    else if (dice < 0.66) phone.fail("refused", chance() < 0.2 ? 90_000 : 0);
    else {
      const turn = await phone.carry();
      if (chance() < 0.25) late.unshift(turn);
      else await phone.receive(turn.send, turn.answer);
    }
  }
}

/** Killed and opened again: answers on their way find nobody who asked. */
function restart(phone: SmallPhone, late: unknown[]): void {
  late.length = 0;
  phone.restart();
}

/** Opened anew, the store does not give back one downloaded row. */
function forgetRow(phone: SmallPhone, late: unknown[], chance: number): void {
  const rows = [...phone.saved.held.values()];
  const lost = rows[Math.floor(chance * rows.length)];
  const held = new Map(rows.filter((row) => row !== lost).map((row) => [row.hash, row]));
  phone.saved = { ...phone.saved, held, streams: byStream(held.values()) };
  restart(phone, late);
}

async function rest(phone: SmallPhone): Promise<void> {
  phone.feed({ is: "back" });
  phone.feed({ is: "stir" });
  for (let i = 0; i < 200; i += 1) {
    await phone.settle();
    const { complete, scope } = phone.saved.state;
    if (!phone.states.includes("waiting") && (complete || scope === "") && linkOf(phone.state).link === "online")
      return;
    phone.wake();
  }
  throw new Error("it does not come to rest");
}

describe("WEB-R43: after any history and a quiet while nothing is missing and nothing is double", () => {
  test.each(SEEDS)("seed %i", async (seed) => {
    const chance = chances(seed);
    const log = await SmallLog.found();
    await log.tell("district", "district.founded", { name: "District 900" });
    const phone = new SmallPhone(log);
    await live(log, phone, chance, chances(DECAY_SEEDS + seed));
    await rest(phone);
    const kept = log.entries.map(({ bytes }) => hex(bytes.slice(1, 33)));
    expect(new Set(kept).size).toBe(kept.length);
    for (const row of phone.saved.own) {
      const entry = log.entries[row.position ?? -1];
      if (row.state === "receipted") expect(kept[row.position ?? -1]).toBe(row.hash);
      else expect(new TextDecoder().decode(entry?.event.payload)).toContain(row.hash);
    }
    if (phone.saved.state.scope !== "") {
      phone.feed({ is: "stir" });
      await phone.settle();
      expect(new Set(phone.saved.held.keys())).toEqual(new Set(kept));
    }
    expect(phone.saved.state).toMatchObject({ size: log.entries.length, origin: log.origin, alarm: null });
  });
});
