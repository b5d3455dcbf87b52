/**
 * The vaccine that would close each open antigen soonest, with the first day on which it would count: what is due but
 * not yet, and what a child comes back for. Of the clinic's own vaccines where one would do, else of those in
 * common use; a vaccine that no day within two years would count for is not named.
 */
import { antigensOf } from "../law/codes";
import type { Schedule } from "../law/schedule";
import type { Student } from "./student";
import { countsFrom } from "./timing";

export interface Coming {
  readonly cvx: string;
  /** The first day (YYYY-MM-DD), not before the day asked about. */
  readonly from: string;
}

export function comingDoses(
  student: Student,
  open: readonly string[],
  { offered, common }: { readonly offered: readonly string[]; readonly common: readonly string[] },
  on: string,
  schedule: Schedule,
): readonly Coming[] {
  const days = new Map<string, string>();
  const from = (cvx: string): string => {
    const known = days.get(cvx) ?? countsFrom(student, cvx, on, schedule);
    days.set(cvx, known);
    return known;
  };
  const soonest = (antigen: string, vaccines: readonly string[]): Coming | undefined =>
    vaccines
      .filter((cvx) => (antigensOf(cvx) ?? []).includes(antigen))
      .map((cvx): Coming => ({ cvx, from: from(cvx) }))
      .filter((one) => one.from !== "")
      .reduce<Coming | undefined>((best, one) => (best === undefined || one.from < best.from ? one : best), undefined);
  const found = open.flatMap((antigen) => soonest(antigen, offered) ?? soonest(antigen, common) ?? []);
  return [...new Map(found.map((one) => [one.cvx, one])).values()].sort((one, two) => (one.from < two.from ? -1 : 1));
}
