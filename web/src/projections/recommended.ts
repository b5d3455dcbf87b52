/**
 * What the commissioner recommends beyond what the law asks (Minn. Stat. 121A.15, subd. 3a): a dose of it is not held
 * against its child, as long as the usual series is not on record yet.
 */
import { antigensOf } from "../law/codes";
import type { Schedule } from "../law/schedule";
import { ANTIGENS } from "./lawful";
import type { Recommended } from "./packet";
import type { Student } from "./student";

export function isRecommended(student: Student, cvx: string, list: Recommended | null, schedule: Schedule): boolean {
  const named = (list?.vaccines ?? []).flatMap((name) => ANTIGENS[name] ?? []);
  const brought = (code: string) => antigensOf(code) ?? [];
  return brought(cvx).some((antigen) => {
    const usual = schedule.usual.get(antigen)?.doses.length ?? 0;
    const given = student.standingDoses.filter((dose) => brought(dose.cvx).includes(antigen)).length;
    return named.includes(antigen) && given < usual;
  });
}
