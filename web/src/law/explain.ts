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
  readonly name: string;
  readonly says: string;
  readonly sentence: string;
  readonly counted: string;
  readonly not_counted: readonly string[];
  readonly cite: string;
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

/** A citation as the page says it: the law's own names stay, the words between them are in its language. */
export const cited = (cite: string, language: Language): string =>
  language === "en" ? cite : (own<string>(file.cites_es, cite) ?? cite);

class Teller {
  constructor(
    private readonly record: LawRecord,
    private readonly ruleSet: Loaded,
    private readonly language: Language,
  ) {}

  tell(verdict: Verdict): Explanation {
    let headline = this.say("overall", verdict.overall, { last_day: this.date(verdict.last_day) });
    if (verdict.overall === "not_compliant") {
      headline += ` ${this.say("attendance", verdict.may_attend ? "protected" : "barred")}`;
    }
    if (verdict.overall !== "complete" && verdict.overall !== "review") headline += ` ${this.cite(verdict.clause)}`;
    const until = verdict.holds_until;
    return {
      headline,
      antigens: verdict.antigens
        .filter((one) => one.outcome !== "not_required")
        .map((one) => this.antigen(one, verdict.readings)),
      findings: [...new Set(verdict.findings.map((one) => this.finding(one)))],
      readings: verdict.readings.filter((one) => one.antigen === "").map((one) => this.reading(one)),
      holds:
        until === null ? this.say("labels", "holds_always") : this.say("labels", "holds", { day: this.date(until) }),
      caution: verdict.verified ? "" : this.say("labels", "unverified", { day: this.date(verdict.as_of) }),
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

  private cite(clause: string, withText = true): string {
    const known = own(this.ruleSet.rules.clauses, clause);
    if (known === undefined) return "";
    const cite = this.say("labels", "clause", { cite: cited(known.cite, this.language) });
    const sentence = this.language === "en" ? known.text : (known.text_es ?? "");
    return withText && sentence !== "" ? `${cite} ${sentence}` : cite;
  }

  private dose(index: number): string {
    const dose = at(this.record.doses, index);
    const vaccine = this.vaccine(dose.code);
    if (dose.given_on === "") return this.say("labels", "undated", { vaccine });
    const label = [...dose.given_on].length > 7 ? "on" : "in_month";
    return this.say("labels", label, { vaccine, day: this.date(dose.given_on) });
  }

  private vaccine(code: string): string {
    if (this.language === "es") return (own(texts.vaccines_es ?? {}, cvxOf(code) ?? "") as string | undefined) ?? code;
    return vaccineName(code).replace(/, kind not stated$/, "");
  }

  private antigen(one: AntigenVerdict, readings: readonly ReadingUse[]): AntigenExplanation {
    const missing = Math.max(1, one.needed - one.counted.length);
    const name = this.say("antigens", one.antigen);
    const counted = one.counted.map((index) => this.dose(index)).join("; ");
    const says = this.say("outcome", one.cure === "statement" ? "short_statement" : one.outcome, {
      counted: one.counted.length,
      needed: Math.max(one.needed, one.counted.length),
      missing: this.say("missing", missing === 1 ? "one" : "many", { count: missing }),
      cure_by: this.date(one.cure_by),
    });
    return {
      antigen: one.antigen,
      outcome: one.outcome,
      name,
      says,
      sentence: this.say("labels", "against", { antigens: name, says }),
      counted:
        counted === ""
          ? ""
          : this.say("labels", one.cure === "statement" ? "on_record" : "counted", { doses: counted }),
      not_counted: this.aside(one),
      cite: this.cite(one.clause, false),
      clause: this.cite(one.clause),
      cure: this.cure(one),
      readings: readings.filter((use) => use.antigen === one.antigen).map((use) => this.reading(use)),
    };
  }

  /** The doses not counted and why, and what keeps the answer open. */
  private aside(one: AntigenVerdict): readonly string[] {
    const reasons = new Map<string, string[]>();
    for (const no of one.not_counted) reasons.set(no.reason, [...(reasons.get(no.reason) ?? []), this.dose(no.dose)]);
    const lines = [...reasons].map(([reason, doses]) =>
      this.say("labels", "because", { doses: doses.join("; "), reason: this.say("reason", reason) }),
    );
    const inexact = one.counted.filter((index) => [...at(this.record.doses, index).given_on].length < 10);
    if (one.outcome === "review" && inexact.length > 0) {
      lines.push(this.say("labels", "unsure", { doses: inexact.map((index) => this.dose(index)).join("; ") }));
    }
    return lines;
  }

  /** What would settle it, and by when. */
  private cure(one: AntigenVerdict): string {
    if (one.cure === "") return "";
    if (one.outcome === "in_process") return this.say("cure", "finish");
    const process = this.ruleSet.rules.in_process;
    const mayBegin =
      one.outcome === "short" &&
      one.cure === "dose" &&
      process.antigens.includes(one.antigen) &&
      one.clause !== process.clause &&
      !process.statements.includes(this.record.statement_source);
    const cure = this.say("cure", mayBegin ? "begin" : one.cure);
    if (one.outcome !== "short" && one.outcome !== "date_defect") return cure;
    const due =
      one.cure_by === ""
        ? this.say("labels", "due_now")
        : this.say("labels", "due_by", { day: this.date(one.cure_by) });
    return `${cure} ${due}`;
  }

  private reading(use: ReadingUse): string {
    const reading = own(this.ruleSet.rules.readings, use.name);
    const why = (this.language === "en" ? reading?.why : reading?.why_es) ?? "";
    const said = { says: this.say("tokens", use.says), other: this.say("tokens", use.other) };
    return this.say("labels", "reading", { ambiguity: use.ambiguity, why, ...said }).replaceAll(":  ", ": ");
  }

  private finding(one: Finding): string {
    let detail = one.detail;
    if (own(texts.reason ?? {}, `standards_${detail}`) !== undefined)
      detail = this.say("reason", `standards_${detail}`);
    else if (one.code === "statement_not_lawful" && own(texts.kinds ?? {}, detail) !== undefined) {
      detail = this.say("kinds", detail);
    } else if (one.code === "clause_not_verified")
      detail = cited(own(this.ruleSet.rules.clauses, detail)?.cite ?? "", this.language);
    const dose = one.dose >= 0 ? this.dose(one.dose) : "";
    return this.say("finding", one.code, { on: this.date(one.on), detail, dose });
  }
}
