/** One dose somebody else gave, as a paper, a registry or a parent tells it; its source and who wrote it down stay with it. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Screen, Select, showFirstError } from "../../components/parts";
import type { DoseRecorded } from "../../events/generated";
import { isOnRecord } from "../../projections/on_record";
import { shownVaccine } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { bornWords } from "../namesakes";
import { stir, theDevice } from "../state";
import { anyOf, dateError, dateHint, needed, writtenDate } from "./checks";
import { type DoseForm, doseAfterDose, Safe, type Saved } from "./safe";

export type Source = DoseRecorded["told"]["source"];
export const SOURCES: readonly Source[] = ["paper", "clinic_record", "registry", "other_school", "parent"];
const PAPER_VACCINES = ["20", "01", "09", "115", "10", "02", "03", "05", "07", "06", "08", "21", "17", "114"];

export const RecordPaper = doseAfterDose(OneDose);

function OneDose({ now, student, onAnother }: DoseForm) {
  const { values, set, drop } = useDraft(`paper/${student.id}`, {
    cvx: "",
    on: "",
    tick: false,
    source: "paper" as Source,
    recorder: now.me?.name ?? "",
    detail: "",
  });
  const [tried, setTried] = useState(false);
  const [saved, setSaved] = useState<Saved | null>(null);
  const on = writtenDate(values.on, now.today);
  const errors = {
    cvx: needed(values.cvx),
    on: values.tick
      ? undefined
      : (dateError(on, student.birthDate, now.today, true) ??
        (isOnRecord(student, values.cvx, on) ? t("dose_here") : undefined)),
    recorder: needed(values.recorder),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const payload: DoseRecorded = {
      told: { source: values.source, recorder: values.recorder.trim(), detail: values.detail.trim() },
      cvx: values.cvx,
      ...(values.tick ? { as_written: "✓" } : { as_written: values.on.trim(), given_on: on }),
    };
    const event = await theDevice().record(`student/${student.id}`, "dose.recorded", payload);
    await drop();
    setSaved({ event, student: student.id, cvx: values.cvx, how: "told" });
    stir();
  };
  const who = { name: student.fullName, under: bornWords(now, student) };
  if (saved !== null) return <Safe saved={saved} {...who} onAnother={onAnother} />;
  return (
    <Screen
      title={who.name}
      under={who.under}
      back={["child", student.id]}
      foot={<Button onClick={save}>{t("save")}</Button>}
    >
      <p>{t("paper_lead")}</p>
      <Choice
        legend={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={PAPER_VACCINES.map((cvx) => [cvx, shownVaccine(cvx)])}
        error={tried ? errors.cvx : undefined}
      />
      {values.tick ? null : (
        <Field
          label={t("paper_date")}
          value={values.on}
          onInput={(typed) => set({ on: typed })}
          error={tried ? errors.on : undefined}
          hint={dateHint(on)}
        />
      )}
      <Check label={t("tick")} checked={values.tick} onChange={(tick) => set({ tick })} />
      <Select
        label={t("source")}
        value={values.source}
        onChange={(source) => set({ source: source as Source })}
        options={SOURCES.map((one) => [one, word("source", one)])}
      />
      <Field
        label={t("recorder")}
        value={values.recorder}
        onInput={(recorder) => set({ recorder })}
        error={tried ? errors.recorder : undefined}
        hint={t("recorder_hint")}
      />
      <Field label={t("paper_detail")} value={values.detail} onInput={(detail) => set({ detail })} />
    </Screen>
  );
}
