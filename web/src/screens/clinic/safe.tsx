/**
 * Signed and stored: say so, and what must be done now; offer the next dose of this child, and to undo while it is
 * still here: not where the finger has just saved.
 */
import type { ComponentType, FunctionComponent } from "preact";
import { useState } from "preact/hooks";
import { Button, Notice, Pill, Screen } from "../../components/parts";
import type { Student } from "../../projections/student";
import { recorded } from "../../text/desk/told";
import { shownVaccine } from "../../text/vaccines";
import { clockTime, t } from "../../text/words";
import { go, stir, theDevice, view } from "../state";
import type { View } from "../view";
import { markSlip } from "./scan";

const MINUTE_MS = 60_000;

export interface Saved {
  readonly event: string;
  readonly student: string;
  readonly cvx: string;
  /** By this hand now; copied from the clinic's own paper form; told by a record of elsewhere. */
  readonly how: "given" | "copied" | "told";
}

export interface DoseForm {
  readonly now: View;
  readonly student: Student;
  /** The next dose of this child, in an empty form. */
  readonly onAnother: () => void;
}

/** Dose after dose of one child, each in a form of its own. */
export function doseAfterDose(Form: ComponentType<DoseForm>): FunctionComponent<Omit<DoseForm, "onAnother">> {
  return (props) => {
    const [round, setRound] = useState(0);
    return <Form key={round} {...props} onAnother={() => setRound(round + 1)} />;
  };
}

export function Safe(props: {
  readonly saved: Saved;
  readonly name: string;
  readonly under: string;
  readonly followUp?: boolean;
  readonly onAnother: () => void;
}) {
  const { saved, name, under, followUp = false, onAnother } = props;
  const [undone, setUndone] = useState(false);
  const undo = async () => {
    await theDevice().record(`student/${saved.student}`, "dose.voided", {
      event: saved.event,
      reason: recorded("undo_reason"),
    });
    setUndone(true);
    stir();
  };
  return (
    <Screen
      title={name}
      under={under}
      back={["child", saved.student]}
      foot={
        <>
          <div class="pair">
            <Button kind="quiet" onClick={onAnother}>
              {t("another_dose")}
            </Button>
            {undone ? null : (
              <Button kind="quiet" onClick={undo}>
                {t("undo")}
              </Button>
            )}
          </div>
          <Button onClick={() => go("roster")}>{t("done")}</Button>
        </>
      }
    >
      <div class="safe" role="status">
        <span class="tick" aria-hidden="true">
          {undone ? "↺" : "✓"}
        </span>
        <strong>{undone ? t("undone") : t("safe")}</strong>
        <span>{shownVaccine(saved.cvx)}</span>
      </div>
      {undone ? null : (
        <>
          {followUp ? <Notice tone="bad">{t("incident_lead")}</Notice> : null}
          {saved.how === "copied" ? <Notice tone="warn">{t("to_verify_lead")}</Notice> : null}
          {saved.how === "given" ? <WatchHint student={saved.student} /> : null}
          {saved.how === "given" ? <MarkSlip student={saved.student} /> : null}
        </>
      )}
    </Screen>
  );
}

/** The slip is marked by hand; told here too, the other phones know it as soon as they can. */
function MarkSlip({ student }: { readonly student: string }) {
  const [marked, setMarked] = useState(false);
  const now = view.value;
  const mark = async () => {
    if (now === null) return;
    setMarked(true);
    await markSlip(now, student, "vaccinator");
  };
  return (
    <section>
      <p>{t("slip_mark")}</p>
      <div class="pair">
        {marked ? (
          <Pill tone="good">{t("slip_is_marked")}</Pill>
        ) : (
          <Button kind="quiet" onClick={mark}>
            {t("slip_is_marked")}
          </Button>
        )}
        <Button kind="quiet" onClick={() => go("scan", "vaccinator")}>
          {t("scan_next")}
        </Button>
      </div>
    </section>
  );
}

function WatchHint({ student }: { readonly student: string }) {
  const child = view.value?.student(student);
  const watch = child ? (view.value?.visit(child).watch ?? null) : null;
  if (watch === null || watch.endedAt !== null) return null;
  const until = clockTime(watch.since + watch.minutes * MINUTE_MS);
  return <Notice tone="info">{t("watch_until", { minutes: watch.minutes, time: until })}</Notice>;
}
