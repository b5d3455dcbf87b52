/**
 * The engine, two tabs on one store, and the hand-off, for hours on a bad network (tests/small_town.ts). After a quiet
 * while nothing is missing and nothing is double. Requirements: WEB-R43.
 *
 *     SEED=17 npx vitest run src/sync/simulation           replay one
 *     SEEDS=2000 FIRST_SEED=1001 npx vitest run src/sync/simulation
 */
import { describe, expect, test } from "vitest";
import { Town } from "../../tests/small_town";
import { check } from "../../tests/town_checks";

const FIRST = Number(process.env.SEED ?? process.env.FIRST_SEED ?? 1);
const COUNT = process.env.SEED ? 1 : Number(process.env.SEEDS ?? 300);
const AT_ONCE = 25;
const BLOCK_MS_MAX = 180_000;
const STEPS = 60;
const STORMS = 2;
const BEFALLS =
  "crash,eviction,PIN forgotten,second tab,file saved,file carried,late answer,answer lost,garbled,passed over," +
  "server put back,row lost,days pass,unlock,phone's clock,server's clock,another clinic";

/** Seeds that once failed, each with what was wrong; they stay in the run whatever SEEDS is. */
const FOUND: Readonly<Record<number, string>> = {
  10347: "what waits again in a new epoch after its copy was let go was not sealed again (a fault of the simulator)",
};

async function run(seed: number): Promise<ReadonlyMap<string, number>> {
  const town = await Town.found(seed);
  try {
    for (let i = 0; i < STORMS; i += 1) {
      await town.storm(STEPS);
      await town.rest();
      check(town);
    }
  } catch (error) {
    throw new Error(
      `seed ${seed}: ${error instanceof Error ? error.stack : error}\n    SEED=${seed} npx vitest run src/sync/simulation`,
    );
  }
  return town.happened;
}

describe("WEB-R43: after any history and a quiet while nothing is missing and nothing is double", () => {
  const met = new Set<string>();
  const blocks = Array.from({ length: Math.ceil(COUNT / AT_ONCE) }, (_, i) => FIRST + i * AT_ONCE);

  test.each(blocks)("seeds from %i on", { timeout: BLOCK_MS_MAX }, async (first) => {
    const seeds = Array.from({ length: Math.min(AT_ONCE, FIRST + COUNT - first) }, (_, i) => first + i);
    for (const happened of await Promise.all(seeds.map(run))) for (const name of happened.keys()) met.add(name);
  });

  test.runIf(COUNT > 100)("everything that can befall a phone befell one", () => {
    expect(BEFALLS.split(",").filter((name) => !met.has(name))).toEqual([]);
  });

  test.each(Object.keys(FOUND).map(Number))("seed %i, which once failed", async (seed) => {
    await run(seed);
  });
});
