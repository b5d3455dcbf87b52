/** The questions of one visit: tap what was answered with yes. A yes holds up what it touches until a nurse decides. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import { isOfAge } from "../../projections/consenting";
import { QUESTIONNAIRE, QUESTIONS, touches } from "../../projections/screening";
import type { Student } from "../../projections/student";
import { type Asked, type Screening, yesesOf } from "../../projections/visit";
import { shownVaccine, shownVaccines } from "../../text/vaccines";
import { clockTime, t, word } from "../../text/words";
import { beside } from "../beside";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { draftPlace } from "./form";
import { InterpreterFields, interpreterErrors, interpreterOf, NO_INTERPRETER } from "./interpreter";
import { clinicVaccines } from "./vaccines";

export function AskScreening({ now, student }: { readonly now: View; readonly student: Student }) {
  const { screening } = now.visit(student);
  const [again, setAgain] = useState(false);
  if (screening === null || again) return <Ask now={now} student={student} onDone={() => setAgain(false)} />;
  return <Answered now={now} student={student} screening={screening} onAgain={() => setAgain(true)} />;
}

function Ask(props: { readonly now: View; readonly student: Student; readonly onDone: () => void }) {
  const { now, student, onDone } = props;
  const { values, set, drop } = useDraft(draftPlace(now, "screening", student), {
    yes: [] as readonly string[],
    by: "",
    ...NO_INTERPRETER,
  });
  const [tried, setTried] = useState(false);
  // Of age, the student answers alone where nothing else is said; who spoke for a minor is asked.
  const isAdult = isOfAge(student.birthDate, now.today) === true;
  const errors = { by: isAdult ? undefined : needed(values.by), ...interpreterErrors(values, student) };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const interpreter = interpreterOf(values);
    await theDevice().record(`student/${student.id}`, "screening.answered", {
      clinic: now.clinic.id,
      questionnaire: QUESTIONNAIRE,
      answered_by: values.by.trim() || student.fullName,
      at: new Date().toISOString(),
      positive: values.yes,
      ...(interpreter === null ? {} : { interpreter }),
    });
    await drop();
    stir();
    onDone();
    if (values.yes.length === 0) go("child", student.id);
  };
  return (
    <Screen
      title={t("screening")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={
        <Button onClick={save}>
          {values.yes.length === 0 ? t("no_to_all") : t("save_yes", { count: values.yes.length })}
        </Button>
      }
    >
      <p>{t("screening_lead")}</p>
      <div class="panel padded">
        {QUESTIONS.map(({ id }) => (
          <Check
            key={id}
            label={word("question", id)}
            checked={values.yes.includes(id)}
            onChange={(yes) => set({ yes: yes ? [...values.yes, id] : values.yes.filter((one) => one !== id) })}
          />
        ))}
      </div>
      <Field
        label={t("answered_by")}
        value={values.by}
        onInput={(by) => set({ by })}
        hint={t(isAdult ? "answered_by_hint" : "answered_by_minor", { name: student.fullName })}
        error={tried ? errors.by : undefined}
      />
      {isAdult || values.by !== "" ? null : (
        <div class="rowfoot">
          {[...new Set([...student.contacts.map(({ name }) => name), student.fullName])].map((name) => (
            <Button key={name} kind="quiet" onClick={() => set({ by: name })}>
              {t("answered_by_one", { name })}
            </Button>
          ))}
        </div>
      )}
      <InterpreterFields values={values} set={set} student={student} tried={tried} />
      <ScanNext />
    </Screen>
  );
}

function Answered(props: {
  readonly now: View;
  readonly student: Student;
  readonly screening: Screening;
  readonly onAgain: () => void;
}) {
  const { now, student, screening, onAgain } = props;
  const asked = [screening, ...screening.besides].filter(({ answers }) => yesesOf(answers).length > 0);
  const open = asked.some(({ decision }) => decision === null);
  return (
    <Screen
      title={t("screening")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      {...(open ? {} : { foot: <Button onClick={() => go("child", student.id, "dose")}>{t("record_dose")}</Button> })}
    >
      <p class="hint">
        {t("asked_at", { time: clockTime(Date.parse(screening.answers.at)), name: screening.answers.answered_by })}
        {screening.answers.interpreter ? ` ${t("interpreted_by", { name: screening.answers.interpreter.name })}` : ""}
      </p>
      {asked.length === 0 ? <Notice tone="info">{t("screening_clear")}</Notice> : null}
      {asked.map((one) => (
        <Positive key={one.event} now={now} student={student} asked={one} />
      ))}
      <div class="rowfoot">
        <Button kind="quiet" onClick={onAgain}>
          {t("ask_again")}
        </Button>
        <ScanNext />
      </div>
    </Screen>
  );
}

const ScanNext = () => (
  <Button kind="quiet" onClick={() => go("scan", "screening")}>
    {t("scan_next")}
  </Button>
);

/** One set of answers with a yes: what was decided on it, and the way to decide, or to decide again. */
function Positive({ now, student, asked }: { readonly now: View; readonly student: Student; readonly asked: Asked }) {
  const { answers, decision } = asked;
  const [again, setAgain] = useState(false);
  return (
    <>
      {yesesOf(answers).map((question) => (
        <Notice key={question} tone="warn">
          {word("question", question)} <strong>{t("yes")}</strong>
        </Notice>
      ))}
      {decision === null ? null : (
        <Notice tone="info">
          <h2>{t("decided")}</h2>
          <p>{decision.reason}</p>
          <p>
            {t("may_give")}: {shownVaccines(decision.allowed) || "–"}
          </p>
          <p>
            {t("not_today")}: {shownVaccines(decision.blocked) || "–"}
          </p>
          {again ? null : (
            <Button kind="quiet" onClick={() => setAgain(true)}>
              {t("decide_again")}
            </Button>
          )}
        </Notice>
      )}
      {decision === null || again ? (
        <Decide now={now} student={student} screening={asked} onDone={() => setAgain(false)} />
      ) : null}
    </>
  );
}

function Decide(props: {
  readonly now: View;
  readonly student: Student;
  readonly screening: Asked;
  readonly onDone: () => void;
}) {
  const { now, student, screening, onDone } = props;
  const positive = yesesOf(screening.answers);
  const touched = clinicVaccines(now).filter((cvx) => positive.some((question) => touches(question, cvx)));
  const { decision } = screening;
  const { values, set, drop } = useDraft(`decision/${screening.event}${decision === null ? "" : "/again"}`, {
    allowed: decision?.allowed ?? ([] as readonly string[]),
    reason: "",
  });
  const [tried, setTried] = useState(false);
  const decide = async () => {
    setTried(true);
    showFirstError();
    if (values.reason.trim() === "") return;
    await theDevice().record(beside(student, screening.event), "screening.decided", {
      event: screening.event,
      allowed: values.allowed,
      blocked: touched.filter((cvx) => !values.allowed.includes(cvx)),
      reason: values.reason.trim(),
    });
    await drop();
    stir();
    onDone();
  };
  return (
    <section aria-labelledby={`decide-${screening.event}`}>
      <h2 id={`decide-${screening.event}`}>{t(decision === null ? "decide" : "decide_again")}</h2>
      {touched.map((cvx) => (
        <Choice
          key={cvx}
          legend={shownVaccine(cvx)}
          value={values.allowed.includes(cvx) ? "allowed" : "blocked"}
          onChange={(said) =>
            set({
              allowed: said === "allowed" ? [...values.allowed, cvx] : values.allowed.filter((one) => one !== cvx),
            })
          }
          options={[
            ["blocked", t("not_today")],
            ["allowed", t("may_give")],
          ]}
        />
      ))}
      <TextArea
        label={t("decision_reason")}
        value={values.reason}
        onInput={(reason) => set({ reason })}
        error={tried ? needed(values.reason) : undefined}
      />
      <Button onClick={decide}>{t("decide_save")}</Button>
    </section>
  );
}
