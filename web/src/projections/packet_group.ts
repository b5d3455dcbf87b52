/**
 * One packet for many children: to whose guardian it goes, and whom it must leave out. A packet counts in the hands of
 * the parent or guardian of a child under 18, from 18 in the student's own (Minn. Stat. 121A.15, subd. 3a): here it is
 * written down for guardians alone, each the first on the child's record who has a say.
 *
 *     of_age      18, or nobody can tell: it is the student's own packet
 *     nobody      no parent or guardian by name is on record
 *     born_later  the day lies before the birth
 *     whole       an adult holds all of it already
 */
import type { PacketGiven } from "../events/generated";
import { isBeforeBirth, isOfAge, personOf } from "./consenting";
import { isOneName, isRelation, wordsIn } from "./naming";
import { checkPacket, type Part } from "./packet";
import { endedSays, holdsOn, voiding } from "./set_aside";
import type { Student } from "./student";

export type LeftOut = "age_unknown" | "nobody" | "born_later" | "whole";
export type Language = PacketGiven["language"];

export type Addressed =
  | { readonly student: Student; readonly leftOut: LeftOut }
  | {
      readonly student: Student;
      readonly leftOut: "";
      readonly recipient: string;
      /** What is on record of a guardian; null where it goes to the student. */
      readonly language: Language | null;
    };

/** Who gets this child's packet of these parts on a day, or why nobody does. */
export function addressed(student: Student, on: string, parts: readonly Part[]): Addressed {
  const { birthDate: born } = student;
  if (isBeforeBirth(born, on)) return { student, leftOut: "born_later" };
  const isOwn = isTheirOwn(student, on);
  if (isOwn === null) return { student, leftOut: "age_unknown" };
  if (checkPacket(student, on, parts).state === "whole") return { student, leftOut: "whole" };
  if (isOwn) return { student, leftOut: "", recipient: student.fullName, language: null };
  const guardian = guardianOf(student, on);
  if (guardian === undefined) return { student, leftOut: "nobody" };
  return { student, leftOut: "", recipient: guardian.name.trim(), language: guardian.language ?? "en" };
}

/** Whether the packet of a day is the student's own; null where the birth date leaves it open. */
export const isTheirOwn = (student: Student, on: string): boolean | null =>
  isEmancipated(student) || isOfAge(student.birthDate, on);

/** Whether they signed as an emancipated minor: no clause computes it, it is written down with what shows it. */
const isEmancipated = ({ shelf }: Student): boolean =>
  [
    ...shelf.of("consent.given"),
    ...shelf.of("consent.refused"),
    ...shelf.of("consent.withdrawn"),
    ...shelf.of("disclosure.consented"),
    ...shelf.of("statement.received"),
  ].some(({ fact, payload }) => payload.standing === "emancipated" && voiding(shelf, fact.header.id) === null);

function guardianOf({ contacts, shelf, name, fullName }: Student, on: string) {
  const silent = endedSays(shelf).filter((one) => holdsOn(one, on));
  return contacts.find(
    (one) =>
      isGuardian(one.relation) &&
      one.name.trim() !== "" &&
      !isRelation(one.name, name?.given ?? "") &&
      !isOneName(one.name, fullName) &&
      !silent.some(({ person }) => person === personOf(one.name, "parent")),
  );
}

const GUARDIANS = new Set(
  (
    "parent parents mother father mom mommy mum mama dad daddy papa guardian legal " +
    "madre padre mami papi tutor tutora legal"
  ).split(" "),
);

/** Whether every word of a relation, as offices and registers write it, says parent or guardian. */
const isGuardian = (relation: string): boolean => {
  const words = wordsIn(relation);
  return words.length > 0 && words.every((one) => GUARDIANS.has(one));
};
