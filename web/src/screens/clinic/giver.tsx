/** Who gave the dose, apart from who types: oneself, a colleague, or somebody written down by name and title. */
import { Field, Select } from "../../components/parts";
import type { Giver } from "../../events/generated";
import { t } from "../../text/words";
import type { View } from "../view";
import { needed } from "./checks";

export interface GiverValues {
  /** A staff id, `other`, or empty for oneself. */
  readonly giver: string;
  readonly giverName: string;
  readonly giverTitle: string;
}

export const NO_GIVER: GiverValues = { giver: "", giverName: "", giverTitle: "" };
const OTHER = "other";

export function giverErrors(now: View, values: GiverValues): Readonly<Record<string, string | undefined>> {
  if (giverOf(now, values) === null) return { giver: t("giver_unknown") };
  if (values.giver !== OTHER) return {};
  return { giverName: needed(values.giverName), giverTitle: needed(values.giverTitle) };
}

/**
 * As the dose must name them (42 U.S.C. 300aa-25(a)(4)); a person not on staff works at the clinic's address. Null where
 * this phone does not know who is at work.
 */
export function giverOf(now: View, values: GiverValues): Giver | null {
  const { me } = now;
  if (values.giver === OTHER) {
    const address = now.clinic.plan?.address ?? me?.address;
    return address === undefined ? null : { name: values.giverName.trim(), title: values.giverTitle.trim(), address };
  }
  const person = now.people.find((one) => one.staff === values.giver) ?? me;
  if (person === null) return null;
  return { name: person.name, title: person.title, address: person.address, staff: person.staff };
}

export function GiverFields(props: {
  readonly now: View;
  readonly values: GiverValues;
  readonly set: (changes: Partial<GiverValues>) => void;
  readonly tried: boolean;
}) {
  const { now, values, set, tried } = props;
  const errors = tried ? giverErrors(now, values) : {};
  const me = now.me?.staff ?? "";
  const others = now.people.filter((person) => person.staff !== me);
  return (
    <>
      <Select
        label={t("giver")}
        value={values.giver || me}
        onChange={(giver) => set({ giver })}
        options={[
          [me, `${now.me?.name ?? "?"}, ${now.me?.title ?? ""}`],
          ...others.map((person): [string, string] => [person.staff, `${person.name}, ${person.title}`]),
          [OTHER, t("giver_other")],
        ]}
        error={errors.giver}
      />
      {values.giver === OTHER ? (
        <>
          <Field
            label={t("giver_name")}
            value={values.giverName}
            onInput={(giverName) => set({ giverName })}
            error={errors.giverName}
          />
          <Field
            label={t("giver_title")}
            value={values.giverTitle}
            onInput={(giverTitle) => set({ giverTitle })}
            error={errors.giverTitle}
            hint={t("giver_title_hint")}
          />
        </>
      ) : null}
    </>
  );
}
