/** A rule set is a file and nothing else: one the program has never seen, judged as in Python, byte for byte. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { type Explanation, evaluate, explain, type LawRecord, ruleSetFor, type Verdict } from ".";
import { readRuleSet } from "./library";
import { type Loaded, ruleSetOn } from "./ruleset";

interface Case {
  readonly record: LawRecord;
  readonly as_of: string;
  readonly verdict: Verdict;
  readonly told?: readonly [en: Explanation, es: Explanation];
}

const folder = resolve(import.meta.dirname, "../../../tests/vectors/law/made-up");
const read = (name: string) => readFileSync(resolve(folder, name), "utf8");

test("a law made up for a test judges and explains as in Python", async () => {
  const law = await readRuleSet(read("mn-2009.json"));
  for (const [index, one] of (JSON.parse(read("cases.json")) as Case[]).entries()) {
    const made = evaluate(one.record, law, one.as_of);
    expect(JSON.stringify(made), `case ${index}`).toBe(JSON.stringify(one.verdict));
    if (one.told === undefined) continue;
    const told = [explain(made, one.record, law, "en"), explain(made, one.record, law, "es")];
    expect(JSON.stringify(told), `case ${index}`).toBe(JSON.stringify(one.told));
  }
});

test("it holds on its own days, and without it no version does", async () => {
  const law: Loaded = await readRuleSet(read("mn-2009.json"));
  expect(ruleSetOn([law], "2009-06-01")).toBe(law);
  expect(await ruleSetFor("2009-06-01")).toMatchObject({ before: "mn-2006", after: "mn-current" });
});
