/**
 * Whether a family's words allow a vaccine: every word is a yes or a no of one person, and what it comes to. Mirrors
 * projections/consents.py, which tells the rules:
 *
 *     a no ends     by a yes of the same person said after it, also by one taken back since; by one that somebody
 *                   heard, said in a standing as good and while its person had a say
 *     a yes stands  while nobody with a say took it back and it ends every no of its own person
 *     the answer    no, if a no stands; else yes, if one with standing does. A student of age is above parents, and so
 *                   is a minor for hepatitis B. Who is neither parent, guardian nor student forbids nothing that one
 *                   of those allowed, and the nurse is told; a guardian of a student of age likewise.
 */
import type { ConsentGiven, ConsentRefused } from "../events/generated";
import {
  bornOf,
  CHILD,
  type Doubt,
  doubtOf,
  isBeforeBirth,
  isForMinors,
  isOfAge,
  isWitnessed,
  PARENTS,
  personOf,
} from "./consenting";
import { civilDay, compareFacts, type Fact, knew, type Shelf, type Told } from "./fact";
import { isOneVaccine, refuses } from "./one_vaccine";
import { isAdrift, isLiveOn, notAfterReceipt } from "./said";
import { type EndedSay, endedSays, holdsOn, voiding, withoutAside } from "./set_aside";

/** What a consent is taken back for that is not on record. */
export const EVERY_VACCINE = "";
const TO_THE_MINUTE = "2026-08-20T17:00".length;

/** One person's yes or no to one vaccine. */
export interface Word {
  readonly fact: Fact;
  readonly cvx: string;
  /** Who spoke, as written. */
  readonly signer: string;
  readonly standing: string;
  readonly person: string;
  /** When it was said; not after the log received it. */
  readonly day: string;
  /** Said on the day it was written down, not copied from an older paper. */
  readonly isLive: boolean;
  /** Said so on a phone whose clock was behind what it had heard: its day says nothing. */
  readonly isAdrift: boolean;
  /** The moment, where somebody told it; empty for a paper. */
  readonly at: string;
  /** The student's birth date as told today: standing hangs on it. */
  readonly born: string;
  /** When this person had no say. */
  readonly ended: readonly EndedSay[];
  /** Null for a no. */
  readonly given: ConsentGiven | null;
  /** The consent it takes back. */
  readonly takes: string | null;
  /** Of a record read twice: with what the district set aside, or alone (set_aside.ts). */
  readonly reading: "only" | "aside" | "alone";
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
  /** Whose no would stand, had a court not left them without a say. */
  readonly unheard: string;
  /** Whose no forbids nothing: no say of theirs is on record, and somebody with one said yes. */
  readonly outsider: string;
}

/** Whether this vaccine may be given on a day at a clinic, and on whose word; of two readings the one that stops it. */
export function consentFor(words: readonly Word[], cvx: string, day: string, clinic: string): Consent {
  const read = (one: Word["reading"]): Consent =>
    comeTo(
      words.filter(({ reading }) => reading === one),
      cvx,
      day,
      clinic,
    );
  if (words.every(({ reading }) => reading === "only")) return read("only");
  const [alone, aside] = [read("alone"), read("aside")];
  return aside.state === "given" && alone.state !== "given" ? alone : aside;
}

function comeTo(words: readonly Word[], cvx: string, day: string, clinic: string): Consent {
  const { lawful, others, noes, unheard, outside } = heard(words, cvx, day, clinic);
  const no = noes.find(({ takes }) => takes === null) ?? noes[0];
  if (no !== undefined) {
    const alone = no.takes === null ? "refused" : "withdrawn";
    return { ...NONE, state: lawful.length > 0 ? "conflict" : alone, signer: no.signer };
  }
  const yes = lawful.find((one) => doubtOfWord(one, day) === "") ?? lawful[0];
  if (yes !== undefined) {
    const doubt = doubtOfWord(yes, day) ?? "";
    return {
      ...{ state: "given", signer: yes.signer, event: yes.fact.header.id, doubt },
      unheard: unheard[0]?.signer ?? "",
      outsider: outside[0]?.signer ?? "",
    };
  }
  return others[0] === undefined ? NONE : { ...NONE, state: "standing", signer: others[0].signer };
}

const NONE: Consent = { state: "none", signer: "", event: null, doubt: "", unheard: "", outsider: "" };

/** Of all words on one vaccine those that stand: yeses with standing, others, noes, and noes that are only told. */
interface Heard {
  readonly lawful: readonly Word[];
  readonly others: readonly Word[];
  readonly noes: readonly Word[];
  /** Of whom a court left without a say. */
  readonly unheard: readonly Word[];
  /** Of whose say nothing is on record. */
  readonly outside: readonly Word[];
}

/** What stands of all that was said, in log order; of each person's yeses the last. */
function heard(words: readonly Word[], cvx: string, day: string, clinic: string): Heard {
  const yeses = words.filter((word) => allows(word, cvx, day, clinic));
  const said = words.filter((word) => forbids(word, cvx));
  const parents = parentsIn(words);
  const stand = yeses.filter((yes) => !isTakenBack(yes, words, parents) && !said.some((no) => hushes(no, yes)));
  const last = stand.filter((yes) => !stand.some((other) => isAfter(other, yes)));
  const lawful = last.filter((yes) => doubtOfWord(yes, day) !== null);
  const own = new Set(lawful.filter((yes) => isStudentsOwn(yes, day)).map(({ fact }) => fact.header.id));
  const isHeard = (no: Word): boolean => own.size === 0 || own.has(no.takes ?? "") || !isOverruled(no);
  const noes = said.filter((no) => !yeses.some((yes) => ends(yes, no))).filter(isHeard);
  const isAllowed = lawful.some(({ standing }) => standing !== "other");
  const spoken = noes.filter((no) => hasSay(no, day));
  const outside = spoken.filter(
    (no) => (isAllowed && isOutsiders(no, parents)) || (own.size > 0 && PARENTS.includes(no.standing)),
  );
  return {
    lawful,
    others: last.filter((yes) => doubtOfWord(yes, day) === null),
    noes: spoken.filter((no) => !outside.includes(no)),
    unheard: noes.filter((no) => !hasSay(no, day)),
    outside,
  };
}

/** What had been said at the end of a day: for what happened then and is asked about later. */
export const wordsBy = (words: readonly Word[], day: string): readonly Word[] =>
  words.filter((word) => word.day <= day);

/** Every word on every vaccine, one a vaccine, in log order; of a record read twice, of each reading. */
export function wordsOf(shelf: Shelf): readonly Word[] {
  const alone = withoutAside(shelf);
  if (alone === null) return wordsIn(shelf, "only");
  return [...wordsIn(shelf, "aside"), ...wordsIn(alone, "alone")];
}

function wordsIn(shelf: Shelf, reading: Word["reading"]): readonly Word[] {
  const told = { shelf, born: bornOf(shelf), says: endedSays(shelf) };
  const yeses = shelf.of("consent.given").map(({ fact, payload }) => ({ fact, payload, given: payload }));
  const noes = shelf.of("consent.refused").map(({ fact, payload }) => ({ fact, payload, given: null }));
  const spoken = [...yeses, ...noes].flatMap(({ fact, payload, given }) =>
    payload.cvx.map((cvx): Read => ({ ...spokenBy(fact, payload, told), cvx, given, takes: null })),
  );
  const given = new Map(spoken.flatMap((one) => (one.given === null ? [] : [[one.fact.header.id, one]])));
  const backs = shelf.of("consent.withdrawn").flatMap((back) => takingBack(back, given.get(back.payload.event), told));
  return [...spoken, ...backs]
    .filter(({ fact }) => voiding(shelf, fact.header.id) === null)
    .sort((one, two) => compareFacts(one.fact, two.fact) || (one.cvx < two.cvx ? -1 : one.cvx > two.cvx ? 1 : 0))
    .map((word) => ({ ...word, reading }));
}

/** What is the same for every word of a record. */
interface Record {
  readonly shelf: Shelf;
  readonly born: string;
  readonly says: readonly EndedSay[];
}

/** A word before it is known of which reading it is. */
type Read = Omit<Word, "reading">;
type Spoken = Omit<Read, "cvx" | "given" | "takes">;

function spokenBy(
  fact: Fact,
  { signer, standing, on, called_at }: ConsentGiven | ConsentRefused,
  record: Record,
): Spoken {
  const { shelf, born, says } = record;
  const person = personOf(signer, standing);
  return {
    ...{ fact, signer, standing, person, born },
    day: notAfterReceipt(on, fact),
    isLive: isLiveOn(on, fact),
    isAdrift: isAdrift(on, fact, shelf),
    at: called_at ?? "",
    ended: says.filter((one) => one.person === person),
  };
}

/** The noes of whoever took a consent back; of one that is not here to what it names, or to every vaccine. */
function takingBack(
  { fact, payload }: Told<"consent.withdrawn">,
  yes: Read | undefined,
  { shelf, born, says }: Record,
): readonly Read[] {
  const saidOn = civilDay(Date.parse(payload.at));
  const standing = payload.standing || standingOf(payload.by, yes);
  const person = personOf(payload.by, standing);
  const day = notAfterReceipt(saidOn, fact);
  const cvxs = payload.cvx?.length ? payload.cvx : (yes?.given?.cvx ?? [EVERY_VACCINE]);
  return cvxs.map((cvx) => ({
    ...{ fact, cvx, signer: payload.by, standing, person, born },
    day: yes !== undefined && yes.day > day ? yes.day : day,
    isLive: isLiveOn(saidOn, fact),
    isAdrift: isAdrift(saidOn, fact, shelf),
    at: payload.at,
    ended: says.filter((one) => one.person === person),
    given: null,
    takes: payload.event,
  }));
}

/** Of who takes a consent back and did not say: that of the consent; nobody knows it where that says nothing. */
function standingOf(by: string, yes: Read | undefined): string {
  if (yes === undefined || (yes.standing === "other" && personOf(by, "other") !== yes.person)) return "";
  return yes.standing;
}

/** Whether it is a yes to this vaccine on that civil day, at that clinic. */
function allows({ given, cvx: allowed }: Word, cvx: string, day: string, clinic: string): boolean {
  if (given === null || day < given.on || !isOneVaccine(allowed, cvx)) return false;
  if (given.until != null && day > given.until) return false;
  return given.clinic == null || given.clinic === clinic;
}

const forbids = (word: Word, cvx: string): boolean =>
  word.given === null && (word.cvx === EVERY_VACCINE || refuses(word.cvx, cvx));

const hasSay = ({ ended }: Word, day: string): boolean => !ended.some((one) => holdsOn(one, day));

/** What to ask before a dose under a yes; null where the signer had no standing. */
function doubtOfWord(word: Word, day: string): Doubt | null {
  const { given, standing, born, cvx } = word;
  if (given === null || isBeforeBirth(born, word.day) || !hasSay(word, day) || !hasSay(word, word.day)) return null;
  const found = doubtOf(standing, born, word.day, day);
  if (found === null && standing === "student" && isForMinors(cvx)) return "minor";
  return found !== "" || isWitnessed(given) ? found : "unwitnessed";
}

/** Whoever spoke as parent or guardian on this record, whatever was ticked another time. */
const parentsIn = (words: readonly Word[]): ReadonlySet<string> =>
  new Set(words.filter(({ standing }) => PARENTS.includes(standing)).map(({ person }) => person));

const isOutsiders = ({ standing, person }: Word, parents: ReadonlySet<string>): boolean =>
  standing === "other" && !parents.has(person);

/** By a student's own yes: a parent's no, and a guardian's of before the student came of age. */
const isOverruled = ({ standing, born, day }: Word): boolean =>
  standing === "parent" || (standing === "guardian" && isOfAge(born, day) !== true);

/** Whether it needs nobody else's consent: of a student of age, or of a minor where the law says so. */
const isStudentsOwn = (yes: Word, day: string): boolean =>
  yes.person === CHILD && (isOfAge(yes.born, yes.day) === true || doubtOfWord(yes, day) === "minor");

/** Whether a person's yes came after their no and takes it back. */
function ends(yes: Word, no: Word): boolean {
  if (yes.person !== no.person || !mayEnd(yes, no)) return false;
  if (yes.day === no.day || no.isAdrift) return knew(yes.fact, no.fact) && !isOfAnEarlierHour(yes, no);
  return yes.day > no.day && !(no.isLive && knew(no.fact, yes.fact));
}

/** Whether it weighs as much: heard by somebody, said with a say, and by no namesake without standing. */
function mayEnd(yes: Word, no: Word): boolean {
  const isAsGood = yes.standing !== "other" || no.standing === "other";
  const hadSay = hasSay(yes, yes.day) && !isBeforeBirth(yes.born, yes.day);
  return isAsGood && hadSay && yes.given !== null && isWitnessed(yes.given);
}

/** Whether both hours are told and the yes is of the earlier one, by a clock that was past the other. */
function isOfAnEarlierHour(yes: Word, no: Word): boolean {
  const minutes = [yes.at, no.at, yes.fact.header.recorded_at].map((moment) => moment.slice(0, TO_THE_MINUTE));
  const [at = "", other = "", written = ""] = minutes;
  return at !== "" && at < other && other <= written;
}

const hushes = (no: Word, yes: Word): boolean => no.person === yes.person && !ends(yes, no);

const isAfter = (later: Word, yes: Word): boolean =>
  later.person === yes.person &&
  (later.day > yes.day || (later.day === yes.day && compareFacts(later.fact, yes.fact) > 0));

/**
 * Whether its own person took it back, or anybody whose say is on record, who had one when they did; a student's own is
 * taken back by no parent.
 */
export function isTakenBack(yes: Word, words: readonly Word[], parents = parentsIn(words)): boolean {
  const isOwn = isStudentsOwn(yes, yes.day);
  const hasNone = (word: Word): boolean => isOutsiders(word, parents) || (isOwn && PARENTS.includes(word.standing));
  return words.some(
    (word) =>
      word.takes === yes.fact.header.id &&
      (word.cvx === yes.cvx || word.cvx === EVERY_VACCINE) &&
      hasSay(word, word.day) &&
      (word.person === yes.person || !hasNone(word)),
  );
}
