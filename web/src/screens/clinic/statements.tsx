/** The Vaccine Information Statements of a dose: from the family's packet, or handed over with it (42 U.S.C. 300aa-26). */
import { Check } from "../../components/parts";
import type { DoseAdministered } from "../../events/generated";
import { currentVis, shownStatement, visGiven } from "../../projections/packet";
import type { Student } from "../../projections/student";
import { day, language, t } from "../../text/words";
import type { Vial } from "./vial";

const shown = (document: string): string => shownStatement(document, language.value);

interface Handed {
  readonly on: string;
  readonly handed: boolean;
}

/** The statements (VIS) the family has, each with its edition and day, and those of today handed over now. */
export function Statements(props: {
  readonly student: Student;
  readonly vial: Vial;
  readonly values: Handed;
  readonly onChange: (handed: boolean) => void;
}) {
  const { student, vial, values, onChange } = props;
  const given = visGiven(student, vial.cvx, values.on);
  const named = currentVis(vial.cvx, values.on).map((one) => `${shown(one.document)} (${day(one.edition)})`);
  return (
    <>
      {given.map((one) => (
        <p key={one.document} class="hint">
          {t("vis_given", { document: shown(one.document), edition: day(one.edition), day: day(one.givenOn) })}
        </p>
      ))}
      {named.length === 0 ? null : (
        <Check label={t("vis_now", { named: named.join(", ") })} checked={values.handed} onChange={onChange} />
      )}
    </>
  );
}

/** Edition and day of each statement (42 U.S.C. 300aa-26): handed over at the dose, else from the family's packet. */
export function visOf(student: Student, vial: Vial, { on, handed }: Handed): NonNullable<DoseAdministered["vis"]> {
  if (handed) return currentVis(vial.cvx, on).map(({ document, edition }) => ({ document, edition, given_on: on }));
  return visGiven(student, vial.cvx, on).map(({ document, edition, givenOn }) => ({
    document,
    edition,
    given_on: givenOn,
  }));
}
