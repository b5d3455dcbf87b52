/** What the screens show, folded from the facts this phone holds: the clinic, its children, its lots, the policy. */
import type { Address, OrderIssued, StockLoaded } from "../events/generated";
import { streamId } from "../events/ids";
import { type Explanation, evaluate, explain, type Language, type LawRecord, type Loaded, type Verdict } from "../law";
import { antigensOf, vaccineName } from "../law/codes";
import { type Fact, Shelf } from "../projections/fact";
import { recordOf } from "../projections/lawful";
import { Policy } from "../projections/policy";
import { type DoseLine, Student } from "../projections/student";

export interface Lot extends StockLoaded {
  readonly isHeld: boolean;
}

export interface Me {
  readonly name: string;
  readonly title: string;
  readonly address: Address;
}

export interface Judgment {
  readonly record: LawRecord;
  readonly verdict: Verdict;
  readonly ruleSet: Loaded;
}

export interface Twice {
  readonly one: DoseLine;
  readonly two: DoseLine;
}

const SAME_DOSE_DAYS = 4;
const DAY_MS = 86_400_000;

/** One snapshot of everything on this phone, for one day. */
export class View {
  readonly policy: Policy;
  readonly today: string;
  readonly roster: readonly Student[];
  readonly lots: readonly Lot[];
  readonly orders: readonly OrderIssued[];
  readonly me: Me | null;
  private readonly byId = new Map<string, Student>();
  private readonly judged = new Map<string, Judgment>();
  private readonly words = new Map<string, string>();

  constructor(
    facts: readonly Fact[],
    scope: string,
    staff: string,
    private readonly ruleSet: Loaded,
    private readonly ruleSets: readonly Loaded[],
    now: number,
  ) {
    const streams = new Map<string, Fact[]>();
    for (const fact of facts) {
      const there = streams.get(fact.header.stream);
      if (there === undefined) streams.set(fact.header.stream, [fact]);
      else there.push(fact);
    }
    this.policy = new Policy(streams.get("district") ?? []);
    this.today = this.policy.civilDay(now);
    const clinic = new Shelf(streams.get(scope) ?? []);
    this.orders = clinic.of("clinic.order_issued").map(({ payload }) => payload);
    this.lots = lotsOf(clinic);
    this.me = meOf(new Shelf(streams.get(`staff/${staff}`) ?? []));
    for (const [stream, own] of streams) {
      if (stream.startsWith("student/")) this.byId.set(streamId(stream), new Student(own));
    }
    const children = rosterOf(clinic).flatMap((id) => this.byId.get(id) ?? []);
    this.roster = children.sort((one, two) => sortName(one).localeCompare(sortName(two)));
  }

  student(id: string): Student | null {
    return this.byId.get(id) ?? null;
  }

  /** The children that fit what is typed: every word begins a name, or stands in the birth date or a number. */
  find(typed: string): readonly Student[] {
    const wanted = plain(typed).split(/\s+/).filter(Boolean);
    if (wanted.length === 0) return this.roster;
    return this.roster.filter((student) => {
      const words = this.wordsOf(student);
      return wanted.every((word) => words.includes(` ${word}`) || (/\d/.test(word) && words.includes(word)));
    });
  }

  judgment(student: Student): Judgment {
    let known = this.judged.get(student.id);
    if (known === undefined) {
      const record = recordOf(student, this.policy, this.today, this.ruleSets);
      known = { record, verdict: evaluate(record, this.ruleSet, this.today), ruleSet: this.ruleSet };
      this.judged.set(student.id, known);
    }
    return known;
  }

  explanation(student: Student, language: Language): Explanation {
    const { record, verdict, ruleSet } = this.judgment(student);
    return explain(verdict, record, ruleSet, language);
  }

  /** Doses given at this clinic's day. */
  givenToday(student: Student): readonly DoseLine[] {
    return student.standingDoses.filter((dose) => dose.basis === "administered" && dose.given_on === this.today);
  }

  /** Doses that stand twice: the same antigens, whole dates at most four days apart, one of them given by us. */
  twice(student: Student): readonly Twice[] {
    const doses = student.standingDoses.filter((dose) => dose.given_on.length === 10 && dose.cvx !== "");
    return doses.flatMap((one, i) =>
      doses
        .slice(i + 1)
        .filter((two) => one.basis === "administered" || two.basis === "administered")
        .filter((two) => near(one, two) && overlap(one.cvx, two.cvx))
        .map((two) => ({ one, two })),
    );
  }

  private wordsOf(student: Student): string {
    let words = this.words.get(student.id);
    if (words === undefined) {
      const numbers = student.shelf.of("student.registered").flatMap(({ payload }) => payload.identifiers ?? []);
      const parts = [student.fullName, student.birthDate, ...numbers.map((number) => number.value)];
      words = ` ${plain(parts.join(" ")).replaceAll("-", " ")} ${student.birthDate}`;
      this.words.set(student.id, words);
    }
    return words;
  }
}

export const sortName = (student: Student): string =>
  student.name === null ? "~" : `${student.name.family} ${student.name.given}`;

export const shownVaccine = (cvx: string, written = ""): string => (cvx === "" ? written || "?" : vaccineName(cvx));

/** Lower case without diacritics: what a hurried thumb types. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function near(one: DoseLine, two: DoseLine): boolean {
  return Math.abs(Date.parse(one.given_on) - Date.parse(two.given_on)) <= SAME_DOSE_DAYS * DAY_MS;
}

function overlap(one: string, two: string): boolean {
  if (one === two) return true;
  const antigens = antigensOf(two) ?? [];
  return (antigensOf(one) ?? []).some((antigen) => antigens.includes(antigen));
}

function rosterOf(clinic: Shelf): string[] {
  const roster = new Set<string>();
  for (const fact of clinic.facts) {
    const students = fact.payload.students;
    if (!Array.isArray(students)) continue;
    for (const id of students as string[]) {
      if (fact.header.type === "clinic.roster_added") roster.add(id);
      if (fact.header.type === "clinic.roster_removed") roster.delete(id);
    }
  }
  return [...roster];
}

function lotsOf(clinic: Shelf): Lot[] {
  const held = new Set<string>();
  for (const fact of clinic.facts) {
    const lots = fact.payload.lots;
    if (!Array.isArray(lots)) continue;
    for (const lot of lots as string[]) {
      if (fact.header.type === "stock.held") held.add(lot);
      if (fact.header.type === "stock.cleared") held.delete(lot);
    }
  }
  const loaded = new Map(clinic.of("stock.loaded").map(({ payload }) => [`${payload.cvx} ${payload.lot}`, payload]));
  return [...loaded.values()].map((lot) => ({ ...lot, isHeld: held.has(lot.lot) }));
}

function meOf(staff: Shelf): Me | null {
  const registered = staff.of("staff.registered")[0]?.payload;
  if (registered === undefined) return null;
  let me: Me = { name: registered.name, title: registered.title, address: registered.address };
  for (const { payload } of staff.of("staff.corrected")) {
    me = { name: payload.name ?? me.name, title: payload.title ?? me.title, address: payload.address ?? me.address };
  }
  return me;
}
