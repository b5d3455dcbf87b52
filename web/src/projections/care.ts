/**
 * What a nurse must know before a dose: allergies, contraindications, who allowed or refused what. Mirrors
 * projections/care.py: consent is per vaccine, the latest word of each signer counts, one's no stops another's yes.
 */
import type { ConsentGiven, ContraindicationRecorded } from "../events/generated";
import { brings } from "../law/codes";
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

/** One person's last word on one vaccine. `given` is null for a refusal. */
export interface ConsentLine {
  readonly fact: Fact;
  readonly cvx: string;
  readonly signer: string;
  readonly on: string;
  readonly given: ConsentGiven | null;
  readonly withdrawn: boolean;
}

/** `conflict`: one person with standing says yes, another no. It blocks until they agree. */
export type ConsentState = "given" | "refused" | "withdrawn" | "conflict" | "none";

export interface Consent {
  readonly state: ConsentState;
  /** Whose word decided. */
  readonly signer: string;
  /** The consent event a dose is given under. */
  readonly event: string | null;
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

/** Every word on every vaccine, one line a vaccine, in log order. */
export function consentLines(shelf: Shelf): readonly ConsentLine[] {
  const yes = shelf.of("consent.given").flatMap(({ fact, payload }) =>
    payload.cvx.map(
      (cvx): ConsentLine => ({
        fact,
        cvx,
        signer: payload.signer,
        on: payload.on,
        given: payload,
        withdrawn: shelf.about(fact.header.id, "consent.withdrawn").length > 0,
      }),
    ),
  );
  const no = shelf.of("consent.refused").flatMap(({ fact, payload }) =>
    payload.cvx.map(
      (cvx): ConsentLine => ({
        fact,
        cvx,
        signer: payload.signer,
        on: payload.on,
        given: null,
        withdrawn: false,
      }),
    ),
  );
  return [...yes, ...no].sort((one, two) => compareFacts(one.fact, two.fact));
}

/**
 * Whether this vaccine may be given on a day at a clinic, and on whose word. A no is one to whatever brings the vaccine
 * refused; a yes allows what it names.
 */
export function consentFor(lines: readonly ConsentLine[], cvx: string, day: string, clinic: string): Consent {
  const last = new Map<string, ConsentLine>();
  for (const line of lines) {
    const isNo = line.given === null || line.withdrawn;
    if (line.cvx === cvx || (isNo && brings(cvx, line.cvx))) last.set(line.signer.trim().toLowerCase(), line);
  }
  const words = [...last.values()];
  const yes = words.find((line) => allows(line, day, clinic));
  const no = words.find((line) => line.given === null);
  if (no !== undefined && yes !== undefined) return { state: "conflict", signer: no.signer, event: null };
  if (no !== undefined) return { state: "refused", signer: no.signer, event: null };
  if (yes !== undefined) return { state: "given", signer: yes.signer, event: yes.fact.header.id };
  const withdrawn = words.find((line) => line.withdrawn);
  if (withdrawn !== undefined) return { state: "withdrawn", signer: withdrawn.signer, event: null };
  return { state: "none", signer: "", event: null };
}

function allows(line: ConsentLine, day: string, clinic: string): boolean {
  if (line.given === null || line.withdrawn || day < line.on) return false;
  if (line.given.until != null && day > line.given.until) return false;
  return line.given.clinic == null || line.given.clinic === clinic;
}
