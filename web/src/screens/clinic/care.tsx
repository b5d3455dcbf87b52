/** What everybody must know before a dose: allergies and contraindications, written down and lifted; incidents closed. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Notice, Screen, Select, showFirstError, TextArea } from "../../components/parts";
import { type Alert, alertsOf, standsOn } from "../../projections/alerts";
import type { Student } from "../../projections/student";
import { told } from "../../text/desk/told";
import { t, word } from "../../text/words";
import { beside } from "../beside";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { COMMON_VACCINES } from "./lots";
import { SOURCES, type Source } from "./paper";
import { clinicVaccines, VaccineChecks } from "./vaccines";

interface Props {
  readonly now: View;
  readonly student: Student;
}

export function Alerts({ now, student }: Props) {
  const standing = alertsOf(student.shelf).filter((alert) => standsOn(alert, now.today));
  return (
    <Screen title={t("alerts")} under={whoWords(now, student)} back={["child", student.id]}>
      {standing.length === 0 ? <p class="empty">{t("no_alerts")}</p> : null}
      {standing.map((alert) => (
        <Standing key={alert.fact.header.id} alert={alert} student={student} />
      ))}
      <NewAlert now={now} student={student} />
    </Screen>
  );
}

function Standing({ alert, student }: { readonly alert: Alert; readonly student: Student }) {
  const { values, set, drop } = useDraft(`lift/${alert.fact.header.id}`, { reason: "" });
  const { reason } = values;
  const [tried, setTried] = useState(false);
  const lift = async () => {
    setTried(true);
    if (reason.trim() === "") return;
    await theDevice().record(beside(student, alert.fact.header.id), "contraindication.lifted", {
      event: alert.fact.header.id,
      reason: reason.trim(),
    });
    await drop();
    stir();
  };
  return (
    <Notice tone={alert.kind === "allergy" && !alert.anaphylaxis ? "warn" : "bad"}>
      <strong>{t(alert.anaphylaxis ? "anaphylaxis_to" : alert.kind)}</strong> {alert.text}
      <details>
        <summary>{t("lift")}</summary>
        <Field
          label={t("lift_reason")}
          value={reason}
          onInput={(typed) => set({ reason: typed })}
          error={tried ? needed(reason) : undefined}
        />
        <Button kind="quiet" onClick={lift}>
          {t("lift_save")}
        </Button>
      </details>
    </Notice>
  );
}

function NewAlert({ now, student }: Props) {
  const { values, set, drop } = useDraft(`alert/${student.id}`, {
    kind: "allergy" as Alert["kind"],
    text: "",
    anaphylaxis: false,
    cvx: [] as readonly string[],
    source: "parent" as Source,
  });
  const [tried, setTried] = useState(false);
  const isAllergy = values.kind === "allergy";
  const errors = {
    text: needed(values.text),
    cvx: !isAllergy && values.cvx.length === 0 ? t("required") : undefined,
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const told = { source: values.source, recorder: now.me?.name ?? "?" };
    const stream = `student/${student.id}` as const;
    if (isAllergy) {
      const { anaphylaxis } = values;
      await theDevice().record(stream, "allergy.recorded", { substance: values.text.trim(), anaphylaxis, told });
    } else {
      await theDevice().record(stream, "contraindication.recorded", {
        reason: values.text.trim(),
        told,
        cvx: values.cvx,
      });
    }
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <section aria-labelledby="new-alert">
      <h2 id="new-alert">{t("alert_new")}</h2>
      <Choice
        legend={t("alert_kind")}
        wide
        value={values.kind}
        onChange={(kind) => set({ kind })}
        options={[
          ["allergy", t("alert_allergy")],
          ["contraindication", t("alert_contraindication")],
        ]}
      />
      <Field
        label={t(isAllergy ? "substance" : "reason")}
        value={values.text}
        onInput={(text) => set({ text })}
        error={tried ? errors.text : undefined}
        {...(isAllergy ? { hint: t("substance_hint") } : {})}
      />
      {isAllergy ? (
        <Check
          label={t("was_anaphylaxis")}
          checked={values.anaphylaxis}
          onChange={(anaphylaxis) => set({ anaphylaxis })}
        />
      ) : (
        <VaccineChecks
          legend={t("which_vaccines")}
          offered={[...new Set([...clinicVaccines(now), ...COMMON_VACCINES])]}
          chosen={values.cvx}
          onChange={(cvx) => set({ cvx })}
          error={tried ? errors.cvx : undefined}
        />
      )}
      <Select
        label={t("source")}
        value={values.source}
        onChange={(source) => set({ source: source as Source })}
        options={SOURCES.map((one) => [one, word("source", one)])}
      />
      <Button onClick={save}>{t("alert_save")}</Button>
    </section>
  );
}

/** The follow-up of a dose given against a stop was done: how it ended. */
export function CloseIncident({ now, student, event }: Props & { readonly event: string }) {
  const opened = student.shelf.of("incident.opened").find(({ fact }) => fact.header.id === event)?.payload;
  const { values, set, drop } = useDraft(`incident/${event}`, { outcome: "" });
  const [tried, setTried] = useState(false);
  const close = async () => {
    setTried(true);
    showFirstError();
    if (values.outcome.trim() === "") return;
    await theDevice().record(beside(student, event), "incident.closed", {
      event,
      on: now.today,
      outcome: values.outcome.trim(),
    });
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={t("incident")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={<Button onClick={close}>{t("incident_close")}</Button>}
    >
      <h2>{t("was_forbidden")}</h2>
      <ul>
        {(opened?.stops ?? []).map((one) => (
          <li key={one}>{told(one)}</li>
        ))}
      </ul>
      <p>{opened?.reason}</p>
      <h2>{t("follow_up")}</h2>
      <ul>
        {(opened?.follow_up ?? []).map((one) => (
          <li key={one}>{told(one)}</li>
        ))}
      </ul>
      <TextArea
        label={t("how_it_ended")}
        value={values.outcome}
        onInput={(outcome) => set({ outcome })}
        error={tried ? needed(values.outcome) : undefined}
      />
    </Screen>
  );
}
