/**
 * Who spoke for a child or is to be called, each person once, as first written: whom a court's order may be about.
 * Mirrors `speakers_of` of server/says.py.
 */
import { CHILD, personOf } from "./consenting";
import type { Student } from "./student";

export function speakersOf({ shelf, contacts }: Student): readonly string[] {
  const said = [...shelf.of("consent.given"), ...shelf.of("consent.refused"), ...shelf.of("disclosure.consented")];
  const spoken = [
    ...said.map(({ payload }) => [payload.signer, payload.standing ?? ""] as const),
    ...shelf.of("consent.withdrawn").map(({ payload }) => [payload.by, payload.standing ?? ""] as const),
  ].filter(([name, standing]) => personOf(name, standing) !== CHILD);
  const names = [...spoken.map(([name]) => name), ...contacts.map(({ name }) => name)];
  const written = names.filter((name) => name.trim() !== "").reverse();
  return [...new Map(written.map((name) => [personOf(name, "parent"), name])).values()].sort();
}
