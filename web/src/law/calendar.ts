/**
 * Working days: Minn. Stat. 645.15 moves a last day on a Saturday, Sunday or holiday (645.44 subd. 5) to the next
 * working day. The same table as projections/law/calendar.py.
 */
import { civil, ordinal, weekday } from "./intervals";

/** Month, day, first year: New Year, Juneteenth, Independence Day, Veterans Day, Christmas. */
const FIXED: readonly (readonly [number, number, number])[] = [
  [1, 1, 0],
  [6, 19, 2023],
  [7, 4, 0],
  [11, 11, 0],
  [12, 25, 0],
];

/** Month, which Monday, first year: Martin Luther King, Presidents, Labor Day, second Monday of October. */
const MONDAYS: readonly (readonly [number, number, number])[] = [
  [1, 3, 1986],
  [2, 3, 0],
  [9, 1, 0],
  [10, 2, 0],
];

function nth(year: number, month: number, day: number, which: number): number {
  const first = ordinal(year, month, 1);
  return first + ((day - weekday(first) + 7) % 7) + 7 * (which - 1);
}

const known = new Map<number, ReadonlySet<number>>();

/** The legal holidays of a year, moved off weekends. */
function holidays(year: number): ReadonlySet<number> {
  const there = known.get(year);
  if (there !== undefined) return there;
  const days = new Set(
    MONDAYS.filter(([, , since]) => year >= since).map(([month, which]) => nth(year, month, 1, which)),
  );
  days.add(nth(year, 6, 1, 1) - 7); // last Monday of May
  days.add(nth(year, 11, 4, 4)); // fourth Thursday of November
  for (const [month, day, since] of FIXED) {
    if (year < since) continue;
    const on = ordinal(year, month, day);
    days.add(on + (weekday(on) === 7 ? 1 : weekday(on) === 6 ? -1 : 0));
  }
  known.set(year, days);
  return days;
}

/** The day itself, or the next one that is no Saturday, Sunday or holiday. */
export function workingDay(day: number): number {
  let on = day;
  while (weekday(on) >= 6 || isHoliday(on)) on += 1;
  return on;
}

/** Whether a day is a legal holiday; a New Year on a Saturday is kept on the last day of the old year. */
function isHoliday(day: number): boolean {
  const { year } = civil(day);
  return holidays(year).has(day) || holidays(year + 1).has(day);
}
