/**
 * A dose of a lot that was stopped after it was given: an incident is opened for it, so that the office has it among its
 * own, with a day. The one of a dose given against the stop was opened with the dose.
 */
import { Button, Notice } from "../../components/parts";
import { found } from "../../projections/found";
import { heldDoses } from "../../projections/held_doses";
import type { DoseLine } from "../../projections/history";
import type { Student } from "../../projections/student";
import { inEnglish, t, word } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { incidentOf } from "./found";

interface Props {
  readonly now: View;
  readonly student: Student;
  readonly dose: DoseLine;
}

export function HeldSince({ now, student, dose }: Props) {
  const held = heldDoses(now.clinic, student).find((one) => one.dose === dose);
  if (held === undefined || held.isSeenTo) return null;
  const open = async () => {
    const incident = incidentOf(student, dose.event, [found("lot_held", held.why)], inEnglish("held_after"));
    await theDevice().recordTogether([() => incident]);
    stir();
    go("child", student.id);
  };
  return (
    <Notice tone="bad">
      <p>{t("found_lot_held", { about: word("held", held.why) })}</p>
      <Button kind="danger" onClick={open}>
        {t("held_open_incident")}
      </Button>
    </Notice>
  );
}
