/** A dose written down wrongly: corrected beside the first entry, or undone. Neither hides anything. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import type { DoseCorrected } from "../../events/generated";
import type { DoseLine, Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { day, t } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateError, lotNumberError, needed } from "./checks";

interface Props {
  readonly now: View;
  readonly student: Student;
  readonly dose: DoseLine;
}

export function CorrectDose({ now, student, dose }: Props) {
  const { values, set, drop } = useDraft(`correct/${dose.event}`, { on: dose.given_on, lot: dose.lot, reason: "" });
  const [tried, setTried] = useState(false);
  const errors = {
    on: dateError(values.on, student.birthDate, now.today, dose.basis === "historical"),
    lot: values.lot === "" ? undefined : lotNumberError(values.lot),
    reason: needed(values.reason),
  };
  const isSame = values.on === dose.given_on && (values.lot === dose.lot || values.lot === "");
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || isSame) return;
    const payload: DoseCorrected = {
      event: dose.event,
      reason: values.reason.trim(),
      ...(values.on === dose.given_on ? {} : { given_on: values.on }),
      ...(values.lot === dose.lot || values.lot === "" ? {} : { lot: values.lot }),
    };
    await theDevice().record(`student/${student.id}`, "dose.corrected", payload);
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={`${t("correct")}: ${shownVaccine(dose.cvx, dose.as_written)}`}
      under={`${student.fullName} · ${t("born", { day: day(student.birthDate) })}`}
      back={["child", student.id]}
      foot={<Button onClick={save}>{t("save")}</Button>}
    >
      {dose.fromPaper && dose.verified !== true ? <SecondLook now={now} student={student} dose={dose} /> : null}
      <p>{t("correct_lead")}</p>
      <Field label={t("given_on")} value={values.on} onInput={(on) => set({ on })} error={errors.on} />
      <Field label={t("lot_number")} value={values.lot} onInput={(lot) => set({ lot })} error={errors.lot} />
      <TextArea
        label={t("reason")}
        value={values.reason}
        onInput={(reason) => set({ reason })}
        error={tried ? (errors.reason ?? (isSame ? t("nothing_changed") : undefined)) : undefined}
      />
      {dose.basis === "historical" || (dose.fromPaper && dose.verified === true) ? (
        <SecondLook now={now} student={student} dose={dose} />
      ) : null}
      <VoidDose now={now} student={student} dose={dose} reason={values.reason} />
    </Screen>
  );
}

/** Somebody else than who copied it compares the entry with its paper. */
function SecondLook({ now, student, dose }: Props) {
  const { values, set, drop } = useDraft(`look/${dose.event}`, { note: "" });
  const { note } = values;
  const [tried, setTried] = useState(false);
  const looks = student.shelf.about(dose.event, "dose.verified");
  const isMine = dose.fact.header.author === now.me?.staff;
  const say = async (agrees: boolean) => {
    setTried(true);
    if (!agrees && note.trim() === "") return;
    await theDevice().record(`student/${student.id}`, "dose.verified", {
      event: dose.event,
      agrees,
      ...(note.trim() === "" ? {} : { note: note.trim() }),
    });
    await drop();
    set({ note: "" });
    setTried(false);
    stir();
  };
  return (
    <section aria-labelledby="second-look">
      <h2 id="second-look">{t("second_look")}</h2>
      {looks.map(({ fact, payload }) => (
        <Notice key={fact.header.id} tone={payload.agrees ? "info" : "warn"}>
          {t(payload.agrees ? "agrees" : "differs")} {payload.note}
        </Notice>
      ))}
      {isMine ? (
        <p class="hint">{t("second_look_other")}</p>
      ) : (
        <>
          <Field
            label={t("note")}
            value={note}
            onInput={(typed) => set({ note: typed })}
            error={tried && note.trim() === "" ? t("required") : undefined}
          />
          <div class="pair">
            <Button kind="quiet" onClick={() => say(true)}>
              {t("agrees")}
            </Button>
            <Button kind="quiet" onClick={() => say(false)}>
              {t("differs")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

/** Within the visit one tap is enough; later a reason is asked for. */
function VoidDose({ now, student, dose, reason }: Props & { readonly reason: string }) {
  const [tried, setTried] = useState(false);
  const { header } = dose.fact;
  const isThisVisit =
    header.device === theDevice().enrolled?.device && now.policy.civilDay(Date.parse(header.recorded_at)) === now.today;
  const undo = async () => {
    setTried(true);
    const why = reason.trim() || (isThisVisit ? t("undo_visit_reason") : "");
    if (why === "") return;
    await theDevice().record(`student/${student.id}`, "dose.voided", { event: dose.event, reason: why });
    stir();
    go("child", student.id);
  };
  return (
    <section aria-labelledby="void">
      <h2 id="void">{t(isThisVisit ? "undo" : "void")}</h2>
      <p class="hint">{t(isThisVisit ? "undo_lead" : "void_lead")}</p>
      {tried && reason.trim() === "" && !isThisVisit ? (
        <p class="error" role="alert">
          {t("void_reason")}
        </p>
      ) : null}
      <Button kind="danger" onClick={undo}>
        {t(isThisVisit ? "undo" : "void")}
      </Button>
    </section>
  );
}
