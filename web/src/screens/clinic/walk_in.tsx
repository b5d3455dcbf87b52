/** A child nobody expected: registered here, put on the roster, likely duplicates shown before. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Field, LinkRow, Notice, Pill, Screen, showFirstError } from "../../components/parts";
import { uuid7 } from "../../events/ids";
import { likelyDuplicates } from "../../projections/twins";
import type { Deed } from "../../store/recording";
import { randomBytes } from "../../store/vault";
import { recorded } from "../../text/desk/told";
import { day, t, word } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateError, dateHint, isDialled, needed, writtenDate } from "./checks";

export function WalkIn({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft("walk-in", {
    given: "",
    family: "",
    born: "",
    contact: "",
    relation: "",
    phone: "",
    another: false,
  });
  const [tried, setTried] = useState(false);
  const born = writtenDate(values.born, now.today);
  const likely = likelyDuplicates(values.given, values.family, born, now.children);
  const errors = {
    given: needed(values.given),
    family: needed(values.family),
    born: dateError(born, "0000-00-00", now.today, true),
    contact: values.phone.trim() === "" && values.relation.trim() === "" ? undefined : needed(values.contact),
    phone: values.phone.trim() === "" || isDialled(values.phone) ? undefined : t("phone_bad"),
    another: likely.length > 0 && !values.another ? t("say_another") : undefined,
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const id = uuid7(Date.now(), randomBytes(10));
    const registered: Deed = {
      stream: `student/${id}`,
      type: "student.registered",
      payload: {
        name: { given: values.given.trim(), family: values.family.trim() },
        birth_date: born,
        told: { source: "parent", recorder: now.me?.name ?? "?", detail: "walk-in at the clinic" },
      },
    };
    const relation = values.relation.trim() || recorded("standing_parent");
    const called: Deed = {
      stream: `student/${id}`,
      type: "student.contacts_recorded",
      payload: { contacts: [{ name: values.contact.trim(), relation, phone: values.phone.trim() }] },
    };
    const listed: Deed = {
      stream: `clinic/${now.clinic.id}`,
      type: "clinic.roster_added",
      payload: { students: [id], reason: "walk-in" },
    };
    const told = [registered, ...(values.contact.trim() === "" ? [] : [called]), listed];
    await theDevice().recordTogether(told.map((one) => () => one));
    await drop();
    stir();
    go("child", id);
  };
  return (
    <Screen title={t("walk_in")} back={["roster"]} foot={<Button onClick={save}>{t("register")}</Button>}>
      <Field
        label={t("given_name")}
        value={values.given}
        onInput={(given) => set({ given, another: false })}
        error={tried ? errors.given : undefined}
      />
      <Field
        label={t("family_name")}
        value={values.family}
        onInput={(family) => set({ family, another: false })}
        error={tried ? errors.family : undefined}
      />
      <Field
        label={t("birth_date")}
        value={values.born}
        onInput={(typed) => set({ born: typed, another: false })}
        error={tried ? errors.born : undefined}
        hint={dateHint(born)}
      />
      {likely.length === 0 ? null : (
        <section aria-labelledby="likely">
          <h2 id="likely">{t("likely")}</h2>
          <div class="panel">
            {likely.map(({ student, ground }) => (
              <LinkRow
                key={student.id}
                to={["child", student.id]}
                title={student.fullName}
                more={t("born", { day: day(student.birthDate) })}
              >
                <span class="pills">
                  <Pill tone={ground === "same" ? "due" : "wait"}>{word("ground", ground)}</Pill>
                </span>
              </LinkRow>
            ))}
          </div>
          <Check label={t("another_child")} checked={values.another} onChange={(another) => set({ another })} />
          {tried && errors.another ? (
            <p class="error" role="alert">
              {errors.another}
            </p>
          ) : null}
        </section>
      )}
      <h2>{t("whom_to_call")}</h2>
      <Field
        label={t("contact_name")}
        value={values.contact}
        onInput={(contact) => set({ contact })}
        error={tried ? errors.contact : undefined}
      />
      <Field label={t("relation")} value={values.relation} onInput={(relation) => set({ relation })} />
      <Field
        label={t("phone")}
        type="tel"
        inputMode="tel"
        value={values.phone}
        onInput={(phone) => set({ phone })}
        error={tried ? errors.phone : undefined}
      />
      <Notice tone="info">{t("walk_in_lead")}</Notice>
    </Screen>
  );
}
