/** Whom a court left without a say for a child: chosen among those on record, with what shows it, and given back. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Select, showFirstError, TextArea } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import { personOf } from "../../projections/consenting";
import { type EndedSay, endedSays, holdsOn, withoutAside } from "../../projections/set_aside";
import { speakersOf } from "../../projections/speakers";
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

const SOMEBODY_ELSE = "?";

export function EndedSays({ now, student }: Props) {
  const heeded = new Map(
    endedSays(withoutAside(student.shelf) ?? student.shelf).map(({ fact, until }) => [fact.header.id, until]),
  );
  return (
    <section aria-labelledby="no-say">
      <h2 id="no-say">{t("no_say")}</h2>
      {endedSays(student.shelf).map((ended) => {
        const { id } = ended.fact.header;
        return <Restoring key={id} now={now} ended={ended} isHeeded={heeded.get(id) === ended.until} />;
      })}
      <details>
        <summary>{t("no_say_open")}</summary>
        <Ending now={now} student={student} />
      </details>
    </section>
  );
}

function Ending({ now, student }: Props) {
  const { values, set, drop } = useDraft(draftPlace(now, "no-say-of", student), EMPTY);
  const [tried, setTried] = useState(false);
  const speakers = speakersOf(student);
  const isElse = values.chosen === SOMEBODY_ELSE || speakers.length === 0;
  const person = isElse ? values.name.trim() : values.chosen;
  const errors = {
    person: isElse ? nameError(person, t("no_say_name"), student) : needed(person),
    ended: isEnded(student, person) ? t("no_say_already") : undefined,
    since: dateError(values.since, student.birthDate, now.today, false),
    document: needed(values.document),
  };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const wrong = shown.person ?? shown.ended;
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const told = { person, since: values.since, document: values.document.trim() };
    await theDevice().record(`student/${student.id}`, "say.ended", told);
    await drop();
    set(EMPTY);
    setTried(false);
    stir();
  };
  return (
    <>
      <p class="hint">{t("no_say_lead")}</p>
      {speakers.length === 0 ? null : (
        <Select
          label={t("no_say_person")}
          value={values.chosen}
          options={[
            ["", t("choose")],
            ...speakers.map((one) => [one, one] as const),
            [SOMEBODY_ELSE, t("no_say_else")],
          ]}
          onChange={(chosen) => set({ chosen })}
          error={isElse ? undefined : wrong}
        />
      )}
      {isElse ? (
        <Field
          label={t("no_say_name")}
          value={values.name}
          onInput={(name) => set({ name })}
          hint={t("no_say_name_hint")}
          error={wrong}
        />
      ) : null}
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

const EMPTY = { chosen: "", name: "", since: "", document: "" };

/** Whether an order about this person goes on already. */
const isEnded = ({ shelf }: Student, name: string): boolean =>
  endedSays(shelf).some(({ person, until }) => until === "" && person === personOf(name, "parent"));

/** `isHeeded`: it counts for all it says; not while the district has not taken it in. */
function Restoring(props: { readonly now: View; readonly ended: EndedSay; readonly isHeeded: boolean }) {
  const { now, ended, isHeeded } = props;
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
      {isHeeded ? null : <Notice tone="warn">{t("word_aside")}</Notice>}
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
