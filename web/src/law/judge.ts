/** One day's judgment of one student's facts: each antigen's answer (day.ts), then overall. Mirrors projections/law/judge.py. */
import type { Part, State } from "./bands";
import { Day, NOT_ASKED } from "./day";
import type { Facts } from "./facts";
import { at, writeDay } from "./intervals";
import { NEVER } from "./plan_parts";
import { own } from "./ruleset";
import { type Finding, finding } from "./verdict";

/** The whole judgment of one day. */
export function judge(facts: Facts, asOf: number): State {
  const { plan } = facts;
  const nothing = plan.antigens.map(() => NOT_ASKED);
  const notes = facts.notes.filter((note) => note.since <= asOf && asOf < note.until).map((note) => note.finding);
  if (facts.latestDose > asOf) noteLateDoses(facts, asOf, notes);
  if (asOf < facts.enrolled && facts.enrolled < NEVER) {
    notes.push(finding("enrolled_after_as_of", { on: facts.record.enrolled_on }));
  }
  if (asOf < facts.clockStart && facts.clockStart < NEVER && facts.clockStart !== facts.enrolled) {
    notes.push(finding("clock_after_as_of", { on: writeDay(facts.clockStart) }));
  }
  if (asOf < plan.effectiveFrom || asOf > plan.effectiveTo) {
    notes.push(finding("rule_set_not_in_force", { detail: plan.rules.id }));
  }
  const flags = new Set(Math.abs(asOf - facts.notSubjectUntil) <= 1 ? ["two_months"] : []);
  const answer = (overall: string, clause: string, lastDay: string, parts: readonly Part[]): State => ({
    overall,
    mayAttend: true,
    clause,
    lastDay,
    parts,
    findings: notes,
    flags,
  });
  if (asOf < facts.notSubjectUntil) return answer("not_subject", facts.notSubjectClause, "", nothing);
  const stay = plan.rules.short_stay;
  if (stay !== null && facts.stayLast !== 0 && facts.enrolled <= asOf && asOf <= facts.stayLast) {
    return answer("short_stay_exempt", stay.clause, writeDay(facts.stayLast), nothing);
  }
  const day = new Day(facts, asOf);
  if (day.band === null) {
    notes.push(finding("no_requirement_known", { detail: facts.record.facility }));
    const unknown: Part = { ...NOT_ASKED, outcome: "review", clause: plan.statementRule, cure: "check" };
    return answer(
      "review",
      unknown.clause,
      "",
      nothing.map(() => unknown),
    );
  }
  const parts = plan.antigens.map((_, antigen) => day.part(antigen));
  day.noteAgeAtEnrollment(parts);
  if (facts.source === "none" && parts.some((part) => part.outcome === "ok")) {
    notes.push(finding("no_statement_on_file"));
  }
  if (facts.record.grade === "" && plan.graded.has(facts.group)) notes.push(finding("grade_unknown"));
  for (const [index, part] of parts.entries()) {
    if (part.cure !== "" && own(plan.rules.clauses, part.clause)?.verified === false) {
      notes.push(finding("clause_not_verified", { antigen: at(plan.antigens, index), detail: part.clause }));
    }
  }
  return overallOf(facts, asOf, day, parts, notes, flags);
}

function noteLateDoses(facts: Facts, asOf: number, notes: Finding[]): void {
  const noted = new Set(notes.map((one) => JSON.stringify(one)));
  for (const antigen of facts.antigens) {
    for (const entry of antigen.every) {
      if (entry.first <= asOf) continue;
      const late = finding("dose_after_as_of", { dose: entry.dose, on: at(facts.record.doses, entry.dose).given_on });
      if (noted.has(JSON.stringify(late))) continue;
      noted.add(JSON.stringify(late));
      notes.push(late);
    }
  }
}

const ORDER: readonly (readonly [string, string])[] = [
  ["short", "not_compliant"],
  ["date_defect", "not_compliant"],
  ["review", "review"],
  ["in_process", "in_process"],
  ["primary_ok", "primary_complete"],
  ["exempt_medical", "exempt"],
  ["exempt_conscience", "exempt"],
  ["disease_history", "exempt"],
];

function overallOf(
  facts: Facts,
  asOf: number,
  day: Day,
  given: readonly Part[],
  notes: readonly Finding[],
  flags: ReadonlySet<string>,
): State {
  let parts = given;
  let overall = "complete";
  let clause = facts.plan.statementRule;
  let lastDay = "";
  for (const [outcome, token] of ORDER) {
    const part = parts.find((one) => one.outcome === outcome);
    if (part === undefined) continue;
    overall = token;
    clause = part.clause;
    break;
  }
  let mayAttend = overall !== "not_compliant";
  if (overall === "not_compliant") {
    if (facts.graceUnrolled < asOf && asOf <= facts.graceLast + 1) day.flags.add("weekend");
    const transfer = facts.plan.rules.transfer;
    if (transfer !== null && facts.graceFrom <= asOf && asOf <= facts.graceLast) {
      overall = "transfer_grace";
      clause = transfer.clause;
      lastDay = writeDay(facts.graceLast);
      mayAttend = true;
      const last = lastDay;
      parts = parts.map((p) => (p.outcome === "short" || p.outcome === "date_defect" ? { ...p, cureBy: last } : p));
    }
    mayAttend = mayAttend || facts.protected.some(([since, last]) => since <= asOf && asOf <= last);
  }
  if (overall === "in_process") lastDay = writeDay(facts.clockLast);
  const findings = [...new Map([...notes, ...day.findings].map((one) => [JSON.stringify(one), one])).values()];
  return {
    overall,
    mayAttend,
    clause,
    lastDay,
    parts,
    findings,
    flags: new Set([...flags, ...day.flags, ...facts.flags]),
  };
}
