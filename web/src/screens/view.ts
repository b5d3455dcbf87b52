/** What the screens show, folded from the facts this phone holds: the clinic, its children, its people, the policy. */
import type { Address } from "../events/generated";
import { streamId } from "../events/ids";
import { type Explanation, evaluate, explain, type Language, type LawRecord, type Loaded, type Verdict } from "../law";
import { antigensOf } from "../law/codes";
import { Clinic } from "../projections/clinic";
import { type Fact, Shelf } from "../projections/fact";
import { recordOf } from "../projections/lawful";
import { linkedStudents } from "../projections/linked";
import { Policy } from "../projections/policy";
import { type DoseLine, Student } from "../projections/student";
import { type Visit, visitOf } from "../projections/visit";
import type { OtherDevice } from "../store/kept";

/** Somebody who works here, as a dose must name them. */
export interface Person {
  readonly staff: string;
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

/** Outcomes that a dose given now could change. */
export const OPEN_OUTCOMES: ReadonlySet<string> = new Set([
  "short",
  "date_defect",
  "review",
  "in_process",
  "primary_ok",
]);

/** Names in the order a list is read; made once, for it is slow to make. */
const ORDER = new Intl.Collator();

/** One snapshot of everything on this phone, for one day. What did not change since `before` is not folded again. */
export class View {
  readonly policy: Policy;
  readonly today: string;
  readonly clinic: Clinic;
  readonly roster: readonly Student[];
  readonly people: readonly Person[];
  readonly me: Person | null;
  private readonly streams: ReadonlyMap<string, readonly Fact[]>;
  /** Each stream's child; linked streams have one. `together` are the streams it was folded of. */
  private readonly byId = new Map<string, { readonly student: Student; readonly together: string }>();
  private readonly judged = new Map<string, Judgment>();
  private readonly visited = new Map<string, Visit>();
  private readonly words = new Map<string, string>();

  constructor(
    facts: readonly Fact[],
    scope: string,
    staff: string,
    readonly others: readonly OtherDevice[],
    private readonly ruleSet: Loaded,
    private readonly ruleSets: readonly Loaded[],
    now: number,
    before: View | null = null,
  ) {
    const streams = byStream(facts);
    const isSame = (stream: string) => areSame(before?.streams.get(stream) ?? [], streams.get(stream) ?? []);
    this.streams = streams;
    this.policy = before !== null && isSame("district") ? before.policy : new Policy(streams.get("district") ?? []);
    this.today = this.policy.civilDay(now);
    this.clinic =
      before !== null && before.clinic.id === streamId(scope) && isSame(scope)
        ? before.clinic
        : new Clinic(scope, streams.get(scope) ?? []);
    this.people = peopleOf(streams);
    this.me = this.people.find((person) => person.staff === staff) ?? null;
    const ids = [...streams.keys()].filter((stream) => stream.startsWith("student/")).map(streamId);
    for (const [id, together] of linkedStudents(ids, facts)) {
      if (this.byId.has(id)) continue;
      const known = before?.byId.get(id);
      const isKnown = known?.together === together.join() && together.every((one) => isSame(`student/${one}`));
      const child = isKnown
        ? known.student
        : new Student(together.flatMap((one) => streams.get(`student/${one}`) ?? []));
      for (const one of together) this.byId.set(one, { student: child, together: together.join() });
      if (isKnown && before !== null) this.takeOver(before, child);
    }
    const children = new Set(this.clinic.roster.flatMap((id) => this.student(id) ?? []));
    this.roster = [...children].sort((one, two) => ORDER.compare(sortName(one), sortName(two)));
  }

  /** What was worked out for a child whose facts are the same, as far as day, law, policy and clinic are too. */
  private takeOver(before: View, { id }: Student): void {
    const words = before.words.get(id);
    if (words !== undefined) this.words.set(id, words);
    if (before.today !== this.today || before.policy !== this.policy || before.ruleSet !== this.ruleSet) return;
    const judged = before.judged.get(id);
    if (judged !== undefined) this.judged.set(id, judged);
    const visited = before.clinic === this.clinic ? before.visited.get(id) : undefined;
    if (visited !== undefined) this.visited.set(id, visited);
  }

  /** Every child on this phone, on the roster or not. */
  get children(): readonly Student[] {
    return [...new Set([...this.byId.values()].map((one) => one.student))];
  }

  /** The school of the clinic, and the number a family may call. */
  get office(): { readonly name: string; readonly phone: string } {
    const shelf = new Shelf(this.streams.get(`facility/${this.clinic.plan?.facility ?? ""}`) ?? []);
    let { name = "", phone = "" } = shelf.of("facility.opened")[0]?.payload ?? {};
    for (const { payload } of shelf.of("facility.corrected")) {
      name = payload.name ?? name;
      phone = payload.phone ?? phone;
    }
    return { name, phone };
  }

  student(id: string): Student | null {
    return this.byId.get(id)?.student ?? null;
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

  /** Whether the law asks for something a dose of this vaccine would bring; true for vaccines it never judges. */
  isDue(student: Student, cvx: string): boolean {
    const antigens = antigensOf(cvx) ?? [];
    if (antigens.length === 0) return true;
    const open = this.judgment(student).verdict.antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome));
    return open.some((one) => antigens.includes(one.antigen));
  }

  /** The child's visit to this clinic today. */
  visit(student: Student): Visit {
    let known = this.visited.get(student.id);
    if (known === undefined) {
      known = visitOf(student, this.clinic.id, this.today, (moment) => this.policy.civilDay(moment));
      this.visited.set(student.id, known);
    }
    return known;
  }

  /** Children who had a dose and are still watched. */
  get watched(): readonly Student[] {
    return this.children
      .filter((student) => this.givenToday(student).length > 0)
      .filter((student) => this.visit(student).watch?.endedAt === null)
      .sort((one, two) => (this.visit(one).watch?.since ?? 0) - (this.visit(two).watch?.since ?? 0));
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
      const parts = [student.fullName, student.birthDate, ...student.numbers];
      words = ` ${plain(parts.join(" ")).replaceAll("-", " ")} ${student.birthDate}`;
      this.words.set(student.id, words);
    }
    return words;
  }
}

function byStream(facts: readonly Fact[]): Map<string, Fact[]> {
  const streams = new Map<string, Fact[]>();
  for (const fact of facts) {
    const there = streams.get(fact.header.stream);
    if (there === undefined) streams.set(fact.header.stream, [fact]);
    else there.push(fact);
  }
  return streams;
}

const areSame = (one: readonly Fact[], two: readonly Fact[]): boolean =>
  one.length === two.length && one.every((fact, at) => fact === two[at]);

export const sortName = (student: Student): string =>
  student.name === null ? "~" : `${student.name.family} ${student.name.given}`;

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

/** Everyone registered, as last corrected, by name. */
function peopleOf(streams: ReadonlyMap<string, readonly Fact[]>): Person[] {
  const people: Person[] = [];
  for (const [stream, facts] of streams) {
    if (!stream.startsWith("staff/")) continue;
    const shelf = new Shelf(facts);
    const told = shelf.of("staff.registered")[0]?.payload;
    if (told === undefined || shelf.of("staff.left").length > 0) continue;
    let { name, title, address } = told;
    for (const { payload } of shelf.of("staff.corrected")) {
      name = payload.name ?? name;
      title = payload.title ?? title;
      address = payload.address ?? address;
    }
    people.push({ staff: streamId(stream), name, title, address });
  }
  return people.sort((one, two) => one.name.localeCompare(two.name));
}
