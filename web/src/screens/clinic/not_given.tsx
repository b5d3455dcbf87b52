/** The child came, or should have come, and a vaccine was not given: which, and why. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Screen, showFirstError, TextArea } from "../../components/parts";
import type { DoseNotGiven } from "../../events/generated";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { clinicVaccines } from "./vaccines";

type Reason = DoseNotGiven["reason"];
const REASONS: readonly Reason[] = [
  "refused",
  "absent",
  "unwell",
  "contraindicated",
  "no_consent",
  "no_stock",
  "already_given",
  "other",
];

export function NotGiven({ now, student }: { readonly now: View; readonly student: Student }) {
  const offered = clinicVaccines(now);
  const { values, set, drop } = useDraft(`not-given/${student.id}`, {
    cvx: offered.filter((cvx) => now.isDue(student, cvx)),
    reason: "" as Reason | "",
    note: "",
  });
  const [tried, setTried] = useState(false);
  const errors = {
    cvx: values.cvx.length === 0 ? t("required") : undefined,
    reason: needed(values.reason),
    note: values.reason === "other" || values.reason === "contraindicated" ? needed(values.note) : undefined,
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || values.reason === "") return;
    await theDevice().record(`student/${student.id}`, "dose.not_given", {
      clinic: now.clinic.id,
      cvx: values.cvx,
      reason: values.reason,
      on: now.today,
      ...(values.note.trim() === "" ? {} : { note: values.note.trim() }),
    });
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={t("not_given")}
      under={student.fullName}
      back={["child", student.id]}
      foot={<Button onClick={() => void save()}>{t("save")}</Button>}
    >
      <Choice
        legend={t("why_not")}
        value={values.reason}
        onChange={(reason) => set({ reason })}
        options={REASONS.map((one) => [one, word("reason", one)])}
        error={tried ? errors.reason : undefined}
      />
      <fieldset class={tried && errors.cvx ? "checks wrong" : "checks"}>
        <legend>{t("which_vaccines")}</legend>
        {offered.map((cvx) => (
          <Check
            key={cvx}
            label={shownVaccine(cvx)}
            checked={values.cvx.includes(cvx)}
            onChange={(yes) => set({ cvx: yes ? [...values.cvx, cvx] : values.cvx.filter((one) => one !== cvx) })}
          />
        ))}
        {tried && errors.cvx ? (
          <p class="error" role="alert">
            {errors.cvx}
          </p>
        ) : null}
      </fieldset>
      <TextArea
        label={t("note")}
        value={values.note}
        onInput={(note) => set({ note })}
        error={tried ? errors.note : undefined}
      />
    </Screen>
  );
}
