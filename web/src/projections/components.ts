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
}

const holders: readonly Holder[] = file.holders;
const names: readonly (Holder & { readonly antigens: readonly string[] })[] = file.names;
const live: ReadonlySet<string> = new Set(file.live);

export type Holding = "holds" | "unknown" | "no";

/** Whether a vaccine holds the substance, as far as this table knows. */
export function holding(substance: string, cvx: string): Holding {
  const said = substance.toLowerCase();
  for (const { words, vaccines } of holders) {
    if (words.some((word) => said.includes(word))) return vaccines.includes(cvx) ? "holds" : "no";
  }
  if (file.the_vaccine.some((word) => said.includes(word))) return namesVaccine(said, cvx);
  return file.not_held.some((word) => said.includes(word)) ? "no" : "unknown";
}

function namesVaccine(said: string, cvx: string): Holding {
  for (const { words, antigens, vaccines } of names) {
    if (!words.some((word) => said.includes(word))) continue;
    const held = vaccines.includes(cvx) || (antigensOf(cvx) ?? []).some((antigen) => antigens.includes(antigen));
    return held ? "holds" : "no";
  }
  return "unknown";
}

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
