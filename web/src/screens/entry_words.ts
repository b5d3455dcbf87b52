/** What was recorded from a paper form, in words: the child, what, and when. */
import type { FormEntry } from "../projections/forms";
import { shownVaccines } from "../text/vaccines";
import { momentWords, t } from "../text/words";

export const entryWords = ({ student, cvx, dose, recordedAt }: FormEntry): string =>
  [
    student.fullName,
    shownVaccines(cvx),
    ...(dose === null ? [t("not_given")] : []),
    momentWords(Date.parse(recordedAt)),
  ].join(" · ");
