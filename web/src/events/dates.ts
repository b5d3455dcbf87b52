/**
 * Dates as papers know them: whole, without a day, or only a year; and instants with milliseconds and `Z`.
 *
 * A civil date has no time zone. "Today" is a fact about a place: it is always asked for with an IANA zone.
 */
import { CIVIL_DATE, form, INSTANT, WRITTEN_DATE } from "./forms";
import type { CivilDate, WrittenDate } from "./generated";

/** `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, between 1900 and 2199, and on the calendar. */
export const isWrittenDate = form(WRITTEN_DATE);
/** A whole day, 1900 to 2199. */
export const isCivilDate = form(CIVIL_DATE);
export const isInstant = form(INSTANT);

export const isFull = (written: WrittenDate): boolean => written.length === 10;

export const earliest = (written: WrittenDate): CivilDate => `${written}-01-01`.slice(0, 10);

export function latest(written: WrittenDate): CivilDate {
  if (written.length === 10) return written;
  if (written.length === 4) return `${written}-12-31`;
  return `${written}-${daysIn(Number(written.slice(0, 4)), Number(written.slice(5)))}`;
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Formats are slow to make: one for each zone. */
const zones = new Map<string, Intl.DateTimeFormat>();

/** The calendar day at an instant in an IANA zone. */
export function civilDay(milliseconds: number, timeZone: string): CivilDate {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    zones.set(timeZone, zone);
  }
  const parts = zone.formatToParts(milliseconds);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** The first and last day a written date can mean, one where it is whole; none where nothing was written. */
export function bounds(written: WrittenDate | ""): readonly CivilDate[] {
  if (written === "") return [];
  return isFull(written) ? [written] : [earliest(written), latest(written)];
}

/** Whole months of age on a day, of a partial birth date the fewest it can be; null where none was written. */
export const leastMonthsOld = (born: string, on: string): number | null => monthsOld(bounds(born).at(-1) ?? "", on);

/** Whole months of age on a day; null where the birth date is partial. */
export function monthsOld(born: string, on: string): number | null {
  if (born.length !== 10 || on.length !== 10) return null;
  const [year = 0, month = 0, day = 0] = born.split("-").map(Number);
  const [thatYear = 0, thatMonth = 0, thatDay = 0] = on.split("-").map(Number);
  return (thatYear - year) * 12 + thatMonth - month - (thatDay < day ? 1 : 0);
}
