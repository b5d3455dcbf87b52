/** Whom a court left without a say for a child: recorded with what shows it, and given back. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, TextArea } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import { type EndedSay, endedSays, holdsOn } from "../../projections/set_aside";
import type { Student } from "../../projections/student";
import { day, t } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateError, nameError, needed } from "./checks";
import { draftPlace } from "./form";

interface Props {
  readonly now: View;
  readonly student: Student;
}

export function EndedSays({ now, student }: Props) {
  return (
    <section aria-labelledby="no-say">
      <h2 id="no-say">{t("no_say")}</h2>
      {endedSays(student.shelf).map((ended) => (
        <Restoring key={ended.fact.header.id} now={now} ended={ended} />
      ))}
      <details>
        <summary>{t("no_say_save")}</summary>
        <Ending now={now} student={student} />
      </details>
    </section>
  );
}

function Ending({ now, student }: Props) {
  const { values, set, drop } = useDraft(draftPlace(now, "no-say", student), { person: "", since: "", document: "" });
  const [tried, setTried] = useState(false);
  const errors = {
    person: nameError(values.person, t("no_say_person"), student),
    since: dateError(values.since, student.birthDate, now.today, false),
    document: needed(values.document),
  };
  const shown = tried ? errors : { person: undefined, since: undefined, document: undefined };
  const save = async () => {
    setTried(true);
    if (anyOf(errors)) return;
    const [person, document] = [values.person.trim(), values.document.trim()];
    await theDevice().record(`student/${student.id}`, "say.ended", { person, since: values.since, document });
    await drop();
    setTried(false);
    stir();
  };
  return (
    <>
      <p class="hint">{t("no_say_lead")}</p>
      <Field
        label={t("no_say_person")}
        value={values.person}
        onInput={(person) => set({ person })}
        hint={t("no_say_person_hint")}
        error={shown.person}
      />
      <Field
        label={t("no_say_since")}
        type="date"
        max={now.today}
        value={values.since}
        onInput={(since) => set({ since })}
        error={shown.since}
      />
      <TextArea
        label={t("no_say_document")}
        value={values.document}
        onInput={(document) => set({ document })}
        hint={t("no_say_document_hint")}
        error={shown.document}
      />
      <Button kind="danger" onClick={save}>
        {t("no_say_save")}
      </Button>
    </>
  );
}

function Restoring({ now, ended }: { readonly now: View; readonly ended: EndedSay }) {
  const { fact, told, until } = ended;
  const { values, set, drop } = useDraft(`say-again/${fact.header.id}`, { on: now.today, why: "" });
  const [tried, setTried] = useState(false);
  const errors = { on: isCivilDate(values.on) ? undefined : t("day_bad"), why: needed(values.why) };
  const save = async () => {
    setTried(true);
    if (anyOf(errors)) return;
    const back = { event: fact.header.id, on: values.on, reason: values.why.trim() };
    await theDevice().record(fact.header.stream as `student/${string}`, "say.restored", back);
    await drop();
    stir();
  };
  const from = t("no_say_from", { name: told.person, day: day(told.since) });
  return (
    <details>
      <summary>
        <span>
          {from}
          {until === "" ? "" : ` ${t("no_say_until", { day: day(until) })}`}
        </span>
      </summary>
      <p>{told.document}</p>
      {until !== "" && !holdsOn(ended, now.today) ? null : (
        <>
          <Field
            label={t("say_again_on")}
            type="date"
            value={values.on}
            onInput={(on) => set({ on })}
            hint={t("say_again_hint", { day: day(told.since) })}
            error={tried ? errors.on : undefined}
          />
          <TextArea
            label={t("say_again_why")}
            value={values.why}
            onInput={(why) => set({ why })}
            error={tried ? errors.why : undefined}
          />
          <Button kind="danger" onClick={save}>
            {t("say_again_save")}
          </Button>
        </>
      )}
    </details>
  );
}
