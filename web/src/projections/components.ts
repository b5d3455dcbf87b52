/**
 * Which vaccines hold a substance that a child reacted to with anaphylaxis, and which are live.
 *
 * Reads data/components.json as projections/components.py does: package inserts as CDC's excipient table lists them
 * (Pink Book, appendix B).
 * KNOWN GAP: no clinician has confirmed this table, and brands differ. What was written down is read word by word
 * (accents aside, English or Spanish): it says no only where every word is known, of what no vaccine holds or of another
 * vaccine's component. Any other word warns on every vaccine, and so does a reaction to a vaccine, nobody knows to what
 * in it, on the others: a person compares them with the package insert.
 */
import file from "../../../projections/law/data/components.json";
import { antigensOf, brings, groupsOf } from "../law/codes";
import type { Alert } from "./alerts";
import { ANTIGENS } from "./lawful";

/** Antigens no rule set asks for, by the groups of the codes; of meningococcal the law asks for ACWY alone. */
const GROUPS: Readonly<Record<string, string>> = {
  influenza: "FLU",
  hpv: "HPV",
  rotavirus: "ROTA",
  covid_19: "COVID",
  meningococcal: "MENB",
};

/** Whether a vaccine brings what a paper or a contraindication names. */
export const bringsNamed = (cvx: string, name: string): boolean =>
  broughtBy(cvx).some((one) => one === ANTIGENS[name] || one === GROUPS[name] || one === name);

/** Vaccines, by code or by what they bring. */
interface Named {
  readonly vaccines: readonly string[];
  readonly antigens?: readonly string[];
  readonly groups?: readonly string[];
}

/** Words one may find on a paper (English, Spanish; `*`: whatever begins so), and what holds what they name. */
interface Holder extends Named {
  readonly words: readonly string[];
}

const holders: readonly Holder[] = file.holders;
const names: readonly Holder[] = file.names;
const live: ReadonlySet<string> = new Set(file.live);
/** The vaccines the table is about; of any other it never says no. */
const lookedUp: ReadonlySet<string> = new Set(file.looked_up);

export type Holding = "holds" | "unknown" | "no";

/** Whether a vaccine holds the substance, as far as this table knows; of several the gravest answer. */
export function holding(substance: string, cvx: string): Holding {
  const line = new Line(substance);
  const components = line.named(holders, isInside);
  const vaccines = line.named(names);
  if ([...components, ...vaccines].some((one) => isIn(one, cvx) || isMadeWith(one.antigens ?? [], cvx))) return "holds";
  const strangers = file.not_held.filter((phrase) => line.take(phrase));
  for (const phrase of file.beside) line.take(phrase);
  if (vaccines.length > 0 || line.unread.size > 0 || !lookedUp.has(cvx)) return "unknown";
  return components.length > 0 || strangers.length > 0 ? "no" : "unknown";
}

const isInside = (said: string, word: string): boolean => said.includes(word);
const isSame = (said: string, word: string): boolean => said === word;
const begins = (said: string, word: string): boolean => said.startsWith(word);

/** What was written down, and which of its words nobody has read yet. */
class Line {
  private readonly words: readonly string[];
  readonly unread: Set<number>;

  constructor(written: string) {
    this.words = wordsOf(written);
    this.unread = new Set([...this.words.keys()].filter((at) => !/^\p{Nd}+$/u.test(this.words[at] ?? "")));
  }

  /** The holders that words not read yet name, which are read then. */
  named(among: readonly Holder[], isWord = isSame): Holder[] {
    const open = new Set(this.unread);
    return among.filter((one) => one.words.filter((phrase) => this.take(phrase, isWord, open)).length > 0);
  }

  /** Read a phrase wherever it stands; whether it did. */
  take(phrase: string, isWord = isSame, among: ReadonlySet<number> = new Set(this.unread)): boolean {
    const wanted = wordsOf(phrase);
    const fits = phrase.endsWith("*") ? begins : isWord;
    let found = false;
    for (let first = 0; first + wanted.length <= this.words.length; first += 1) {
      if (!wanted.every((word, at) => among.has(first + at) && fits(this.words[first + at] ?? "", word))) continue;
      wanted.forEach((_, at) => {
        this.unread.delete(first + at);
      });
      found = true;
    }
    return found;
  }
}

const wordsOf = (written: string): readonly string[] =>
  written
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .match(/[\p{L}\p{N}]+/gu) ?? [];

function isIn({ vaccines, antigens = [], groups = [] }: Named, cvx: string): boolean {
  const held = broughtBy(cvx);
  return vaccines.includes(cvx) || held.some((one) => antigens.includes(one) || groups.includes(one));
}

/** Whether it is made with what some vaccine brings, as MenACWY is with the toxoid of Tdap. */
const isMadeWith = (brought: readonly string[], cvx: string): boolean =>
  holders.some((one) => (one.antigens ?? []).some((each) => brought.includes(each)) && isIn(one, cvx));

/** Live ones by mouth need no space to other live vaccines (ACIP, general best practices). */
export const needsSpace = (cvx: string): boolean => isLive(cvx) && !file.swallowed.includes(cvx);

export const isLive = (cvx: string): boolean => live.has(cvx);

/** Not live, and still not given in pregnancy, or only where the benefit is greater (CDC, guidelines for pregnancy). */
export const isUnwiseInPregnancy = (cvx: string): boolean => isIn(file.unwise_in_pregnancy, cvx);

/** Whether it holds live measles, mumps, rubella or varicella, which antibodies from blood make useless. */
export const isHeldByAntibodies = (cvx: string): boolean => isLive(cvx) && isIn(file.held_by_antibodies, cvx);

const antibodies: Readonly<Record<string, number>> = file.antibodies_months;

/** The months after an immune globulin during which no such vaccine counts; none where it is no immune globulin. */
export const antibodyMonths = (cvx: string): number => (Object.hasOwn(antibodies, cvx) ? (antibodies[cvx] ?? 0) : 0);

/** Whether a contraindication names a vaccine that shares something with this one, and does not speak against it. */
export const sharesContraindicated = (alert: Alert, cvx: string): boolean =>
  !contraindicates(alert, cvx) && sharesNamed(alert, cvx);

/**
 * Whether a contraindication speaks against a vaccine: one it names or what brings it; any, if it names none. That of a
 * live vaccine is none of one that is not live (asthma speaks against the spray, not the shot). After a severe reaction
 * nobody knows to what in the vaccine, whatever shares something with it (ACIP: Td after Tdap), or is made with what it
 * brings (MenACWY after Tdap, for its toxoid).
 */
export function contraindicates(alert: Alert, cvx: string): boolean {
  if (alert.cvx.length === 0 && alert.antigens.length === 0) return true;
  return (
    alert.cvx.some((named) => brings(cvx, named) && (isLive(cvx) || !isLive(named))) ||
    (alert.after.length > 0 && (sharesNamed(alert, cvx) || isMadeWith(alert.cvx.flatMap(broughtBy), cvx))) ||
    alert.antigens.some((name) => bringsNamed(cvx, name))
  );
}

const sharesNamed = (alert: Alert, cvx: string): boolean =>
  alert.cvx.flatMap(broughtBy).some((one) => broughtBy(cvx).includes(one));

const broughtBy = (cvx: string): readonly string[] => [...(antigensOf(cvx) ?? []), ...groupsOf(cvx)];
