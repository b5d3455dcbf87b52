/**
 * Lots that must not be used at a clinic, in its stock or not, by lot number.
 *
 *     stock.held                          what a person or the server said: recalled, too warm, expired, other
 *     temperature.read, outside 2 to 8 °C every lot that lay in the box by then, moved since or not, whoever loaded it and
 *                                         whatever was known of that where the logger was read; taken back: until the
 *                                         box is read again, for that moment or later, and cold
 *     stock.cleared                       ends the holds its author knew of, and no other
 *
 * A box that was too warm holds its lots in every box of the clinic: a vial does not say in which one it lay. It holds
 * nothing at another clinic; a recall goes to every clinic (server/recalling.py), of its maker alone where it names one. A reading typed wrongly frees nothing
 * by being taken back: the logger says whether the box was cold.
 */
import { isExcursion } from "./cold";
import { compareFacts, type Fact, knew, type Shelf, type Told } from "./fact";
import { boxName, everLoaded, type LoadTold, loadsOf, lotNumber, makerNamed } from "./loads";
import { standing, takenBack } from "./taken_back";

export type HeldWhy = "recall" | "excursion" | "expired" | "other";

/** The gravest is said first. */
const GRAVITY: readonly HeldWhy[] = ["recall", "excursion", "expired", "other"];

export interface HeldLot {
  /** As it was first written. */
  readonly lot: string;
  readonly why: HeldWhy;
}

/** By lot number (`lotNumber`), what holds it now, in log order. */
export type Holds = ReadonlyMap<string, readonly LotHold[]>;

export function heldNow(shelf: Shelf): Holds {
  const clears = shelf.of("stock.cleared");
  const loads = loadsOf(shelf);
  const found = new Map<string, LotHold[]>();
  for (const hold of holdsOf(shelf)) {
    for (const [number, lot] of new Map(hold.lots.map((lot) => [lotNumber(lot), lot]))) {
      const isCleared = clears.some(
        (one) => one.payload.lots.map(lotNumber).includes(number) && knew(one.fact, hold.fact),
      );
      const loaded = loads.flatMap((load) => (lotNumber(load.lot) === number ? [makerNamed(load.mvx)] : []));
      const makers = hold.maker !== "" ? [hold.maker] : loaded.includes("") ? [] : loaded;
      if (!isCleared) found.set(number, [...(found.get(number) ?? []), { ...hold, lots: [lot], makers }]);
    }
  }
  return found;
}

/** Every reason there is, the gravest first. */
export const whysOf = (holds: readonly LotHold[]): readonly HeldWhy[] =>
  GRAVITY.filter((one) => holds.some(({ why }) => why === one));

/** Those for the gravest reason there is, in log order. */
export function gravest(holds: readonly LotHold[]): readonly LotHold[] {
  const [why] = whysOf(holds);
  return holds.filter((hold) => hold.why === why);
}

/** Whether it is about that maker's lot too: one that names a maker holds nobody else's; of a maker not known it is. */
export const isOf = ({ maker }: LotHold, mvx: string): boolean =>
  maker === "" || makerNamed(mvx) === "" || maker === mvx;

interface Hold {
  readonly fact: Fact;
  /** Whose lots it names; empty where it names nobody. */
  readonly maker: string;
  readonly lots: readonly string[];
  readonly why: HeldWhy;
}

/** What holds one lot. `makers`: whose, as it was put in here; anybody's where it never was. */
export interface LotHold extends Hold {
  readonly makers: readonly string[];
}

function holdsOf(shelf: Shelf): readonly Hold[] {
  const loads = everLoaded(shelf);
  const told = shelf
    .of("stock.held")
    .map(({ fact, payload: { lots, why, mvx } }): Hold => ({ fact, maker: makerNamed(mvx ?? ""), lots, why }));
  const read = shelf
    .of("temperature.read")
    .filter((one) => wasOut(one) && !wasMisread(shelf, one))
    .map((one): Hold => ({ fact: one.fact, maker: "", lots: lotsIn(loads, one), why: "excursion" }));
  return [...told, ...read].sort((one, two) => compareFacts(one.fact, two.fact));
}

export type Reading = Told<"temperature.read">;

/** What lay in the box, by what whoever read the logger had seen; of what that phone had not heard of, by the clocks. */
function lotsIn(loads: readonly LoadTold[], { fact, payload: { container, at } }: Reading): readonly string[] {
  const wasThere = (load: Fact) => knew(fact, load) || Date.parse(load.header.recorded_at) <= Date.parse(at);
  const lay = (load: LoadTold) => load.boxes.includes(boxName(container)) && wasThere(load.fact);
  return loads.filter(lay).flatMap((load) => load.lots);
}

/** An excursion that was taken back, the word that did, and its lots. `isHeld`: the box was not found cold since. */
export interface Misread {
  readonly read: Reading;
  readonly told: Told<"stock.entry_voided">;
  readonly lots: readonly string[];
  readonly isHeld: boolean;
}

export function misreadings(shelf: Shelf): readonly Misread[] {
  const loads = everLoaded(shelf);
  return shelf
    .of("temperature.read")
    .filter(wasOut)
    .flatMap((read) => {
      const told = takenBack(shelf, read.fact.header.id).at(-1);
      return told === undefined ? [] : [{ read, told, lots: lotsIn(loads, read), isHeld: !wasMisread(shelf, read) }];
    });
}

export const wasOut = ({ payload: { celsius, minimum_celsius: lowest, maximum_celsius: highest } }: Reading): boolean =>
  isExcursion(celsius, lowest ?? null, highest ?? null);

/** Whether a reading was taken back and its box was cold by another, for that moment or a later one. */
function wasMisread(shelf: Shelf, { fact, payload }: Reading): boolean {
  if (takenBack(shelf, fact.header.id).length === 0) return false;
  const ofBox = standing(shelf, "temperature.read").filter(
    ({ payload: { container } }) => boxName(container) === boxName(payload.container),
  );
  return ofBox.some((one) => Date.parse(one.payload.at) >= Date.parse(payload.at) && !wasOut(one));
}
