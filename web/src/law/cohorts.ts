/** Requirements phased in by the school year in which a student entered kindergarten or grade 7. */
import type { Facts } from "./facts";
import { own } from "./ruleset";
import { type Finding, finding } from "./verdict";

const TERM = /^[0-9]{4}(-[0-9]{2}([0-9]{2})?)?$/;
const LATE_GRADES: readonly string[] = ["7", "8", "9", "10", "11", "12"];

/** Whether a requirement phased in by the term of entry holds. Who is in the grade now has entered it. */
export function inCohort(facts: Facts, name: string, findings: Finding[]): boolean {
  const { grade, kg_term, g7_term } = facts.record;
  const { rules, values } = facts.plan;
  const cohort = own(rules.cohorts, name);
  if (cohort === undefined) throw new Error(`no cohort "${name}"`);
  const kg = entered(kg_term, findings);
  const g7 = entered(g7_term, findings);
  const byKg = kg ? kg >= cohort.kg_from.slice(0, 4) : grade === "K" && rules.effective_from > cohort.kg_from;
  const byG7 = g7 ? g7 >= cohort.g7_from.slice(0, 4) : grade === "7" && rules.effective_from > cohort.g7_from;
  const unknown = !g7 && (LATE_GRADES.includes(grade) || (!kg && !grade.startsWith("PREK")));
  if (unknown && !byKg && !byG7) findings.push(finding("entry_term_unknown", { detail: name }));
  if (values.get(cohort.reading ?? "") === "entry_only") {
    return (byKg && grade === "K") || (byG7 && grade === "7");
  }
  return byKg || byG7;
}

/** The year in which a school term like `2000-2001` began; empty when none is told. */
function entered(term: string, findings: Finding[]): string {
  if (term === "" || TERM.test(term)) return term.slice(0, 4);
  findings.push(finding("entry_term_impossible", { on: term }));
  return "";
}
