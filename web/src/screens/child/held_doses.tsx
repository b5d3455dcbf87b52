/** Doses given here of a lot that must not be used, whether that was known then or came to be known since. */
import { Button, Notice } from "../../components/parts";
import { heldDoses } from "../../projections/held_doses";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { go } from "../state";
import type { View } from "../view";

export function HeldDoses({ now, student }: { readonly now: View; readonly student: Student }) {
  return (
    <>
      {heldDoses(now.clinic, student).map(({ dose, why, isSeenTo }) => (
        <Notice key={dose.event} tone="bad">
          {t("held_dose", {
            vaccine: shownVaccine(dose.cvx, dose.as_written),
            day: day(dose.given_on),
            lot: dose.lot,
            why: word("held_since", why),
          })}
          {isSeenTo ? null : (
            <Button kind="quiet" onClick={() => go("child", student.id, "correct", dose.event)}>
              {t("held_to_incident")}
            </Button>
          )}
        </Notice>
      ))}
    </>
  );
}
