/**
 * Whether the family packet stands before a dose (Minn. Stat. 121A.15, subd. 3a(b); 42 U.S.C. 300aa-26): in an adult's
 * hands, with the requirements and exemptions, the recommended list, and the statement (VIS) of each vaccine's parts.
 *
 *     none given | only to a minor | given, something lacks or is out of date | whole
 *
 * A packet written down without its parts counts as whole: what lay in it stands under its version, on paper. A
 * statement counts for one dose of what it is about: before the next it is given again.
 */
import packet from "../../../projections/law/data/packet.json";
import { bounds, monthsOld } from "../events/dates";
import type { PacketGiven, RecommendedList } from "../events/generated";
import type { Shelf } from "./fact";

export type Part = NonNullable<PacketGiven["parts"]>[number];
export type PacketState = "none" | "minor" | "lacks" | "whole";

export interface PacketCheck {
  readonly state: PacketState;
  /** What is missing or out of date; empty unless the state is `lacks`. */
  readonly lacking: readonly Part[];
  /** Statements that lay in it, but were handed over before the last dose; the state is `lacks` then too. */
  readonly used: readonly Part[];
}

/** KNOWN GAP: CDC's six months are told by a state's page, not by CDC's own. */
const OLD_EDITION_MONTHS = 6;

/** The two papers every packet holds, in the editions of a day (YYYY-MM-DD); `entered` is the district's own list. */
export function lawParts(on: string, entered: RecommendedList | null = null): readonly Part[] {
  const requirements = packet.requirements.findLast((one) => one.edition <= on);
  const recommended = recommendedOn(on, entered);
  return [
    ...(requirements === undefined ? [] : [part("requirements", requirements)]),
    ...(recommended === null ? [] : [part("recommended", recommended)]),
  ];
}

const part = (kind: Part["kind"], { document, edition }: Pick<Part, "document" | "edition">): Part => ({
  kind,
  document,
  edition,
});

/**
 * The statements for a vaccine, one for each of its parts, in the oldest edition that will do on a day: one that was
 * replaced may be used for six months more.
 */
export function visParts(cvx: string, on: string): readonly Part[] {
  const months = (edition: string): number => monthsOld(edition, on) ?? 0;
  return statements(cvx).map(({ document, editions }): Part => {
    const settled = editions.findLast((one) => months(one) >= OLD_EDITION_MONTHS);
    return { kind: "vis", document, edition: settled ?? editions[0] ?? on };
  });
}

/** The same in the newest edition of a day: what one hands over now. */
export function currentVis(cvx: string, on: string): readonly Part[] {
  return statements(cvx).map(({ document, editions }): Part => {
    return { kind: "vis", document, edition: editions.findLast((one) => one <= on) ?? editions[0] ?? on };
  });
}

/** A statement's name as it is shown in a language; the record keeps the English one. */
export const shownStatement = (document: string, language: "en" | "es"): string =>
  language === "en" ? document : (packet.vis.find((one) => one.document === document)?.es ?? document);

const statements = (cvx: string) => packet.vis.filter((one) => one.cvx.includes(cvx));

/** The statements an adult was given for a vaccine since its last dose: the newest edition of each, and when. */
export function visGiven(student: Doses, cvx: string, on: string): readonly (Part & { readonly givenOn: string })[] {
  const held = student.shelf
    .of("packet.given")
    .filter(({ payload }) => payload.to_minor !== true && payload.on <= on)
    .flatMap(({ payload }) => (payload.parts ?? []).map((part) => ({ ...part, givenOn: payload.on })));
  return statements(cvx).flatMap(({ document }) => {
    const last = lastDose(student, document, on);
    const own = held.filter((part) => part.kind === "vis" && part.document === document && part.givenOn > last);
    return own.sort((one, two) => (one.edition < two.edition ? -1 : 1)).slice(-1);
  });
}

/** A child's facts, and the doses on its record that stand. */
interface Doses {
  readonly shelf: Shelf;
  readonly standingDoses: readonly { readonly cvx: string; readonly given_on: string }[];
}

/** The day before this one on which a vaccine that a statement is about was last given; empty if it was not. */
function lastDose({ standingDoses }: Doses, document: string, on: string): string {
  const codes = new Set(packet.vis.filter((one) => one.document === document).flatMap((one) => one.cvx));
  const days = standingDoses
    .filter(({ cvx }) => codes.has(cvx))
    .flatMap(({ given_on: day }) => bounds(day).slice(0, 1));
  return (
    days
      .filter((day) => day < on)
      .sort()
      .at(-1) ?? ""
  );
}

/** What the commissioner recommends beyond what the law asks, in the edition of a day, and where that was read. */
export interface Recommended {
  readonly edition: string;
  readonly document: string;
  readonly vaccines: readonly string[];
  /** Where it was read, when, and who compared it; null while nobody did, and the list is not to be trusted. */
  readonly checked: Pick<RecommendedList, "source" | "read_on" | "compared_by"> | null;
}

/** What the district entered with its source goes before what came with the program, which has none. */
export function recommendedOn(on: string, entered: RecommendedList | null): Recommended | null {
  if (entered !== null) return { ...entered, checked: entered };
  const shipped = packet.recommended.findLast((one) => one.edition <= on);
  return shipped === undefined ? null : { ...shipped, checked: null };
}

/**
 * What a family still lacks for a dose on a day, of the papers `wanted`. Packets given later do not count; a statement
 * is given before each dose (42 U.S.C. 300aa-26), so that one given before the last dose does not count for the next.
 */
export function checkPacket(student: Doses, on: string, wanted: readonly Part[]): PacketCheck {
  const given = student.shelf
    .of("packet.given")
    .map(({ payload }) => payload)
    .filter((one) => one.on <= on);
  const toAdults = given.filter((one) => one.to_minor !== true);
  if (toAdults.length === 0) return { state: given.length > 0 ? "minor" : "none", lacking: [], used: [] };
  const holds = (part: Part, since: string): boolean =>
    toAdults.some(
      ({ on: day, parts = [] }) => day > since && (parts.length === 0 || parts.some((one) => isSame(one, part))),
    );
  const open = wanted.filter((part) => !holds(part, part.kind === "vis" ? lastDose(student, part.document, on) : ""));
  const lacking = open.filter((part) => !holds(part, ""));
  return { state: open.length > 0 ? "lacks" : "whole", lacking, used: open.filter((part) => holds(part, "")) };
}

/** A newer edition than the one wanted will do; requirements and recommended list are one paper each, by any name. */
const isSame = (held: Part, wanted: Part): boolean =>
  held.kind === wanted.kind &&
  (held.kind !== "vis" || held.document === wanted.document) &&
  held.edition >= wanted.edition;
