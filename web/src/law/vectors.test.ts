/** The vectors of tests/vectors/law, made by Python: the same verdict and the same sentences, byte for byte. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Explanation, evaluate, explain, type LawRecord, ruleSetNamed, type Verdict } from ".";

interface Case {
  readonly record: LawRecord;
  readonly rule_set: string;
  readonly as_of: string;
  readonly verdict: Verdict;
  readonly told?: readonly [en: Explanation, es: Explanation];
}

const folder = resolve(import.meta.dirname, "../../../tests/vectors/law");

describe("law vectors", () => {
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".json"))) {
    test(name, async () => {
      const cases = JSON.parse(readFileSync(resolve(folder, name), "utf8")) as Case[];
      for (const [index, one] of cases.entries()) {
        const ruleSet = await ruleSetNamed(one.rule_set);
        if (ruleSet === null) throw new Error(`no rule set ${one.rule_set}`);
        const made = evaluate(one.record, ruleSet, one.as_of);
        expect(JSON.stringify(made), `${name} case ${index}`).toBe(JSON.stringify(one.verdict));
        if (one.told === undefined) continue;
        const told = [explain(made, one.record, ruleSet, "en"), explain(made, one.record, ruleSet, "es")];
        expect(JSON.stringify(told), `${name} case ${index}`).toBe(JSON.stringify(one.told));
      }
    });
  }
});
