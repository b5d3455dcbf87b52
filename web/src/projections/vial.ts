/**
 * What the vial in the hand and the standing order say against a dose.
 *
 *     expiry   as the vial says (scanned, typed) and as its stock was loaded: the earliest stops, a difference warns
 *     hold     recalled, too warm, set aside: by lot number, whether or not the lot is in stock here
 *     order    another route or dose stops: nobody ordered it; another place on the body warns
 */
import { beside, type HowGiven, type Lot, type Order } from "./clinic";
import { type Finding, type Findings, found } from "./found";

export interface VialSeen {
  /** As the vial says, where it was scanned or typed. */
  readonly expiresOn: string;
  /** As its stock was loaded; empty where it is not in stock. */
  readonly stockExpiresOn: string;
  /** A later day that another of its loads says; empty where all say the same. */
  readonly stockOtherwise?: string;
  readonly held: Lot["held"];
  /** The day it is given. */
  readonly on: string;
}

/** The earlier of two expiries counts: one of them was misread, and nobody knows which. */
export function stockStops({ expiresOn, stockExpiresOn, on, held }: VialSeen): Finding[] {
  const [expires = ""] = [expiresOn, stockExpiresOn].filter((day) => day !== "").sort();
  return [
    ...(expires !== "" && expires < on ? [found("lot_expired", expires)] : []),
    ...(held === null ? [] : [found("lot_held", held)]),
  ];
}

export function expiryWarnings({ expiresOn, stockExpiresOn, stockOtherwise = "" }: VialSeen): Finding[] {
  const isSame = expiresOn === stockExpiresOn || expiresOn === "" || stockExpiresOn === "";
  if (!isSame) return [found("expiry_differs", `${expiresOn} ${stockExpiresOn}`)];
  return stockOtherwise === "" ? [] : [found("stock_expiry_differs", `${stockExpiresOn} ${stockOtherwise}`)];
}

/** Another route or dose is not what was ordered; another place on the body may have its reason. */
export function orderFindings(order: Order, how: Partial<HowGiven>): Findings {
  const amiss = beside(order, how);
  return {
    stops: [
      ...(amiss.includes("route") ? [found("order_route", `${order.route} ${how.route}`)] : []),
      ...(amiss.includes("doseMl") ? [found("order_dose", `${order.dose_ml} ${how.doseMl}`)] : []),
    ],
    warnings: amiss.includes("site") ? [found("order_site", order.sites.join(" "))] : [],
  };
}
