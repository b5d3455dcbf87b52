/** Doses lent from one fund to another: logged with the dose, shown to who counts at the close. */
import { leastMonthsOld } from "../../events/dates";
import { owes } from "../../projections/eligibility";
import type { Student } from "../../projections/student";
import type { Visit } from "../../projections/visit";
import type { Step } from "../../store/recording";
import type { View } from "../view";
import type { Vial } from "./vial";

/** What is recorded with a dose, once it has its id: one of another fund than the child's is a loan, from the one to the other (VFC's borrowing report). */
export function loanOf(
  now: View,
  student: Student,
  visit: Visit,
  vial: Vial,
  { on, reason }: { readonly on: string; readonly reason: string },
): Step | null {
  const months = leastMonthsOld(student.birthDate, on);
  const fund = vial.listed ? owes(visit.eligibility?.category ?? "unknown", months, vial.funding) : null;
  if (fund === null) return null;
  return ([dose = ""]) => ({
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
      dose,
      on,
    },
  });
}
