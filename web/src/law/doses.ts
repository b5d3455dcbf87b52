/** Doses: what each antigen has, good, bad or to be looked at, and why. Mirrors projections/law/doses.py. */
import { antigensOf, cvxOf } from "./codes";
import { AntigenFacts, BAD, DEFECT, type Entry, GOOD, MAYBE, STANDARDS, withoutDoubles } from "./entries";
import type { Facts } from "./facts";
import { at, readDay, readSpan } from "./intervals";
import { NEVER } from "./plan_parts";
import type { Dose } from "./record";
import type { Given } from "./target";
import { invalidDoses } from "./validity";
import { finding } from "./verdict";

/** The doses of each antigen; ones up to the horizon are held against the standards. */
export function readDoses(facts: Facts, horizon: number): AntigenFacts[] {
  const { plan, record } = facts;
  const entries: Entry[][] = plan.antigens.map(() => []);
  const invalid = againstStandards(facts, horizon);
  for (const [index, dose] of record.doses.entries()) {
    const touched = plan.codes.get(dose.code) ?? understood(facts, index, dose);
    if (touched.length === 0) continue;
    const span = readSpan(dose.given_on);
    if (span === null && dose.given_on !== "") {
      facts.note(finding("dose_date_impossible", { dose: index, on: dose.given_on }));
      continue;
    }
    const last = span?.last ?? NEVER;
    if (last < facts.born) {
      facts.note(finding("dose_before_birth", { dose: index, on: dose.given_on }));
      continue;
    }
    const first = Math.max(span?.first ?? facts.born, facts.born);
    if (last < NEVER && last > facts.latestDose) facts.latestDose = last;
    const defective = lacksDate(facts, first, last, span?.precision ?? "none");
    const cvx = cvxOf(dose.code) ?? dose.code;
    for (const antigen of touched) {
      const aside = plan.countedStandards ? invalid.get(antigen)?.get(index) : undefined;
      at(entries, antigen).push(entry(facts, antigen, { first, last, dose: index, cvx }, aside, defective));
    }
  }
  return entries.map((one) => new AntigenFacts(withoutDoubles(plan, one)));
}

function entry(
  facts: Facts,
  antigen: number,
  dose: { readonly first: number; readonly last: number; readonly dose: number; readonly cvx: string },
  aside: string | undefined,
  defective: string,
): Entry {
  const limit = at(facts.plan.limits, antigen);
  const grace = facts.plan.grace;
  const mark = limit >= 0 ? at(facts.marks, limit) - grace : 0;
  let kind = GOOD;
  let reason = "";
  if (dose.last < mark) {
    kind = BAD;
    reason = "before_minimum_age";
  } else if (aside !== undefined) {
    kind = BAD;
    reason = STANDARDS + aside;
  } else if (defective !== "") {
    kind = DEFECT;
    reason = defective;
  } else if (mark !== 0 && grace > 0 && dose.first < mark + grace) {
    facts.flags.add("grace");
  }
  if (kind === GOOD && dose.first < mark) {
    kind = MAYBE;
    reason = "date_straddles_minimum_age";
  }
  return { first: dose.first, last: dose.last, kind, dose: dose.dose, cvx: dose.cvx, reason };
}

/** Doses up to the horizon that the standards do not accept; noted where the rule set does not count them out. */
function againstStandards(facts: Facts, horizon: number): ReadonlyMap<number, ReadonlyMap<number, string>> {
  const { plan, record } = facts;
  const given: Given[] = [];
  for (const [index, dose] of record.doses.entries()) {
    const span = readSpan(dose.given_on);
    if (span === null || span.first !== span.last || span.first < facts.born || span.first > horizon) continue;
    given.push({ day: span.first, cvx: cvxOf(dose.code) ?? dose.code, dose: index });
  }
  const found = invalidDoses(plan.standards, facts.born, given, plan.antigens);
  if (!plan.countedStandards) {
    for (const [antigen, doses] of found) {
      for (const [index, reason] of doses) {
        const on = readDay(at(record.doses, index).given_on) ?? 0;
        const name = at(plan.antigens, antigen);
        facts.note(finding("dose_invalid_by_standards", { antigen: name, dose: index, detail: reason }), on);
      }
    }
  }
  return found;
}

function understood(facts: Facts, index: number, dose: Dose): readonly number[] {
  const antigens = antigensOf(dose.code);
  if (antigens === null) {
    facts.note(finding("code_not_understood", { dose: index, detail: dose.code }));
    return [];
  }
  return antigens.flatMap((antigen) => facts.plan.index.get(antigen) ?? []);
}

/** Why the date is not exact enough for this rule set: empty when it is. */
function lacksDate(facts: Facts, first: number, last: number, precision: string): string {
  const { plan } = facts;
  if (precision === "day") return "";
  if (precision !== "month") return precision === "none" ? "date_missing" : "month_missing";
  if (plan.dayIfEnrolledAfter < NEVER) {
    if (facts.enrolled > plan.dayIfEnrolledAfter) return plan.lenientLimit ? "" : "day_missing";
    facts.flags.add(plan.rules.dates.enrolled_reading ?? "");
    return plan.dayForEveryone ? "day_missing" : "";
  }
  const spared = plan.lenientLimit && first <= plan.dayIfGivenAfter;
  return last > plan.dayIfGivenAfter && !spared ? "day_missing" : "";
}
