/** Whether a dose that a paper tells is on the child's record already: the same day, and all that it would bring. */
import { brings } from "../law/codes";
import type { Student } from "./student";

/** Only whole days are compared: two doses of one month may be two. */
export const isOnRecord = ({ standingDoses }: Pick<Student, "standingDoses">, cvx: string, on: string): boolean =>
  on.length === 10 && standingDoses.some((dose) => dose.given_on === on && brings(dose.cvx, cvx));
