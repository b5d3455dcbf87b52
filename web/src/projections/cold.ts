/**
 * How long a box has been keeping vaccine cold, and what its logger said (CDC: transport and clinic day together at
 * most eight hours; refrigerated vaccine belongs at 2 to 8 degrees Celsius).
 *
 *     start … opening … opening … end        from the last start on, until an end
 */
import type { TemperatureRead } from "../events/generated";
import type { Clinic } from "./clinic";

export const COLDEST_CELSIUS = 2;
export const WARMEST_CELSIUS = 8;
export const COLD_HOURS_MAX = 8;
const HOUR_MS = 3_600_000;

export interface Box {
  readonly container: string;
  /** Milliseconds; null before the first reading at the start, and after the one at the end. */
  readonly since: number | null;
  readonly until: number | null;
  readonly readings: readonly TemperatureRead[];
}

/** The boxes that hold the clinic's lots, each with its readings in the order of their moments. */
export function boxesOf(clinic: Clinic): readonly Box[] {
  const told = clinic.shelf.of("temperature.read").map(({ payload }) => payload);
  return [...new Set(clinic.lots.map((lot) => lot.container))].map((container) => {
    const readings = told
      .filter((one) => one.container === container)
      .sort((one, two) => Date.parse(one.at) - Date.parse(two.at));
    const last = readings.findLast((one) => one.occasion === "start" || one.occasion === "end");
    const since = last?.occasion === "start" ? Date.parse(last.at) : null;
    return { container, since, until: since === null ? null : since + COLD_HOURS_MAX * HOUR_MS, readings };
  });
}

/** Whether a reading, or the lowest or highest the logger kept since the last, was too cold or too warm. */
export function isExcursion(celsius: number, lowest: number | null, highest: number | null): boolean {
  return [celsius, lowest, highest].some((one) => one !== null && (one < COLDEST_CELSIUS || one > WARMEST_CELSIUS));
}
