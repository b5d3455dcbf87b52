/** What is wrong with a value of a form, in words; undefined when nothing is. */
import { earliest, isCivilDate, isWrittenDate, latest } from "../../events/dates";
import { readCell } from "../../events/written";
import { personOf } from "../../projections/consenting";
import { isRelation } from "../../projections/naming";
import type { Student } from "../../projections/student";
import { day, t } from "../../text/words";

export function dateError(written: string, born: string, today: string, partial: boolean): string | undefined {
  if (written === "") return t("required");
  if (partial && !isWrittenDate(written)) return t("bad_date");
  if (!partial && !isCivilDate(written)) return t("day_bad");
  if (earliest(written) > today) return t("in_future");
  if (latest(written) < earliest(born)) return t("before_birth", { day: day(born) });
  return undefined;
}

/** A date as papers write it, `3/23/2014`, as the record keeps it; what is none stays as typed. */
export function writtenDate(typed: string, today: string): string {
  const read = readCell(typed, Number(today.slice(0, 4)));
  return read.is === "date" ? read.on : typed.trim();
}

/** A date that was understood, in words; else how to write one. */
export const dateHint = (on: string): string => (isWrittenDate(on) ? day(on) : t("date_hint"));

export const needed = (value: string): string | undefined => (value.trim() === "" ? t("required") : undefined);

/** What is wrong with a name of a person; `known` said no under theirs, and can end that no under it alone. */
export function nameError(typed: string, field: string, student: Student, known: readonly string[] = []) {
  if (typed.trim() === "" || !isRelation(typed, student.name?.given ?? "")) return needed(typed);
  return known.some((one) => personOf(one, "other") === personOf(typed, "other"))
    ? undefined
    : t("name_is_relation", { field });
}

export const anyOf = (errors: Readonly<Record<string, string | undefined>>): boolean =>
  Object.values(errors).some((error) => error !== undefined);

/** The last day of something that must still hold on `on`. */
export function holdsError(until: string, on: string): string | undefined {
  if (!isCivilDate(until)) return t("day_bad");
  return until < on ? t("ends_before", { day: day(on) }) : undefined;
}

/** Millilitres as typed, with point or comma. */
export const millilitres = (typed: string): number => Number(typed.replace(",", "."));

export function volumeError(typed: string): string | undefined {
  const volume = millilitres(typed);
  return volume > 0 && volume <= 5 ? undefined : t("volume_bad");
}

/** Seven digits at least, and nothing but what stands in a number; an extension may follow. */
export const isDialled = (typed: string): boolean =>
  /^\+?[\d\s().-]+((ext\.?|x)\s*\d+)?$/i.test(typed.trim()) && typed.replace(/\D/g, "").length >= 7;

/** How many, from one. */
export function countError(typed: string, most: number): string | undefined {
  return /^\d+$/.test(typed) && Number(typed) >= 1 && Number(typed) <= most ? undefined : t("count_bad", { most });
}

type Age = readonly [typed: string, unit: "years" | "months"];
const YEAR_MONTHS = 12;

/**
 * The months an order is for, the last one too; null where nothing was typed, NaN where it is no age. "To 18 years"
 * means until the day before the nineteenth birthday.
 */
export function orderAges(youngest: Age, oldest: Age): { readonly from: number | null; readonly to: number | null } {
  const months = ([typed, unit]: Age, rest: number): number | null => {
    if (typed.trim() === "") return null;
    if (!/^\d{1,3}$/.test(typed.trim())) return Number.NaN;
    return unit === "years" ? Number(typed) * YEAR_MONTHS + rest : Number(typed);
  };
  return { from: months(youngest, 0), to: months(oldest, YEAR_MONTHS - 1) };
}

const LOT = /^[A-Za-z0-9][A-Za-z0-9 .\-/]{0,38}[A-Za-z0-9]$/;

/** A lot number has letters and digits; two at least. */
export function lotNumberError(typed: string): string | undefined {
  if (typed.trim() === "") return t("required");
  return LOT.test(typed.trim()) ? undefined : t("lot_bad");
}

/** The wall clock here, `08:05`. */
export const clockNow = (): string => new Date().toTimeString().slice(0, 5);

/** Hours and minutes of a day that has passed. */
export function timeError(on: string, time: string): string | undefined {
  if (time === "") return t("required");
  const moment = Date.parse(`${on}T${time}`);
  return Number.isNaN(moment) ? t("bad_time") : moment > Date.now() ? t("time_in_future") : undefined;
}
