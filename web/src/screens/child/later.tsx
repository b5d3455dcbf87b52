/** What is due but not yet: the day from which it would count, so that nobody gives it early or sends the child away. */

import { planFor } from "../../law/plan";
import { type Coming, comingDoses } from "../../projections/coming";
import type { Student } from "../../projections/student";
import { visit as english } from "../../text/clinic/en";
import { visit as spanish } from "../../text/clinic/es";
import { shownVaccine } from "../../text/vaccines";
import { day, learn, t } from "../../text/words";
import { COMMON_VACCINES } from "../clinic/lots";
import { clinicVaccines } from "../clinic/vaccines";
import { OPEN_OUTCOMES, type View } from "../view";

learn(english, spanish);

/** For each open antigen the vaccine that would close it, with the first day from `on` on which it would count. */
export function comingFor(now: View, student: Student, on: string): readonly Coming[] {
  const { verdict, ruleSet } = now.judgment(student);
  const open = verdict.antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome)).map((one) => one.antigen);
  const vaccines = { offered: clinicVaccines(now), common: COMMON_VACCINES };
  return comingDoses(student, open, vaccines, on, planFor(ruleSet).standards);
}

export function Later({ now, student }: { readonly now: View; readonly student: Student }) {
  const later = comingFor(now, student, now.today).filter(({ from }) => from > now.today);
  if (later.length === 0) return null;
  return (
    <p class="glance">
      <strong>{t("not_yet")}:</strong>{" "}
      {later.map(({ cvx, from }) => t("next_from", { vaccine: shownVaccine(cvx), day: day(from) })).join("; ")}
    </p>
  );
}
