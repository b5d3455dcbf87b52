/** The fields of a vial (vial.ts): lots in use, what the child lacks first; one typed from its label; a code before all. */

import { useState } from "preact/hooks";
import { Button, Choice, Field, Select } from "../../components/parts";
import type { DoseAdministered } from "../../events/generated";
import { type Lot, lotKey } from "../../projections/clinic";
import { lotNumber } from "../../projections/loads";
import type { Student } from "../../projections/student";
import type { VialCode } from "../../scan/gs1";
import { MAKERS, nameOfMaker } from "../../text/makers";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import type { View } from "../view";
import { ExpiresField } from "./expires";
import { VialScanner } from "./scanner";
import { fromCode, inStock, type LotValues, labelBoxes, lotErrors, OTHER_MAKER, TYPED, typedBoxes } from "./vial";

export type Site = DoseAdministered["site"];
export type Route = DoseAdministered["route"];

/** Where a nurse gives a vaccine, and by which route. */
export const SITES: readonly Site[] = ["left_deltoid", "right_deltoid", "left_thigh", "right_thigh", "mouth", "nose"];
export const ROUTES: readonly Route[] = ["IM", "SC", "ID", "PO", "NASAL"];
export const COMMON_VACCINES = [
  "115",
  "20",
  "130",
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
/** The usual vaccines, and one that came from elsewhere (a code, a record) where it is none of them. */
export const vaccineOptions = (present: string): [string, string][] =>
  (present === "" || COMMON_VACCINES.includes(present) ? COMMON_VACCINES : [present, ...COMMON_VACCINES]).map((cvx) => [
    cvx,
    shownVaccine(cvx),
  ]);
export const makerName = (mvx: string): string => nameOfMaker(mvx) ?? word("maker", "other");

/** A list's options with what is chosen among them, or with the question where nothing is. */
export const chosen = (options: readonly (readonly [string, string])[], present: string): [string, string][] => [
  ...(present === "" ? [["", t("choose")] as [string, string]] : []),
  ...(present === "" || options.some(([value]) => value === present) ? [] : [[present, present] as [string, string]]),
  ...options.map(([value, words]): [string, string] => [value, words]),
];

export type LabelValues = Pick<LotValues, "cvx" | "mvx" | "number" | "expires">;

/** What a label says of a vial or a box, typed from it. */
export function LabelFields(props: {
  readonly values: LabelValues;
  readonly set: (changes: Partial<LabelValues>) => void;
  /** As far as they are to be said already. */
  readonly errors: Readonly<Partial<Record<keyof LabelValues, string | undefined>>>;
}) {
  const { values, set, errors } = props;
  return (
    <>
      <Select
        label={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={chosen(vaccineOptions(values.cvx), values.cvx)}
        error={errors.cvx}
      />
      <Select
        label={t("maker")}
        value={values.mvx}
        onChange={(mvx) => set({ mvx })}
        options={chosen([...MAKERS, [OTHER_MAKER, word("maker", "other")]], values.mvx)}
        error={errors.mvx}
      />
      <Field
        label={t("lot_number")}
        value={values.number}
        onInput={(number) => set({ number })}
        error={errors.number}
      />
      <ExpiresField value={values.expires} onInput={(expires) => set({ expires })} error={errors.expires} />
    </>
  );
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
  const ofNumber = now.clinic.lots.filter((one) => lotNumber(one.lot) === lotNumber(lot.lot));
  const maker = ofNumber.some(({ mvx }) => mvx !== lot.mvx) ? ` · ${makerName(lot.mvx)}` : "";
  const box = ofNumber.length > 1 ? `${maker} · ${lot.container} · ${word("funding", lot.funding)}` : "";
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
  const isGone = values.lot !== "" && values.lot !== TYPED && inStock(now.clinic, values.lot) === undefined;
  const errors = tried || isGone ? lotErrors(now.clinic, values) : {};
  const option = (lot: Lot): LotOption => [lotKey(lot), shownVaccine(lot.cvx), lotWords(lot, now, student)];
  const read = values.label === null ? [] : labelBoxes(now.clinic, values.label);
  const typed = values.lot === TYPED ? typedBoxes(now.clinic, values) : [];
  const options = [
    ...(read.length > 0 ? read : inOrder(now, student)).map(option),
    ...(read.length > 0 ? [] : [[TYPED, t("lot_typed"), t("lot_typed_hint")] as LotOption]),
  ];
  const [scanning, setScanning] = useState(false);
  // Once chosen, the others fold away: what stands against the dose comes into sight.
  const isThere = options.some(([key]) => key === values.lot);
  const shown = isThere ? options.filter(([key]) => key === values.lot) : options;
  const take = (code: VialCode): string | undefined => {
    const taken = fromCode(now.clinic, code);
    if ("refused" in taken) {
      const { lot, cvx } = taken.refused;
      return t("code_other_product", { lot, vaccine: shownVaccine(cvx) });
    }
    set(taken.values);
    setScanning(false);
    return undefined;
  };
  const scan = scanning ? (
    <VialScanner onCode={take} onClose={() => setScanning(false)} />
  ) : (
    <div class="rowfoot">
      <Button kind="quiet" onClick={() => setScanning(true)}>
        {t("scan")}
      </Button>
    </div>
  );
  return (
    <>
      {values.lot === "" ? scan : null}
      <Choice
        legend={t(values.lot === "" && read.length > 0 ? "which_box" : "vaccine_lot")}
        wide
        value={values.lot}
        onChange={(lot) => {
          setScanning(false);
          set({ lot });
        }}
        options={shown}
        error={errors.lot}
      />
      {values.lot === "" && read.length === 0 ? null : (
        <div class="rowfoot">
          <Button kind="quiet" onClick={() => set({ lot: "", label: null })}>
            {t("another_lot")}
          </Button>
        </div>
      )}
      {values.lot === TYPED ? scan : null}
      {values.lot === TYPED ? (
        <>
          <LabelFields values={values} set={set} errors={errors} />
          {typed.length > 1 ? (
            <Choice
              legend={t("which_box")}
              wide
              value=""
              onChange={(lot) => set({ lot, label: { gtin: "", lot: values.number, expires: values.expires } })}
              options={typed.map(option)}
              error={errors.box}
            />
          ) : null}
        </>
      ) : null}
    </>
  );
}
