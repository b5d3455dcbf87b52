/**
 * How long a box has been keeping vaccine cold, and what its logger said (CDC: transport and clinic day together at
 * most eight hours; refrigerated vaccine belongs at 2 to 8 degrees Celsius).
 *
 *     start … opening … opening … end        from the start on, until an end; a start while the hours run is none
 */
import type { TemperatureRead } from "../events/generated";
import type { Clinic } from "./clinic";
import { boxName } from "./loads";
import { standing } from "./taken_back";

const COLDEST_CELSIUS = 2;
const WARMEST_CELSIUS = 8;
const COLD_HOURS_MAX = 8;
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
  const told = standing(clinic.shelf, "temperature.read").map(({ payload }) => payload);
  const boxes = new Map([...clinic.lots].reverse().map((lot) => [boxName(lot.container), lot.container]));
  return [...boxes].reverse().map(([name, container]) => {
    const readings = told
      .filter((one) => boxName(one.container) === name)
      .sort((one, two) => Date.parse(one.at) - Date.parse(two.at));
    const since = readings.reduce(begun, null);
    return { container, since, until: since === null ? null : since + COLD_HOURS_MAX * HOUR_MS, readings };
  });
}

/** Since when a box keeps vaccine: a second start while its hours run does not begin them anew. */
function begun(since: number | null, { occasion, at }: TemperatureRead): number | null {
  if (occasion === "end") return null;
  if (occasion !== "start") return since;
  const moment = Date.parse(at);
  return since === null || moment >= since + COLD_HOURS_MAX * HOUR_MS ? moment : since;
}

/** What a box's readings say against a dose out of it now; and against it at the close. */
export type ColdNow = "box_no_start" | "box_over" | "box_ended";
export type ColdFault = ColdNow | "box_no_end";

/** What stands against taking a dose out of a box now; null where its readings say that it is cold. */
export function coldFault({ since, until, readings }: Box, moment: number): ColdNow | null {
  if (until !== null) return moment >= until ? "box_over" : null;
  return since === null && readings.some((one) => one.occasion === "start") ? "box_ended" : "box_no_start";
}

/** The same for the box of a lot; null also for a box that is not one of the clinic's. */
export function coldFaultOf(clinic: Clinic, container: string, moment: number): ColdNow | null {
  const box = boxesOf(clinic).find((one) => boxName(one.container) === boxName(container));
  return box === undefined ? null : coldFault(box, moment);
}

/** What the close of the day must say of a box: it was never begun, never ended, or kept vaccine too long. */
export function dayFaults(box: Box, moment: number): readonly ColdFault[] {
  const starts = box.readings.filter((one) => one.occasion === "start");
  if (starts.length === 0) return ["box_no_start"];
  const tooLong = starts.some((start) => {
    const ended = box.readings.find((one) => one.occasion === "end" && Date.parse(one.at) >= Date.parse(start.at));
    const until = ended === undefined ? moment : Date.parse(ended.at);
    return until - Date.parse(start.at) > COLD_HOURS_MAX * HOUR_MS;
  });
  return [...(tooLong ? (["box_over"] as const) : []), ...(box.since === null ? [] : (["box_no_end"] as const))];
}

/** Whether a reading, or the lowest or highest the logger kept since the last, was too cold or too warm. */
export function isExcursion(celsius: number, lowest: number | null, highest: number | null): boolean {
  return [celsius, lowest, highest].some((one) => one !== null && (one < COLDEST_CELSIUS || one > WARMEST_CELSIUS));
}
