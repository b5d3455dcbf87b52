/**
 * The browser's promise to keep what is on this phone, asked for before the work starts. Without it nobody is ready to
 * leave, unless somebody decides so for this phone and day, with a reason, in the record.
 */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Notice, showFirstError, TextArea } from "../../components/parts";
import { t } from "../../text/words";
import { demandStorage, persisted, stir, theDevice } from "../state";
import type { View } from "../view";
import { needed } from "./checks";

const STEPS = ["storage_install", "storage_open", "storage_allow"] as const;

export function DemandStorage({ now }: { readonly now: View }) {
  const [asked, setAsked] = useState(false);
  if (persisted.value === true) return null;
  const ask = async () => {
    await demandStorage();
    setAsked(true);
  };
  return (
    <section class="panel padded" aria-labelledby="storage">
      <h2 id="storage">{t("storage_demand")}</h2>
      <p>{t("storage_why")}</p>
      <ol class="steps">
        {STEPS.map((step) => (
          <li key={step}>{t(step)}</li>
        ))}
      </ol>
      <p class="hint">{t("storage_seven_days")}</p>
      <Button onClick={ask}>{t("storage_ask")}</Button>
      {asked ? <Notice tone="warn">{t("storage_still")}</Notice> : null}
      {now.leavesWithout(theDevice().enrolled?.device ?? "") === null ? <LeaveWithout now={now} /> : null}
    </section>
  );
}

/** A deliberate decision: ticked, with a reason, signed. */
function LeaveWithout({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`without-storage/${now.clinic.id}/${now.today}`, { known: false, reason: "" });
  const [tried, setTried] = useState(false);
  const save = async () => {
    setTried(true);
    showFirstError();
    if (!values.known || values.reason.trim() === "") return;
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.lack_accepted", {
      lacking: "storage",
      reason: values.reason.trim(),
      at: new Date().toISOString(),
    });
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("without_storage")}</summary>
      <Check label={t("without_known")} checked={values.known} onChange={(known) => set({ known })} />
      {tried && !values.known ? (
        <p class="error" role="alert">
          {t("required")}
        </p>
      ) : null}
      <TextArea
        label={t("without_reason")}
        value={values.reason}
        onInput={(reason) => set({ reason })}
        error={tried ? needed(values.reason) : undefined}
      />
      <Button kind="danger" onClick={save}>
        {t("without_save")}
      </Button>
    </details>
  );
}
