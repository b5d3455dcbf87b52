/** The record: everything about one student that the law can ask. Field by field projections/law/record.py. */

export interface Dose {
  readonly code: string;
  readonly given_on: string;
  readonly basis: string;
  readonly source: string;
  readonly event: string;
}

export interface Exemption {
  readonly kind: string;
  readonly antigens: readonly string[];
  readonly signer: string;
  readonly notarized: boolean;
  readonly signed: boolean;
  readonly signed_on: string;
  readonly received_on: string;
  readonly accepted_on: string;
  readonly rejected_on: string;
  readonly withdrawn_on: string;
  readonly event: string;
}

export interface Paper {
  readonly kind: string;
  readonly antigens: readonly string[];
  readonly received_on: string;
  readonly checked_on: string;
  readonly event: string;
}

export interface PlannedDose {
  readonly antigens: readonly string[];
  readonly planned_on: string;
  readonly event: string;
}

export interface Transfer {
  readonly moved_from: string;
  readonly moved_on: string;
  readonly grace_days: number | null;
  readonly first_mn_enrollment: string;
  readonly event: string;
}

export interface ProtectedStatus {
  readonly kind: string;
  readonly since: string;
  readonly until: string;
  readonly event: string;
}

export interface Suspension {
  readonly antigens: readonly string[];
  readonly since: string;
  readonly until: string;
  readonly event: string;
}

export interface PolicyReading {
  readonly name: string;
  readonly value: string;
  readonly since: string;
  readonly until: string;
  readonly event: string;
}

export interface LawRecord {
  readonly born_on: string;
  readonly sex: string;
  readonly facility: string;
  readonly grade: string;
  readonly enrolled_on: string;
  readonly clock_from: string;
  readonly kg_term: string;
  readonly g7_term: string;
  readonly statement_source: string;
  readonly resident: boolean;
  readonly online_contact: boolean;
  readonly online_classroom: boolean;
  readonly excluded_service: boolean;
  readonly short_stay: string;
  readonly doses: readonly Dose[];
  readonly exemptions: readonly Exemption[];
  readonly papers: readonly Paper[];
  readonly planned: readonly PlannedDose[];
  readonly transfer: Transfer | null;
  readonly protected: readonly ProtectedStatus[];
  readonly suspensions: readonly Suspension[];
  readonly readings: readonly PolicyReading[];
}

/** A record of which only the birth date is known; spread it and add what is. */
export function emptyRecord(bornOn: string): LawRecord {
  return {
    born_on: bornOn,
    sex: "",
    facility: "school",
    grade: "",
    enrolled_on: "",
    clock_from: "",
    kg_term: "",
    g7_term: "",
    statement_source: "none",
    resident: true,
    online_contact: false,
    online_classroom: false,
    excluded_service: false,
    short_stay: "",
    doses: [],
    exemptions: [],
    papers: [],
    planned: [],
    transfer: null,
    protected: [],
    suspensions: [],
    readings: [],
  };
}
