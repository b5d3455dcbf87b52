/**
 * What a correction of a dose changes, and what it brings to light: a lot that turns out to be recalled, a vaccine the
 * child is allergic to. The first writing stays; only fields that differ are in the correction.
 */
import { isCivilDate } from "../../events/dates";
import type { DoseCorrected } from "../../events/generated";
import type { Clinic } from "../../projections/clinic";
import type { Finding, Findings } from "../../projections/found";
import type { DoseLine } from "../../projections/history";
import { lotNumber } from "../../projections/loads";
import { lineOf } from "../../projections/stock";
import type { Student } from "../../projections/student";
import { expiryWarnings, stockStops } from "../../projections/vial";
import { t } from "../../text/words";
import type { View } from "../view";
import { against } from "./against";
import { dateError, lotNumberError, millilitres, needed, volumeError } from "./checks";
import { lotErrors, NO_LOT, TYPED, typedBoxes, type Vial } from "./vial";

export interface Corrected {
  readonly cvx: string;
  readonly on: string;
  readonly lot: string;
  readonly expires: string;
  readonly mvx: string;
  readonly site: string;
  readonly route: string;
  readonly volume: string;
}

export const asRecorded = (dose: DoseLine): Corrected => ({
  cvx: dose.cvx,
  on: dose.given_on,
  lot: dose.lot,
  expires: dose.expires_on,
  mvx: dose.mvx,
  site: dose.site,
  route: dose.route,
  volume: dose.dose_ml === null ? "" : String(dose.dose_ml),
});

/** What goes with a lot number: as its stock was loaded, or as it stood; of any other the label must be read again. */
export function ofLot(clinic: Clinic, dose: DoseLine, lot: string): Partial<Corrected> {
  if (dose.basis === "historical") return { lot };
  if (lotNumber(lot) === lotNumber(dose.lot)) return { lot, cvx: dose.cvx, mvx: dose.mvx, expires: dose.expires_on };
  const loaded = lineOf(clinic.lots, { ...dose, lot });
  return loaded === null ? { lot, expires: "" } : { lot, cvx: loaded.cvx, mvx: loaded.mvx, expires: loaded.expires_on };
}

/** The fields of the event; only those that differ. An emptied field changes nothing: what was said cannot be unsaid. */
export function changesOf(dose: DoseLine, values: Corrected): Omit<DoseCorrected, "event" | "reason"> {
  const was = asRecorded(dose);
  const differs = (field: keyof Corrected) => values[field].trim() !== "" && values[field].trim() !== was[field];
  const volume = millilitres(values.volume);
  return {
    ...(differs("cvx") ? { cvx: values.cvx } : {}),
    ...(differs("on") ? { given_on: values.on } : {}),
    ...(differs("lot") ? { lot: values.lot.trim().toUpperCase() } : {}),
    ...(differs("mvx") ? { mvx: values.mvx } : {}),
    ...(differs("site") ? { site: values.site as NonNullable<DoseCorrected["site"]> } : {}),
    ...(differs("route") ? { route: values.route as NonNullable<DoseCorrected["route"]> } : {}),
    ...(differs("volume") && volume !== dose.dose_ml ? { dose_ml: volume } : {}),
    ...(differs("expires") ? { expires_on: values.expires } : {}),
  };
}

type Errors = Readonly<Record<keyof Corrected, string | undefined>>;

export function correctionErrors(now: View, student: Student, dose: DoseLine, values: Corrected): Errors {
  const isOurs = dose.basis === "administered";
  const typed = {
    ...NO_LOT,
    lot: TYPED,
    cvx: values.cvx,
    number: values.lot,
    expires: values.expires,
    mvx: values.mvx,
  };
  return {
    cvx: isOurs ? needed(values.cvx) : undefined,
    on: values.on === dose.given_on ? undefined : dateError(values.on, student.birthDate, now.today, !isOurs),
    lot: isOurs ? lotErrors(now.clinic, typed).number : values.lot === "" ? undefined : lotNumberError(values.lot),
    expires: !isOurs || isCivilDate(values.expires) || values.lot === dose.lot ? undefined : t("expiry_bad"),
    mvx: isOurs ? needed(values.mvx) : undefined,
    site: undefined,
    route: undefined,
    volume: isOurs ? volumeError(values.volume) : undefined,
  };
}

/** What the dose as corrected was given against, and the dose as first written was not. Only of doses given here. */
export function broughtToLight(now: View, student: Student, dose: DoseLine, values: Corrected): Findings {
  if (dose.basis === "historical" || !isCivilDate(values.on)) return { stops: [], warnings: [] };
  const before = foundOf(now, student, dose, asRecorded(dose));
  const after = foundOf(now, student, dose, values);
  return { stops: fresh(before.stops, after.stops), warnings: fresh(before.warnings, after.warnings) };
}

const fresh = (before: readonly Finding[], after: readonly Finding[]): Finding[] =>
  after.filter((one) => !before.some(({ code, about }) => code === one.code && about === one.about));

/** Of another clinic's dose this phone knows neither consent nor order, but what was said of lots here. */
function foundOf(now: View, student: Student, dose: DoseLine, values: Corrected): Findings {
  const vial = vialAs(now.clinic, dose, values);
  const seen = {
    expiresOn: vial.expires_on,
    stockExpiresOn: vial.stock_expires_on,
    stockOtherwise: vial.stock_otherwise,
    held: vial.held,
    on: values.on,
  };
  if (dose.clinic !== now.clinic.id) return { stops: stockStops(seen), warnings: expiryWarnings(seen) };
  const doseMl = volumeError(values.volume) === undefined ? { doseMl: millilitres(values.volume) } : {};
  const how = { route: values.route, site: values.site, ...doseMl };
  const { stops, warnings } = against(now, student, vial, {
    on: values.on,
    how,
    handed: true,
    isNow: false,
    entered: "",
  });
  return { stops, warnings: warnings.filter(({ code }) => OF_THE_VIAL.has(code)) };
}

/** Warnings that a correction is for. Too early, not due and the like the office sees as discrepancies. */
const OF_THE_VIAL: ReadonlySet<string> = new Set([
  "lot_unknown",
  "expiry_differs",
  "stock_expiry_differs",
  "order_site",
  "age",
]);

function vialAs(clinic: Clinic, { container, funding }: DoseLine, { cvx, lot, mvx, expires }: Corrected): Vial {
  const [box] = typedBoxes(clinic, { ...NO_LOT, cvx, number: lot, mvx });
  return {
    ...{ cvx, mvx, lot, container, expires_on: expires },
    stock_expires_on: box?.expires_on ?? "",
    stock_otherwise: box?.expiresOtherwise ?? "",
    funding: box?.funding ?? (funding === "private" || funding === "vfc" || funding === "state" ? funding : "other"),
    held: clinic.heldWhy(lot, mvx),
    listed: box !== undefined,
  };
}
