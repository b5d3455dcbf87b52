/** What is found against a dose: by name, with what fills its sentence (screens/clinic/found says it). */
import type { ColdNow } from "./cold";

export type StopCode =
  | "consent_none"
  | "consent_refused"
  | "consent_withdrawn"
  | "consent_conflict"
  | "consent_standing"
  | "anaphylaxis"
  | "contraindicated"
  | "screening_open"
  | "screening_blocked"
  | "lot_expired"
  | "lot_held"
  | "order_none"
  | "order_route"
  | "order_dose";
export type WarningCode =
  | "standing_of_age"
  | "standing_age_unknown"
  | "standing_emancipated"
  | "standing_minor"
  | "standing_other"
  | "standing_unwitnessed"
  | "no_unheard"
  | "no_outsider"
  | "not_screened"
  | "screening_before"
  | "reaction_before"
  | "contraindicated_near"
  | "exempt_medical"
  | "exempt_conscientious"
  | "age"
  | "age_open"
  | "day_open"
  | "day_none"
  | "day_ahead"
  | "dose_unread"
  | "antibodies"
  | "too_young"
  | "before_usual"
  | "too_early"
  | "live_too_early"
  | "wrong_vaccine"
  | "not_due"
  | "complete"
  | "lot_unknown"
  | "allergy_unknown"
  | "same_day"
  | "slip_marked"
  | "clock_behind"
  | "clock_ahead"
  | "clinic_day"
  | "not_given"
  | "packet_none"
  | "packet_minor"
  | "packet_lacks"
  | "packet_used"
  | "eligibility_none"
  | "funding"
  | "form_entered"
  | "order_site"
  | "expiry_differs"
  | "stock_expiry_differs"
  | ColdNow
  | "history_none";

export interface Finding {
  readonly code: StopCode | WarningCode;
  /**
   * What fills the sentence: a signer, a substance, a day; two funds, the lot's and the child's; papers with their kind;
   * what an order says and what was chosen; two expiries, the vial's and the stock's.
   */
  readonly about: string;
}

export interface Findings {
  readonly stops: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export const found = (code: Finding["code"], about = ""): Finding => ({ code, about });
