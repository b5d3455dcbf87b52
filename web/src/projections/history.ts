/**
 * A child's doses as the record knows them: what was written first, what was corrected, what never happened. Mirrors
 * projections/history.py.
 */
import { earliest, latest } from "../events/dates";
import type { Giver } from "../events/generated";
import { compareText, type Fact, type Shelf } from "./fact";
import { looksAt } from "./second_look";

export interface DoseLine {
  readonly fact: Fact;
  readonly event: string;
  readonly basis: "administered" | "historical";
  readonly cvx: string;
  readonly given_on: string;
  readonly lot: string;
  readonly as_written: string;
  readonly source: string;
  readonly recorder: string;
  readonly giver: Giver | null;
  readonly clinic: string | null;
  readonly container: string;
  readonly mvx: string;
  readonly site: string;
  readonly route: string;
  /** Millilitres; null where nobody said. */
  readonly dose_ml: number | null;
  readonly expires_on: string;
  readonly funding: string;
  /** Copied from the clinic's paper form after the dose. */
  readonly fromPaper: boolean;
  /** The number of that form; empty where it had none. */
  readonly paperForm: string;
  /** As the paper says, in UTC; empty where it was recorded as it was given. */
  readonly givenAt: string;
  /** The standing order it was given under. */
  readonly order: string | null;
  /** A second person compared it, as it now stands, with its paper and agreed, or did not; null: nobody has yet. */
  readonly verified: boolean | null;
  readonly corrections: number;
  readonly voidReason: string | null;
}

const CORRECTABLE = ["cvx", "given_on", "lot", "mvx", "site", "route", "dose_ml", "expires_on", "told"] as const;

/** Every dose on a shelf, voided ones included, by the day given. */
export function doseLines(shelf: Shelf): DoseLine[] {
  const given = shelf.of("dose.administered").map(
    ({ fact, payload }): DoseLine => ({
      ...blank(fact),
      basis: "administered",
      cvx: payload.cvx,
      given_on: payload.given_on,
      lot: payload.lot,
      as_written: payload.product ?? "",
      giver: payload.giver,
      clinic: payload.clinic ?? null,
      container: payload.container ?? "",
      mvx: payload.mvx,
      site: payload.site,
      route: payload.route,
      dose_ml: payload.dose_ml,
      expires_on: payload.expires_on ?? "",
      funding: payload.funding ?? "",
      fromPaper: payload.from_paper === true,
      paperForm: payload.paper_form ?? "",
      givenAt: payload.given_at ?? "",
      order: payload.order ?? null,
    }),
  );
  const told = shelf.of("dose.recorded").map(
    ({ fact, payload }): DoseLine => ({
      ...blank(fact),
      basis: "historical",
      cvx: payload.cvx ?? "",
      given_on: payload.given_on ?? "",
      lot: payload.lot ?? "",
      mvx: payload.mvx ?? "",
      as_written: payload.as_written ?? "",
      source: payload.told.source,
      recorder: payload.told.recorder,
    }),
  );
  return [...given, ...told].map((line) => settled(line, shelf)).sort(compareDoses);
}

function blank(fact: Fact): DoseLine {
  return {
    fact,
    event: fact.header.id,
    basis: "historical",
    cvx: "",
    given_on: "",
    lot: "",
    as_written: "",
    source: "",
    recorder: "",
    giver: null,
    clinic: null,
    container: "",
    mvx: "",
    site: "",
    route: "",
    dose_ml: null,
    expires_on: "",
    funding: "",
    fromPaper: false,
    paperForm: "",
    givenAt: "",
    order: null,
    verified: null,
    corrections: 0,
    voidReason: null,
  };
}

/** When a dose given here was given. */
export const givenMoment = ({ givenAt, fact }: DoseLine): number => Date.parse(givenAt || fact.header.recorded_at);

/** A dose with its corrections in log order; a correction never revives a voided one. */
function settled(line: DoseLine, shelf: Shelf): DoseLine {
  let now = line;
  for (const { payload } of shelf.about(line.event, "dose.corrected")) {
    now = { ...now, corrections: now.corrections + 1 };
    for (const field of CORRECTABLE) {
      const value = payload[field];
      if (value === undefined || value === null) continue;
      if (typeof value !== "object") now = { ...now, [field]: value };
      else now = { ...now, source: value.source, recorder: value.recorder };
    }
  }
  const looks = looksAt(line.fact, shelf).filter(({ counts }) => counts);
  now = { ...now, verified: looks.at(-1)?.payload.agrees ?? null };
  const voided = shelf.about(line.event, "dose.voided")[0];
  return voided === undefined ? now : { ...now, voidReason: voided.payload.reason };
}

function compareDoses(one: DoseLine, two: DoseLine): number {
  return (
    compareText(first(one), first(two)) ||
    compareText(last(one), last(two)) ||
    one.fact.position - two.fact.position ||
    compareText(one.fact.eventHash, two.fact.eventHash)
  );
}

const first = (line: DoseLine): string => (line.given_on === "" ? "9999" : earliest(line.given_on));
const last = (line: DoseLine): string => (line.given_on === "" ? "9999" : latest(line.given_on));
