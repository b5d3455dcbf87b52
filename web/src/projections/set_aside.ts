/**
 * Which words of a family count for nothing: recorded by mistake, or of somebody a court left without a say. Mirrors
 * projections/set_aside.py: a say ends and is restored for a person, by name, and for the day a dose is given; what
 * they said before counts then as little as what they say since, and a yes of that time does not count afterwards. That
 * a say ended or was restored is voided like any other word. What the district set aside counts, on the phone that wrote
 * it and until somebody settles it, against a dose alone: so each word is read as one that lets a dose through (a yes) or
 * stops one (a no), and the same order may end a father's yes and leave his no standing.
 */
import type { SayEnded } from "../events/generated";
import { personOf } from "./consenting";
import type { Fact, Shelf, Told } from "./fact";
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

/** The word that an entry was a mistake, unless that word was one itself. `lets`: the entry lets a dose through. */
export function voiding(shelf: Shelf, event: string, lets = true): Told<"consent.voided"> | null {
  const said = new Map<string, readonly Told<"consent.voided">[]>();
  const named = [event];
  const letting = new Map([[event, lets]]);
  for (const one of named) {
    const isLetting = letting.get(one) === true;
    const voids = shelf.about(one, "consent.voided").filter(({ fact }) => isLetting || fact.isAside !== true);
    said.set(one, voids);
    const found = voids.map(({ fact }) => fact.header.id).filter((id) => !letting.has(id));
    for (const id of found) letting.set(id, !isLetting);
    named.push(...found);
  }
  const stands = new Map<string, Told<"consent.voided"> | null>();
  for (const one of named.reverse()) {
    stands.set(one, said.get(one)?.find(({ fact }) => (stands.get(fact.header.id) ?? null) === null) ?? null);
  }
  return stands.get(event) ?? null;
}

/**
 * Everybody who has or had no say, in log order; restored, from the earliest day somebody named. `lets`: for words that
 * let a dose through (a yes), or for those that stop one.
 */
export const endedSays = (shelf: Shelf, lets = true): readonly EndedSay[] =>
  shelf
    .of("say.ended")
    .filter(({ fact }) => voiding(shelf, fact.header.id, !lets) === null && (lets || fact.isAside !== true))
    .map((ended) => {
      const [until = ""] = shelf
        .about(ended.fact.header.id, "say.restored")
        .filter(({ fact }) => !(lets && fact.isAside === true) && voiding(shelf, fact.header.id, lets) === null)
        .map((back) => back.payload.on)
        .sort();
      const { fact, payload: told } = ended;
      return { fact, told, person: personOf(told.person, "parent"), since: sinceOf(ended), until };
    });

/** The day of the order; of one that was not to come when it was written down, not after the log received it. */
const sinceOf = ({ fact, payload: { since } }: Told<"say.ended">): string =>
  since > fact.header.recorded_at.slice(0, 10) ? since : notAfterReceipt(since, fact);
