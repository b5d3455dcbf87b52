/** A clinic's day as the server tells it to the office, and who may settle something of it. */
import { hasRole } from "./asking";

export interface LoanRow {
  readonly event: string;
  readonly vaccine: string;
  readonly lot: string;
  readonly on: string;
  readonly lent_by: string;
  readonly owed_by: string;
  readonly name: string;
  readonly reason: string;
  readonly paid_on: string;
  readonly paid_lot: string;
}

export interface OrderRow {
  readonly event: string;
  readonly cvx: string;
  readonly prescriber: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly withdrawn_on: string;
  readonly withdrawn_by: string;
  readonly reason: string;
}

export interface TakenBackRow {
  readonly event: string;
  readonly kind: "stock.loaded" | "stock.wasted" | "stock.returned" | "temperature.read";
  readonly lot: string;
  readonly container: string;
  readonly doses: number;
  readonly celsius: number | null;
  readonly at: string;
  readonly reason: string;
  /** Null where the entry held no lot, or its box was not found cold since. */
  readonly freed: readonly string[] | null;
}

/** As much of a clinic's day as the office settles here. */
export interface ClinicDay {
  readonly clinic: string;
  readonly name: string;
  readonly on: string;
  readonly orders: readonly OrderRow[];
  readonly books: { readonly loans: readonly LoanRow[]; readonly taken_back: readonly TakenBackRow[] };
}

/** A part of a clinic's page, and how what the server answers takes its place. */
export interface OfClinic {
  readonly clinic: ClinicDay;
  readonly replace: (day: ClinicDay) => void;
}

/** Who withdraws an order and pays back a loan. */
export const mayWrite = (): boolean => hasRole("nurse") || hasRole("health_office");
