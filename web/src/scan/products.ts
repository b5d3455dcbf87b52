/**
 * Which vaccine a code's product is, as far as the table knows it (projections/law/data/products.json, CDC's NDC tables);
 * and whether a vaccine chosen by a person can be that product.
 *
 * KNOWN GAP: the table is of a day. A product that is not in it is compared with the clinic's own stock only, and its
 * vaccine is asked of whoever holds it.
 */
import file from "../../../projections/law/data/products.json";
import { antigensOf, groupsOf } from "../law/codes";
import { isLive } from "../projections/components";
import { ndcsOf, productOf } from "./gs1";

const vaccines = new Map<string, string[]>();
for (const [cvx, products] of Object.entries(file.products)) {
  for (const product of products) vaccines.set(product, [...(vaccines.get(product) ?? []), cvx]);
}

/** The CVX codes of a code's product, one as a rule; none where it is not known. */
export const vaccinesOf = (gtin: string): readonly string[] =>
  gtin === "" ? [] : (vaccines.get(productOf(gtin)) ?? []);

/** Of diphtheria, tetanus and pertussis, those for whom the child's strength is too much. */
const LOW_DOSE: ReadonlySet<string> = new Set(["09", "113", "115", "138", "139", "196"]);

/** Whether one vaccine may have been chosen for the other: brands of one kind, not another mixture, strength or live. */
const areAlike = (one: string, two: string): boolean =>
  one === two ||
  (groupsOf(one).length > 0 &&
    sameWords(groupsOf(one), groupsOf(two)) &&
    sameWords(antigensOf(one) ?? [], antigensOf(two) ?? []) &&
    LOW_DOSE.has(one) === LOW_DOSE.has(two) &&
    isLive(one) === isLive(two));

const sameWords = (one: readonly string[], two: readonly string[]): boolean =>
  [...one].sort().join() === [...two].sort().join();

/** What a code's product is called among the vaccines that are offered, else by its own code; undefined if not known. */
export function vaccineOf(gtin: string, offered: readonly string[]): string | undefined {
  const known = vaccinesOf(gtin);
  return (
    known.find((one) => offered.includes(one)) ??
    offered.find((one) => known.some((own) => areAlike(own, one))) ??
    known[0]
  );
}

/** The vaccine a code is of, where that cannot be the one chosen; undefined where it can, or is not known. */
export const otherThan = (gtin: string, cvx: string): string | undefined => otherOf(vaccinesOf(gtin), cvx);

/** The same of a typed NDC. */
export const otherThanNdc = (ndc: string, cvx: string): string | undefined =>
  otherOf(
    ndcsOf(ndc).flatMap((digits) => vaccines.get(digits.slice(0, 8)) ?? []),
    cvx,
  );

const otherOf = (known: readonly string[], cvx: string): string | undefined =>
  cvx === "" || known.some((one) => areAlike(one, cvx)) ? undefined : known[0];
