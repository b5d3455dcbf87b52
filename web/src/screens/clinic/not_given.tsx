/** The child came, or should have come, and a vaccine was not given: which, and why. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Choice, Field, Screen, showFirstError, TextArea } from "../../components/parts";
import type { DoseNotGiven } from "../../events/generated";
import { isOneVaccine } from "../../projections/one_vaccine";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { visitOn } from "./against";
import { anyOf, dateError, needed } from "./checks";
import { clinicDay, draftPlace, Entered, formHere } from "./form";
import { afterNotGiven } from "./not_seen";
import { clinicVaccines, VaccineChecks } from "./vaccines";

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

/** A vaccine cannot have been given here on a day and not given on it. */
function givenToo(
  now: View,
  student: Student,
  { cvx, on }: { cvx: readonly string[]; on: string },
): string | undefined {
  const given = visitOn(now, student, on).given.find((dose) => cvx.some((one) => isOneVaccine(one, dose.cvx)));
  return given === undefined ? undefined : t("given_too", { vaccine: shownVaccine(given.cvx) });
}

export function NotGiven({ now, student }: { readonly now: View; readonly student: Student }) {
  const offered = clinicVaccines(now);
  const form = formHere();
  const home = afterNotGiven(student.id);
  const { values, set, drop } = useDraft(draftPlace(now, "not-given", student, form), {
    cvx: offered.filter((cvx) => now.isDue(student, cvx)),
    reason: "" as Reason | "",
    note: "",
    on: form === "" ? now.today : clinicDay(now),
  });
  const [tried, setTried] = useState(false);
  const errors = {
    cvx: values.cvx.length === 0 ? t("required") : givenToo(now, student, values),
    reason: needed(values.reason),
    on: dateError(values.on, student.birthDate, now.today, false),
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
      on: form === "" ? now.today : values.on,
      ...(form === "" ? {} : { paper_form: form }),
      ...(values.note.trim() === "" ? {} : { note: values.note.trim() }),
    });
    await drop();
    stir();
    go(...home);
  };
  return (
    <Screen
      title={t("not_given")}
      under={whoWords(now, student)}
      back={home}
      foot={<Button onClick={save}>{t("save")}</Button>}
    >
      {form === "" ? null : (
        <>
          <p class="hint">{t("form_number_is", { number: form })}</p>
          <Entered now={now} number={form} />
          <Field
            label={t("form_day")}
            type="date"
            max={now.today}
            value={values.on}
            onInput={(on) => set({ on })}
            error={tried ? errors.on : undefined}
          />
        </>
      )}
      <Choice
        legend={t("why_not")}
        value={values.reason}
        onChange={(reason) => set({ reason })}
        options={REASONS.map((one) => [one, word("reason", one)])}
        error={tried ? errors.reason : undefined}
      />
      <VaccineChecks
        legend={t("which_vaccines")}
        offered={offered}
        chosen={values.cvx}
        onChange={(cvx) => set({ cvx })}
        error={tried ? errors.cvx : undefined}
      />
      <TextArea
        label={t("note")}
        value={values.note}
        onInput={(note) => set({ note })}
        error={tried ? errors.note : undefined}
      />
    </Screen>
  );
}
