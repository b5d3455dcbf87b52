/**
 * Which vial: a lot in use at this clinic, or one typed by hand from its label. What the vial itself says goes before
 * what its stock was loaded with, and a lot that lies in several boxes is in none of them until somebody says which.
 *
 *     code --> another product: refused --> one box: chosen --> several: asked --> none: filled in as if typed
 */
import { isCivilDate } from "../../events/dates";
import type { StockLoaded } from "../../events/generated";
import { type Clinic, type Lot, lotKey } from "../../projections/clinic";
import type { HeldWhy } from "../../projections/held";
import { lotNumber } from "../../projections/loads";
import { areOneProduct, itemOf, labelerOf, type VialCode } from "../../scan/gs1";
import { otherThan, vaccineOf, vaccinesOf } from "../../scan/products";
import { shownVaccine } from "../../text/vaccines";
import { t } from "../../text/words";
import { lotNumberError, needed } from "./checks";

/** What was read off the vial before its box was chosen; `gtin` and `expires` are empty where it says neither. */
export type Label = Pick<VialCode, "gtin" | "lot" | "expires">;

export interface LotValues {
  /** The key of a lot in use, or `typed`. */
  readonly lot: string;
  readonly cvx: string;
  readonly number: string;
  readonly expires: string;
  readonly mvx: string;
  readonly label: Label | null;
}

export const NO_LOT: LotValues = { lot: "", cvx: "", number: "", expires: "", mvx: "", label: null };
export const TYPED = "typed";
export const OTHER_MAKER = "OTH";

/** The vial that was chosen. `listed`: it is in the clinic's stock. */
export interface Vial extends Pick<StockLoaded, "cvx" | "mvx" | "lot" | "funding" | "container"> {
  /** As the vial says, where that was read; else as its stock was loaded. */
  readonly expires_on: string;
  /** As its stock was loaded; empty where it is not in stock. */
  readonly stock_expires_on: string;
  /** A later day that another of its loads says; empty where all say the same. */
  readonly stock_otherwise: string;
  readonly held: HeldWhy | null;
  readonly listed: boolean;
}

export function lotErrors(clinic: Clinic, values: LotValues): Readonly<Record<string, string | undefined>> {
  if (values.lot === "") return { lot: t("required") };
  if (values.lot !== TYPED) return { lot: inStock(clinic, values.lot) === undefined ? t("lot_gone") : undefined };
  return {
    cvx: needed(values.cvx) ?? codeSays(values),
    number: lotNumberError(values.number) ?? otherVaccine(clinic, values),
    expires: isCivilDate(values.expires) ? undefined : t("expiry_bad"),
    mvx: needed(values.mvx),
    box: typedBoxes(clinic, values).length > 1 ? t("required") : undefined,
  };
}

/** A line of the stock by its key; none where the load was corrected since. */
export const inStock = ({ lots }: Clinic, key: string): Lot | undefined => lots.find((one) => lotKey(one) === key);

export function vialOf(clinic: Clinic, values: LotValues): Vial | null {
  if (values.lot !== TYPED) {
    const lot = inStock(clinic, values.lot);
    const isRead = lot !== undefined && lotNumber(values.label?.lot ?? "") === lotNumber(lot.lot);
    return lot === undefined ? null : listed(lot, isRead ? (values.label?.expires ?? "") : "");
  }
  const [box, ...others] = typedBoxes(clinic, values);
  if (others.length > 0) return null;
  if (box !== undefined) return listed(box, values.expires);
  if (Object.values(lotErrors(clinic, values)).some(Boolean)) return null;
  return {
    cvx: values.cvx,
    mvx: values.mvx,
    lot: values.number.trim().toUpperCase(),
    expires_on: values.expires,
    stock_expires_on: "",
    stock_otherwise: "",
    funding: "other",
    container: "",
    held: clinic.heldWhy(values.number, values.mvx),
    listed: false,
  };
}

const listed = (lot: Lot, read: string): Vial => ({
  ...lot,
  expires_on: isCivilDate(read) ? read : lot.expires_on,
  stock_expires_on: lot.expires_on,
  stock_otherwise: lot.expiresOtherwise,
  listed: true,
});

/** What the code of the vial in the hand says of the vaccine chosen beside it, if that is another. */
function codeSays({ cvx, number, label }: LotValues): string | undefined {
  if (label === null || lotNumber(label.lot) !== lotNumber(number)) return undefined;
  const other = otherThan(label.gtin, cvx);
  return other === undefined ? undefined : t("code_is_other", { vaccine: shownVaccine(other) });
}

/** One maker gives a lot number once: a vaccine chosen beside it that is not the stock's was chosen wrongly. */
function otherVaccine({ lots }: Clinic, { cvx, number, mvx }: LotValues): string | undefined {
  const other = lots.find((one) => lotNumber(one.lot) === lotNumber(number) && mvx === one.mvx);
  return other === undefined || cvx === "" || cvx === other.cvx
    ? undefined
    : t("lot_is_other", { vaccine: shownVaccine(other.cvx) });
}

/** Where a typed lot lies; one of another maker is another lot that happens to have the number. */
export const typedBoxes = (clinic: Clinic, { cvx, number, mvx }: LotValues): readonly Lot[] =>
  clinic.lots.filter(
    (one) =>
      one.cvx === cvx &&
      lotNumber(one.lot) === lotNumber(number) &&
      (mvx === "" || mvx === OTHER_MAKER || mvx === one.mvx),
  );

/** Where a lot read off a vial lies, as far as its code does not say that it is another product. */
export const labelBoxes = ({ lots }: Clinic, { gtin, lot }: Label): readonly Lot[] =>
  lots.filter((one) => lotNumber(one.lot) === lotNumber(lot) && isOf(one, gtin, lots));

function isOf(lot: Lot, gtin: string, lots: readonly Lot[]): boolean {
  if (gtin === "") return true;
  if (otherThan(gtin, lot.cvx) !== undefined) return false;
  if (lot.gtin) return areOneProduct(lot.gtin, gtin) || areOfOneBox(lot.gtin, gtin);
  const known = itemKnown(lots, gtin);
  return known === undefined || known.cvx === lot.cvx;
}

/** Parts of one box have products of their own (a powder and what dissolves it): known both, of one labeler. */
const areOfOneBox = (box: string, part: string): boolean =>
  labelerOf(box) === labelerOf(part) && vaccinesOf(box).some((cvx) => vaccinesOf(part).includes(cvx));

const itemKnown = (lots: readonly Lot[], gtin: string): Lot | undefined =>
  lots.find((lot) => lot.gtin && itemOf(lot.gtin) === itemOf(gtin));

/** What a code fills in; or, refused, the lot in stock that has its number and is another product. */
export type Taken = { readonly values: Partial<LotValues> } | { readonly refused: Lot };

export function fromCode(clinic: Clinic, { gtin, lot, expires }: VialCode): Taken {
  const label: Label = { gtin, lot, expires };
  const boxes = labelBoxes(clinic, label);
  const [box] = boxes;
  if (box !== undefined) return { values: { lot: boxes.length === 1 ? lotKey(box) : "", label } };
  const another = clinic.lots.find((one) => lotNumber(one.lot) === lotNumber(lot));
  if (another !== undefined) return { refused: another };
  const known = itemKnown(clinic.lots, gtin);
  const typed = {
    number: lot,
    expires,
    cvx: vaccineOf(gtin, clinic.plan?.vaccines ?? []) ?? known?.cvx ?? "",
    mvx: known?.mvx ?? "",
  };
  return { values: { ...typed, lot: TYPED, label } };
}
