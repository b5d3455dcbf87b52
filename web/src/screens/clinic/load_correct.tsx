/** A load typed wrongly is corrected: what it said stays in the record, what is right counts from now on. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, showFirstError, TextArea } from "../../components/parts";
import { type Lot, lotKey } from "../../projections/clinic";
import { type LoadTold, loadsOf } from "../../projections/loads";
import { t } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { LoadFields, loadErrors, loadTold } from "./load_fields";

/** The loads one line of the stock is made of, each to be corrected by itself. */
export function CorrectLoads({ now, lot }: { readonly now: View; readonly lot: Lot }) {
  const loads = loadsOf(now.clinic.shelf).filter((load) => lotKey(load) === lotKey(lot));
  return (
    <>
      {loads.map((load) => (
        <Folded key={load.event} title={t("load_correct", { doses: load.doses })}>
          <CorrectLoad now={now} load={load} />
        </Folded>
      ))}
    </>
  );
}

/** A form for each lot of the day would be a long screen to make: it is made when it is wanted. */
function Folded({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen ? children : null}
    </details>
  );
}

function CorrectLoad({ now, load }: { readonly now: View; readonly load: LoadTold }) {
  const { values, set, drop } = useDraft(`correct-load/${load.event}`, {
    cvx: load.cvx,
    mvx: load.mvx,
    number: load.lot,
    expires: load.expires_on,
    product: load.product ?? "",
    ndc: load.ndc ?? "",
    doses: String(load.doses),
    container: load.container,
    funding: load.funding,
    reason: "",
  });
  const [tried, setTried] = useState(false);
  const changed = Object.entries(loadTold(values)).filter(
    ([field, value]) => (load[field as keyof LoadTold] ?? "") !== value,
  );
  const errors = {
    ...loadErrors(values),
    reason: needed(values.reason) ?? (changed.length === 0 ? t("load_same") : undefined),
  };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.corrected", {
      event: load.event,
      reason: values.reason.trim(),
      ...Object.fromEntries(changed),
    });
    await drop();
    stir();
  };
  return (
    <>
      <LoadFields values={values} set={(changes) => set(changes as Partial<typeof values>)} errors={shown} />
      <TextArea
        label={t("load_correct_why")}
        value={values.reason}
        onInput={(reason) => set({ reason })}
        error={shown.reason}
      />
      <p class="hint">{t("load_correct_given")}</p>
      <Button onClick={save}>{t("load_correct_save")}</Button>
    </>
  );
}
