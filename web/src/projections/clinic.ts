/** The clinic of this phone: plan, roster, people, orders, lots with what was done with them. Mirrors projections/clinic.py. */
import type { ClinicPlanned, OrderIssued, OrderWithdrawn, StockLoaded } from "../events/generated";
import { type Fact, Shelf, type Told } from "./fact";

export type HeldWhy = "recall" | "excursion" | "expired" | "other";

/** One lot in one container of one fund; several loads of it are one line here. */
export interface Lot extends StockLoaded {
  /** Why it must not be used; null where it may be. */
  readonly held: HeldWhy | null;
}

export interface Order extends OrderIssued {
  readonly event: string;
  /** Who took it back, from which day, and why; null while nobody did. */
  readonly withdrawn: OrderWithdrawn | null;
}

export class Clinic {
  readonly shelf: Shelf;
  readonly id: string;
  readonly plan: ClinicPlanned | null;
  readonly roster: readonly string[];
  readonly lots: readonly Lot[];
  readonly orders: readonly Order[];

  constructor(scope: string, facts: readonly Fact[]) {
    this.id = scope.replace("clinic/", "");
    this.shelf = new Shelf(facts);
    this.plan = this.shelf.of("clinic.planned").at(-1)?.payload ?? null;
    this.roster = rosterOf(this.shelf);
    this.lots = lotsOf(this.shelf);
    this.orders = this.shelf.of("clinic.order_issued").map(({ fact, payload }) => ({
      ...payload,
      event: fact.header.id,
      withdrawn: earliestOf(this.shelf.about(fact.header.id, "clinic.order_withdrawn")),
    }));
  }

  /** Staff ids and their stations, as last told. */
  get staff(): readonly (readonly [string, string])[] {
    return this.shelf.of("clinic.staffed").at(-1)?.payload.staff ?? [];
  }

  /** Why it will not be held; null while it will. */
  get cancelled(): string | null {
    return this.shelf.of("clinic.cancelled").at(-1)?.payload.reason ?? null;
  }

  get closing(): Told<"clinic.closed"> | null {
    return this.shelf.of("clinic.closed").at(-1) ?? null;
  }

  /** The standing order that covers a vaccine on a day; one for the child's age before any other. */
  orderFor(cvx: string, day: string, months: number | null): Order | null {
    const valid = this.orders.filter((order) => order.cvx === cvx && isInForce(order, day));
    return valid.find((order) => months === null || fitsAge(order, months)) ?? valid[0] ?? null;
  }
}

/** Whether an order holds on a day: not before it begins, not after it ends, not once it was withdrawn. */
export const isInForce = ({ valid_from, valid_to, withdrawn }: Order, day: string): boolean =>
  valid_from <= day && day <= valid_to && (withdrawn === null || day < withdrawn.on);

const earliestOf = (told: readonly Told<"clinic.order_withdrawn">[]): OrderWithdrawn | null =>
  told.map(({ payload }) => payload).sort((one, two) => (one.on < two.on ? -1 : 1))[0] ?? null;

/** What one line of the stock is: the lot, where it lies and who paid for it. */
export const lotKey = (lot: Pick<Lot, "cvx" | "lot" | "container" | "funding">): string =>
  [lot.cvx, lot.lot, lot.container, lot.funding].join(" ");

export function fitsAge(order: OrderIssued, months: number): boolean {
  const until = order.age_months_to ?? null;
  return (order.age_months_from ?? 0) <= months && (until === null || months <= until);
}

function rosterOf(clinic: Shelf): string[] {
  const roster = new Set<string>();
  for (const fact of clinic.facts) {
    const students = fact.payload.students;
    if (!Array.isArray(students)) continue;
    for (const id of students as string[]) {
      if (fact.header.type === "clinic.roster_added") roster.add(id);
      if (fact.header.type === "clinic.roster_removed") roster.delete(id);
    }
  }
  return [...roster];
}

function lotsOf(clinic: Shelf): Lot[] {
  const held = new Map<string, HeldWhy>();
  for (const fact of clinic.facts) {
    const lots = fact.payload.lots;
    if (!Array.isArray(lots)) continue;
    for (const lot of lots as string[]) {
      if (fact.header.type === "stock.held") held.set(lot, fact.payload.why as HeldWhy);
      if (fact.header.type === "stock.cleared") held.delete(lot);
    }
  }
  const loaded = new Map(clinic.of("stock.loaded").map(({ payload }) => [lotKey(payload), payload]));
  return [...loaded.values()].map((lot) => ({ ...lot, held: held.get(lot.lot) ?? null }));
}
