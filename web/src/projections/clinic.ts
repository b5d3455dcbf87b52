/** The clinic of this phone: plan, roster, people, orders, lots with what was done with them. Mirrors projections/clinic.py. */
import type { ClinicPlanned, OrderIssued, OrderWithdrawn, StockLoaded } from "../events/generated";
import { type Fact, Shelf, type Told } from "./fact";
import { gravest, type HeldLot, type HeldWhy, type Holds, heldNow, isOf, type LotHold } from "./held";
import { boxName, loadsOf, lotNumber } from "./loads";

/** One lot in one container of one fund; several loads of it are one line here. Its expiry is the earliest told of. */
export interface Lot extends StockLoaded {
  /** The latest that its loads say otherwise, in whatever box: one was misread; empty where all say the same. */
  readonly expiresOtherwise: string;
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
  /** By lot number, in stock here or not. */
  private readonly held: Holds;

  constructor(scope: string, facts: readonly Fact[]) {
    this.id = scope.replace("clinic/", "");
    this.shelf = new Shelf(facts);
    this.plan = this.shelf.of("clinic.planned").at(-1)?.payload ?? null;
    this.roster = rosterOf(this.shelf);
    this.held = heldNow(this.shelf);
    this.lots = lotsOf(this.shelf).map((lot) => ({ ...lot, held: this.heldWhy(lot.lot, lot.mvx) }));
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

  /** Why a lot must not be used, in stock here or not; null where nobody said so. */
  heldWhy(lot: string, mvx = ""): HeldWhy | null {
    return gravest(this.holds(lot, mvx))[0]?.why ?? null;
  }

  /** What holds a lot now, in log order; of an unknown maker whatever holds the number. */
  holds(lot: string, mvx = ""): readonly LotHold[] {
    return (this.held.get(lotNumber(lot)) ?? []).filter((hold) => isOf(hold, mvx));
  }

  /** Lots that must not be used and were never loaded here: some child may have had one that was typed. */
  get heldElsewhere(): readonly HeldLot[] {
    return [...this.held].flatMap(([number, holds]) => {
      const loaded = this.lots.filter(({ lot }) => lotNumber(lot) === number);
      const [gravestOne] = gravest(holds.filter((hold) => !loaded.some(({ mvx }) => isOf(hold, mvx))));
      return gravestOne === undefined ? [] : [{ lot: holds[0]?.lots[0] ?? number, why: gravestOne.why }];
    });
  }

  /** The standing order that covers a vaccine on a day: for the child's age first, then for how it is given. */
  orderFor(cvx: string, day: string, months: number | null, how: Partial<HowGiven> = {}): Order | null {
    const amiss = (order: Order): number =>
      (months === null || fitsAge(order, months) ? 0 : HOW_FIELDS) + beside(order, how).length;
    return this.orders
      .filter((order) => order.cvx === cvx && isInForce(order, day))
      .reduce<Order | null>((best, one) => (best === null || amiss(one) < amiss(best) ? one : best), null);
  }
}

/** How a dose is given, as far as an order has a say in it. */
export interface HowGiven {
  readonly route: string;
  readonly doseMl: number;
  readonly site: string;
}
const HOW_FIELDS = 4; // more than can be amiss in route, dose and site together
const SAME_ML = 0.001;

/** In what a dose goes beside its order. What the order leaves open, or calls other, is the giver's choice. */
export function beside(order: OrderIssued, how: Partial<HowGiven>): readonly (keyof HowGiven)[] {
  const { route, doseMl, site } = how;
  const amiss: (keyof HowGiven)[] = [];
  if (route !== undefined && order.route !== "other" && route !== order.route) amiss.push("route");
  if (doseMl !== undefined && Math.abs(doseMl - order.dose_ml) > SAME_ML) amiss.push("doseMl");
  const isOpen = order.sites.length === 0 || order.sites.includes("other");
  if (site !== undefined && !isOpen && !order.sites.map(nearest).includes(nearest(site))) amiss.push("site");
  return amiss;
}

/** An order that says arm means the muscle where it is given there. */
export const nearest = (site: string): string => site.replace(/_arm$/, "_deltoid");

/** Whether an order holds on a day: not before it begins, not after it ends, not once it was withdrawn. */
export const isInForce = ({ valid_from, valid_to, withdrawn }: Order, day: string): boolean =>
  valid_from <= day && day <= valid_to && (withdrawn === null || day < withdrawn.on);

const earliestOf = (told: readonly Told<"clinic.order_withdrawn">[]): OrderWithdrawn | null =>
  told.map(({ payload }) => payload).sort((one, two) => (one.on < two.on ? -1 : 1))[0] ?? null;

/** One line of the stock: the lot of a vaccine and a maker, where it lies, who paid, however lot and box are written. */
export const lotKey = (lot: Pick<Lot, "cvx" | "mvx" | "lot" | "container" | "funding">): string =>
  [lot.cvx, lot.mvx, lotNumber(lot.lot), boxName(lot.container), lot.funding].join(" ");

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

function lotsOf(clinic: Shelf): readonly Omit<Lot, "held">[] {
  const lines = new Map<string, StockLoaded>();
  const expiries = new Map<string, string[]>();
  for (const load of loadsOf(clinic)) {
    const { lot, container } = lines.get(lotKey(load)) ?? load;
    lines.set(lotKey(load), { ...load, lot, container });
    expiries.set(madeKey(load), [...(expiries.get(madeKey(load)) ?? []), load.expires_on]);
  }
  return [...lines.values()].map((line) => {
    const days = (expiries.get(madeKey(line)) ?? []).sort();
    const [expires_on = line.expires_on] = days;
    const last = days.at(-1) ?? expires_on;
    return { ...line, expires_on, expiresOtherwise: last === expires_on ? "" : last };
  });
}

/** One lot wherever it lies, whatever maker was typed: it has one expiry. */
const madeKey = ({ cvx, lot }: StockLoaded): string => [cvx, lotNumber(lot)].join(" ");
