/**
 * How long to wait after a failure: full jitter, at most two minutes.
 *
 *     delay = chance · min(BACKOFF_MS_MAX, BACKOFF_MS_BASE · 2^(failures - 1))
 */
export const BACKOFF_MS_BASE = 1000;
export const BACKOFF_MS_MAX = 120_000;

/** Milliseconds to wait after so many failures in a row (from 1); `chance` is drawn from [0, 1). */
export function backoffMs(failures: number, chance: number): number {
  if (!(chance >= 0 && chance < 1)) throw new RangeError("chance must be in [0, 1)");
  if (failures < 1) return 0;
  return chance * Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** Math.min(failures - 1, 16));
}
