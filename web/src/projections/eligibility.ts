/**
 * Who pays for a child's vaccine, and whether a lot's fund fits. Mirrors projections/eligibility.py.
 *
 *     said at this visit -> category -> funds the child may draw on, the first of them owes what was borrowed
 *
 * Vaccines for Children ends with the 19th birthday. Nothing is guessed: without a word there is no fund.
 */
import type { EligibilityStated } from "../events/generated";
import type { Student } from "./student";

export type Category = EligibilityStated["category"];
export type Fund = "vfc" | "state" | "private" | "other";

/** In the order they are asked; the field's own words are in text/clinic. */
export const CATEGORIES: readonly Category[] = [
  "medicaid",
  "uninsured",
  "american_indian_alaska_native",
  "underinsured_public_clinic",
  "underinsured",
  "insured",
  "unknown",
];
const VFC: readonly Category[] = CATEGORIES.slice(0, 4);
const VFC_MONTHS_BEFORE = 19 * 12;

/** The last word of this visit; an earlier visit's does not hold. */
export function eligibilityOf(student: Student, clinic: string, today: string): EligibilityStated | null {
  const told = student.shelf.of("eligibility.stated").map(({ payload }) => payload);
  return told.findLast((one) => one.on === today && (one.clinic ?? clinic) === clinic) ?? null;
}

/** The funds a child of this category may draw on; empty while nobody knows. Age in whole months, null unknown. */
export function fundsFor(category: Category, months: number | null): readonly Fund[] {
  if (category === "unknown") return [];
  if (category === "insured") return ["private"];
  if (!VFC.includes(category)) return ["private", "state"];
  if (months === null || months < VFC_MONTHS_BEFORE) return ["vfc"];
  return category === "medicaid" ? ["private"] : ["state", "private"];
}

/** The fund that must pay a dose of this fund back; null where the fund fits, or nobody can say. */
export function owes(category: Category, months: number | null, lotFund: string): Fund | null {
  const funds = fundsFor(category, months);
  const [first] = funds;
  if (first === undefined || lotFund === "" || lotFund === "other") return null;
  return funds.includes(lotFund as Fund) ? null : first;
}

/** Stock of a public programme, which may be given only to a child somebody asked about. */
export const isPublic = (lotFund: string): boolean => lotFund === "vfc" || lotFund === "state";
