/**
 * What a nurse must know before a dose: allergies and contraindications, as they stand. Mirrors projections/care.py.
 * What each speaks against is components.ts; this is on the way to the roster, and small.
 */
import type { ContraindicationRecorded } from "../events/generated";
import { compareFacts, type Fact, type Shelf } from "./fact";

export interface Alert {
  readonly fact: Fact;
  readonly kind: "allergy" | "contraindication";
  readonly text: string;
  readonly anaphylaxis: boolean;
  readonly antigens: readonly string[];
  readonly cvx: readonly string[];
  /** Last day (YYYY-MM-DD) it stands; empty for good. */
  readonly until: string;
  /** Why it no longer stands; null while it does. */
  readonly lifted: string | null;
}

export function alertsOf(shelf: Shelf): readonly Alert[] {
  const allergies = shelf.of("allergy.recorded").map(
    ({ fact, payload }): Alert => ({
      ...blank(fact, shelf),
      kind: "allergy",
      text: payload.substance,
      anaphylaxis: payload.anaphylaxis,
    }),
  );
  const others = shelf
    .of("contraindication.recorded")
    .map(({ fact, payload }): Alert => ({ ...blank(fact, shelf), ...reach(payload), text: payload.reason }));
  return [...allergies, ...others].sort((one, two) => compareFacts(one.fact, two.fact));
}

export const standsOn = (alert: Alert, day: string): boolean =>
  alert.lifted === null && (alert.until === "" || day <= alert.until);

function blank(fact: Fact, shelf: Shelf): Alert {
  const lifted = shelf.about(fact.header.id, "contraindication.lifted")[0]?.payload.reason ?? null;
  return { fact, kind: "contraindication", text: "", anaphylaxis: false, antigens: [], cvx: [], until: "", lifted };
}

function reach(told: ContraindicationRecorded): Pick<Alert, "antigens" | "cvx" | "until"> {
  return { antigens: told.antigens ?? [], cvx: told.cvx ?? [], until: told.until ?? "" };
}
