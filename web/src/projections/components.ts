/**
 * Which vaccines hold a substance that a child reacted to with anaphylaxis, and which are live.
 *
 * Taken together from package inserts as CDC's excipient table lists them (Pink Book, appendix B).
 * KNOWN GAP: no clinician has confirmed this table, and brands differ. A substance it does not know warns on every
 * vaccine, so that a person compares it with the package insert.
 */
import { antigensOf } from "../law/codes";

const FLU = ["88", "140", "141", "149", "150", "158", "161", "171", "185", "186"];
const WITH_POLIO = ["10", "110", "120", "130", "132", "146"];
const MEASLES_LINE = ["03", "04", "05", "06", "07", "38", "94"];
const CHICKENPOX = ["21", "94"];
const HEPATITIS_A = ["52", "83", "84", "85", "104"];

/** Words one may find on a paper (English, Spanish) and the vaccines that hold what they name. */
const HOLDERS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ["gelatin", "gelatina"],
    [...MEASLES_LINE, ...CHICKENPOX, "111", "149"],
  ],
  [
    ["neomycin", "neomicina"],
    [...MEASLES_LINE, ...CHICKENPOX, ...WITH_POLIO, ...HEPATITIS_A, "88", "140", "141", "150", "158", "161"],
  ],
  [
    ["polymyxin", "polimixina"],
    [...WITH_POLIO, "88", "140", "141", "150", "158", "161"],
  ],
  [
    ["streptomycin", "estreptomicina"],
    ["10", "130", "146"],
  ],
  [
    ["yeast", "levadura"],
    ["08", "42", "43", "44", "45", "51", "102", "104", "110", "132", "146", "189", "62", "165", "118", "137"],
  ],
  [
    ["diphtheria toxoid", "crm197", "toxoide diftérico"],
    ["20", "09", "28", "115", "113", "106", "110", "120", "130", "146", "133", "215", "216", "327", "136", "114"],
  ],
  [
    ["tetanus toxoid", "toxoide tetánico"],
    ["20", "09", "28", "115", "113", "106", "110", "120", "130", "146", "35", "48", "203"],
  ],
];
const LIVE = new Set([...MEASLES_LINE, "21", "94", "02", "111", "149", "116", "119", "121"]);
/** Named so, a substance is the vaccine itself. */
const THE_VACCINE = ["vaccine", "vacuna"];
/** Allergies that no vaccine of a school clinic holds enough of to stop it (ACIP: egg stops none since 2023). */
const NOT_HELD = [
  "egg",
  "huevo",
  "peanut",
  "cacahuate",
  "maní",
  "bee",
  "abeja",
  "penicillin",
  "penicilina",
  "milk",
  "leche",
  "shellfish",
  "marisco",
  "nut",
  "nuez",
];

export type Holding = "holds" | "unknown" | "no";

/** Whether a vaccine holds the substance, as far as this table knows. */
export function holding(substance: string, cvx: string): Holding {
  const said = substance.toLowerCase();
  for (const [words, vaccines] of HOLDERS) {
    if (words.some((word) => said.includes(word))) return vaccines.includes(cvx) ? "holds" : "no";
  }
  if (THE_VACCINE.some((word) => said.includes(word))) return namesVaccine(said, cvx);
  return NOT_HELD.some((word) => said.includes(word)) ? "no" : "unknown";
}

const NAMES: readonly (readonly [readonly string[], readonly string[], readonly string[]])[] = [
  [["mmr", "measles", "sarampión"], ["MEAS"], []],
  [["varicella", "chickenpox", "varicela"], ["VAR"], []],
  [["tdap", "dtap", "tetanus", "pertussis", "tétanos", "tos ferina"], ["TET"], []],
  [["polio"], ["POLIO"], []],
  [["hepatitis b"], ["HEPB"], []],
  [["hepatitis a"], ["HEPA"], []],
  [["influenza", "flu", "gripe"], [], FLU],
  [["mening"], ["MENACWY"], []],
];

function namesVaccine(said: string, cvx: string): Holding {
  for (const [words, antigens, vaccines] of NAMES) {
    if (!words.some((word) => said.includes(word))) continue;
    const held = vaccines.includes(cvx) || (antigensOf(cvx) ?? []).some((antigen) => antigens.includes(antigen));
    return held ? "holds" : "no";
  }
  return "unknown";
}

export const isLive = (cvx: string): boolean => LIVE.has(cvx);
