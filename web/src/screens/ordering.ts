/**
 * Children by name, as a list is read. In steps: two thousand names compared at once would hold up a keystroke.
 */
import type { Student } from "../projections/student";

/** Made once, for it is slow to make. */
const ORDER = new Intl.Collator();
const STEP_SORTED = 100;

const sortName = (student: Student): string =>
  student.name === null ? "~" : `${student.name.family} ${student.name.given}`;

const compareNames = (one: Student, two: Student): number => ORDER.compare(sortName(one), sortName(two));

/** Who stood in order before stays there, who is new or called otherwise is put between. */
export function* inOrder(
  children: ReadonlySet<Student>,
  before: readonly Student[],
): Generator<undefined, Student[], undefined> {
  const byId = new Map([...children].map((student) => [student.id, student]));
  const stay: Student[] = [];
  for (const former of before) {
    const now = byId.get(former.id);
    if (now === undefined || (now !== former && sortName(now) !== sortName(former))) continue;
    stay.push(now);
    byId.delete(now.id);
  }
  yield;
  return yield* merged(stay, yield* sorted([...byId.values()]));
}

function* sorted(students: readonly Student[]): Generator<undefined, readonly Student[], undefined> {
  if (students.length <= STEP_SORTED) return [...students].sort(compareNames);
  const half = students.length >> 1;
  const [one, two] = [yield* sorted(students.slice(0, half)), yield* sorted(students.slice(half))];
  yield;
  return yield* merged(one, two);
}

function* merged(one: readonly Student[], two: readonly Student[]): Generator<undefined, Student[], undefined> {
  const all: Student[] = [];
  for (let [i, j] = [0, 0]; i < one.length || j < two.length; ) {
    const [left, right] = [one[i], two[j]];
    const isLeft = right === undefined || (left !== undefined && compareNames(left, right) <= 0);
    if (isLeft) i += 1;
    else j += 1;
    all.push((isLeft ? left : right) as Student);
    if (all.length % STEP_SORTED === 0) yield;
  }
  return all;
}
