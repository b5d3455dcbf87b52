/** The law in the browser: the same rule sets, the same verdicts and the same sentences as in Python. */
export { evaluate } from "./evaluate";
export { type Explanation, explain, type Language, spokenDate } from "./explain";
export { ruleSetFor, ruleSetNamed, ruleSets } from "./library";
export { emptyRecord, type LawRecord } from "./record";
export type { Loaded, NoVerifiedVersion } from "./ruleset";
export type { Verdict } from "./verdict";
