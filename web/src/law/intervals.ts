/**
 * Dates as whole numbers (days, 0001-01-01 = 1), partial dates as intervals, ages as marks on the calendar.
 * The same rules as projections/law/intervals.py; nothing here throws for what a person may have written.
 */

export interface Span {
  readonly first: number;
  readonly last: number;
  readonly precision: "day" | "month" | "year";
}

export interface Age {
  readonly months: number;
  readonly days: number;
}

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const PARTIAL = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const AGE = /^(?:(\d+)y)?(?:(-?\d+)m)?(?:(\d+)w)?(?:(-?\d+)d)?$/;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;
const DAYS_TO_EPOCH = 719_163; // ordinal of 1970-01-01
const KEPT_MAX = 65_536;

/** The element that must be there: an index out of range is a bug, never data. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`no element ${index} of ${list.length}`);
  return found;
}

export function ordinal(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return era * 146_097 + days - 719_468 + DAYS_TO_EPOCH;
}

export function civil(day: number): Civil {
  const shifted = day - DAYS_TO_EPOCH + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** 1 is Monday, 7 is Sunday. */
export function weekday(day: number): number {
  return ((day - 1) % 7) + 1;
}

function monthLength(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const spans = new Map<string, Span | null>();

/** The interval of a partial date; null when it is no date between 1900 and 2199. */
export function readSpan(text: string): Span | null {
  let known = spans.get(text);
  if (known === undefined) {
    if (spans.size >= KEPT_MAX) spans.clear();
    known = parseSpan(text);
    spans.set(text, known);
  }
  return known;
}

function parseSpan(text: string, firstYear = FIRST_YEAR, lastYear = LAST_YEAR): Span | null {
  const found = PARTIAL.exec(text);
  if (found === null) return null;
  const year = Number(found[1]);
  const month = Number(found[2] ?? 0);
  const day = Number(found[3] ?? 0);
  if (year < firstYear || year > lastYear || month > 12) return null;
  if (found[2] === undefined) return { first: ordinal(year, 1, 1), last: ordinal(year, 12, 31), precision: "year" };
  if (month < 1) return null;
  const length = monthLength(year, month);
  if (found[3] === undefined) {
    return { first: ordinal(year, month, 1), last: ordinal(year, month, length), precision: "month" };
  }
  if (day < 1 || day > length) return null;
  const exact = ordinal(year, month, day);
  return { first: exact, last: exact, precision: "day" };
}

/** The ordinal of a full date; null for anything else, the empty text included. */
export function readDay(text: string): number | null {
  const span = readSpan(text);
  return span !== null && span.precision === "day" ? span.first : null;
}

/** The ordinal of a full date of any year, as a day asked about may be; null for anything else. */
export function readAnyDay(text: string): number | null {
  const span = parseSpan(text, 1, 9999);
  return span !== null && span.precision === "day" ? span.first : null;
}

export function writeDay(day: number): string {
  const { year, month, day: ofMonth } = civil(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(ofMonth).padStart(2, "0")}`;
}

/** The same day so many months on (or back), clamped to the end of the month. */
export function addMonths(day: number, months: number): number {
  const start = civil(day);
  const total = start.year * 12 + start.month - 1 + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12 + 1;
  return ordinal(year, month, Math.min(start.day, monthLength(year, month)));
}

const ages = new Map<string, Age>();

/** `11m15d` as 11 months and 15 days. Throws: ages stand in our own files only. */
export function readAge(text: string): Age {
  const known = ages.get(text);
  if (known !== undefined) return known;
  const found = AGE.exec(text);
  if (found === null || text === "") throw new Error(`"${text}" is not an age such as 4y, 12m, 11m15d or 6w`);
  const [years, months, weeks, days] = [1, 2, 3, 4].map((group) => Number(found[group] ?? 0));
  const age = { months: (years ?? 0) * 12 + (months ?? 0), days: (weeks ?? 0) * 7 + (days ?? 0) };
  ages.set(text, age);
  return age;
}

/** The day on which an age is reached by one born on `born`. */
export function reach(born: number, age: Age, leapDayMarch: boolean): number {
  let mark = addMonths(born, age.months);
  if (leapDayMarch && age.months !== 0) {
    const birth = civil(born);
    const there = civil(mark);
    if (birth.month === 2 && birth.day === 29 && there.month === 2 && there.day === 28) mark += 1;
  }
  return mark + age.days;
}
