/** WEB-R227: the page of requirements and exemptions is the rule set's own clauses, in both languages. */
import { describe, expect, it } from "vitest";
import explained from "../../projections/law/data/explain.json";
import { ruleSetNamed, ruleSets } from "../src/law";
import { requirementsPage } from "../src/projections/requirements";

const law = await ruleSetNamed("mn-current");
if (law === null) throw new Error("no rule set");
const texts = (lines: readonly { readonly text: string }[]) => lines.map((one) => one.text);

describe("requirements and exemptions", () => {
  for (const kind of ["secondary", "school", "child_care"]) {
    it(`describe subd. 3(c) and 3(d) for ${kind}, in English and Spanish`, () => {
      for (const language of ["en", "es"] as const) {
        const { exemptions } = requirementsPage(law, kind, language);
        const text = language === "en" ? "text" : "text_es";
        expect(texts(exemptions)).toContain(law.rules.clauses["3c"]?.[text]);
        expect(texts(exemptions)).toContain(law.rules.clauses["3d"]?.[text]);
      }
    });
  }
  it("name each vaccine that any band of the group asks for", () => {
    const said = texts(requirementsPage(law, "child_care", "en").required)
      .join(" ")
      .toLowerCase();
    for (const name of [
      "diphtheria",
      "pertussis",
      "polio",
      "measles",
      "hib",
      "hepatitis b",
      "hepatitis a",
      "varicella",
    ]) {
      expect(said).toContain(name);
    }
    expect(said).toContain("pneumococcal");
    expect(said).not.toContain("meningococcal");
  });
  it("WEB-R416: name every version of the law in the page's language", async () => {
    const titles: Readonly<Record<string, { readonly en: string; readonly es: string }>> = explained.titles;
    for (const version of await ruleSets()) {
      expect(titles[version.rules.id]?.en).toBe(version.rules.title);
      const title = requirementsPage(version, "school", "es").title;
      expect(title).not.toMatch(/ (as|by|and|of|in) /);
      expect(title.match(/\d+[A-Z]?\.?\d*/g)).toEqual(version.rules.title.match(/\d+[A-Z]?\.?\d*/g));
    }
  });
  it("say each sentence once, and no English on a Spanish page", () => {
    const { required, exemptions } = requirementsPage(law, "school", "es");
    for (const lines of [texts(required), texts(exemptions)]) expect(new Set(lines).size).toBe(lines.length);
    expect(texts([...required, ...exemptions]).join(" ")).not.toMatch(/\b(the|doses|grade|from)\b/);
    expect([...required, ...exemptions].map((one) => one.cite).join(" ")).not.toMatch(/\b(and|page|department)\b/);
  });
});
