/** A load typed wrongly is corrected: what it said stays in the record, what is right counts from now on. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Select, showFirstError, TextArea } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { StockLoaded } from "../../events/generated";
import { type Lot, lotKey } from "../../projections/clinic";
import { type LoadTold, loadsOf } from "../../projections/loads";
import { t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, countError, lotNumberError, needed } from "./checks";
import { ExpiresField } from "./expires";
import { DOSES_MAX, FUNDINGS } from "./load";
import { MAKERS, vaccineOptions } from "./lots";

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
    doses: String(load.doses),
    container: load.container,
    funding: load.funding,
    reason: "",
  });
  const [tried, setTried] = useState(false);
  const right = {
    cvx: values.cvx,
    mvx: values.mvx,
    lot: values.number.trim().toUpperCase(),
    expires_on: values.expires,
    doses: Number(values.doses),
    container: values.container.trim(),
    funding: values.funding,
  };
  const changed = Object.entries(right).filter(([field, value]) => load[field as keyof LoadTold] !== value);
  const errors = {
    number: lotNumberError(values.number),
    expires: isCivilDate(values.expires) ? undefined : t("expiry_bad"),
    doses: countError(values.doses, DOSES_MAX),
    container: needed(values.container),
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
      <Select
        label={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={vaccineOptions(load.cvx)}
      />
      <Select
        label={t("maker")}
        value={values.mvx}
        onChange={(mvx) => set({ mvx })}
        options={[
          ...(MAKERS.some(([mvx]) => mvx === load.mvx) ? [] : [[load.mvx, load.mvx] as [string, string]]),
          ...MAKERS,
        ]}
      />
      <Field label={t("lot_number")} value={values.number} onInput={(number) => set({ number })} error={shown.number} />
      <ExpiresField value={values.expires} onInput={(expires) => set({ expires })} error={shown.expires} />
      <div class="two">
        <Field
          label={t("doses")}
          inputMode="numeric"
          value={values.doses}
          onInput={(doses) => set({ doses })}
          error={shown.doses}
        />
        <Field
          label={t("container")}
          value={values.container}
          onInput={(container) => set({ container })}
          error={shown.container}
        />
      </div>
      <Select
        label={t("funding")}
        value={values.funding}
        onChange={(funding) => set({ funding: funding as StockLoaded["funding"] })}
        options={FUNDINGS.map((one): [string, string] => [one, word("funding", one)])}
      />
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
