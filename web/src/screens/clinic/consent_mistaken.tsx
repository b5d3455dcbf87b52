/** Entries on consent that were a mistake of whoever wrote them down: set aside, or counted again. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Notice, TextArea } from "../../components/parts";
import type { Fact } from "../../projections/fact";
import { voiding } from "../../projections/set_aside";
import type { Student } from "../../projections/student";
import { shownVaccines } from "../../text/vaccines";
import { day, t } from "../../text/words";
import { stir, theDevice } from "../state";
import { needed } from "./checks";

interface Entry {
  readonly fact: Fact;
  readonly what: string;
  readonly who: string;
  readonly on: string;
  readonly cvx: readonly string[];
}

export function Mistakes({ student }: { readonly student: Student }) {
  const entries = entriesOf(student);
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="mistakes">
      <h2 id="mistakes">{t("mistake")}</h2>
      <p class="hint">{t("mistake_lead")}</p>
      {entries.map((entry) => (
        <Mistake key={entry.fact.header.id} student={student} entry={entry} />
      ))}
    </section>
  );
}

function Mistake({ student, entry }: { readonly student: Student; readonly entry: Entry }) {
  const { fact, what, who, on, cvx } = entry;
  const void_ = voiding(student.shelf, fact.header.id);
  const isHeeded = voiding(student.shelf, fact.header.id, false)?.fact.header.id === void_?.fact.header.id;
  const { values, set, drop } = useDraft(`mistake/${void_?.fact.header.id ?? fact.header.id}`, { why: "" });
  const [tried, setTried] = useState(false);
  const error = needed(values.why);
  const save = async () => {
    setTried(true);
    if (error !== undefined) return;
    // Beside the entry it is about: where two records are parted again, the two stay together.
    const told = { event: void_?.fact.header.id ?? fact.header.id, reason: values.why.trim() };
    await theDevice().record(fact.header.stream as `student/${string}`, "consent.voided", told);
    await drop();
    setTried(false);
    stir();
  };
  const vaccines = cvx.length === 0 ? t("word_vaccines_all") : shownVaccines(cvx);
  return (
    <details>
      <summary>
        <span>
          {what} · {who} · {day(on)} · {vaccines}
          {void_ === null ? "" : ` · ${t("mistake_was", { reason: void_.payload.reason })}`}
        </span>
      </summary>
      {isHeeded ? null : <Notice tone="warn">{t("word_aside")}</Notice>}
      <TextArea
        label={t("mistake_why")}
        value={values.why}
        onInput={(why) => set({ why })}
        error={tried ? error : undefined}
      />
      <Button kind="danger" onClick={save}>
        {t(void_ === null ? "mistake_save" : "mistake_undo")}
      </Button>
    </details>
  );
}

/** Yes, no and taken back, as they were written down. */
function entriesOf({ shelf }: Student): readonly Entry[] {
  const yes = shelf.of("consent.given").map(({ fact, payload }) => ({
    fact,
    what: t("word_given"),
    who: payload.signer,
    on: payload.on,
    cvx: payload.cvx,
  }));
  const no = shelf.of("consent.refused").map(({ fact, payload }) => ({
    fact,
    what: t("word_refused"),
    who: payload.signer,
    on: payload.on,
    cvx: payload.cvx,
  }));
  const back = shelf.of("consent.withdrawn").map(({ fact, payload }) => ({
    ...{ fact, what: t("word_withdrawn"), who: payload.by, on: payload.at.slice(0, 10) },
    cvx: payload.cvx?.length ? payload.cvx : (yes.find((one) => one.fact.header.id === payload.event)?.cvx ?? []),
  }));
  return [...yes, ...no, ...back];
}
