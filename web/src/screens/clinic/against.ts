/** What stands against a dose on its day, of everything this phone knows: the child, the clinic, the law, the papers. */
import { planFor } from "../../law/plan";
import type { HowGiven } from "../../projections/clinic";
import { coldFaultOf } from "../../projections/cold";
import { isBehind } from "../../projections/fact";
import type { Findings } from "../../projections/found";
import { findings } from "../../projections/giving";
import { lawParts, visParts } from "../../projections/packet";
import type { Student } from "../../projections/student";
import { otherDay, type Visit, visitOf } from "../../projections/visit";
import type { View } from "../view";
import type { Vial } from "./vial";

/** The dose as it is filled in. `handed`: its statements are handed over with it; `entered`: its form was before, as what. */
export interface Chosen {
  readonly on: string;
  readonly how: Partial<HowGiven>;
  readonly handed: boolean;
  /** It is about to be given; what was, copied from paper or corrected, came out of the box as it was then. */
  readonly isNow: boolean;
  /** So far this phone's clock is ahead of the server's (milliseconds), as far as it could compare them. */
  readonly skewMs?: number;
  readonly entered: string;
}

const AHEAD_MS = 30 * 60_000;

export function against(
  now: View,
  student: Student,
  vial: Vial,
  { on, how, handed, isNow, skewMs = 0, entered }: Chosen,
): Findings {
  const fault = vial.listed && isNow ? coldFaultOf(now.clinic, vial.container, Date.now()) : null;
  const wanted = {
    cvx: vial.cvx,
    mvx: vial.mvx,
    lot: vial.lot,
    expiresOn: vial.expires_on,
    stockExpiresOn: vial.stock_expires_on,
    stockOtherwise: vial.stock_otherwise,
    held: vial.held,
    listed: vial.listed,
    funding: vial.funding,
    on,
    how,
    entered,
    isCopied: !isNow,
    clockBehind: isNow && [now.clinic, student].some(({ shelf }) => isBehind(Date.now(), shelf.facts)),
    clockAhead: isNow && skewMs > AHEAD_MS,
    clinicDay: isNow ? otherDay(now.clinic.plan, Date.now(), (at) => now.policy.civilDay(at)) : "",
    cold: fault === null ? null : { fault, box: vial.container },
    papers: [...lawParts(on, now.policy.recommended(on)), ...(handed ? [] : visParts(vial.cvx, on))],
  };
  const schedule = planFor(now.judgment(student).ruleSet).standards;
  const standards = { isDue: now.isDue(student, vial.cvx), schedule };
  return findings(student, now.clinic, visitOn(now, student, on), wanted, standards);
}

/** The child's visit on the day a dose is of, which a paper's may be before today. */
export function visitOn(now: View, student: Student, on: string): Visit {
  if (on === now.today) return now.visit(student);
  return visitOf(student, now.clinic.id, on, (at) => now.policy.civilDay(at));
}
