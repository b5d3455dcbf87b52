/** A child's verdict in sentences. Apart from the view: what is said to one family is not needed to find a child. */
import type { Explanation, Language } from "../law";
import { explain } from "../law/explain";
import type { Student } from "../projections/student";
import type { View } from "./view";

export function explanation(now: View, student: Student, language: Language): Explanation {
  const { record, verdict, ruleSet } = now.judgment(student);
  return explain(verdict, record, ruleSet, language);
}
