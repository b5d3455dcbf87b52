/** Signed and stored: say so, and offer to undo while the child is still here: not where the finger has just saved. */
import { useState } from "preact/hooks";
import { Button, Notice, Pill, Screen } from "../../components/parts";
import { recorded } from "../../text/desk/told";
import { shownVaccine } from "../../text/vaccines";
import { clockTime, t } from "../../text/words";
import { go, stir, theDevice, view } from "../state";
import { markSlip } from "./scan";

const MINUTE_MS = 60_000;

export interface Saved {
  readonly event: string;
  readonly student: string;
  readonly cvx: string;
  readonly fromPaper?: boolean;
}

export function Safe(props: { readonly saved: Saved; readonly name: string; readonly followUp?: boolean }) {
  const { saved, name, followUp = false } = props;
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
      foot={
        <>
          <div class="pair">
            <Button kind="quiet" onClick={() => go("child", saved.student)}>
              {t("to_child")}
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
        {undone ? null : <p class="hint">{t("safe_lead")}</p>}
      </div>
      {undone || saved.fromPaper ? null : <MarkSlip student={saved.student} />}
      {undone ? null : <WatchHint student={saved.student} />}
      {saved.fromPaper && !undone ? <Notice tone="warn">{t("to_verify_lead")}</Notice> : null}
      {followUp && !undone ? <Notice tone="bad">{t("incident_lead")}</Notice> : null}
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
