/** Items 24 to 28 of form VAERS 2.0: what the record does not hold, as the family says it. None of them must be answered. */
import { Check, Choice, Field, Select } from "../../components/parts";
import type { Ethnicity, MilitaryStatus, Race, ReactionAssessed } from "../../events/generated";
import { t, word } from "../../text/words";

const RACES: readonly Race[] = ["american_indian", "asian", "black", "pacific_islander", "white", "other", "unknown"];
const ETHNICITIES: readonly Ethnicity[] = ["hispanic", "not_hispanic", "unknown"];
const STATUSES: readonly MilitaryStatus[] = ["", "active_duty", "reserve", "national_guard", "beneficiary", "other"];
const SITES = ["no", "yes", "unknown"] as const;

export interface FamilyItems {
  readonly race: readonly Race[];
  readonly ethnicity: Ethnicity;
  readonly project_number: string;
  readonly military_status: MilitaryStatus;
  readonly military_site: NonNullable<ReactionAssessed["military_site"]>;
}

export const familyItems = (assessed: ReactionAssessed | null): FamilyItems => ({
  race: assessed?.race ?? [],
  ethnicity: assessed?.ethnicity ?? "unknown",
  project_number: assessed?.project_number ?? "",
  military_status: assessed?.military_status ?? "",
  military_site: assessed?.military_site ?? "no",
});

export function FamilyFields(props: {
  readonly values: FamilyItems;
  readonly set: (changes: Partial<FamilyItems>) => void;
}) {
  const { values, set } = props;
  const tick = (race: Race, yes: boolean) =>
    set({ race: yes ? [...values.race, race] : values.race.filter((one) => one !== race) });
  return (
    <>
      <fieldset class="checks">
        <legend>{t("vaers_24")}</legend>
        {RACES.map((one) => (
          <Check
            key={one}
            label={word("race", one)}
            checked={values.race.includes(one)}
            onChange={(yes) => tick(one, yes)}
          />
        ))}
      </fieldset>
      <Choice
        legend={t("vaers_25")}
        wide
        value={values.ethnicity}
        onChange={(ethnicity) => set({ ethnicity })}
        options={ETHNICITIES.map((one) => [one, word("ethnicity", one)])}
      />
      <Field
        label={t("vaers_26")}
        value={values.project_number}
        onInput={(project_number) => set({ project_number })}
        hint={t("vaers_26_hint")}
      />
      <Select
        label={t("vaers_27")}
        value={values.military_status}
        onChange={(status) => set({ military_status: status as MilitaryStatus })}
        options={STATUSES.map((one): [string, string] => [one, word("military", one || "none")])}
      />
      <Choice
        legend={t("vaers_28")}
        value={values.military_site}
        onChange={(military_site) => set({ military_site })}
        options={SITES.map((one) => [one, word("answer", one)])}
      />
    </>
  );
}

/** The same as the form shows them. */
export const familyLines = (assessed: ReactionAssessed | null): readonly (readonly [string, string, string])[] => {
  const { race, ethnicity, project_number, military_status, military_site } = familyItems(assessed);
  return [
    ["24", t("vaers_24"), race.map((one) => word("race", one)).join(", ")],
    ["25", t("vaers_25"), word("ethnicity", ethnicity)],
    ["26", t("vaers_26"), project_number],
    ["27", t("vaers_27"), word("military", military_status || "none")],
    ["28", t("vaers_28"), word("answer", military_site)],
  ];
};
