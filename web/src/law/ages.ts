/**
 * Whether a product is for an age, of those whose vaccines have no series in the schedule (influenza, COVID-19, RSV) or
 * that no series offers any more (DT): data/ages.json, CDC's supporting data. The phone's alone.
 */
import file from "../../../projections/law/data/ages.json";
import { within } from "./target";

const ages: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(file.ages));

/** By the days of birth and dose; of a product the table does not name it says yes. */
export function isForAge(cvx: string, born: number, day: number): boolean {
  const [from, before] = ages.get(cvx) ?? [];
  return within(born, day, from, before);
}
