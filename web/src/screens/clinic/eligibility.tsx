/** Who pays for the child's vaccine: asked at each visit, one tap, with who said it. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Choice, Field, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import { monthsOld } from "../../events/dates";
import { CATEGORIES, type Category, fundsFor } from "../../projections/eligibility";
import type { Student } from "../../projections/student";
import { day, t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { draftPlace } from "./form";

export function AskEligibility({ now, student }: { readonly now: View; readonly student: Student }) {
  const told = now.visit(student).eligibility;
  const { values, set, drop } = useDraft(draftPlace(now, "eligibility", student), {
    category: "" as Category | "",
    by: student.contacts[0]?.name ?? "",
    note: "",
  });
  const [tried, setTried] = useState(false);
  const errors = { category: needed(values.category), by: needed(values.by) };
  const months = monthsOld(student.birthDate, now.today);
  const [fund] = values.category === "" ? [] : fundsFor(values.category, months);
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || values.category === "") return;
    await theDevice().record(`student/${student.id}`, "eligibility.stated", {
      category: values.category,
      on: now.today,
      said_by: values.by.trim(),
      clinic: now.clinic.id,
      ...(values.note.trim() === "" ? {} : { note: values.note.trim() }),
    });
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={t("eligibility")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={<Button onClick={save}>{t("eligibility_save")}</Button>}
    >
      {told === null ? null : (
        <Notice tone="info">
          {t("eligibility_told", { day: day(told.on), name: told.said_by })}{" "}
          <strong>{word("eligibility", told.category)}</strong>
        </Notice>
      )}
      <Choice
        legend={t("eligibility_ask")}
        wide
        value={values.category}
        onChange={(category) => set({ category })}
        options={CATEGORIES.map((one) => [one, word("eligibility", one), word("eligibilitymore", one)])}
        error={tried ? errors.category : undefined}
      />
      {fund === undefined ? null : <p class="hint">{t("eligibility_fund", { fund: word("funding", fund) })}</p>}
      <Field
        label={t("said_by")}
        value={values.by}
        onInput={(by) => set({ by })}
        error={tried ? errors.by : undefined}
      />
      <TextArea label={t("note")} value={values.note} onInput={(note) => set({ note })} />
    </Screen>
  );
}
