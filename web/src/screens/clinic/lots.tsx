/** Which vial: a lot in use at this clinic, or one typed by hand from its label. */

import { useState } from "preact/hooks";
import { Button, Choice, Field, Select } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { StockLoaded } from "../../events/generated";
import { type Lot, lotKey } from "../../projections/clinic";
import type { Student } from "../../projections/student";
import { itemOf, type VialCode } from "../../scan/gs1";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import type { View } from "../view";
import { lotNumberError, needed } from "./checks";
import { VialScanner } from "./scanner";

export interface LotValues {
  /** The key of a lot in use, or `typed`. */
  readonly lot: string;
  readonly cvx: string;
  readonly number: string;
  readonly expires: string;
  readonly mvx: string;
}

export const NO_LOT: LotValues = { lot: "", cvx: "", number: "", expires: "", mvx: "" };
export const TYPED = "typed";
export const COMMON_VACCINES = [
  "115",
  "20",
  "10",
  "03",
  "21",
  "94",
  "08",
  "150",
  "165",
  "203",
  "163",
  "83",
  "09",
  "133",
];
export const MAKERS: readonly (readonly [string, string])[] = [
  ["SKB", "GSK"],
  ["MSD", "Merck"],
  ["PMC", "Sanofi"],
  ["PFR", "Pfizer"],
  ["SEQ", "Seqirus"],
  ["MED", "MedImmune"],
  ["MOD", "Moderna"],
  ["NVX", "Novavax"],
  ["DVX", "Dynavax"],
  ["MBL", "MassBiologics"],
];

/** The vial that was chosen. `listed`: it is in the clinic's stock. */
export interface Vial extends Pick<StockLoaded, "cvx" | "mvx" | "lot" | "expires_on" | "funding" | "container"> {
  readonly held: Lot["held"];
  readonly listed: boolean;
}

export function lotErrors(values: LotValues): Readonly<Record<string, string | undefined>> {
  if (values.lot === "") return { lot: t("required") };
  if (values.lot !== TYPED) return {};
  return {
    cvx: needed(values.cvx),
    number: lotNumberError(values.number),
    expires: isCivilDate(values.expires) ? undefined : t("expiry_bad"),
    mvx: needed(values.mvx),
  };
}

export function vialOf(now: View, values: LotValues): Vial | null {
  const listed = now.clinic.lots.find((one) =>
    values.lot === TYPED
      ? one.cvx === values.cvx && one.lot.toUpperCase() === values.number.trim().toUpperCase()
      : lotKey(one) === values.lot,
  );
  if (listed !== undefined) return { ...listed, listed: true };
  if (values.lot !== TYPED || Object.values(lotErrors(values)).some(Boolean)) return null;
  return {
    cvx: values.cvx,
    mvx: values.mvx,
    lot: values.number.trim().toUpperCase(),
    expires_on: values.expires,
    funding: "other",
    container: "",
    held: null,
    listed: false,
  };
}

/** The lot in use that a code names; else its values as if typed, the vaccine too where its GTIN is known here. */
export function fromCode(now: View, code: VialCode): Partial<LotValues> {
  const { lots } = now.clinic;
  const listed = lots.find((lot) => lot.lot.toUpperCase() === code.lot.toUpperCase());
  if (listed !== undefined) return { lot: lotKey(listed) };
  const known = lots.find((lot) => lot.gtin && itemOf(lot.gtin) === itemOf(code.gtin));
  return { lot: TYPED, number: code.lot, expires: code.expires, cvx: known?.cvx ?? "", mvx: known?.mvx ?? "" };
}

/** Lots for what the child lacks come first, what must not be used last. */
function inOrder(now: View, student: Student): readonly Lot[] {
  const rank = (lot: Lot): number =>
    lot.held !== null || lot.expires_on < now.today ? 2 : now.isDue(student, lot.cvx) ? 0 : 1;
  return [...now.clinic.lots].sort((one, two) => rank(one) - rank(two));
}

type LotOption = [string, string, string];

function lotWords(lot: Lot, now: View, student: Student): string {
  if (lot.held !== null) return `${lot.lot} · ${t("held_lot")}`;
  if (lot.expires_on < now.today) return `${lot.lot} · ${t("expired_short", { day: day(lot.expires_on) })}`;
  const due = now.isDue(student, lot.cvx) ? `${t("due")} · ` : "";
  const many = now.clinic.lots.filter((one) => one.lot === lot.lot).length > 1;
  const box = many ? ` · ${lot.container} · ${word("funding", lot.funding)}` : "";
  return `${due}${lot.lot}${box} · ${t("expires", { day: day(lot.expires_on) })}`;
}

export function LotFields(props: {
  readonly now: View;
  readonly student: Student;
  readonly values: LotValues;
  readonly set: (changes: Partial<LotValues>) => void;
  readonly tried: boolean;
}) {
  const { now, student, values, set, tried } = props;
  const errors = tried ? lotErrors(values) : {};
  const options = [
    ...inOrder(now, student).map((lot): LotOption => [lotKey(lot), shownVaccine(lot.cvx), lotWords(lot, now, student)]),
    [TYPED, t("lot_typed"), t("lot_typed_hint")] as LotOption,
  ];
  const [scanning, setScanning] = useState(false);
  // Once chosen, the others fold away: what stands against the dose comes into sight.
  const shown = values.lot === "" ? options : options.filter(([key]) => key === values.lot);
  return (
    <>
      <Choice
        legend={t("vaccine_lot")}
        wide
        value={values.lot}
        onChange={(lot) => set({ lot })}
        options={shown}
        error={errors.lot}
      />
      <div class="rowfoot">
        {values.lot === "" ? null : (
          <Button kind="quiet" onClick={() => set({ lot: "" })}>
            {t("another_lot")}
          </Button>
        )}
        {scanning || (values.lot !== "" && values.lot !== TYPED) ? null : (
          <Button kind="quiet" onClick={() => setScanning(true)}>
            {t("scan")}
          </Button>
        )}
      </div>
      {scanning ? (
        <VialScanner
          onCode={(code) => {
            set(fromCode(now, code));
            setScanning(false);
          }}
          onClose={() => setScanning(false)}
        />
      ) : null}
      {values.lot === TYPED ? (
        <>
          <Select
            label={t("vaccine")}
            value={values.cvx}
            onChange={(cvx) => set({ cvx })}
            options={[["", t("choose")], ...COMMON_VACCINES.map((cvx): [string, string] => [cvx, shownVaccine(cvx)])]}
            error={errors.cvx}
          />
          <Field
            label={t("lot_number")}
            value={values.number}
            onInput={(number) => set({ number })}
            error={errors.number}
          />
          <Field
            label={t("lot_expires")}
            type="date"
            value={values.expires}
            onInput={(expires) => set({ expires })}
            error={errors.expires}
            hint={t("lot_expires_hint")}
          />
          <Select
            label={t("maker")}
            value={values.mvx}
            onChange={(mvx) => set({ mvx })}
            options={[
              ["", t("choose")],
              ...MAKERS.map(([mvx, name]): [string, string] => [mvx, name]),
              ["OTH", word("maker", "other")],
            ]}
            error={errors.mvx}
          />
        </>
      ) : null}
    </>
  );
}
