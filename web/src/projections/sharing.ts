/**
 * Who allowed the district to share a child's doses with the state registry, in writing, and who took it back. Mirrors
 * projections/sharing.py: each paper stands by itself and one is enough; standing is judged as for a vaccine
 * (consenting.ts); one taken back ends all that its signer, and whoever took it back, had signed until then, whichever
 * reached the log first; taken back of a paper that is not here, all of that name. A paper consent on which it was once
 * ticked counts as such a paper until it is taken back itself, or for all its vaccines, by its signer of any consent.
 * What counts for nothing is told by set_aside.ts.
 */
import { bornOf, type Doubt, doubtOf, isBeforeBirth, personOf } from "./consenting";
import { civilDay, compareFacts, type Fact, knew, type Shelf, type Told } from "./fact";
import { isAdrift, notAfterReceipt } from "./said";
import { type EndedSay, endedSays, holdsOn, voiding, withoutAside } from "./set_aside";

/** The party of a permission to share with the state registry. */
export const REGISTRY = "MIIC";

/** `not_yet`: signed for a later day. `ended`: its last day has passed. `standing`: signed by somebody who may not. */
export type SharingState = "given" | "not_yet" | "ended" | "withdrawn" | "standing";

interface Paper {
  readonly fact: Fact;
  readonly signer: string;
  readonly standing: string;
  readonly on: string;
  readonly language: string;
  readonly until: string;
}

interface End {
  readonly on: string;
  readonly by: string;
}

/** One paper, as it stands on the day asked about. */
export interface Permission extends Omit<Paper, "fact"> {
  readonly event: string;
  readonly state: SharingState;
  /** What to ask of the signer before anything is shared; empty where nothing must be, or nothing is shared. */
  readonly doubt: Doubt;
  readonly ended_on: string;
  readonly ended_by: string;
}

/**
 * Every permission to share with the registry, in log order, as it stands on a civil day; of two readings of a record
 * the one that shares less (set_aside.ts).
 */
export function permissionsOf(shelf: Shelf, day: string): readonly Permission[] {
  const [found, alone] = [permissionsIn(shelf, day), withoutAside(shelf)];
  if (alone === null) return found;
  const aside = new Map(found.map((one) => [one.event, one]));
  return permissionsIn(alone, day).flatMap((one) => {
    const other = aside.get(one.event);
    return other === undefined ? [] : mayShare([one]) ? other : one;
  });
}

function permissionsIn(shelf: Shelf, day: string): readonly Permission[] {
  const told = [...signed(shelf), ...ticked(shelf)].sort((one, two) => compareFacts(one.fact, two.fact));
  const [born, says] = [bornOf(shelf), endedSays(shelf)];
  return told
    .filter(({ fact }) => voiding(shelf, fact.header.id) === null)
    .map((paper) =>
      asOf(paper, firstEnd(shelf, told, paper) ?? unticked(shelf, paper), doubtAbout(paper, born, says, day), day),
    );
}

/** Whether the registry may be told today with nothing left to ask. */
export const mayShare = (permissions: readonly Permission[]): boolean =>
  permissions.some(({ state, doubt }) => state === "given" && doubt === "");

const signed = (shelf: Shelf): Paper[] =>
  shelf
    .of("disclosure.consented")
    .filter(({ payload }) => payload.party === REGISTRY)
    .map(({ fact, payload: { signer, standing, on, language, until } }) => ({
      ...{ fact, signer, on },
      standing: standing || "other",
      language: language ?? "",
      until: until ?? "",
    }));

/** Paper consents on which the permission was ticked, before it had a form of its own. */
const ticked = (shelf: Shelf): Paper[] =>
  shelf
    .of("consent.given")
    .filter(({ payload }) => payload.registry_sharing === true && payload.form === "paper")
    .map(({ fact, payload: { signer, standing, on, until } }) => ({
      ...{ fact, signer, standing, on, language: "" },
      until: until ?? "",
    }));

function doubtAbout(paper: Paper, born: string, says: readonly EndedSay[], day: string): Doubt | null {
  const person = personIn(paper);
  const on = notAfterReceipt(paper.on, paper.fact);
  const isWithout = (one: EndedSay): boolean => holdsOn(one, day) || holdsOn(one, on);
  if (says.some((one) => one.person === person && isWithout(one))) return null;
  return isBeforeBirth(born, on) ? null : doubtOf(paper.standing, born, on, day);
}

/** When and by whom it was taken back: it, or another of its signer or of whoever took back while this one was there. */
function firstEnd(shelf: Shelf, papers: readonly Paper[], paper: Paper): End | null {
  const person = personIn(paper);
  const ends = shelf.of("disclosure.revoked").filter((end) => {
    const { event, by, on } = end.payload;
    const named = papers.find((one) => one.fact.header.id === event);
    if (named === paper) return voiding(shelf, end.fact.header.id) === null;
    if (named === undefined && shelf.facts.some(({ header }) => header.id === event)) return false;
    const people =
      named === undefined
        ? papers.filter(({ signer }) => personOf(signer, "parent") === personOf(by, "parent")).map(personIn)
        : [personIn(named), personOf(by, named.standing)];
    return (
      people.includes(person) && wasThere(paper, end.fact, on, shelf) && voiding(shelf, end.fact.header.id) === null
    );
  });
  return ends.map(({ fact, payload: { on, by } }) => ({ on: notAfterReceipt(on, fact), by })).sort(byDay)[0] ?? null;
}

const personIn = ({ signer, standing }: Paper): string => personOf(signer, standing);

function wasThere({ fact, on }: Paper, end: Fact, saidOn: string, shelf: Shelf): boolean {
  const endedOn = notAfterReceipt(saidOn, end);
  if (on === endedOn || isAdrift(saidOn, end, shelf)) return !knew(fact, end);
  return on < endedOn || knew(end, fact);
}

/** When the last vaccine beside the tick was taken back: of this consent, or by its signer of any until then. */
function unticked(shelf: Shelf, paper: Paper): End | null {
  if (paper.fact.header.type !== "consent.given") return null;
  let left = paper.fact.payload.cvx as readonly string[];
  const yeses = new Map(shelf.of("consent.given").map(({ fact, payload }) => [fact.header.id, payload.cvx]));
  const withdrawals = shelf
    .of("consent.withdrawn")
    .filter((told) => voiding(shelf, told.fact.header.id) === null && reaches(told, paper, shelf))
    .sort((one, two) => (one.payload.at < two.payload.at ? -1 : one.payload.at > two.payload.at ? 1 : 0));
  for (const { payload } of withdrawals) {
    const gone = payload.cvx?.length ? payload.cvx : (yeses.get(payload.event) ?? left);
    left = left.filter((cvx) => !gone.includes(cvx));
    if (left.length === 0) return { on: payload.at.slice(0, 10), by: payload.by };
  }
  return null;
}

function reaches({ fact, payload }: Told<"consent.withdrawn">, paper: Paper, shelf: Shelf): boolean {
  if (payload.event === paper.fact.header.id) return true;
  const isSigner = personOf(payload.by, payload.standing || paper.standing) === personIn(paper);
  return isSigner && wasThere(paper, fact, civilDay(Date.parse(payload.at)), shelf);
}

function asOf(paper: Paper, end: End | null, doubt: Doubt | null, day: string): Permission {
  const { fact, ...told } = paper;
  const state = stateOf(paper, end, doubt, day);
  return {
    ...told,
    event: fact.header.id,
    state,
    doubt: state === "given" ? (doubt ?? "") : "",
    ended_on: end?.on ?? "",
    ended_by: end?.by ?? "",
  };
}

function stateOf(paper: Paper, end: End | null, doubt: Doubt | null, day: string): SharingState {
  // Counts at once, whatever its day: its moment is told in another time zone than the day asked about.
  if (end !== null) return "withdrawn";
  if (paper.until !== "" && paper.until < day) return "ended";
  if (doubt === null) return "standing";
  return paper.on <= day ? "given" : "not_yet";
}

const byDay = (one: End, two: End): number => (one.on < two.on ? -1 : one.on > two.on ? 1 : 0);
