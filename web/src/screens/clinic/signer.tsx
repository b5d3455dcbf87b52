/** Who signs for a student, and in what standing: by age, with a warning where a person must ask further. */
import { Field, Notice, Select } from "../../components/parts";
import type { ConsentGiven, ConsentRefused } from "../../events/generated";
import { type Doubt, isOfAge } from "../../projections/consenting";
import type { Student } from "../../projections/student";
import { t, word } from "../../text/words";

/** Whose yes may allow by itself; yes and no may come from a student under age too. */
export const STANDINGS: readonly Exclude<ConsentGiven["standing"], "student">[] = [
  "parent",
  "guardian",
  "student_adult",
  "emancipated",
  "other",
];

/** Who speaks for a student of this age, unless somebody says otherwise. */
export const usualStanding = (student: Student, on: string): (typeof STANDINGS)[number] =>
  isOfAge(student.birthDate, on) === true ? "student_adult" : "parent";

/** What is wrong with a standing nobody of this age can have (`doubt` is null then: consenting.ts). */
export const standingError = (doubt: Doubt | null, standing: ConsentRefused["standing"]): string | undefined =>
  doubt === null && standing !== "student"
    ? t(standing === "student_adult" ? "standing_minor" : "standing_adult")
    : undefined;

interface Signer<Standing> {
  readonly signer: string;
  readonly standing: Standing;
}

export function SignerFields<Standing extends ConsentRefused["standing"]>(props: {
  readonly label: string;
  readonly standingLabel?: string;
  readonly values: Signer<Standing>;
  readonly set: (changes: Partial<Signer<Standing>>) => void;
  readonly standings: readonly Standing[];
  readonly doubt: Doubt | null;
  readonly errors: { readonly signer?: string | undefined; readonly standing?: string | undefined };
}) {
  const { label, standingLabel = t("standing"), values, set, standings, doubt, errors } = props;
  return (
    <>
      <Field label={label} value={values.signer} onInput={(signer) => set({ signer })} error={errors.signer} />
      <Select
        label={standingLabel}
        value={values.standing}
        onChange={(standing) => set({ standing: standing as Standing })}
        options={standings.map((one) => [one, word("standing", one)])}
        error={errors.standing}
      />
      {doubt ? <Notice tone="warn">{t(`found_standing_${doubt}`, { about: values.signer || "—" })}</Notice> : null}
    </>
  );
}
