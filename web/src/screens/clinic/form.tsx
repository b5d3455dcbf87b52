/**
 * A paper form to be copied: which child it is about, whether it was entered before, and what became of the dose. The
 * form's number goes with the dose, so that no sheet is entered twice unseen.
 */
import { useState } from "preact/hooks";
import { Button, Field, LinkRow, Notice, Screen } from "../../components/parts";
import { entriesOf } from "../../projections/forms";
import { isStation } from "../../projections/stations";
import type { Student } from "../../projections/student";
import { readForm } from "../../scan/slip";
import { day, t } from "../../text/words";
import { entryWords } from "../entry_words";
import { bornWords } from "../namesakes";
import { go, place } from "../state";
import type { View } from "../view";

const SHOWN_MAX = 8;

/** The form whose copy this place begins, on a child's screens; empty elsewhere. */
export function formHere(): string {
  const [, , , what, number = ""] = place.value;
  return what === "form" && readForm(number) !== null ? number : "";
}

/** The day a form of this clinic is about: the clinic's, once it has come. */
export const clinicDay = (now: View): string => {
  const { plan } = now.clinic;
  return plan !== null && plan.on < now.today ? plan.on : now.today;
};

/** Where a form about a child is kept while it is typed: another day or clinic is another visit, and another form. */
export const draftPlace = (now: View, deed: string, student: Student, form = ""): string =>
  [deed, student.id, now.clinic.id, now.today, ...(form === "" ? [] : [form])].join("/");

/** What is wrong with a typed form number; a form without one is none. */
export const formError = (typed: string): string | undefined =>
  typed.trim() === "" || readForm(typed) !== null ? undefined : t("form_number_bad");

export function FormPlace({ now }: { readonly now: View }) {
  const [, number = "", ...more] = place.value;
  const station = more.filter(isStation);
  const id = more.find((one) => !isStation(one)) ?? "";
  const [typed, setTyped] = useState("");
  const student = now.student(id);
  const found = typed.trim() === "" ? [] : now.find(typed).slice(0, SHOWN_MAX);
  if (readForm(number) === null) {
    return (
      <Screen title={t("form_enter")} back={["scan", ...station]}>
        <Notice tone="bad">{t("form_number_bad")}</Notice>
      </Screen>
    );
  }
  return (
    <Screen
      title={t("form_enter")}
      under={t("form_number_is", { number })}
      back={["scan", ...station]}
      {...(student === null
        ? {}
        : {
            foot: (
              <div class="pair">
                <Button onClick={() => go("child", student.id, "dose", "form", number)}>{t("form_given")}</Button>
                <Button kind="quiet" onClick={() => go("child", student.id, "not-given", "form", number)}>
                  {t("not_given")}
                </Button>
              </div>
            ),
          })}
    >
      <Entered now={now} number={number} />
      <p>{now.clinic.plan === null ? "" : `${now.clinic.plan.name} · ${day(now.clinic.plan.on)}`}</p>
      {id !== "" && student === null ? <Notice tone="bad">{t("slip_not_here")}</Notice> : null}
      {student === null ? (
        <>
          <Field label={t("form_whose")} type="search" value={typed} onInput={setTyped} hint={t("form_whose_hint")} />
          <div class="panel">
            {found.map((one) => (
              <LinkRow
                key={one.id}
                to={["form", number, one.id, ...station]}
                title={one.fullName}
                more={bornWords(now, one)}
              />
            ))}
          </div>
        </>
      ) : (
        <>
          <h2>{student.fullName}</h2>
          <p>{bornWords(now, student)}</p>
          <p>{t("form_compare")}</p>
        </>
      )}
    </Screen>
  );
}

/** That this form was entered already, and as what. */
export function Entered({ now, number }: { readonly now: View; readonly number: string }) {
  const entries = entriesOf(now.children, number);
  if (entries.length === 0) return null;
  return (
    <Notice tone="warn">
      <strong>{t("form_entered")}</strong>
      <ul>
        {entries.map((one) => (
          <li key={one.event}>{entryWords(one)}</li>
        ))}
      </ul>
    </Notice>
  );
}
