/** Doses lent from one fund to another: logged with the dose, shown to who counts at the close. */
import { leastMonthsOld } from "../../events/dates";
import { owes } from "../../projections/eligibility";
import type { DoseLine } from "../../projections/history";
import { lotNumber } from "../../projections/loads";
import { lineOf } from "../../projections/stock";
import type { Student } from "../../projections/student";
import type { Visit } from "../../projections/visit";
import type { Step } from "../../store/recording";
import type { View } from "../view";
import { visitOn } from "./against";
import type { Vial } from "./vial";

/** What is recorded with a dose, once it has its id: one of another fund than the child's is a loan, from the one to the other (VFC's borrowing report). */
export function loanOf(
  now: View,
  student: Student,
  visit: Visit,
  vial: Pick<Vial, "lot" | "cvx" | "container" | "funding" | "listed">,
  { on, reason, dose: known }: { readonly on: string; readonly reason: string; readonly dose?: string },
): Step | null {
  const months = leastMonthsOld(student.birthDate, on);
  const fund = vial.listed ? owes(visit.eligibility?.category ?? "unknown", months, vial.funding) : null;
  if (fund === null) return null;
  return ([first = ""]) => ({
    stream: `clinic/${now.clinic.id}`,
    type: "stock.borrowed",
    payload: {
      lot: vial.lot,
      cvx: vial.cvx,
      container: vial.container,
      from_funding: vial.funding,
      to_funding: fund,
      doses: 1,
      reason: reason.trim(),
      student: student.id,
      dose: known ?? first,
      on,
    },
  });
}

/** Of a dose corrected to a lot of another fund, where none was logged before: one that was follows by itself (projections/stock.ts). */
export function loanOfCorrected(
  now: View,
  student: Student,
  dose: DoseLine,
  { lot, on, reason }: { readonly lot: string; readonly on: string; readonly reason: string },
): Step | null {
  const isLogged = now.clinic.shelf.of("stock.borrowed").some(({ payload }) => payload.dose === dose.event);
  const isOther = dose.clinic === now.clinic.id && lotNumber(lot) !== lotNumber(dose.lot);
  const line = isOther && !isLogged ? lineOf(now.clinic.lots, { ...dose, lot }) : null;
  if (line === null) return null;
  const vial = { ...line, lot: lot.trim().toUpperCase(), listed: true };
  return loanOf(now, student, visitOn(now, student, on), vial, { on, reason, dose: dose.event });
}
