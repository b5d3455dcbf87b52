/** Who a child is, in words: two identifiers, and a third where another child of the list has both. */
import type { Student } from "../projections/student";
import { day, t } from "../text/words";
import type { View } from "./view";

/** What tells a child from a namesake: numbers, and whom to call; empty where neither is known. */
export const apartWords = (student: Student): string =>
  [...student.numbers, ...student.contacts.map(({ name }) => name)].join(" · ");

/** The same for a child who has a namesake on the list; empty for everybody else. */
export const toldApart = (now: View, student: Student): string =>
  now.namesakes(student).length > 0 ? apartWords(student) : "";

/** The second identifier beside the name, and a third where another child here has both. */
export const bornWords = (now: View, student: Student): string =>
  [t("born", { day: day(student.birthDate) }), toldApart(now, student)].filter(Boolean).join(" · ");

/** Both identifiers in a line, for a screen whose title is something else. */
export const whoWords = (now: View, student: Student): string => `${student.fullName} · ${bornWords(now, student)}`;
