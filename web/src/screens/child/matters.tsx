/** What does not fit in the child's record and waits for the health office. */
import { Notice } from "../../components/parts";
import { type Matter, mattersOf } from "../../projections/discrepancies";
import type { Student } from "../../projections/student";
import { matters as english } from "../../text/child/en";
import { matters as spanish } from "../../text/child/es";
import { shownVaccine } from "../../text/vaccines";
import { day, learn, t } from "../../text/words";
import { entryWords } from "../entry_words";
import type { View } from "../view";

learn(english, spanish);

export function Matters({ now, student }: { readonly now: View; readonly student: Student }) {
  return (
    <>
      {mattersOf(student, now.clinic, now.children).map((one) =>
        // The dose of a held lot has a notice of its own (held_doses.tsx), also once it was seen to.
        one.kind === "dose_of_held_lot" ? null : (
          <Notice key={one.key} tone="warn">
            {wordsOf(one)}
            {one.kind === "form_entered_twice" ? (
              <ul>
                {[one.mine, one.other].map((entry) => (
                  <li key={entry.event}>{entryWords(entry)}</li>
                ))}
              </ul>
            ) : null}
          </Notice>
        ),
      )}
    </>
  );
}

function wordsOf(one: Exclude<Matter, { readonly kind: "dose_of_held_lot" }>): string {
  switch (one.kind) {
    case "duplicate_dose":
      return t("matter_duplicate", {
        vaccine: shownVaccine(one.two.cvx, one.two.as_written),
        one: day(one.one.given_on),
        two: day(one.two.given_on),
      });
    case "dose_under_withdrawn_order":
      return t("matter_order", {
        vaccine: shownVaccine(one.dose.cvx, one.dose.as_written),
        day: day(one.dose.given_on),
        by: one.withdrawn.by,
        from: day(one.withdrawn.on),
      });
    case "form_entered_twice":
      return t("matter_form", { number: one.mine.number });
  }
}
