/** What the screens show, folded from the facts this phone holds: the clinic, its children, its people, the policy. */
import type { ClinicPlanned } from "../events/generated";
import { streamId } from "../events/ids";
import type { LawRecord, Loaded, Verdict } from "../law";
import { antigensOf } from "../law/codes";
import { evaluate } from "../law/evaluate";
import { Clinic } from "../projections/clinic";
import { type Fact, Shelf } from "../projections/fact";
import { found, wordsFor } from "../projections/finding";
import type { DoseLine } from "../projections/history";
import { recordOf } from "../projections/lawful";
import { isLink, linkedStudents } from "../projections/linked";
import { namesakesOf } from "../projections/namesakes";
import { Policy } from "../projections/policy";
import { Student } from "../projections/student";
import { recentDoses, type Visit, visitOf } from "../projections/visit";
import type { OtherDevice } from "../store/kept";
import { inOrder } from "./ordering";
import { type Person, peopleOf } from "./people";

export interface Judgment {
  readonly record: LawRecord;
  readonly verdict: Verdict;
  readonly ruleSet: Loaded;
}

/** So many streams are looked through in one step. */
const STEP_STREAMS = 64;

/** Outcomes that a dose given now could change. */
export const OPEN_OUTCOMES: ReadonlySet<string> = new Set([
  "short",
  "date_defect",
  "review",
  "in_process",
  "primary_ok",
]);

/** What a view is made of, and the moment it is made for. */
export interface Known {
  /** By stream. A list that is the same as in the view before holds nothing new. */
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
  readonly scope: string;
  readonly staff: string;
  /** IANA, as told at enrolment. */
  readonly zone: string;
  readonly others: readonly OtherDevice[];
  readonly ruleSet: Loaded;
  readonly ruleSets: readonly Loaded[];
  readonly now: number;
}

/** One snapshot of everything on this phone, for one day. What did not change since `before` is not folded again. */
export class View {
  readonly policy: Policy;
  readonly today: string;
  readonly clinic: Clinic;
  readonly people: readonly Person[];
  readonly me: Person | null;
  readonly others: readonly OtherDevice[];
  private listed: readonly Student[] = [];
  /** What each of the listed is found by. */
  private texts: readonly string[] = [];
  private alike: ReadonlyMap<string, readonly Student[]> = new Map();
  private watchedNow: readonly Student[] = [];
  private readonly ruleSet: Loaded;
  private readonly ruleSets: readonly Loaded[];
  /** Each stream's child; linked streams have one. `together` are the streams it was folded of. */
  private readonly byId = new Map<string, { readonly student: Student; readonly together: string }>();
  private readonly judged = new Map<string, Judgment>();
  private readonly visited = new Map<string, Visit>();
  private readonly words = new Map<string, string>();

  private constructor(
    known: Known,
    readonly streams: ReadonlyMap<string, readonly Fact[]>,
    before: View | null,
  ) {
    const { scope, staff } = known;
    const isSame = isSameSince(before, streams);
    this.others = known.others;
    this.ruleSet = known.ruleSet;
    this.ruleSets = known.ruleSets;
    this.policy =
      before !== null && isSame("district") ? before.policy : new Policy(streams.get("district") ?? [], known.zone);
    this.today = this.policy.civilDay(known.now);
    this.clinic =
      before !== null && before.clinic.id === streamId(scope) && isSame(scope)
        ? before.clinic
        : new Clinic(scope, streams.get(scope) ?? []);
    this.people = peopleOf(streams);
    this.me = this.people.find((person) => person.staff === staff) ?? null;
  }

  /** The view of what is known, in steps as short as a child. */
  static *of(known: Known, before: View | null = null): Generator<undefined, View, undefined> {
    const { facts: streams } = known;
    const view = new View(known, streams, before);
    const isSame = isSameSince(before, streams);
    const ids: string[] = [];
    const links: Fact[] = [];
    for (const [stream, told] of streams) {
      if (stream.startsWith("student/")) ids.push(streamId(stream));
      links.push(...linksOf(told));
      if (ids.length % STEP_STREAMS === 0) yield;
    }
    for (const [id, together] of linkedStudents(ids, links)) {
      if (!view.byId.has(id)) view.takeIn(together, isSame, before);
      yield;
    }
    const children = new Set(view.clinic.roster.flatMap((id) => view.student(id) ?? []));
    yield;
    view.listed = yield* inOrder(children, before?.roster ?? []);
    view.texts = view.listed.map((student) => view.wordsOf(student));
    view.alike = namesakesOf(view.listed, view.texts);
    yield* view.findWatched();
    return view;
  }

  /** Fold one child, or take it from before where nothing about it is new. */
  private takeIn(together: readonly string[], isSame: (stream: string) => boolean, before: View | null): void {
    const known = before?.byId.get(together[0] ?? "");
    const isKnown = known?.together === together.join() && together.every((one) => isSame(`student/${one}`));
    const child = isKnown
      ? known.student
      : new Student(together.flatMap((one) => this.streams.get(`student/${one}`) ?? []));
    const entry = isKnown ? known : { student: child, together: together.join() };
    for (const one of together) this.byId.set(one, entry);
    if (isKnown && before !== null) this.takeOver(before, child);
    this.wordsOf(child); // here, in a short step, so that the first keystroke need not
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

  /** Whether it shows the day of a moment (milliseconds). */
  isOf(moment: number): boolean {
    return this.policy.civilDay(moment) === this.today;
  }

  /** The clinic's children by name. */
  get roster(): readonly Student[] {
    return this.listed;
  }

  /** Every child on this phone, on the roster or not. */
  get children(): readonly Student[] {
    return [...new Set([...this.byId.values()].map((one) => one.student))];
  }

  /** The school of the clinic, and the number a family may call. */
  get office(): { readonly name: string; readonly phone: string } {
    return this.callFor(this.clinic.plan);
  }

  /** Whom a family calls about a planned clinic: its own number, else its facility's; empty where there is neither. */
  callFor(plan: ClinicPlanned | null): { readonly name: string; readonly phone: string } {
    const shelf = new Shelf(this.streams.get(`facility/${plan?.facility ?? ""}`) ?? []);
    let { name = "", phone = "" } = shelf.of("facility.opened")[0]?.payload ?? {};
    for (const { payload } of shelf.of("facility.corrected")) {
      name = payload.name ?? name;
      phone = payload.phone ?? phone;
    }
    return { name: name || (plan?.operator ?? ""), phone: plan?.phone || phone };
  }

  /** Why a device works here today without the browser's promise to keep its records; null where nobody decided so. */
  leavesWithout(device: string): string | null {
    const told = this.clinic.shelf
      .of("clinic.lack_accepted")
      .findLast(
        ({ fact, payload }) =>
          fact.header.device === device && this.policy.civilDay(Date.parse(payload.at)) === this.today,
      );
    return told?.payload.reason ?? null;
  }

  student(id: string): Student | null {
    return this.byId.get(id)?.student ?? null;
  }

  /** The children that fit what is typed. */
  find(typed: string): readonly Student[] {
    return found(typed, this.listed, this.texts);
  }

  /** Others of the roster with the child's name and birth date. */
  namesakes(student: Student): readonly Student[] {
    return this.alike.get(student.id)?.filter((one) => one !== student) ?? [];
  }

  /** Whether a child was judged before: judging takes a moment, and a list of many must not wait for it. */
  isJudged(student: Student): boolean {
    return this.judged.has(student.id);
  }

  /** Whether a child's visit was read off its facts before: that opens them, and a list of many must not wait for it. */
  isVisited(student: Student): boolean {
    return this.visited.has(student.id);
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
    return this.watchedNow;
  }

  /** In steps as short as a child: the bar that is always there counts them. */
  private *findWatched(): Generator<undefined, void, undefined> {
    const found: Student[] = [];
    for (const student of this.children) {
      const isGiven =
        student.shelf.has("dose.administered") &&
        recentDoses(student, this.clinic.id, this.today, (moment) => this.policy.civilDay(moment)).length > 0;
      if (isGiven && this.visit(student).watch?.endedAt === null) found.push(student);
      yield;
    }
    this.watchedNow = found.sort(
      (one, two) => (this.visit(one).watch?.since ?? 0) - (this.visit(two).watch?.since ?? 0),
    );
  }

  /** Doses given today, and of this clinic those of an evening that ran into the day. */
  givenToday(student: Student): readonly DoseLine[] {
    const { recent } = this.visit(student);
    return student.standingDoses.filter(
      (dose) => recent.includes(dose) || (dose.basis === "administered" && dose.given_on === this.today),
    );
  }

  /** What a child is found by. */
  wordsOf(student: Student): string {
    let words = this.words.get(student.id);
    if (words === undefined) {
      words = wordsFor([student.fullName, ...student.aliases], student.birthDate, student.numbers);
      this.words.set(student.id, words);
    }
    return words;
  }
}

/** By a stream's facts: those that link children. */
const links = new WeakMap<readonly Fact[], readonly Fact[]>();

function linksOf(facts: readonly Fact[]): readonly Fact[] {
  const known = links.get(facts) ?? facts.filter(isLink);
  links.set(facts, known);
  return known;
}

/** Whether a stream holds what it held in the view before. */
function isSameSince(before: View | null, streams: ReadonlyMap<string, readonly Fact[]>): (stream: string) => boolean {
  const former = before?.streams;
  return (stream) => areSame(former?.get(stream) ?? [], streams.get(stream) ?? []);
}

const areSame = (one: readonly Fact[], two: readonly Fact[]): boolean =>
  one === two || (one.length === two.length && one.every((fact, at) => fact === two[at]));
