/** A lot put into a box: scanned from its code or typed from the label, with who paid for it. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, showFirstError } from "../../components/parts";
import { lotNumber } from "../../projections/loads";
import { itemOf, ndcOf, type VialCode } from "../../scan/gs1";
import { otherThan, vaccineOf } from "../../scan/products";
import { shownVaccine } from "../../text/vaccines";
import { day, t } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf } from "./checks";
import { LoadFields, type LoadValues, loadErrors, loadTold } from "./load_fields";
import { VialScanner } from "./scanner";

const BLANK = { cvx: "", mvx: "", number: "", expires: "", product: "", ndc: "", gtin: "" };

export function Load({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft("stock", {
    ...BLANK,
    doses: "10",
    container: now.clinic.lots[0]?.container ?? "",
    funding: "" as LoadValues["funding"],
  });
  const [tried, setTried] = useState(false);
  const [scanning, setScanning] = useState(false);
  const ofCode = otherThan(values.gtin, values.cvx);
  const codeSays = ofCode === undefined ? undefined : t("code_is_other", { vaccine: shownVaccine(ofCode) });
  const wrong = loadErrors(values);
  const errors = {
    ...wrong,
    cvx: wrong.cvx ?? codeSays,
    number: wrong.number ?? loadedAs(now, values),
    expires:
      wrong.expires ??
      (values.expires < now.today ? t("found_lot_expired", { about: day(values.expires) }) : expiryBefore(now, values)),
  };
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
    const { funding, gtin } = values;
    if (anyOf(errors) || funding === "") return;
    const { product, ndc, ...told } = loadTold({ ...values, funding });
    const optional = Object.entries({ product, ndc, gtin }).filter(([, value]) => value !== "");
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.loaded", { ...told, ...Object.fromEntries(optional) });
    await drop();
    set(BLANK);
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
      {values.gtin === "" ? null : (
        <p class="hint">
          {t("gtin_read", { gtin: values.gtin })}{" "}
          <Button kind="quiet" onClick={() => set({ gtin: "" })}>
            {t("gtin_forget")}
          </Button>
        </p>
      )}
      <LoadFields values={values} set={set} errors={tried ? errors : {}} />
      <Button onClick={save}>{t("save_lot")}</Button>
    </details>
  );
}

type Label = Pick<LoadValues, "cvx" | "mvx" | "number" | "expires">;

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
