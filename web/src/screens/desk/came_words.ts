/** An entry's fields as people say them: names, vaccines, days, moments and the program's own words; the rest as typed. */
import { told } from "../../text/desk/told";
import { shownVaccine } from "../../text/vaccines";
import { day, word } from "../../text/words";

type Row = readonly [string, string];

/** A payload's fields in the order they were signed; what was left empty is left out. */
export function fields(payload: string): readonly Row[] {
  try {
    return rowsOf(JSON.parse(payload));
  } catch {
    return [[word("desk_field", "detail"), payload]];
  }
}

const rowsOf = (read: object): readonly Row[] =>
  Object.entries(read)
    .map(([name, value]): Row => [word("desk_field", name), said(name, value)])
    .filter(([, value]) => value !== "");

function said(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => said(name, one)).join(value.some(isObject) ? " · " : ", ");
  if (isObject(value))
    return rowsOf(value)
      .map(([inside, words]) => `${inside}: ${words}`)
      .join("; ");
  if (typeof value === "boolean") return word("desk_value", value ? "yes" : "no");
  return typeof value === "string" ? text(name, value) : String(value ?? "");
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function text(name: string, value: string): string {
  if (name === "cvx" || name === "vaccines") return shownVaccine(value);
  if (/^\d{4}-\d\d(?:-\d\d)?$/.test(value)) return day(value);
  return /^[a-z][a-z0-9_]*$/.test(value) ? word("desk_value", value) : told(value);
}
