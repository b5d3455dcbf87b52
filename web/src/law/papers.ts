/**
 * Papers: exemption statements, statements not yet entered, orders, statuses and promises, with their dates. Mirrors
 * projections/law/papers.py.
 */
import { namedOnStatement } from "./codes";
import type { Cover } from "./entries";
import type { Facts } from "./facts";
import { addMonths, at, readDay } from "./intervals";
import type { Plan } from "./plan";
import { NEVER } from "./plan_parts";
import type { Exemption } from "./record";
import type { ExemptionRule } from "./ruleset";
import { finding } from "./verdict";

/** One exemption statement: whom the law honours, from when to when, or what is to be reviewed. */
export function readExemption(facts: Facts, paper: Exemption): void {
  const { plan } = facts;
  const told = [paper.signed_on, paper.received_on, paper.accepted_on, paper.rejected_on, paper.withdrawn_on];
  noteImpossible(facts, "exemption_date_impossible", new Set(told));
  const since = Math.max(readDay(paper.signed_on) ?? 0, readDay(paper.received_on) ?? 0);
  const signed = readDay(paper.signed_on) || since;
  let withdrawn = readDay(paper.withdrawn_on) || NEVER;
  let accepted = readDay(paper.accepted_on);
  let rejected = readDay(paper.rejected_on);
  const noEnd = (paper.withdrawn_on !== "" && withdrawn === NEVER) || (paper.rejected_on !== "" && rejected === null);
  if (noEnd) accepted = null; // it ended on a day that is none: a person must look
  if (accepted !== null && rejected !== null && rejected >= accepted) {
    withdrawn = Math.min(withdrawn, rejected);
    rejected = null;
  }
  const named = namedOnStatement(paper.antigens);
  if (paper.antigens.length > 0 && named.length === 0) {
    facts.note(finding("exemption_names_unknown", { detail: paper.antigens.join("+") }), since);
  }
  const blank = paper.antigens.length === 0;
  const covered = [...plan.antigens.keys()].filter((i) => blank || named.includes(at(plan.antigens, i)));
  const until = accepted !== null ? withdrawn : Math.min(withdrawn, rejected || NEVER);
  if (since >= until) return;
  facts.edge(since, until);
  let honoured = false;
  for (const antigen of covered) {
    let cover: Cover = { since, until, outcome: "review", clause: "", flag: "unchecked" };
    if (accepted !== null) {
      const [rule, blocked] = ruleFor(plan, paper, at(plan.antigens, antigen), facts.group, signed, facts.marks);
      if (rule === null && blocked !== "") facts.flags.add(blocked);
      if (rule === null || !paper.signed || (blank && plan.values.get("blank_statement") === "nothing")) continue;
      cover = { since, until, outcome: rule.outcome, clause: rule.clause, flag: rule.reading ?? "" };
      if (blank) cover = { ...cover, outcome: "review", flag: "blank_statement" };
    }
    honoured = true;
    push(facts.covers, antigen, cover);
  }
  if (covered.length > 0 && !honoured) {
    facts.note(finding("statement_not_lawful", { detail: paper.kind, on: paper.signed_on }), since, until);
  }
}

/** The first rule that honours such a statement for this antigen, and the reading in whose way a rule stood. */
function ruleFor(
  plan: Plan,
  paper: { readonly kind: string; readonly signer: string; readonly notarized: boolean },
  antigen: string,
  group: string,
  signed: number,
  marks: readonly number[],
): readonly [ExemptionRule | null, string] {
  let blocked = "";
  for (const [i, rule] of plan.rules.exemptions.entries()) {
    const [ageFrom, ageTo] = at(plan.exemptionAges, i);
    if (rule.kind !== paper.kind || !rule.signers.includes(paper.signer) || (rule.notarized && !paper.notarized))
      continue;
    if (rule.antigens?.length && !rule.antigens.includes(antigen)) continue;
    if (rule.groups?.length && !rule.groups.includes(group)) continue;
    if (rule.signed_before && signed >= (readDay(rule.signed_before) ?? 0)) continue;
    if ((ageFrom >= 0 && signed < at(marks, ageFrom)) || (ageTo >= 0 && signed >= at(marks, ageTo))) continue;
    if (rule.reading && plan.value(rule.reading) !== rule.reading_value) {
      blocked = rule.reading;
      continue;
    }
    return [rule, blocked];
  }
  return [null, blocked];
}

/** Statements received and not yet entered: what each names is to be reviewed. */
export function readPapers(facts: Facts): void {
  for (const paper of facts.record.papers) {
    noteImpossible(facts, "paper_date_impossible", [paper.received_on, paper.checked_on]);
    const since = readDay(paper.received_on) ?? 0;
    const until = readDay(paper.checked_on) || NEVER;
    if (since >= until) continue;
    facts.edge(since, until);
    for (const antigen of named(facts.plan, paper.antigens.length > 0 ? paper.antigens : ["ALL"])) {
      push(facts.papers, antigen, { since, until, outcome: "review", clause: "", flag: "unchecked" });
    }
  }
}

/** Orders that suspend, statuses that protect, doses that were promised. */
export function readOrders(facts: Facts): void {
  const { plan, record } = facts;
  const limit = plan.rules.suspensions;
  const reached =
    !limit.statements?.length ||
    limit.statements.includes(facts.source) ||
    plan.values.get(limit.reading ?? "") === "all";
  for (const order of record.suspensions) {
    const since = readDay(order.since);
    const end = readDay(order.until);
    if (since === null || (order.until !== "" && (end === null || end < since))) {
      facts.note(finding("suspension_date_impossible", { on: since === null ? order.since : order.until }));
      continue;
    }
    let last = end || NEVER - 1;
    if (limit.months) last = Math.min(last, addMonths(since, limit.months) - 1);
    facts.edges.push(since, last + 1);
    if (!reached) continue;
    for (const antigen of named(plan, order.antigens.length > 0 ? order.antigens : ["ALL"])) {
      push(facts.suspended, antigen, [since, last] as const);
    }
  }
  const kinds = plan.rules.protection?.kinds ?? [];
  for (const status of record.protected) {
    if (!kinds.includes(status.kind)) continue;
    noteImpossible(facts, "status_date_impossible", [status.since, status.until]);
    const since = readDay(status.since) ?? 0;
    const last = readDay(status.until) || NEVER - 1;
    facts.protected.push([since, last]);
    facts.edges.push(since, last + 1);
  }
  for (const planned of record.planned) {
    const day = readDay(planned.planned_on);
    if (day === null) {
      facts.note(finding("planned_date_impossible", { on: planned.planned_on }));
      continue;
    }
    for (const antigen of named(plan, planned.antigens)) {
      if (at(facts.antigens, antigen).good.some((entry) => entry.first >= day - 30)) continue;
      const missed = finding("planned_dose_missed", { antigen: at(plan.antigens, antigen), on: planned.planned_on });
      facts.note(missed, day + 1);
    }
  }
}

function noteImpossible(facts: Facts, code: string, told: Iterable<string>): void {
  for (const text of told) if (text !== "" && readDay(text) === null) facts.note(finding(code, { on: text }));
}

function named(plan: Plan, written: readonly string[]): number[] {
  const names = namedOnStatement(written);
  return [...plan.antigens.keys()].filter((i) => names.includes(at(plan.antigens, i)));
}

function push<T>(table: Map<number, T[]>, key: number, value: T): void {
  const there = table.get(key);
  if (there === undefined) table.set(key, [value]);
  else there.push(value);
}
