/** Children who may already be on the list: the same birth date or a name that sounds alike. For a person to judge. */
import type { Student } from "./student";

export interface Likely {
  readonly student: Student;
  readonly ground: "same" | "same_birth_date" | "same_name" | "similar";
}

const SHOWN_MAX = 5;

/** The likeliest first; at most five. Empty until a family name and a birth date or given name are there. */
export function likelyDuplicates(
  given: string,
  family: string,
  born: string,
  students: readonly Student[],
): readonly Likely[] {
  const [wantedGiven, wantedFamily] = [plain(given), plain(family)];
  if (wantedFamily.length < 2 && born.length < 10) return [];
  const wanted = { given: wantedGiven, family: wantedFamily, born };
  return students
    .flatMap((student) => {
      const ground = groundOf(student, wanted);
      return ground === null ? [] : [{ student, ground }];
    })
    .sort((one, two) => RANKS.indexOf(one.ground) - RANKS.indexOf(two.ground))
    .slice(0, SHOWN_MAX);
}

const RANKS: readonly Likely["ground"][] = ["same", "same_name", "similar", "same_birth_date"];

interface Wanted {
  readonly given: string;
  readonly family: string;
  readonly born: string;
}

function groundOf(student: Student, wanted: Wanted): Likely["ground"] | null {
  const { name } = student;
  if (name === null) return null;
  const [given, family] = [plain(name.given), plain(name.family)];
  const isStraight = alike(wanted.given, given) && alike(wanted.family, family);
  const isSwapped = alike(wanted.given, family) && alike(wanted.family, given);
  const isSameDay = wanted.born !== "" && student.birthDate === wanted.born;
  if (isStraight || isSwapped) return isSameDay ? "same" : "same_name";
  if (!isSameDay) return null;
  return alike(wanted.family, family) ? "similar" : "same_birth_date";
}

/** Lower case, without accents, spaces or hyphens. */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[^\p{L}]/gu, "")
    .toLowerCase();
}

/** Equal, one a part of the other, or one slip of the pen apart. */
function alike(one: string, two: string): boolean {
  if (one === "" || two === "") return false;
  if (one === two) return true;
  const shorter = Math.min(one.length, two.length);
  if (shorter >= 3 && (one.startsWith(two) || two.startsWith(one))) return true;
  return shorter >= 4 && Math.abs(one.length - two.length) <= 1 && oneSlip(one, two);
}

function oneSlip(one: string, two: string): boolean {
  const [short, long] = one.length <= two.length ? [one, two] : [two, one];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const rest = short.length === long.length ? short.slice(at + 1) : short.slice(at);
  if (rest === long.slice(at + 1)) return true;
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.length === long.length && swapped && short.slice(at + 2) === long.slice(at + 2);
}
