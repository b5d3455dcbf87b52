/** The papers on file and what became of each: received, checked, withdrawn. Mirrors projections/papers.py. */
import type { StatementReceived } from "../events/generated";
import { compareText, type Fact, type Shelf } from "./fact";

export interface PaperLine {
  readonly fact: Fact;
  readonly event: string;
  readonly paper: StatementReceived;
  readonly outcome: "accepted" | "rejected" | null;
  /** Milliseconds; null while unchecked. */
  readonly checkedAt: number | null;
  readonly withdrawnOn: string;
  readonly state: "review" | "accepted" | "rejected" | "withdrawn";
}

/** Every paper on a shelf, by the day it came. */
export function paperLines(shelf: Shelf): PaperLine[] {
  return shelf
    .of("statement.received")
    .map(({ fact, payload }): PaperLine => {
      const check = shelf.about(fact.header.id, "statement.checked").at(-1);
      const days = shelf.about(fact.header.id, "statement.withdrawn").map((told) => told.payload.on);
      const withdrawnOn = days.sort()[0] ?? "";
      const outcome = check?.payload.outcome ?? null;
      return {
        fact,
        event: fact.header.id,
        paper: payload,
        outcome,
        checkedAt: check === undefined ? null : (check.fact.receivedAt ?? Date.parse(check.fact.header.recorded_at)),
        withdrawnOn,
        state: withdrawnOn !== "" ? "withdrawn" : (outcome ?? "review"),
      };
    })
    .sort(
      (one, two) => compareText(one.paper.received_on, two.paper.received_on) || one.fact.position - two.fact.position,
    );
}
