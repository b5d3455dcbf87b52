/**
 * The rule sets that ship with the program, each with the SHA-256 of its file's bytes. The texts are bundled
 * verbatim (`?raw`), so the hash is that of the file Python reads, and apart from the program: the first screen
 * does not wait for them.
 */
import { type Loaded, type NoVerifiedVersion, type RuleSet, ruleSetOn } from "./ruleset";

const texts = import.meta.glob<string>("../../../projections/law/rulesets/mn-*.json", {
  query: "?raw",
  import: "default",
});

/** A rule set from the text of its file. */
export async function readRuleSet(text: string): Promise<Loaded> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { rules: JSON.parse(text) as RuleSet, sha256 };
}

let known: Promise<readonly Loaded[]> | null = null;

/** The packaged rule sets in order of their dates; read once. */
export function ruleSets(): Promise<readonly Loaded[]> {
  known ??= Promise.all(Object.values(texts).map((read) => read().then(readRuleSet))).then((all) =>
    all.sort((one, two) => (one.rules.effective_from < two.rules.effective_from ? -1 : 1)),
  );
  return known;
}

/** The rule set in force on a day, or the statement that no version covers it. */
export async function ruleSetFor(day: string): Promise<Loaded | NoVerifiedVersion> {
  return ruleSetOn(await ruleSets(), day);
}

/** The rule set with this id; null when there is none. */
export async function ruleSetNamed(id: string): Promise<Loaded | null> {
  return (await ruleSets()).find((one) => one.rules.id === id.toLowerCase()) ?? null;
}
