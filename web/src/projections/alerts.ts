/**
 * What a nurse must know before a dose: allergies, contraindications, and severe reactions to an earlier one. Mirrors
 * projections/alerts.py. What each speaks against is components.ts; this is on the way to the roster, and small.
 */
import type { ContraindicationRecorded } from "../events/generated";
import { civilDay, compareFacts, type Fact, type Shelf } from "./fact";
import { doseLines } from "./history";
import { type Reaction, reactionsOf } from "./reactions";

export interface Alert {
  readonly fact: Fact;
  readonly kind: "allergy" | "contraindication";
  readonly text: string;
  readonly anaphylaxis: boolean;
  readonly antigens: readonly string[];
  readonly cvx: readonly string[];
  /** Last day (YYYY-MM-DD) it stands; empty for good. */
  readonly until: string;
  /** The doses a severe reaction came after: it is a contraindication of their vaccines. */
  readonly after: readonly string[];
  /** Why it no longer stands; null while it does. */
  readonly lifted: string | null;
  readonly liftedBy: Fact | null;
}

export function alertsOf(shelf: Shelf): readonly Alert[] {
  const allergies = shelf.of("allergy.recorded").map(
    ({ fact, payload }): Alert => ({
      ...blank(fact, shelf),
      kind: "allergy",
      text: payload.substance,
      anaphylaxis: payload.anaphylaxis || saysAnaphylaxis(payload.substance),
    }),
  );
  const others = shelf
    .of("contraindication.recorded")
    .map(({ fact, payload }): Alert => ({ ...blank(fact, shelf), ...reach(payload), text: payload.reason }));
  return [...allergies, ...others, ...severeReactions(shelf)].sort((one, two) => compareFacts(one.fact, two.fact));
}

export const standsOn = (alert: Alert, day: string): boolean =>
  alert.lifted === null && (alert.until === "" || day <= alert.until);

/** Whether it stood on a day of before: what was written later was not known then, what was lifted later not lifted. */
export const stoodOn = (alert: Alert, day: string): boolean =>
  writtenOn(alert.fact) <= day && standsOn(wasLiftedBy(alert, day) ? alert : { ...alert, lifted: null }, day);

const wasLiftedBy = ({ liftedBy }: Alert, day: string): boolean => liftedBy !== null && writtenOn(liftedBy) <= day;

/** The day it was written, by the device or, where its clock was ahead, by the log. */
function writtenOn({ header, receivedAt }: Fact): string {
  const told = Date.parse(header.recorded_at);
  return civilDay(Math.min(told, receivedAt ?? told));
}

function severeReactions(shelf: Shelf): Alert[] {
  const severe = reactionsOf(shelf).filter(isSevere);
  if (severe.length === 0) return [];
  const standing = doseLines(shelf).filter((dose) => dose.voidReason === null && dose.cvx !== "");
  const given = new Map(standing.map((dose) => [dose.event, dose.cvx]));
  return severe.flatMap(({ fact, told }): Alert[] => {
    const cvx = [...new Set(told.doses.flatMap((dose) => given.get(dose) ?? []))];
    return cvx.length === 0 ? [] : [{ ...blank(fact, shelf), text: told.description, cvx, after: told.doses }];
  });
}

/** Anaphylaxis by name or by its treatment, or a danger to life as it was assessed. */
const isSevere = ({ told, assessed }: Reaction): boolean =>
  (told.epinephrine_at ?? []).length > 0 ||
  (assessed?.results ?? []).some((one) => one === "life_threatening" || one === "died") ||
  saysAnaphylaxis(told.description);

const NAMED = /(?<![\p{L}\p{N}_])ana(ph|f)/iu;
const DENIED =
  /(?<![\p{L}\p{N}_])(no|not|non|never|without|denies|denied|sin|nunca|jamás|niega|negó)(?![\p{L}\p{N}_])/iu;

/** Whether words name it, in English or Spanish, and none of them says no. */
const saysAnaphylaxis = (written: string): boolean => NAMED.test(written) && !DENIED.test(written);

function blank(fact: Fact, shelf: Shelf): Alert {
  const lifted = shelf.about(fact.header.id, "contraindication.lifted")[0];
  return {
    ...{ fact, kind: "contraindication", text: "", anaphylaxis: false, antigens: [], cvx: [], until: "", after: [] },
    ...{ lifted: lifted?.payload.reason ?? null, liftedBy: lifted?.fact ?? null },
  };
}

function reach(told: ContraindicationRecorded): Pick<Alert, "antigens" | "cvx" | "until"> {
  return { antigens: told.antigens ?? [], cvx: told.cvx ?? [], until: told.until ?? "" };
}
