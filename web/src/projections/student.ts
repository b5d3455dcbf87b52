/**
 * A student: the facts of one child's stream and what they amount to. Mirrors projections/student.py; the result
 * depends on the set of facts only, never on the order of arrival.
 */
import type { Contact, PersonName } from "../events/generated";
import { streamId, streamKind } from "../events/ids";
import { type Stay, stayLines } from "./enrollment";
import { type Fact, Shelf } from "./fact";
import { type DoseLine, doseLines } from "./history";
import { type PaperLine, paperLines } from "./papers";

/** One child. Everything is read off the shelf once; doses, papers and stays when somebody asks for them. */
export class Student {
  readonly shelf: Shelf;
  readonly id: string;
  readonly streams: readonly string[];
  readonly name: PersonName | null;
  readonly birthDate: string;
  readonly sex: string;
  private had: readonly DoseLine[] | null = null;
  private brought: readonly PaperLine[] | null = null;
  private attended: readonly Stay[] | null = null;

  constructor(facts: Iterable<Fact>) {
    this.shelf = new Shelf(facts);
    const registered = this.shelf.of("student.registered").map((told) => told.fact);
    const streams = new Set([...registered, ...this.shelf.facts].map((fact) => fact.header.stream));
    this.streams = [...streams].filter((stream) => streamKind(stream) === "student").map(streamId);
    this.id = this.streams[0] ?? "";
    const identity = this.identity();
    this.name = identity.name;
    this.birthDate = identity.birthDate;
    this.sex = identity.sex;
  }

  get doses(): readonly DoseLine[] {
    this.had ??= doseLines(this.shelf);
    return this.had;
  }

  get papers(): readonly PaperLine[] {
    this.brought ??= paperLines(this.shelf);
    return this.brought;
  }

  get stays(): readonly Stay[] {
    this.attended ??= stayLines(this.shelf);
    return this.attended;
  }

  get fullName(): string {
    return this.name === null ? "" : inFull(this.name);
  }

  /** What else the child is called. */
  get aliases(): readonly string[] {
    return this.shelf
      .of("student.registered")
      .flatMap(({ payload }) => payload.aliases ?? [])
      .map(inFull);
  }

  /** The numbers the child carries elsewhere. */
  get numbers(): readonly string[] {
    const told = [...this.shelf.of("student.registered"), ...this.shelf.of("student.corrected")];
    return [...new Set(told.flatMap(({ payload }) => payload.identifiers ?? []).map((number) => number.value))];
  }

  /** Whom to call about the child. */
  get contacts(): readonly Contact[] {
    return this.shelf.of("student.contacts_recorded").at(-1)?.payload.contacts ?? [];
  }

  /** Whether anything is known from before: of a child registered at a clinic, until a paper or another record comes. */
  get hasPast(): boolean {
    return this.stays.length > 0 || this.papers.length > 0 || this.doses.some((line) => line.basis === "historical");
  }

  get standingDoses(): readonly DoseLine[] {
    return this.doses.filter((line) => line.voidReason === null);
  }

  /** Doses copied from the clinic's paper that nobody has compared with it, or that did not agree. */
  get toVerify(): readonly DoseLine[] {
    return this.standingDoses.filter((line) => line.fromPaper && line.verified !== true);
  }

  /** The stay that decides the verdict on a day (YYYY-MM-DD); null when none is known. */
  stayOn(day: string): Stay | null {
    const covers = this.stays.filter(
      (stay) => stay.began.first_day <= day && (stay.ended === null || day <= stay.ended.last_day),
    );
    const held = covers.filter((stay) => (stay.began.file_holder ?? stay.began.facility) === stay.began.facility);
    const present = held.at(-1) ?? covers.at(-1);
    if (present !== undefined) return present;
    return this.stays.filter((stay) => stay.began.first_day <= day).at(-1) ?? this.stays[0] ?? null;
  }

  private identity(): { name: PersonName | null; birthDate: string; sex: string } {
    const told = [...this.shelf.of("student.registered"), ...this.shelf.of("student.corrected")];
    const ofStream = (stream: string) => {
      let found: { name: PersonName | null; birthDate: string; sex: string } = {
        name: null,
        birthDate: "",
        sex: "unknown",
      };
      for (const { fact, payload } of told) {
        if (streamId(fact.header.stream) !== stream) continue;
        found = {
          name: payload.name ?? found.name,
          birthDate: payload.birth_date ?? found.birthDate,
          sex: payload.sex ?? found.sex,
        };
      }
      return found;
    };
    const all = this.streams.map(ofStream);
    return all.find((one) => one.name !== null) ?? all[0] ?? { name: null, birthDate: "", sex: "unknown" };
  }
}

const inFull = ({ given, middle, family, suffix }: PersonName): string =>
  [given, middle, family, suffix].filter(Boolean).join(" ");
