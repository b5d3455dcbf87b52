/** A word on consent given now: on paper, by voice, or a no. Who may say so hangs on the student's age. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Notice, showFirstError } from "../../components/parts";
import type { ConsentGiven, ConsentRefused, Photo } from "../../events/generated";
import { doubtOf, personOf } from "../../projections/consenting";
import type { Word } from "../../projections/consents";
import type { Student } from "../../projections/student";
import { t } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, clockNow, dateError, nameError, needed, timeError } from "./checks";
import { draftPlace } from "./form";
import { InterpreterFields, interpreterErrors, interpreterOf, NO_INTERPRETER } from "./interpreter";
import { isTaking, PictureField } from "./picture";
import { SignerFields, STANDINGS, standingError, usualStanding } from "./signer";
import { clinicVaccines, VaccineChecks } from "./vaccines";

type Standing = ConsentRefused["standing"];
type Said = "paper" | "verbal" | "refused";

interface Props {
  readonly now: View;
  readonly student: Student;
  readonly words: readonly Word[];
}

export function NewConsent({ now, student, words }: Props) {
  const { values, set, drop } = useDraft(draftPlace(now, "consent", student), {
    said: "" as Said | "",
    cvx: [] as readonly string[],
    signer: "",
    standing: usualStanding(student, now.today) as Standing,
    on: now.today,
    byVoice: false,
    listener: now.me?.name ?? "",
    called: clockNow(),
    ...NO_INTERPRETER,
    photo: null as Photo | null,
  });
  const [tried, setTried] = useState(false);
  const named = words.filter(({ given }) => given === null).map(({ signer }) => signer);
  const isNo = values.said === "refused";
  const isVoice = values.said === "verbal" || (isNo && values.byVoice);
  const on = isVoice ? now.today : values.on;
  const doubt = isNo ? "" : doubtOf(values.standing, student.birthDate, on, now.today);
  const errors = {
    said: needed(values.said),
    cvx: values.cvx.length === 0 ? t("required") : undefined,
    signer: nameError(values.signer, t("signer"), student, named),
    standing: standingError(doubt, values.standing),
    listener: isVoice ? (needed(values.listener) ?? listenerError(values)) : undefined,
    called: isVoice ? timeError(now.today, values.called) : undefined,
    on: isVoice ? undefined : dateError(values.on, student.birthDate, now.today, false),
    ...interpreterErrors(values, student),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || values.said === "") return;
    const interpreter = interpreterOf(values);
    const shared = {
      cvx: values.cvx,
      signer: values.signer.trim(),
      on,
      ...(isVoice
        ? { listener: values.listener.trim(), called_at: new Date(`${on}T${values.called}`).toISOString() }
        : {}),
      ...(interpreter === null ? {} : { interpreter }),
    };
    const stream = `student/${student.id}` as const;
    if (values.said === "refused") {
      await theDevice().record(stream, "consent.refused", { ...shared, standing: values.standing });
    } else {
      await theDevice().record(stream, "consent.given", {
        ...shared,
        standing: values.standing as ConsentGiven["standing"],
        form: values.said,
        clinic: now.clinic.id,
        ...(values.photo !== null && values.said === "paper" ? { photo: values.photo } : {}),
      });
    }
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <section aria-labelledby="new-consent">
      <h2 id="new-consent">{t("consent_new")}</h2>
      <Choice
        legend={t("consent_how")}
        value={values.said}
        onChange={(said) => set({ said })}
        options={[
          ["paper", t("form_paper")],
          ["verbal", t("form_verbal")],
          ["refused", t("form_refused")],
        ]}
        error={tried ? errors.said : undefined}
      />
      {values.said === "" ? null : (
        <>
          <VaccineChecks
            legend={t("for_vaccines")}
            offered={clinicVaccines(now)}
            chosen={values.cvx}
            onChange={(cvx) => set({ cvx })}
            error={tried ? errors.cvx : undefined}
          />
          <SignerFields
            label={t("signer")}
            values={values}
            set={set}
            standings={[...STANDINGS, "student"]}
            doubt={doubt}
            errors={{ signer: tried ? errors.signer : undefined, standing: errors.standing }}
          />
          {!isNo && values.standing === "student" ? <Notice tone="info">{t("standing_student_yes")}</Notice> : null}
          {isNo && values.standing === "other" ? <Notice tone="info">{t("standing_other_no")}</Notice> : null}
          {isNo ? (
            <Check label={t("refused_by_voice")} checked={values.byVoice} onChange={(byVoice) => set({ byVoice })} />
          ) : null}
          {isVoice ? (
            <>
              <Field
                label={t("listener")}
                value={values.listener}
                onInput={(listener) => set({ listener })}
                error={tried ? errors.listener : undefined}
              />
              <Field
                label={t("call_time")}
                type="time"
                value={values.called}
                onInput={(called) => set({ called })}
                error={tried ? errors.called : undefined}
              />
            </>
          ) : (
            <Field
              label={t(values.said === "paper" ? "signed_on" : "said_on")}
              type="date"
              max={now.today}
              value={values.on}
              onInput={(typed) => set({ on: typed })}
              error={tried ? errors.on : undefined}
            />
          )}
          <InterpreterFields values={values} set={set} student={student} tried={tried} />
          {values.said === "paper" ? <PictureField photo={values.photo} onTaken={(photo) => set({ photo })} /> : null}
          <Button disabled={isTaking.value} onClick={save}>
            {t("consent_save")}
          </Button>
        </>
      )}
    </section>
  );
}

/** Nobody is the witness of their own word. */
const listenerError = ({ signer, listener }: { readonly signer: string; readonly listener: string }) =>
  personOf(signer, "other") === personOf(listener, "other") ? t("listener_speaks") : undefined;
