/** Requirement: WEB-R151 (a page of downloaded events lies on the phone as one value and gives back what was signed). */
import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { SmallLog } from "../../tests/small_log";
import { unpack } from "../events/packing";
import type { Packed } from "../events/wire";
import { factOf } from "../projections/fact";
import { Device } from "./device";
import { HeldPage, pageBytes } from "./held";
import { type Held, NO_CHANGE } from "./kept";

const cases = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/events/packing.json", import.meta.url), "utf8"),
) as readonly { readonly name: string; readonly packed: Packed }[];

const plain = ({ hash, position, receivedAt, stream, event }: Held): Held => {
  return { hash, position, receivedAt, stream, event };
};

test.each(cases.map((one) => [one.name, one.packed] as const))("WEB-R151: %s", (_, packed) => {
  const events = unpack(packed);
  const page = HeldPage.fresh(pageBytes(events));
  expect(page.rows.map(plain)).toEqual(events.map(plain));
  for (const [at, { event, hash, position, receivedAt }] of events.entries()) {
    const told = factOf(event, hash, position, receivedAt);
    const { fact } = page.rows[at] as (typeof page.rows)[number];
    expect([fact.position, fact.receivedAt, fact.eventHash, fact.payload]).toEqual([
      told.position,
      told.receivedAt,
      told.eventHash,
      told.payload,
    ]);
    for (const name of Object.keys(told.header) as (keyof typeof told.header)[])
      expect(fact.header[name]).toEqual(told.header[name]);
  }
});

async function downloaded(): Promise<{ device: Device; rows: readonly Held[] }> {
  newPhone();
  const log = await SmallLog.found();
  const device = await Device.open(() => {}, CHEAP);
  await device.enroll("271828", async () => log.enrolled());
  const events = unpack((cases[0] as (typeof cases)[number]).packed);
  const rows = HeldPage.fresh(pageBytes(events)).rows;
  await device.change(({ state }) => ({ ...NO_CHANGE, state: { ...state, syncedAt: Date.now() }, held: rows }));
  return { device, rows };
}

test("WEB-R151: one event forgotten is gone from the page, and the others are read after a lock as before", async () => {
  const { device, rows } = await downloaded();
  const [gone, ...left] = rows.map(plain);
  await device.change(({ state }) => ({ ...NO_CHANGE, state, forget: [gone?.hash ?? ""] }));
  expect([...device.held.values()].map(plain)).toEqual(left);
  device.lock();
  expect(await unlock(device, "271828")).toBe("open");
  expect([...device.held.values()].map(plain)).toEqual(left);
});

test("WEB-R151: an event that came again lies in one page only", async () => {
  const { device, rows } = await downloaded();
  const again = rows.slice(0, 1);
  await device.change(({ state }) => ({ ...NO_CHANGE, state, held: again.map(plain) }));
  device.lock();
  expect(await unlock(device, "271828")).toBe("open");
  expect(new Set([...device.held.values()].map((row) => row.hash))).toEqual(new Set(rows.map((row) => row.hash)));
  expect(device.held.size).toBe(rows.length);
});

test("WEB-R151: a page as earlier versions kept it is read all the same", async () => {
  const { device, rows } = await downloaded();
  const former = rows.map(plain);
  const lay = vi.spyOn(HeldPage.prototype, "lay").mockImplementation(() => former as never);
  await device.change(({ state }) => ({ ...NO_CHANGE, state, held: former, forget: "all" }));
  lay.mockRestore();
  device.lock();
  expect(await unlock(device, "271828")).toBe("open");
  expect([...device.held.values()].map(plain)).toEqual(former);
});
