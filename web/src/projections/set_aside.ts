/**
 * Which words of a family count for nothing: recorded by mistake, or of somebody a court left without a say. Mirrors
 * projections/set_aside.py: a say ends and is restored for a person, by name, and for the day a dose is given; what
 * they said before counts then as little as what they say since.
 */
import type { SayEnded } from "../events/generated";
import { personOf } from "./consenting";
import type { Fact, Shelf, Told } from "./fact";

/** Of whom, on what ground, from which day, and until the day before `until`; empty where it goes on. */
export interface EndedSay {
  readonly fact: Fact;
  readonly told: SayEnded;
  readonly person: string;
  readonly until: string;
}

export const holdsOn = ({ told, until }: EndedSay, day: string): boolean =>
  told.since <= day && (until === "" || day < until);

/** The word that an entry was a mistake, unless that word was one itself. */
export function voiding(shelf: Shelf, event: string): Told<"consent.voided"> | null {
  const said = shelf.about(event, "consent.voided");
  return said.find(({ fact }) => shelf.about(fact.header.id, "consent.voided").length === 0) ?? null;
}

/** Everybody who has or had no say, in log order; restored, from the earliest day somebody named. */
export const endedSays = (shelf: Shelf): readonly EndedSay[] =>
  shelf.of("say.ended").map(({ fact, payload }) => {
    const [until = ""] = shelf
      .about(fact.header.id, "say.restored")
      .map((back) => back.payload.on)
      .sort();
    return { fact, told: payload, person: personOf(payload.person, "parent"), until };
  });
