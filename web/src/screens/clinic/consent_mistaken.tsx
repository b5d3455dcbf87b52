/** Entries on consent that were a mistake of whoever wrote them down: set aside, or counted again. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Notice, TextArea } from "../../components/parts";
import type { Fact } from "../../projections/fact";
import { voiding, withoutAside } from "../../projections/set_aside";
import { REGISTRY } from "../../projections/sharing";
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
  /** The vaccines it was about, in words; empty for sharing with the registry. */
  readonly vaccines: string;
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
  const { fact, what, who, on, vaccines } = entry;
  const void_ = voiding(student.shelf, fact.header.id);
  const alone = voiding(withoutAside(student.shelf) ?? student.shelf, fact.header.id);
  const isHeeded = alone?.fact.header.id === void_?.fact.header.id;
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
  return (
    <details>
      <summary>
        <span>
          {what} · {who} · {day(on)}
          {vaccines === "" ? "" : ` · ${vaccines}`}
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

/** Yes, no and taken back, of vaccines and of sharing, as they were written down. */
function entriesOf({ shelf }: Student): readonly Entry[] {
  const given = shelf.of("consent.given");
  const yes = given.map(({ fact, payload: { signer, on, cvx } }) => spoken(fact, "word_given", signer, on, cvx));
  const no = shelf
    .of("consent.refused")
    .map(({ fact, payload: { signer, on, cvx } }) => spoken(fact, "word_refused", signer, on, cvx));
  const back = shelf.of("consent.withdrawn").map(({ fact, payload: { event, by, at, cvx } }) => {
    const whole = given.find((one) => one.fact.header.id === event)?.payload.cvx ?? [];
    return spoken(fact, "word_withdrawn", by, at.slice(0, 10), cvx?.length ? cvx : whole);
  });
  const shared = shelf
    .of("disclosure.consented")
    .filter(({ payload }) => payload.party === REGISTRY)
    .map(({ fact, payload: { signer: who, on } }) => ({ fact, what: t("word_shared"), who, on, vaccines: "" }));
  const unshared = shelf
    .of("disclosure.revoked")
    .map(({ fact, payload: { by: who, on } }) => ({ fact, what: t("word_unshared"), who, on, vaccines: "" }));
  return [...yes, ...no, ...back, ...shared, ...unshared];
}

function spoken(
  fact: Fact,
  what: "word_given" | "word_refused" | "word_withdrawn",
  who: string,
  on: string,
  cvx: readonly string[],
): Entry {
  const vaccines = cvx.length === 0 ? t("word_vaccines_all") : shownVaccines(cvx);
  return { fact, what: t(what), who, on, vaccines };
}
