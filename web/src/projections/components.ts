/**
 * Which vaccines hold a substance that a child reacted to with anaphylaxis, and which are live.
 *
 * Reads data/components.json as projections/components.py does: package inserts as CDC's excipient table lists them
 * (Pink Book, appendix B).
 * KNOWN GAP: no clinician has confirmed this table, and brands differ. A substance it does not know warns on every
 * vaccine, so that a person compares it with the package insert.
 */
import file from "../../../projections/law/data/components.json";
import { antigensOf, brings, groupsOf } from "../law/codes";
import type { Alert } from "./care";
import { ANTIGENS } from "./lawful";

/** Antigens no rule set asks for, by the groups of the codes. */
const GROUPS: Readonly<Record<string, string>> = { influenza: "FLU", hpv: "HPV", rotavirus: "ROTA", covid_19: "COVID" };

/** Words one may find on a paper (English, Spanish), and the vaccines that hold what they name. */
interface Holder {
  readonly words: readonly string[];
  readonly vaccines: readonly string[];
  readonly antigens?: readonly string[];
}

const holders: readonly Holder[] = file.holders;
const names: readonly Holder[] = file.names;
const live: ReadonlySet<string> = new Set(file.live);

export type Holding = "holds" | "unknown" | "no";

/** What stands between substances that were written down in one line, in English or Spanish. */
const BETWEEN = /[,;/+&.\n]| and | or | y | e | o | u /;

/** Whether a vaccine holds the substance, as far as this table knows; of several the gravest answer. */
export function holding(substance: string, cvx: string): Holding {
  const said = substance.toLowerCase();
  const isVaccine = isSaid(file.the_vaccine, said);
  const parts = said.split(BETWEEN).filter((part) => part.trim() !== "");
  const found = parts.map((part) => partHolding(part, cvx, isVaccine));
  if (found.includes("holds")) return "holds";
  return found.includes("unknown") || parts.length === 0 ? "unknown" : "no";
}

function partHolding(said: string, cvx: string, isVaccine: boolean): Holding {
  const named = [...holders, ...(isVaccine ? names : [])].filter(({ words }) => isSaid(words, said));
  if (named.length > 0) return named.some((one) => isIn(one, cvx)) ? "holds" : "no";
  return isSaid(file.not_held, said) ? "no" : "unknown";
}

const isIn = ({ vaccines, antigens = [] }: Holder, cvx: string): boolean =>
  vaccines.includes(cvx) || (antigensOf(cvx) ?? []).some((antigen) => antigens.includes(antigen));

const isSaid = (words: readonly string[], said: string): boolean => words.some((word) => said.includes(word));

export const isLive = (cvx: string): boolean => live.has(cvx);

/** Whether a contraindication speaks against a vaccine: one it names or what brings it; any, if it names none. */
export function contraindicates(alert: Alert, cvx: string): boolean {
  if (alert.cvx.length === 0 && alert.antigens.length === 0) return true;
  const held = [...(antigensOf(cvx) ?? []), ...groupsOf(cvx)];
  return (
    alert.cvx.some((named) => brings(cvx, named)) ||
    alert.antigens.some((name) => held.includes(ANTIGENS[name] ?? GROUPS[name] ?? name))
  );
}
