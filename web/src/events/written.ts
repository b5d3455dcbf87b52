/**
 * What people write into the cells of a paper record: `8/31/2015`, `8-31-15`, `08/2015`, `2015`, `2015-08-31`,
 * `Aug 31 2015`, a tick. Order of a date with slashes is the United States': month, day, year.
 */
import { isWrittenDate } from "./dates";

export type Cell = { readonly is: "empty" | "tick" | "unreadable" } | { readonly is: "date"; readonly on: string };

const TICKS = new Set(["✓", "✔", "x", "X", "yes", "si", "sí", "done", "given"]);
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MESES = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];

/** Read one cell. `century`: a year of two digits lies at or before this whole year (2026: `15` is 2015, `98` is 1998). */
export function readCell(typed: string, century: number): Cell {
  const text = typed.trim();
  if (text === "") return { is: "empty" };
  if (TICKS.has(text) || TICKS.has(text.toLowerCase())) return { is: "tick" };
  const on = dateOf(text, century);
  return on !== null && isWrittenDate(on) ? { is: "date", on } : { is: "unreadable" };
}

function dateOf(text: string, century: number): string | null {
  if (/^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(text)) return text;
  const parts = text.split(/[\s./,-]+/).filter(Boolean);
  const [one = "", two = "", three = ""] = parts.map((part) => monthNumber(part) ?? part);
  if (parts.length > 3 || !parts.every((part) => /^\d+$/.test(part) || monthNumber(part) !== null)) return null;
  if (parts.length === 3) {
    const dayFirst = monthNumber(parts[1] ?? "") !== null;
    const [month, day] = dayFirst ? [two, one] : [one, two];
    return `${year(three, century)}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  }
  // `8/31` may be a day or a year: only a whole year is taken for one.
  return parts.length === 2 && two.length === 4 ? `${two}-${one.padStart(2, "0")}` : null;
}

function monthNumber(word: string): string | null {
  const start = word.slice(0, 3).toLowerCase();
  if (!/^\p{L}/u.test(start)) return null;
  const place = Math.max(MONTHS.indexOf(start), MESES.indexOf(start));
  return place < 0 ? null : String(place + 1);
}

function year(digits: string, century: number): string {
  if (digits.length !== 2) return digits;
  const guess = Math.floor(century / 100) * 100 + Number(digits);
  return String(guess > century ? guess - 100 : guess);
}
