/** The verdict, field by field and in the field order of projections/law/verdict.py: equal byte for byte as JSON. */

export type Overall =
  | "not_subject"
  | "short_stay_exempt"
  | "not_compliant"
  | "transfer_grace"
  | "review"
  | "in_process"
  | "primary_complete"
  | "exempt"
  | "complete";

export type Outcome =
  | "ok"
  | "primary_ok"
  | "in_process"
  | "short"
  | "date_defect"
  | "review"
  | "exempt_age"
  | "exempt_medical"
  | "exempt_conscience"
  | "disease_history"
  | "not_required";

export interface NotCounted {
  readonly dose: number;
  readonly reason: string;
  readonly clause: string;
}

export interface AntigenVerdict {
  readonly antigen: string;
  readonly outcome: Outcome;
  readonly needed: number;
  readonly counted: readonly number[];
  readonly not_counted: readonly NotCounted[];
  readonly clause: string;
  readonly cure: string;
  readonly cure_by: string;
}

export interface Finding {
  readonly code: string;
  readonly antigen: string;
  readonly dose: number;
  readonly on: string;
  readonly detail: string;
}

export interface ReadingUse {
  readonly ambiguity: string;
  readonly name: string;
  readonly value: string;
  readonly other_value: string;
  readonly antigen: string;
  readonly says: string;
  readonly other: string;
}

export interface Verdict {
  readonly rule_set: string;
  readonly revision: number;
  readonly sha256: string;
  readonly verified: boolean;
  readonly as_of: string;
  readonly overall: Overall;
  readonly may_attend: boolean;
  readonly clause: string;
  readonly last_day: string;
  readonly antigens: readonly AntigenVerdict[];
  readonly findings: readonly Finding[];
  readonly readings: readonly ReadingUse[];
  readonly holds_until: string | null;
}

export function finding(
  code: string,
  more: { antigen?: string; dose?: number; on?: string; detail?: string } = {},
): Finding {
  return {
    code,
    antigen: more.antigen ?? "",
    dose: more.dose ?? -1,
    on: more.on ?? "",
    detail: more.detail ?? "",
  };
}

export function notCounted(dose: number, reason: string): NotCounted {
  return { dose, reason, clause: "" };
}
