/**
 * A student: the facts of one child's stream and what they amount to. Mirrors projections/student.py, history.py,
 * papers.py and enrollment.py; the result depends on the set of facts only, never on the order of arrival.
 */
import { earliest, latest } from "../events/dates";
import type {
  Contact,
  EnrollmentBegan,
  EnrollmentEnded,
  Giver,
  PersonName,
  StatementReceived,
} from "../events/generated";
import { streamId, streamKind } from "../events/ids";
import { type Fact, Shelf } from "./fact";
import { looksAt } from "./second_look";

export interface DoseLine {
  readonly fact: Fact;
  readonly event: string;
  readonly basis: "administered" | "historical";
  readonly cvx: string;
  readonly given_on: string;
  readonly lot: string;
  readonly as_written: string;
  readonly source: string;
  readonly recorder: string;
  readonly giver: Giver | null;
  readonly clinic: string | null;
  readonly container: string;
  readonly mvx: string;
  readonly site: string;
  readonly route: string;
  /** Millilitres; null where nobody said. */
  readonly dose_ml: number | null;
  readonly expires_on: string;
  readonly funding: string;
  /** Copied from the clinic's paper form after the dose. */
  readonly fromPaper: boolean;
  /** The number of that form; empty where it had none. */
  readonly paperForm: string;
  /** As the paper says, in UTC; empty where it was recorded as it was given. */
  readonly givenAt: string;
  /** The standing order it was given under. */
  readonly order: string | null;
  /** A second person compared it, as it now stands, with its paper and agreed, or did not; null: nobody has yet. */
  readonly verified: boolean | null;
  readonly corrections: number;
  readonly voidReason: string | null;
}

export interface PaperLine {
  readonly fact: Fact;
  readonly event: string;
  readonly paper: StatementReceived;
  readonly outcome: "accepted" | "rejected" | null;
  /** Milliseconds; null while unchecked. */
  readonly checkedAt: number | null;
  readonly withdrawnOn: string;
  readonly state: "review" | "accepted" | "rejected" | "withdrawn";
}

export interface GradeLine {
  readonly fact: Fact;
  readonly grade: string;
  readonly fromDay: string;
  readonly kindergartenTerm: string;
  readonly grade7Term: string;
}

export interface Stay {
  readonly fact: Fact;
  readonly began: EnrollmentBegan;
  readonly grades: readonly GradeLine[];
  readonly ended: EnrollmentEnded | null;
}

const CORRECTABLE = ["cvx", "given_on", "lot", "mvx", "site", "route", "dose_ml", "expires_on", "told"] as const;

/** One child. Everything is read off the shelf once; doses, papers and stays when somebody asks for them. */
export class Student {
  readonly shelf: Shelf;
  readonly id: string;
  readonly streams: readonly string[];
  readonly name: PersonName | null;
  readonly birthDate: string;
  readonly sex: string;
  private doseLines: readonly DoseLine[] | null = null;
  private paperLines: readonly PaperLine[] | null = null;
  private stayLines: readonly Stay[] | null = null;

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
    this.doseLines ??= doseLines(this.shelf);
    return this.doseLines;
  }

  get papers(): readonly PaperLine[] {
    this.paperLines ??= paperLines(this.shelf);
    return this.paperLines;
  }

  get stays(): readonly Stay[] {
    this.stayLines ??= stays(this.shelf);
    return this.stayLines;
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

/** Every dose on a shelf, voided ones included, by the day given. */
export function doseLines(shelf: Shelf): DoseLine[] {
  const given = shelf.of("dose.administered").map(
    ({ fact, payload }): DoseLine => ({
      ...blank(fact),
      basis: "administered",
      cvx: payload.cvx,
      given_on: payload.given_on,
      lot: payload.lot,
      as_written: payload.product ?? "",
      giver: payload.giver,
      clinic: payload.clinic ?? null,
      container: payload.container ?? "",
      mvx: payload.mvx,
      site: payload.site,
      route: payload.route,
      dose_ml: payload.dose_ml,
      expires_on: payload.expires_on ?? "",
      funding: payload.funding ?? "",
      fromPaper: payload.from_paper === true,
      paperForm: payload.paper_form ?? "",
      givenAt: payload.given_at ?? "",
      order: payload.order ?? null,
    }),
  );
  const told = shelf.of("dose.recorded").map(
    ({ fact, payload }): DoseLine => ({
      ...blank(fact),
      basis: "historical",
      cvx: payload.cvx ?? "",
      given_on: payload.given_on ?? "",
      lot: payload.lot ?? "",
      mvx: payload.mvx ?? "",
      as_written: payload.as_written ?? "",
      source: payload.told.source,
      recorder: payload.told.recorder,
    }),
  );
  return [...given, ...told].map((line) => settled(line, shelf)).sort(compareDoses);
}

function blank(fact: Fact): DoseLine {
  return {
    fact,
    event: fact.header.id,
    basis: "historical",
    cvx: "",
    given_on: "",
    lot: "",
    as_written: "",
    source: "",
    recorder: "",
    giver: null,
    clinic: null,
    container: "",
    mvx: "",
    site: "",
    route: "",
    dose_ml: null,
    expires_on: "",
    funding: "",
    fromPaper: false,
    paperForm: "",
    givenAt: "",
    order: null,
    verified: null,
    corrections: 0,
    voidReason: null,
  };
}

/** When a dose given here was given. */
export const givenMoment = ({ givenAt, fact }: DoseLine): number => Date.parse(givenAt || fact.header.recorded_at);

/** A dose with its corrections in log order; a correction never revives a voided one. */
function settled(line: DoseLine, shelf: Shelf): DoseLine {
  let now = line;
  for (const { payload } of shelf.about(line.event, "dose.corrected")) {
    now = { ...now, corrections: now.corrections + 1 };
    for (const field of CORRECTABLE) {
      const value = payload[field];
      if (value === undefined || value === null) continue;
      if (typeof value !== "object") now = { ...now, [field]: value };
      else now = { ...now, source: value.source, recorder: value.recorder };
    }
  }
  const looks = looksAt(line.fact, shelf).filter(({ counts }) => counts);
  now = { ...now, verified: looks.at(-1)?.payload.agrees ?? null };
  const voided = shelf.about(line.event, "dose.voided")[0];
  return voided === undefined ? now : { ...now, voidReason: voided.payload.reason };
}

function compareDoses(one: DoseLine, two: DoseLine): number {
  return (
    compareText(first(one), first(two)) ||
    compareText(last(one), last(two)) ||
    one.fact.position - two.fact.position ||
    compareText(one.fact.eventHash, two.fact.eventHash)
  );
}

const first = (line: DoseLine): string => (line.given_on === "" ? "9999" : earliest(line.given_on));
const last = (line: DoseLine): string => (line.given_on === "" ? "9999" : latest(line.given_on));

function compareText(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}

function paperLines(shelf: Shelf): PaperLine[] {
  return shelf
    .of("statement.received")
    .map(({ fact, payload }): PaperLine => {
      const check = shelf.about(fact.header.id, "statement.checked").at(-1);
      const days = shelf.about(fact.header.id, "statement.withdrawn").map((told) => told.payload.on);
      const withdrawnOn = days.sort()[0] ?? "";
      const outcome = check?.payload.outcome ?? null;
      return {
        fact,
        event: fact.header.id,
        paper: payload,
        outcome,
        checkedAt: check === undefined ? null : (check.fact.receivedAt ?? Date.parse(check.fact.header.recorded_at)),
        withdrawnOn,
        state: withdrawnOn !== "" ? "withdrawn" : (outcome ?? "review"),
      };
    })
    .sort(
      (one, two) => compareText(one.paper.received_on, two.paper.received_on) || one.fact.position - two.fact.position,
    );
}

function stays(shelf: Shelf): Stay[] {
  const begun = shelf
    .of("enrollment.began")
    .sort(
      (one, two) => compareText(one.payload.first_day, two.payload.first_day) || one.fact.position - two.fact.position,
    );
  const place = (facility: string, day: string) =>
    begun.findLastIndex(({ payload }) => payload.facility === facility && payload.first_day <= day);
  const endings = new Map<number, EnrollmentEnded>();
  for (const { payload } of shelf.of("enrollment.ended"))
    endings.set(place(payload.facility, payload.last_day), payload);
  const grades = new Map<number, GradeLine[]>();
  for (const { fact, payload } of shelf.of("grade.assigned")) {
    const at = place(payload.facility, payload.from_day);
    const line = gradeLine(fact, payload.grade, payload.from_day, payload.kindergarten_term, payload.grade_7_term);
    grades.set(at, [...(grades.get(at) ?? []), line]);
  }
  return begun.map(({ fact, payload }, i) => {
    const start = gradeLine(fact, payload.grade, payload.first_day, payload.kindergarten_term, payload.grade_7_term);
    const later = (grades.get(i) ?? []).sort(
      (one, two) => compareText(one.fromDay, two.fromDay) || one.fact.position - two.fact.position,
    );
    return { fact, began: payload, grades: [start, ...later], ended: endings.get(i) ?? null };
  });
}

function gradeLine(
  fact: Fact,
  grade: string,
  fromDay: string,
  kg: string | undefined,
  g7: string | undefined,
): GradeLine {
  return { fact, grade, fromDay, kindergartenTerm: kg ?? "", grade7Term: g7 ?? "" };
}
