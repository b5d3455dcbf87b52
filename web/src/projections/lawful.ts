/** A child's facts as the law's record; mirrors projections/lawful.py: which fact of ours is which word of the law's. */
import type { EnrollmentBegan } from "../events/generated";
import type { Exemption, Paper, PolicyReading, Transfer } from "../law/record";
import { emptyRecord, type LawRecord } from "../law/record";
import type { Loaded } from "../law/ruleset";
import type { Stay } from "./enrollment";
import type { PaperLine } from "./papers";
import type { Policy } from "./policy";
import type { Student } from "./student";

/** The record's words for antigens, as the law's file has them. */
export const ANTIGENS: Readonly<Record<string, string>> = {
  diphtheria: "DIPH",
  tetanus: "TET",
  pertussis: "PERT",
  polio: "POLIO",
  measles: "MEAS",
  mumps: "MUMP",
  rubella: "RUBE",
  hib: "HIB",
  hepatitis_b: "HEPB",
  hepatitis_a: "HEPA",
  varicella: "VAR",
  pneumococcal: "PCV",
  meningococcal: "MENACWY",
};
const KINDS: Readonly<Record<string, string>> = {
  medical: "medical",
  laboratory: "laboratory",
  disease_history: "disease",
  conscientious: "conscience",
};
const SOURCES = ["physician", "public_clinic", "provider", "parent", "emancipated"];
const MOVES = ["school", "child_care", "home_school", "out_of_state_school"];
const STAYS: Readonly<Record<string, string>> = { crisis_nursery: "crisis_nursery", short_stay: "drop_in" };
const FACILITIES = ["child_care", "family_child_care", "home_school"];

/** The record of a child on a day (YYYY-MM-DD). Protected status is not for phones and is left out. */
export function recordOf(student: Student, policy: Policy, asOf: string, ruleSets: readonly Loaded[]): LawRecord {
  const [kindergarten, seventh] = entryTerms(student, asOf);
  const exempting = student.papers.filter((line) => line.paper.kind in KINDS);
  const others = student.papers.filter((line) => !(line.paper.kind in KINDS));
  const record: LawRecord = {
    ...emptyRecord(student.birthDate),
    sex: student.sex === "female" ? "F" : student.sex === "male" ? "M" : "",
    kg_term: kindergarten,
    g7_term: seventh,
    statement_source: statementSource(student, asOf),
    doses: student.standingDoses.map((dose) => ({
      code: dose.cvx || dose.as_written || "?",
      given_on: dose.given_on,
      basis: dose.basis,
      source: dose.source,
      event: dose.event,
    })),
    exemptions: exempting.map((line) => exemption(line, policy)),
    papers: others.map((line) => paper(line, policy)),
    planned: others
      .filter((line) => line.paper.kind === "in_process" && line.state === "accepted")
      .flatMap((line) =>
        (line.paper.planned ?? []).map((dose) => ({
          antigens: codes(dose.antigens),
          planned_on: dose.on,
          event: line.event,
        })),
      ),
    suspensions: policy.suspensions.map(({ fact, payload }) => ({
      antigens: codes(payload.antigens),
      since: payload.effective_from,
      until: payload.effective_to,
      event: fact.header.id,
    })),
    readings: readings(policy, ruleSets),
  };
  const stay = student.stayOn(asOf);
  return stay === null ? record : { ...record, ...place(stay, student, policy, asOf) };
}

function place(stay: Stay, student: Student, policy: Policy, asOf: string): Partial<LawRecord> {
  const began = stay.began;
  const earlier = student.stays.filter((one) => one.began.first_day < began.first_day);
  const firsts = [began.first_minnesota_enrollment ?? "", ...earlier.map((one) => one.began.first_day)];
  const first = firsts.filter(Boolean).sort()[0] ?? "";
  const started = stay.grades.filter((line) => line.fromDay <= asOf);
  let grade = (started.at(-1) ?? stay.grades[0])?.grade ?? "";
  if (grade === "PREK" && began.special_instruction) grade = "PREK_SPED";
  return {
    facility: facilityWord(began),
    grade: grade === "UNGRADED" || grade === "POST" ? "" : grade,
    enrolled_on: began.first_day,
    clock_from: first !== "" && first < began.first_day ? first : "",
    resident: began.basis !== "nonresident_online",
    short_stay: STAYS[began.basis] ?? "",
    transfer: transfer(stay, earlier, policy, first),
  };
}

function facilityWord(began: EnrollmentBegan): string {
  if (began.basis === "home_school") return "home_school";
  if (began.basis === "nonresident_online" || began.kind === "online_school") return "online";
  if (began.basis in STAYS) return "child_care";
  return FACILITIES.includes(began.kind) ? began.kind : "school";
}

function transfer(stay: Stay, earlier: readonly Stay[], policy: Policy, first: string): Transfer | null {
  const began = stay.began;
  const left = earlier.filter((one) => one.ended !== null && one.ended.last_day <= began.first_day).at(-1);
  if (began.transferred_on == null && !began.transferred_from && left === undefined) return null;
  const before = left === undefined ? "school" : facilityWord(left.began);
  const told = began.transferred_from ?? "";
  const from = MOVES.includes(told) ? told : before;
  const on = began.transferred_on ?? began.first_day;
  return {
    moved_from: from === "family_child_care" ? "child_care" : from,
    moved_on: on,
    grace_days: policy.graceDays(on),
    first_mn_enrollment: first,
    event: stay.fact.header.id,
  };
}

function entryTerms(student: Student, asOf: string): readonly [string, string] {
  const grades = student.stays
    .flatMap((stay) => stay.grades)
    .filter((line) => line.fromDay <= asOf)
    .sort((one, two) =>
      one.fromDay < two.fromDay ? -1 : one.fromDay > two.fromDay ? 1 : one.fact.position - two.fact.position,
    );
  let kindergarten = "";
  let seventh = "";
  for (const line of grades) {
    kindergarten = line.kindergartenTerm || kindergarten;
    seventh = line.grade7Term || seventh;
  }
  return [kindergarten, seventh];
}

function statementSource(student: Student, asOf: string): string {
  const told = student.papers
    .filter((line) => line.state === "accepted" && !(line.paper.kind in KINDS) && line.paper.received_on <= asOf)
    .map((line) => standing(line.paper.standing));
  const best = SOURCES.find((source) => told.includes(source));
  if (best !== undefined) return best;
  const vouched = student.standingDoses.some(
    (dose) => dose.basis === "administered" || dose.source === "registry" || dose.source === "clinic_record",
  );
  return vouched ? "public_clinic" : "none";
}

function exemption(line: PaperLine, policy: Policy): Exemption {
  const checked = line.checkedAt === null ? "" : policy.civilDay(line.checkedAt);
  return {
    kind: KINDS[line.paper.kind] ?? line.paper.kind,
    antigens: codes(line.paper.antigens ?? []),
    signer: standing(line.paper.standing),
    notarized: line.paper.notary != null,
    signed: line.paper.signed ?? true,
    signed_on: line.paper.signed_on ?? "",
    received_on: line.paper.received_on,
    accepted_on: line.outcome === "accepted" ? checked : "",
    rejected_on: line.outcome === "rejected" ? checked : "",
    withdrawn_on: line.withdrawnOn,
    event: line.event,
  };
}

function paper(line: PaperLine, policy: Policy): Paper {
  const ends = [line.checkedAt === null ? "" : policy.civilDay(line.checkedAt), line.withdrawnOn].filter(Boolean);
  return {
    kind: line.paper.kind === "in_process" ? "in_process" : "statement",
    antigens: codes(line.paper.antigens ?? []),
    received_on: line.paper.received_on,
    checked_on: ends.sort()[0] ?? "",
    event: line.event,
  };
}

/** The district's readings by the rule sets' names for them: one ambiguity may turn several switches. */
function readings(policy: Policy, ruleSets: readonly Loaded[]): PolicyReading[] {
  const found: PolicyReading[] = [];
  for (const { fact, payload } of policy.decisions("reading")) {
    const value = payload.value;
    if (value.type !== "reading") continue;
    const names = new Set(
      ruleSets.flatMap((one) =>
        Object.entries(one.rules.readings)
          .filter(([, two]) => two.ambiguity === value.ambiguity && [two.value, two.other].includes(value.choice))
          .map(([name]) => name),
      ),
    );
    for (const name of [...names].sort()) found.push(dated(name, value.choice, fact.header.id, payload));
  }
  for (const { fact, payload } of policy.decisions("exclusion_schedule")) {
    const value = payload.value;
    if (value.type !== "exclusion_schedule") continue;
    found.push(dated("schedule", value.adopted ? "adopted" : "advisory", fact.header.id, payload));
  }
  return found;
}

function dated(
  name: string,
  value: string,
  event: string,
  adopted: { readonly effective_from: string; readonly effective_to?: string | null },
): PolicyReading {
  return { name, value, since: adopted.effective_from, until: adopted.effective_to ?? "", event };
}

const codes = (antigens: readonly string[]): string[] => antigens.map((name) => ANTIGENS[name] ?? name.toUpperCase());
const standing = (who: string): string => (who === "health_care_provider" ? "provider" : who);
