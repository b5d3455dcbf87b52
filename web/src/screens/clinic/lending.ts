/** Doses lent from one fund to another: logged as they are given, shown to who counts at the close. */
import { monthsOld } from "../../events/dates";
import { owes } from "../../projections/eligibility";
import type { Student } from "../../projections/student";
import type { Visit } from "../../projections/visit";
import { theDevice } from "../state";
import type { View } from "../view";
import type { Vial } from "./vial";

/** A dose of another fund than the child's is a loan, from the one to the other (VFC's borrowing report). */
export async function lend(
  now: View,
  student: Student,
  visit: Visit,
  vial: Vial,
  dose: { readonly event: string; readonly on: string; readonly reason: string },
): Promise<void> {
  const months = monthsOld(student.birthDate, dose.on);
  const fund = vial.listed ? owes(visit.eligibility?.category ?? "unknown", months, vial.funding) : null;
  if (fund === null) return;
  await theDevice().record(`clinic/${now.clinic.id}`, "stock.borrowed", {
    lot: vial.lot,
    cvx: vial.cvx,
    container: vial.container,
    from_funding: vial.funding,
    to_funding: fund,
    doses: 1,
    reason: dose.reason.trim(),
    student: student.id,
    dose: dose.event,
    on: dose.on,
  });
}
