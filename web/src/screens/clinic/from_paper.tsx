/** A dose copied from the clinic's paper: the form's number and the true time, beside who copies it. */
import { Check, Field } from "../../components/parts";
import { t } from "../../text/words";
import type { View } from "../view";
import { timeError } from "./checks";
import { Entered, formError } from "./form";

export const NO_PAPER = { paper: false, form: "", time: "" };
export type Copied = typeof NO_PAPER;

export const copyErrors = ({ paper, form, time }: Copied, on: string): Readonly<Record<string, string | undefined>> =>
  paper ? { time: timeError(on, time), form: formError(form) } : {};

export function FromPaper(props: {
  readonly now: View;
  readonly values: Copied;
  readonly set: (changes: Partial<Copied>) => void;
  readonly errors: Readonly<Record<string, string | undefined>>;
}) {
  const { now, values, set, errors } = props;
  return (
    <>
      <Check label={t("from_paper")} checked={values.paper} onChange={(paper) => set({ paper })} />
      {values.paper ? (
        <>
          <p class="hint">{t("from_paper_lead", { name: now.me?.name ?? "?" })}</p>
          <Field
            label={t("form_number")}
            value={values.form}
            onInput={(form) => set({ form })}
            error={errors.form}
            hint={t("form_number_hint")}
          />
          <Entered now={now} number={values.form} />
          <Field
            label={t("given_time")}
            type="time"
            value={values.time}
            onInput={(time) => set({ time })}
            error={errors.time}
          />
        </>
      ) : null}
    </>
  );
}
