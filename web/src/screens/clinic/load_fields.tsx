/** What a label and a box say of a load, typed once for all: when it is put in, and when it was written down wrongly. */
import { Field, Select } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { StockLoaded } from "../../events/generated";
import { DOSES_MAX } from "../../projections/closing";
import { ndcsOf } from "../../scan/gs1";
import { otherThanNdc } from "../../scan/products";
import { shownVaccine } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { countError, lotNumberError, needed } from "./checks";
import { chosen, LabelFields, type LabelValues } from "./lots";

const FUNDINGS: readonly StockLoaded["funding"][] = ["vfc", "state", "private", "other"];

export interface LoadValues extends LabelValues {
  readonly product: string;
  readonly ndc: string;
  readonly doses: string;
  readonly container: string;
  readonly funding: StockLoaded["funding"] | "";
}

export type LoadErrors = Readonly<Partial<Record<keyof LoadValues, string | undefined>>>;

/** What the NDC says of the vaccine chosen beside it, if that is another. */
function ndcSays({ ndc, cvx }: LoadValues): string | undefined {
  const other = otherThanNdc(ndc, cvx);
  return other === undefined ? undefined : t("ndc_is_other", { vaccine: shownVaccine(other) });
}

/** What is wrong with each field by itself. */
export const loadErrors = (values: LoadValues): LoadErrors => ({
  cvx: needed(values.cvx),
  mvx: needed(values.mvx),
  number: lotNumberError(values.number),
  expires: isCivilDate(values.expires) ? undefined : t("expiry_bad"),
  ndc: values.ndc.trim() === "" ? undefined : ndcsOf(values.ndc).length === 0 ? t("ndc_bad") : ndcSays(values),
  doses: countError(values.doses, DOSES_MAX),
  container: needed(values.container),
  funding: needed(values.funding),
});

/** The load as it is recorded; only of fields without an error. */
export const loadTold = (values: LoadValues & { readonly funding: StockLoaded["funding"] }) => ({
  cvx: values.cvx,
  mvx: values.mvx,
  lot: values.number.trim().toUpperCase(),
  expires_on: values.expires,
  product: values.product.trim(),
  ndc: values.ndc.trim(),
  doses: Number(values.doses),
  container: values.container.trim(),
  funding: values.funding,
});

export function LoadFields(props: {
  readonly values: LoadValues;
  readonly set: (changes: Partial<LoadValues>) => void;
  /** As far as they are to be said already. */
  readonly errors: LoadErrors;
}) {
  const { values, set, errors } = props;
  return (
    <>
      <LabelFields values={values} set={set} errors={errors} />
      <Field label={t("product")} value={values.product} onInput={(product) => set({ product })} />
      <Field label={t("ndc")} value={values.ndc} onInput={(ndc) => set({ ndc })} error={errors.ndc} />
      <div class="two">
        <Field
          label={t("doses")}
          inputMode="numeric"
          value={values.doses}
          onInput={(doses) => set({ doses })}
          error={errors.doses}
        />
        <Field
          label={t("container")}
          value={values.container}
          onInput={(container) => set({ container })}
          error={errors.container}
        />
      </div>
      <Select
        label={t("funding")}
        value={values.funding}
        onChange={(funding) => set({ funding: funding as StockLoaded["funding"] })}
        options={chosen(
          FUNDINGS.map((one) => [one, word("funding", one)] as const),
          values.funding,
        )}
        error={errors.funding}
      />
    </>
  );
}
