/**
 * Which words of a family count for nothing: recorded by mistake, or of somebody a court left without a say. Mirrors
 * projections/set_aside.py: a say ends and is restored for a person, by name, and for the day a dose is given; what
 * they said before counts then as little as what they say since, and a yes of that time does not count afterwards. That
 * a say ended or was restored is voided like any other word. What the district set aside of these is read twice on the
 * phone that wrote it, until somebody settles it: as if it stood and as if it did not, and whichever stops a dose or a
 * sharing counts.
 */
import type { SayEnded } from "../events/generated";
import { personOf } from "./consenting";
import { type Fact, Shelf, type Told } from "./fact";
import { notAfterReceipt } from "./said";

/** Of whom, on what ground, from which day, and until the day before `until`; empty where it goes on. */
export interface EndedSay {
  readonly fact: Fact;
  readonly told: SayEnded;
  readonly person: string;
  readonly since: string;
  readonly until: string;
}

export const holdsOn = ({ since, until }: EndedSay, day: string): boolean =>
  since <= day && (until === "" || day < until);

/** The word that an entry was a mistake, unless that word was one itself. */
export function voiding(shelf: Shelf, event: string): Told<"consent.voided"> | null {
  const said = new Map<string, readonly Told<"consent.voided">[]>();
  const named = [event];
  for (const one of named) {
    said.set(one, shelf.about(one, "consent.voided"));
    named.push(...(said.get(one) ?? []).map(({ fact }) => fact.header.id).filter((id) => !said.has(id)));
  }
  const stands = new Map<string, Told<"consent.voided"> | null>();
  for (const one of named.reverse()) {
    stands.set(one, said.get(one)?.find(({ fact }) => (stands.get(fact.header.id) ?? null) === null) ?? null);
  }
  return stands.get(event) ?? null;
}

/** Everybody who has or had no say, in log order; restored, from the earliest day somebody named. */
export const endedSays = (shelf: Shelf): readonly EndedSay[] =>
  shelf
    .of("say.ended")
    .filter(({ fact }) => voiding(shelf, fact.header.id) === null)
    .map((ended) => {
      const [until = ""] = shelf
        .about(ended.fact.header.id, "say.restored")
        .filter(({ fact }) => voiding(shelf, fact.header.id) === null)
        .map((back) => back.payload.on)
        .sort();
      const { fact, payload: told } = ended;
      return { fact, told, person: personOf(told.person, "parent"), since: sinceOf(ended), until };
    });

/** The record without what the district set aside of these words; null where it is the same. */
export function withoutAside(shelf: Shelf): Shelf | null {
  const told = [...shelf.of("consent.voided"), ...shelf.of("say.ended"), ...shelf.of("say.restored")];
  const aside = new Set(told.map(({ fact }) => fact).filter(({ isAside }) => isAside === true));
  return aside.size === 0 ? null : new Shelf(shelf.facts.filter((fact) => !aside.has(fact)));
}

/** The day of the order; of one that was not to come when it was written down, not after the log received it. */
const sinceOf = ({ fact, payload: { since } }: Told<"say.ended">): string =>
  since > fact.header.recorded_at.slice(0, 10) ? since : notAfterReceipt(since, fact);
