/** What stands against a dose on its day, of everything this phone knows: the child, the clinic, the law, the papers. */
import { planFor } from "../../law/plan";
import type { HowGiven } from "../../projections/clinic";
import type { Findings } from "../../projections/found";
import { findings } from "../../projections/giving";
import { lawParts, visParts } from "../../projections/packet";
import type { Student } from "../../projections/student";
import { type Visit, visitOf } from "../../projections/visit";
import type { View } from "../view";
import type { Vial } from "./vial";

/** The dose as it is filled in. `handed`: its statements are handed over with it; `entered`: its form was before, as what. */
export interface Chosen {
  readonly on: string;
  readonly how: Partial<HowGiven>;
  readonly handed: boolean;
  readonly entered: string;
}

export function against(now: View, student: Student, vial: Vial, { on, how, handed, entered }: Chosen): Findings {
  const wanted = {
    cvx: vial.cvx,
    lot: vial.lot,
    expiresOn: vial.expires_on,
    stockExpiresOn: vial.stock_expires_on,
    held: vial.held,
    listed: vial.listed,
    funding: vial.funding,
    on,
    how,
    entered,
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
