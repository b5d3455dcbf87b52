/** Who allowed or refused what: what is on record, and a word given now on paper, by voice, or as a no. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Pill, Screen, Select, showFirstError } from "../../components/parts";
import type { ConsentGiven, Photo } from "../../events/generated";
import { type ConsentLine, consentFor, consentLines } from "../../projections/care";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, clockNow, dateError, needed, timeError } from "./checks";
import { draftPlace } from "./form";
import { InterpreterFields, interpreterErrors, interpreterOf, NO_INTERPRETER } from "./interpreter";
import { PictureField } from "./picture";
import { clinicVaccines, VaccineChecks } from "./vaccines";

type Standing = ConsentGiven["standing"];
type Said = "paper" | "verbal" | "refused";

const STANDINGS: readonly Standing[] = ["parent", "guardian", "student_adult", "emancipated", "other"];

export function Consents({ now, student }: { readonly now: View; readonly student: Student }) {
  const lines = consentLines(student.shelf);
  return (
    <Screen title={t("consent")} under={student.fullName} back={["child", student.id]}>
      <ul class="list">
        {clinicVaccines(now).map((cvx) => {
          const { state, signer } = consentFor(lines, cvx, now.today, now.clinic.id);
          return (
            <li key={cvx} class="dose">
              <span class="who">
                <strong>{shownVaccine(cvx)}</strong>
                {signer ? <small>{signer}</small> : null}
                <span class="pills">
                  <Pill tone={state === "given" ? "good" : state === "none" ? "due" : "bad"}>
                    {state === "given" ? t("consent_given") : word("consentis", state)}
                  </Pill>
                </span>
              </span>
            </li>
          );
        })}
      </ul>
      <Withdrawals student={student} lines={lines} now={now} />
      <NewConsent now={now} student={student} />
    </Screen>
  );
}

/** Consents that stand, each with the way to take it back. */
function Withdrawals(props: { readonly now: View; readonly student: Student; readonly lines: readonly ConsentLine[] }) {
  const { now, student, lines } = props;
  const [open, setOpen] = useState("");
  const { values, set, drop } = useDraft(`take-back/${student.id}`, { by: "" });
  const { by } = values;
  const [tried, setTried] = useState(false);
  const standing = [...new Map(lines.map((line) => [line.fact.header.id, line])).values()].filter(
    (line) => line.given !== null && !line.withdrawn,
  );
  const withdraw = async (event: string) => {
    setTried(true);
    if (by.trim() === "") return;
    await theDevice().record(`student/${student.id}`, "consent.withdrawn", {
      event,
      by: by.trim(),
      at: new Date().toISOString(),
      listener: now.me?.name ?? "",
    });
    setOpen("");
    await drop();
    set({ by: "" });
    stir();
  };
  return (
    <>
      {standing.map((line) => (
        <details
          key={line.fact.header.id}
          open={open === line.fact.header.id}
          onToggle={(event) => {
            if (event.currentTarget.open) setOpen(line.fact.header.id);
          }}
        >
          <summary>
            <span>
              {word("form", line.given?.form ?? "")} · {line.signer} · {day(line.on)}
            </span>
          </summary>
          <Field
            label={t("withdrawn_by")}
            value={by}
            onInput={(typed) => set({ by: typed })}
            error={tried ? needed(by) : undefined}
          />
          <Button kind="danger" onClick={() => withdraw(line.fact.header.id)}>
            {t("withdraw")}
          </Button>
        </details>
      ))}
    </>
  );
}

function NewConsent({ now, student }: { readonly now: View; readonly student: Student }) {
  const { values, set, drop } = useDraft(draftPlace(now, "consent", student), {
    said: "" as Said | "",
    cvx: [] as readonly string[],
    signer: "",
    standing: "parent" as Standing,
    on: now.today,
    listener: now.me?.name ?? "",
    called: clockNow(),
    ...NO_INTERPRETER,
    sharing: false,
    photo: null as Photo | null,
  });
  const [tried, setTried] = useState(false);
  const errors = {
    said: needed(values.said),
    cvx: values.cvx.length === 0 ? t("required") : undefined,
    signer: needed(values.signer),
    listener: values.said === "verbal" ? needed(values.listener) : undefined,
    called: values.said === "verbal" ? timeError(now.today, values.called) : undefined,
    on: values.said === "verbal" ? undefined : dateError(values.on, student.birthDate, now.today, false),
    ...(values.said === "refused" ? {} : interpreterErrors(values, student)),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || values.said === "") return;
    const on = values.said === "verbal" ? now.today : values.on;
    const shared = { cvx: values.cvx, signer: values.signer.trim(), standing: values.standing, on };
    const interpreter = interpreterOf(values);
    const stream = `student/${student.id}` as const;
    if (values.said === "refused") await theDevice().record(stream, "consent.refused", shared);
    else {
      await theDevice().record(stream, "consent.given", {
        ...shared,
        form: values.said,
        clinic: now.clinic.id,
        ...(values.said === "verbal"
          ? { listener: values.listener.trim(), called_at: new Date(`${on}T${values.called}`).toISOString() }
          : {}),
        ...(interpreter === null ? {} : { interpreter }),
        ...(values.sharing && values.said === "paper" ? { registry_sharing: true } : {}),
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
          <Field
            label={t("signer")}
            value={values.signer}
            onInput={(signer) => set({ signer })}
            error={tried ? errors.signer : undefined}
          />
          <Select
            label={t("standing")}
            value={values.standing}
            onChange={(standing) => set({ standing: standing as Standing })}
            options={STANDINGS.map((one) => [one, word("standing", one)])}
          />
          {values.said === "verbal" ? (
            <Field
              label={t("listener")}
              value={values.listener}
              onInput={(listener) => set({ listener })}
              error={tried ? errors.listener : undefined}
            />
          ) : (
            <Field
              label={t(values.said === "paper" ? "signed_on" : "said_on")}
              type="date"
              max={now.today}
              value={values.on}
              onInput={(on) => set({ on })}
              error={tried ? errors.on : undefined}
            />
          )}
          {values.said === "verbal" ? (
            <Field
              label={t("call_time")}
              type="time"
              value={values.called}
              onInput={(called) => set({ called })}
              error={tried ? errors.called : undefined}
            />
          ) : null}
          {values.said === "refused" ? null : (
            <InterpreterFields values={values} set={set} student={student} tried={tried} />
          )}
          {values.said === "paper" ? (
            <>
              <Check label={t("sharing")} checked={values.sharing} onChange={(sharing) => set({ sharing })} />
              <PictureField photo={values.photo} onTaken={(photo) => set({ photo })} />
            </>
          ) : null}
          <Button onClick={save}>{t("consent_save")}</Button>
        </>
      )}
    </section>
  );
}
