/**
 * Requirements and exemptions as one page for a family (Minn. Stat. 121A.15, subd. 3a; the law's words, not ours): each
 * line is a clause of the rule set in force, in the family's language, with its citation. Every exemption stands on every
 * page, whatever the facility: subd. 3(c) and 3(d) must be described wherever requirements are.
 */
import explained from "../../../projections/law/data/explain.json";
import type { Language, Loaded } from "../law";
import { cited } from "../law/explain";
import type { Need } from "../law/ruleset";

export interface ClauseLine {
  readonly text: string;
  /** Where it stands in the law; empty for a number of doses that no clause of its own tells. */
  readonly cite: string;
}

export interface RequirementsPage {
  readonly title: string;
  readonly required: readonly ClauseLine[];
  readonly exemptions: readonly ClauseLine[];
  /** False until a named person has compared the rule set with the law's text. */
  readonly isVerified: boolean;
}

const DOSES = { en: ["dose", "doses"], es: ["dosis", "dosis"] } as const;
/** The law's own names stay as they are cited; what is said about them is in the page's language. */
const TITLES: Readonly<Record<string, Readonly<Record<Language, string>>>> = explained.titles;
const NAMES: Readonly<Record<string, Readonly<Record<Language, string>>>> = explained.antigens;

/** The page for facilities of one kind (`school`, `child_care`, …); a kind the rule set does not know is a school. */
export function requirementsPage({ rules }: Loaded, kind: string, language: Language): RequirementsPage {
  const group = rules.facilities[kind] ?? rules.facilities.school ?? "";
  const line = (clause: string): readonly ClauseLine[] => {
    const known = rules.clauses[clause];
    if (known === undefined) return [];
    return [
      { text: language === "es" ? (known.text_es ?? known.text) : known.text, cite: cited(known.cite, language) },
    ];
  };
  const asked = new Map<string, Set<string>>();
  for (const band of rules.bands.filter((one) => one.group === undefined || one.group === group)) {
    for (const [antigen, need] of Object.entries(band.asks))
      asked.set(need, (asked.get(need) ?? new Set()).add(antigen));
  }
  const needs = [...asked].flatMap(([id, antigens]) => {
    const need = rules.needs[id];
    if (need === undefined) return [];
    const ages = (need.exempt ?? []).flatMap((one) => line(one.clause));
    return [...(need.clause ? line(need.clause) : [counted(need, [...antigens], language)]), ...ages];
  });
  const subject = rules.bands.filter((one) => one.group === group).flatMap((one) => line(one.clause));
  const required = inOrder([...subject, ...needs]);
  const said = new Set(required.map((one) => one.text));
  return {
    title: TITLES[rules.id]?.[language] ?? rules.title,
    required,
    exemptions: inOrder(rules.exemptions.flatMap((one) => line(one.clause))).filter((one) => !said.has(one.text)),
    isVerified: rules.verified,
  };
}

/** The fewest doses a need can be met with, where the rule set has no sentence for it. */
function counted(need: Need, antigens: readonly string[], language: Language): ClauseLine {
  const doses = Math.min(...need.options.map((one) => one.doses));
  const names = antigens.map((one) => NAMES[one]?.[language].replace(/^(la|el|las|los) /, "") ?? one).join(", ");
  const text = `${names}: ${doses} ${DOSES[language][doses === 1 ? 0 : 1]}.`;
  return { text: text.charAt(0).toUpperCase() + text.slice(1), cite: "" };
}

/** Each sentence once, as the law orders them. */
const inOrder = (lines: readonly ClauseLine[]): readonly ClauseLine[] =>
  [...new Map(lines.map((one) => [one.text, one])).values()].sort((one, two) =>
    one.cite < two.cite ? -1 : one.cite > two.cite ? 1 : 0,
  );
