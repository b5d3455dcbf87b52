/**
 * Who allowed or refused what before a dose. Mirrors projections/care.py: consent is per vaccine of whatever brand
 * (one_vaccine.ts), the latest word of each signer counts, by the day it was said: a paper entered late is no newer for that, and of one day a yes overtakes only a no its writer
 * could know of; a yes for another clinic or other days is none here and takes no other word of its signer away. One's
 * no, refused or taken back, stops another's yes, save that a student of age decides over a parent. A yes counts from
 * whoever had standing (consenting.ts). A yes taken back is the word of whoever took it back, at every clinic; what its
 * signer had refused before does not come back by it. A name is one however it is written, but a student is not the
 * parent of the same name.
 */
import type { ConsentGiven, ConsentRefused } from "../events/generated";
import { bornOf, type Doubt, doubtOf, isOfAge, speaksForMinors } from "./consenting";
import { civilDay, compareFacts, type Fact, knew, type Shelf, type Told } from "./fact";
import { isOneVaccine, refuses } from "./one_vaccine";
import { plain } from "./twins";

/** One person's last word on one vaccine. `given` is null for a refusal. */
export interface ConsentLine {
  readonly fact: Fact;
  readonly cvx: string;
  readonly signer: string;
  readonly on: string;
  readonly standing: string;
  /** The student's birth date as told today: standing hangs on it. */
  readonly born: string;
  readonly given: ConsentGiven | null;
  readonly withdrawn: boolean;
  /** Whose word it is now: who signed, or who took it back. */
  readonly by: string;
  /** When it was said, a yes taken back when it was taken back; of one day the log's order counts. */
  readonly said: { readonly day: string; readonly fact: Fact };
}

/** `conflict`: one says yes, another no, and they must agree. `standing`: only somebody without standing said yes. */
export type ConsentState = "given" | "refused" | "withdrawn" | "conflict" | "standing" | "none";

export interface Consent {
  readonly state: ConsentState;
  /** Whose word decided. */
  readonly signer: string;
  /** The consent event a dose is given under. */
  readonly event: string | null;
  /** What must be asked before the dose; empty where nothing must be. */
  readonly doubt: Doubt;
}

/** Every word on every vaccine, one line a vaccine, in log order. */
export function consentLines(shelf: Shelf): readonly ConsentLine[] {
  const born = bornOf(shelf);
  const word = (fact: Fact, cvx: string, { signer, on, standing }: ConsentGiven | ConsentRefused): ConsentLine => ({
    ...{ fact, cvx, signer, on, standing, born },
    given: null,
    withdrawn: false,
    by: signer,
    said: { day: on, fact },
  });
  const yes = shelf.of("consent.given").flatMap(({ fact, payload }) => {
    const ends = shelf.about(fact.header.id, "consent.withdrawn").sort(byMoment);
    return payload.cvx.map((cvx): ConsentLine => {
      const line = { ...word(fact, cvx, payload), given: payload };
      const end = ends.find((one) => (one.payload.cvx?.length ? one.payload.cvx : payload.cvx).includes(cvx));
      if (end === undefined) return line;
      const [, day = payload.on] = [payload.on, civilDay(Date.parse(end.payload.at))].sort();
      return { ...line, withdrawn: true, by: end.payload.by, said: { day, fact: end.fact } };
    });
  });
  const no = shelf
    .of("consent.refused")
    .flatMap(({ fact, payload }) => payload.cvx.map((cvx) => word(fact, cvx, payload)));
  return [...yes, ...no].sort((one, two) => compareFacts(one.fact, two.fact));
}

/** The words as they stood at the end of a day: for a dose that was given then and is only copied now. */
export const wordsBy = (lines: readonly ConsentLine[], day: string): readonly ConsentLine[] =>
  lines.flatMap((line) => {
    if (line.said.day <= day) return [line];
    return line.given === null ? [] : [untaken(line)];
  });

/** The same before anybody took it back. */
const untaken = (line: ConsentLine): ConsentLine => ({
  ...line,
  ...{ withdrawn: false, by: line.signer, said: { day: line.on, fact: line.fact } },
});

/** Whether this vaccine may be given on a day at a clinic, and on whose word. */
export function consentFor(lines: readonly ConsentLine[], cvx: string, day: string, clinic: string): Consent {
  const words = lastWords(lines, cvx, day, clinic);
  const yeses = words.filter((line) => !isNo(line));
  const lawful = yeses.flatMap((line) => {
    const doubt = doubtOf(line.standing, line.born, line.on, day);
    return doubt === null ? [] : [{ line, doubt }];
  });
  const own = lawful.some(({ line }) => line.standing === "student_adult" && isOfAge(line.born, day) === true);
  const isOver = (no: ConsentLine) =>
    (own && speaksForMinors(no.standing)) || lawful.some(({ line }) => renews(no, line));
  const noes = words.filter((line) => isNo(line) && !isOver(line));
  const no = noes.find((line) => line.given === null) ?? noes[0];
  if (no !== undefined) return said(lawful.length > 0 ? "conflict" : no.given === null ? "refused" : "withdrawn", no);
  const yes = lawful.find(({ doubt }) => doubt === "") ?? lawful[0];
  if (yes !== undefined) return { ...said("given", yes.line), event: yes.line.fact.header.id, doubt: yes.doubt };
  return yeses[0] === undefined ? said("none") : said("standing", yeses[0]);
}

/**
 * What of each person stands, in log order: their yes, or the noes that no yes of theirs overtook. A yes that somebody
 * else took back is no yes, but what its signer refused before stays overtaken by it.
 */
function lastWords(lines: readonly ConsentLine[], cvx: string, day: string, clinic: string): ConsentLine[] {
  const stands = new Map<string, readonly ConsentLine[]>();
  const taken = lines.filter((line) => line.withdrawn).map((line) => ({ line: untaken(line), isTaken: true }));
  const told = [...lines.map((line) => ({ line, isTaken: false })), ...taken];
  for (const { line, isTaken } of told.sort((one, two) => bySaid(one.line, two.line))) {
    const before = stands.get(speaker(line)) ?? [];
    const unheard = before.filter((one) => isApart(line, one));
    if (isNo(line)) {
      if (refuses(line.cvx, cvx)) stands.set(speaker(line), [...unheard, line]);
    } else if (isOneVaccine(line.cvx, cvx) && allows(line, day, clinic)) {
      const yes = isTaken ? before.filter((one) => !isNo(one)) : [line];
      stands.set(speaker(line), unheard.length > 0 ? unheard : yes);
    }
  }
  return [...stands.values()].flat().sort((one, two) => compareFacts(one.fact, two.fact));
}

const STUDENTS: readonly string[] = ["student", "student_adult", "emancipated"];

/** One person, however the name is written; a student of the parent's name is somebody else. */
const speaker = ({ by, standing }: ConsentLine): string =>
  `${plain(by) || by.trim()} ${STUDENTS.includes(standing) ? "student" : ""}`;

const isNo = (line: ConsentLine): boolean => line.given === null || line.withdrawn;

/** Whether a student said yes anew after a yes of theirs was taken back, by whomever: it is the student's word. */
const renews = (no: ConsentLine, later: ConsentLine): boolean =>
  no.withdrawn &&
  [no, later].every(({ standing }) => STUDENTS.includes(standing)) &&
  bySaid(later, no) > 0 &&
  !isApart(later, no);

/** Whether a word of the day of the same person's no was written by who could not know of it. */
const isApart = (line: ConsentLine, no: ConsentLine): boolean =>
  isNo(no) && no.said.day === line.said.day && !knew(line.said.fact, no.said.fact);

const bySaid = ({ said: one }: ConsentLine, { said: two }: ConsentLine): number =>
  one.day < two.day ? -1 : one.day > two.day ? 1 : compareFacts(one.fact, two.fact);

const byMoment = (one: Told<"consent.withdrawn">, two: Told<"consent.withdrawn">): number =>
  one.payload.at < two.payload.at ? -1 : one.payload.at > two.payload.at ? 1 : compareFacts(one.fact, two.fact);

const said = (state: ConsentState, line?: ConsentLine): Consent => ({
  state,
  signer: line?.by ?? "",
  event: null,
  doubt: "",
});

function allows(line: ConsentLine, day: string, clinic: string): boolean {
  if (line.given === null || line.withdrawn || day < line.on) return false;
  if (line.given.until != null && day > line.given.until) return false;
  return line.given.clinic == null || line.given.clinic === clinic;
}
