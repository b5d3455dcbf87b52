/**
 * A reaction after a dose: what a report to VAERS asks beyond the first note, the decision whether one is owed, and the
 * number VAERS gave. The other items of form VAERS 2.0 are read off the record and shown to be copied.
 */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import type { ReactionAssessed } from "../../events/generated";
import { type Reaction, reactionsOf } from "../../projections/reactions";
import type { Student } from "../../projections/student";
import { day, momentWords, t, word } from "../../text/words";
import { beside } from "../beside";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateError, needed } from "./checks";
import { VaersForm } from "./vaers_form";
import { FamilyFields, familyItems } from "./vaers_more";

type Report = ReactionAssessed["report"];
type Answer = NonNullable<ReactionAssessed["recovered"]>;
type Result = NonNullable<ReactionAssessed["results"]>[number];

const REPORTS: readonly Report[] = ["required", "encouraged", "not_needed"];
const ANSWERS: readonly Answer[] = ["yes", "no", "unknown"];
const RESULTS: readonly Result[] = [
  "office_visit",
  "emergency_room",
  "hospital",
  "longer_hospital",
  "life_threatening",
  "disability",
  "died",
  "birth_defect",
  "none",
];
const TEXTS = [
  "medications",
  "illnesses",
  "conditions",
  "doctor",
  "tests",
  "other_vaccines",
  "earlier_reactions",
] as const;

interface Props {
  readonly now: View;
  readonly student: Student;
}

export function ReactionPlace({ now, student, event }: Props & { readonly event: string }) {
  const reaction = reactionsOf(student.shelf).find((one) => one.event === event);
  if (reaction === undefined) return null;
  const { told, assessed, vaers } = reaction;
  return (
    <Screen title={t("reaction")} under={whoWords(now, student)} back={["child", student.id]}>
      <p>
        <strong>{momentWords(Date.parse(told.began_at))}</strong> · {told.description}
      </p>
      {vaers === null ? (
        <Notice tone={reaction.isOwed ? "warn" : "info"}>
          {t(reaction.isOwed ? "vaers_owed" : "vaers_not_needed")}
        </Notice>
      ) : (
        <Notice tone="info">{t("vaers_told", { number: vaers.report_number, day: day(vaers.reported_on) })}</Notice>
      )}
      <Assess key={assessed === null ? "new" : "again"} now={now} student={student} reaction={reaction} />
      <details>
        <summary>{t("vaers_form")}</summary>
        <VaersForm now={now} student={student} reaction={reaction} />
      </details>
      {assessed?.report === "not_needed" ? null : <ReportNumber now={now} student={student} reaction={reaction} />}
    </Screen>
  );
}

function Assess({ now, student, reaction }: Props & { readonly reaction: Reaction }) {
  const { assessed, assessedAt } = reaction;
  const { values, set, drop } = useDraft(`reaction/${reaction.event}`, {
    report: (assessed?.report ?? "") as Report | "",
    recovered: assessed?.recovered ?? ("unknown" as Answer),
    pregnant: assessed?.pregnant ?? ("unknown" as Answer),
    results: (assessed?.results ?? []) as readonly Result[],
    hospital: assessed?.hospital ?? "",
    days: assessed?.hospital_days == null ? "" : String(assessed.hospital_days),
    died: assessed?.died_on ?? "",
    note: assessed?.note ?? "",
    medications: assessed?.medications ?? "",
    illnesses: assessed?.illnesses ?? "",
    conditions: assessed?.conditions ?? "",
    doctor: assessed?.doctor ?? "",
    tests: assessed?.tests ?? "",
    other_vaccines: assessed?.other_vaccines ?? "",
    earlier_reactions: assessed?.earlier_reactions ?? "",
    ...familyItems(assessed),
  });
  const [tried, setTried] = useState(false);
  const wasInHospital = values.results.includes("hospital") || values.results.includes("longer_hospital");
  const hasDied = values.results.includes("died");
  const errors = {
    report: needed(values.report),
    note: values.report === "not_needed" ? needed(values.note) : undefined,
    days: wasInHospital && !/^\d{0,3}$/.test(values.days) ? t("whole") : undefined,
    died: hasDied ? dateError(values.died, student.birthDate, now.today, false) : undefined,
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || values.report === "") return;
    const said = TEXTS.flatMap((name) => (values[name].trim() === "" ? [] : [[name, values[name].trim()] as const]));
    await theDevice().record(beside(student, reaction.event), "reaction.assessed", {
      event: reaction.event,
      report: values.report,
      recovered: values.recovered,
      pregnant: values.pregnant,
      results: values.results,
      race: values.race,
      ethnicity: values.ethnicity,
      project_number: values.project_number.trim(),
      military_status: values.military_status,
      military_site: values.military_site,
      ...(wasInHospital ? { hospital: values.hospital.trim() } : {}),
      ...(wasInHospital && values.days !== "" ? { hospital_days: Number(values.days) } : {}),
      ...(hasDied ? { died_on: values.died } : {}),
      ...(values.note.trim() === "" ? {} : { note: values.note.trim() }),
      ...Object.fromEntries(said),
    });
    await drop();
    stir();
  };
  const tick = (result: Result, yes: boolean) =>
    set({ results: yes ? [...values.results, result] : values.results.filter((one) => one !== result) });
  return (
    <section aria-labelledby="assess">
      <h2 id="assess">{t("assess")}</h2>
      {assessedAt === "" ? null : (
        <p class="hint" role="status">
          {t("assess_signed", { time: momentWords(Date.parse(assessedAt)) })}
        </p>
      )}
      <Choice
        legend={t("vaers_report")}
        wide
        value={values.report}
        onChange={(report) => set({ report })}
        options={REPORTS.map((one) => [one, word("report", one), word("reportmore", one)])}
        error={tried ? errors.report : undefined}
      />
      <fieldset class="checks">
        <legend>{t("vaers_21")}</legend>
        {RESULTS.map((one) => (
          <Check
            key={one}
            label={word("result", one)}
            checked={values.results.includes(one)}
            onChange={(yes) => tick(one, yes)}
          />
        ))}
      </fieldset>
      {wasInHospital ? (
        <>
          <Field label={t("hospital")} value={values.hospital} onInput={(hospital) => set({ hospital })} />
          <Field
            label={t("hospital_days")}
            inputMode="numeric"
            value={values.days}
            onInput={(days) => set({ days })}
            error={errors.days}
          />
        </>
      ) : null}
      {hasDied ? (
        <Field
          label={t("died_on")}
          type="date"
          value={values.died}
          onInput={(died) => set({ died })}
          error={tried ? errors.died : undefined}
        />
      ) : null}
      <Choice
        legend={t("vaers_20")}
        value={values.recovered}
        onChange={(recovered) => set({ recovered })}
        options={ANSWERS.map((one) => [one, word("answer", one)])}
      />
      <details>
        <summary>{t("vaers_more")}</summary>
        <Choice
          legend={t("vaers_8")}
          value={values.pregnant}
          onChange={(pregnant) => set({ pregnant })}
          options={ANSWERS.map((one) => [one, word("answer", one)])}
        />
        {TEXTS.map((name) => (
          <TextArea
            key={name}
            label={word("vaerstext", name)}
            value={values[name]}
            onInput={(text) => set({ [name]: text })}
          />
        ))}
        <FamilyFields values={values} set={set} />
      </details>
      <TextArea
        label={t("note")}
        value={values.note}
        onInput={(note) => set({ note })}
        error={tried ? errors.note : undefined}
      />
      <Button onClick={save}>{t("assess_save")}</Button>
    </section>
  );
}

/** The number VAERS gave: written down when it comes, perhaps days later. */
function ReportNumber({ now, student, reaction }: Props & { readonly reaction: Reaction }) {
  const { values, set, drop } = useDraft(`vaers/${reaction.event}`, { number: "", on: now.today });
  const [tried, setTried] = useState(false);
  const errors = { number: needed(values.number), on: dateError(values.on, student.birthDate, now.today, false) };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(beside(student, reaction.event), "vaers.reported", {
      reaction: reaction.event,
      report_number: values.number.trim(),
      reported_on: values.on,
    });
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <section aria-labelledby="vaers">
      <h2 id="vaers">{t("vaers_number_head")}</h2>
      <p class="hint">{t("vaers_where")}</p>
      <Field
        label={t("vaers_number")}
        value={values.number}
        onInput={(number) => set({ number })}
        error={tried ? errors.number : undefined}
      />
      <Field
        label={t("vaers_on")}
        type="date"
        max={now.today}
        value={values.on}
        onInput={(on) => set({ on })}
        error={tried ? errors.on : undefined}
      />
      <Button onClick={save}>{t("vaers_save")}</Button>
    </section>
  );
}
