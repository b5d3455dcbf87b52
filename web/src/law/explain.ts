/**
 * A verdict in sentences a parent can be read aloud, in English or Spanish. Mirrors projections/law/explain.py and
 * fills in the same sentences (data/explain.json).
 */
import file from "../../../projections/law/data/explain.json";
import { cvxOf, vaccineName } from "./codes";
import { at, readSpan } from "./intervals";
import type { LawRecord } from "./record";
import { type Loaded, own } from "./ruleset";
import type { AntigenVerdict, Finding, ReadingUse, Verdict } from "./verdict";

export type Language = "en" | "es";

export interface AntigenExplanation {
  readonly antigen: string;
  readonly outcome: string;
  readonly sentence: string;
  readonly counted: string;
  readonly not_counted: readonly string[];
  readonly clause: string;
  readonly cure: string;
  readonly readings: readonly string[];
}

export interface Explanation {
  readonly headline: string;
  readonly antigens: readonly AntigenExplanation[];
  readonly findings: readonly string[];
  readonly readings: readonly string[];
  readonly holds: string;
  readonly caution: string;
}

type Said = Readonly<Record<Language, string>>;
const texts: Readonly<Record<string, Readonly<Record<string, unknown>>>> = file as never;

/** Tell a verdict of this record under this rule set. */
export function explain(verdict: Verdict, record: LawRecord, ruleSet: Loaded, language: Language): Explanation {
  return new Teller(record, ruleSet, language).tell(verdict);
}

/** A date as people say it; as written when it is no date or only a year. */
export function spokenDate(written: string, language: Language): string {
  if (readSpan(written) === null || written.length === 4) return written;
  const [year = "", month = "", day = ""] = written.split("-");
  const name = at(file.months[language], Number(month) - 1);
  if (day === "") return language === "en" ? `${name} ${year}` : `${name} de ${year}`;
  return language === "en" ? `${name} ${Number(day)}, ${year}` : `${Number(day)} de ${name} de ${year}`;
}

class Teller {
  constructor(
    private readonly record: LawRecord,
    private readonly ruleSet: Loaded,
    private readonly language: Language,
  ) {}

  tell(verdict: Verdict): Explanation {
    let headline = this.say("overall", verdict.overall, { last_day: this.date(verdict.last_day) });
    if (verdict.overall === "not_compliant" && verdict.may_attend) headline += ` ${file.protected[this.language]}`;
    if (verdict.overall !== "complete" && verdict.overall !== "review") headline += ` ${this.cite(verdict.clause)}`;
    const until = verdict.holds_until;
    return {
      headline,
      antigens: verdict.antigens
        .filter((one) => one.outcome !== "not_required")
        .map((one) => this.antigen(one, verdict.readings)),
      findings: verdict.findings.map((one) => this.finding(one)),
      readings: verdict.readings.filter((one) => one.antigen === "").map((one) => this.reading(one)),
      holds:
        until === null ? this.say("labels", "holds_always") : this.say("labels", "holds", { day: this.date(until) }),
      caution: verdict.verified ? "" : this.say("labels", "unverified"),
    };
  }

  private say(group: string, key: string, values: Readonly<Record<string, string | number>> = {}): string {
    const said = own(own(texts, group) ?? {}, key) as Said | undefined;
    if (said === undefined) throw new Error(`no sentence ${group}.${key}`);
    return said[this.language].replace(/\{(\w+)\}/g, (whole, name: string) => String(own(values, name) ?? whole));
  }

  private date(written: string): string {
    return spokenDate(written, this.language);
  }

  private cite(clause: string): string {
    const known = own(this.ruleSet.rules.clauses, clause);
    if (known === undefined) return "";
    const cite = this.say("labels", "clause", { cite: known.cite });
    return this.language === "en" ? `${cite} ${known.text}` : cite;
  }

  private dose(index: number): string {
    const dose = at(this.record.doses, index);
    const vaccine = this.vaccine(dose.code);
    if (dose.given_on === "") return this.say("labels", "undated", { vaccine });
    return this.say("labels", "on", { vaccine, day: this.date(dose.given_on) });
  }

  private vaccine(code: string): string {
    if (this.language === "es") return (own(texts.vaccines_es ?? {}, cvxOf(code) ?? "") as string | undefined) ?? code;
    return vaccineName(code).replace(/, kind not stated$/, "");
  }

  private antigen(one: AntigenVerdict, readings: readonly ReadingUse[]): AntigenExplanation {
    const missing = Math.max(1, one.needed - one.counted.length);
    const names = own(texts.antigens ?? {}, one.antigen) as Said | undefined;
    const counted = one.counted.map((index) => this.dose(index)).join("; ");
    return {
      antigen: one.antigen,
      outcome: one.outcome,
      sentence: this.say("outcome", one.outcome, {
        antigen: names?.[this.language] ?? one.antigen,
        counted: one.counted.length,
        needed: Math.max(one.needed, one.counted.length),
        missing: this.say("missing", missing === 1 ? "one" : "many", { count: missing }),
        cure_by: this.date(one.cure_by),
      }),
      counted: counted === "" ? "" : this.say("labels", "counted", { doses: counted }),
      not_counted: one.not_counted.map((no) =>
        this.say("labels", "because", { dose: this.dose(no.dose), reason: this.say("reason", no.reason) }),
      ),
      clause: this.cite(one.clause),
      cure: one.cure === "" ? "" : this.say("cure", one.cure),
      readings: readings.filter((use) => use.antigen === one.antigen).map((use) => this.reading(use)),
    };
  }

  private reading(use: ReadingUse): string {
    const why = own(this.ruleSet.rules.readings, use.name)?.why ?? "";
    const token = (name: string) =>
      (this.language === "es" ? String(own(texts.tokens ?? {}, name) ?? name) : name).replaceAll("_", " ");
    return this.say("labels", "reading", {
      ambiguity: use.ambiguity,
      why,
      says: token(use.says),
      other: token(use.other),
    });
  }

  private finding(one: Finding): string {
    const reason = `standards_${one.detail}`;
    const known = own(texts.reason ?? {}, reason) !== undefined;
    const detail = known ? this.say("reason", reason) : one.detail;
    return this.say("finding", one.code, { on: this.date(one.on), detail });
  }
}
