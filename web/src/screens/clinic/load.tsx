/** A lot put into a box: scanned from its code or typed from the label, with who paid for it. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Select, showFirstError } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { StockLoaded } from "../../events/generated";
import { lotNumber } from "../../projections/loads";
import { itemOf, ndcOf, type VialCode } from "../../scan/gs1";
import { otherThan, vaccineOf } from "../../scan/products";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, countError, lotNumberError, needed } from "./checks";
import { ExpiresField } from "./expires";
import { MAKERS, vaccineOptions } from "./lots";
import { VialScanner } from "./scanner";

export const DOSES_MAX = 10_000;
export const FUNDINGS: readonly StockLoaded["funding"][] = ["vfc", "state", "private", "other"];
const NDC = /^\d{4,5}-?\d{3,4}-?\d{1,2}$/;

export function Load({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft("stock", {
    cvx: "",
    mvx: "",
    number: "",
    expires: "",
    product: "",
    ndc: "",
    gtin: "",
    doses: "10",
    container: now.clinic.lots[0]?.container ?? "",
    funding: "" as StockLoaded["funding"] | "",
  });
  const [tried, setTried] = useState(false);
  const [scanning, setScanning] = useState(false);
  const ofCode = otherThan(values.gtin, values.cvx);
  const codeSays = ofCode === undefined ? undefined : t("code_is_other", { vaccine: shownVaccine(ofCode) });
  const errors = {
    cvx: needed(values.cvx) ?? codeSays,
    mvx: needed(values.mvx),
    number: lotNumberError(values.number) ?? loadedAs(now, values),
    expires: !isCivilDate(values.expires)
      ? t("expiry_bad")
      : values.expires < now.today
        ? t("found_lot_expired", { about: day(values.expires) })
        : expiryBefore(now, values),
    ndc: values.ndc === "" || NDC.test(values.ndc.trim()) ? undefined : t("ndc_bad"),
    doses: countError(values.doses, DOSES_MAX),
    container: needed(values.container),
    funding: needed(values.funding),
  };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const scanned = (code: VialCode): undefined => {
    const known = now.clinic.lots.find((lot) => lot.gtin && itemOf(lot.gtin) === itemOf(code.gtin));
    const cvx = vaccineOf(code.gtin, now.clinic.plan?.vaccines ?? []);
    set({
      gtin: code.gtin,
      number: code.lot,
      expires: code.expires || values.expires,
      ndc: known?.ndc || ndcOf(code.gtin) || values.ndc,
      ...(cvx === undefined ? {} : { cvx }),
      ...(known === undefined ? {} : { cvx: known.cvx, mvx: known.mvx, product: known.product ?? "" }),
    });
    setScanning(false);
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || values.funding === "") return;
    const told = (name: "product" | "ndc" | "gtin") =>
      values[name].trim() === "" ? {} : { [name]: values[name].trim() };
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.loaded", {
      container: values.container.trim(),
      cvx: values.cvx,
      mvx: values.mvx,
      lot: values.number.trim().toUpperCase(),
      expires_on: values.expires,
      doses: Number(values.doses),
      funding: values.funding,
      ...told("product"),
      ...told("ndc"),
      ...told("gtin"),
    });
    await drop();
    set({ cvx: "", mvx: "", number: "", expires: "", product: "", ndc: "", gtin: "" });
    setTried(false);
    stir();
  };
  return (
    <details>
      <summary>{t("load_lot")}</summary>
      {scanning ? (
        <VialScanner onCode={scanned} onClose={() => setScanning(false)} />
      ) : (
        <Button kind="quiet" onClick={() => setScanning(true)}>
          {t("scan")}
        </Button>
      )}
      <Select
        label={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={[["", t("choose")], ...vaccineOptions(values.cvx)]}
        error={shown.cvx}
      />
      <Field label={t("product")} value={values.product} onInput={(product) => set({ product })} />
      <Select
        label={t("maker")}
        value={values.mvx}
        onChange={(mvx) => set({ mvx })}
        options={[["", t("choose")], ...MAKERS, ["OTH", word("maker", "other")]]}
        error={shown.mvx}
      />
      <Field label={t("lot_number")} value={values.number} onInput={(number) => set({ number })} error={shown.number} />
      <ExpiresField value={values.expires} onInput={(expires) => set({ expires })} error={shown.expires} />
      <Field label={t("ndc")} value={values.ndc} onInput={(ndc) => set({ ndc })} error={shown.ndc} />
      {values.gtin === "" ? null : (
        <p class="hint">
          {t("gtin_read", { gtin: values.gtin })}{" "}
          <Button kind="quiet" onClick={() => set({ gtin: "" })}>
            {t("gtin_forget")}
          </Button>
        </p>
      )}
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
        options={[["", t("choose")], ...FUNDINGS.map((one): [string, string] => [one, word("funding", one)])]}
        error={shown.funding}
      />
      <Button onClick={save}>{t("save_lot")}</Button>
    </details>
  );
}

interface Label {
  readonly cvx: string;
  readonly mvx: string;
  readonly number: string;
  readonly expires: string;
}

/** What lies here already under that number of that maker: one maker gives a number once. */
const sameLots = (now: View, { mvx, number }: Label) =>
  now.clinic.lots.filter((lot) => lot.mvx === mvx && lotNumber(lot.lot) === lotNumber(number));

function loadedAs(now: View, label: Label): string | undefined {
  const other = label.cvx === "" ? undefined : sameLots(now, label).find((lot) => lot.cvx !== label.cvx);
  return other === undefined ? undefined : t("lot_is_other", { vaccine: shownVaccine(other.cvx) });
}

function expiryBefore(now: View, label: Label): string | undefined {
  const other = sameLots(now, label).find((lot) => lot.expires_on !== label.expires);
  return other === undefined ? undefined : t("lot_expires_otherwise", { day: day(other.expires_on) });
}
