/** The vaccines this clinic may give, and the boxes with which a form says which of them it is about. */
import { Check } from "../../components/parts";
import { shownVaccine } from "../../text/vaccines";
import type { View } from "../view";

/** What the clinic planned, has orders for or carries, each once. */
export function clinicVaccines(now: View): readonly string[] {
  const { plan, orders, lots } = now.clinic;
  return [...new Set([...(plan?.vaccines ?? []), ...orders.map((one) => one.cvx), ...lots.map((one) => one.cvx)])];
}

export function VaccineChecks(props: {
  readonly legend: string;
  readonly offered: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
  readonly error: string | undefined;
}) {
  const { legend, offered, chosen, onChange, error } = props;
  return (
    <fieldset class={error ? "checks wrong" : "checks"}>
      <legend>{legend}</legend>
      {offered.map((cvx) => (
        <Check
          key={cvx}
          label={shownVaccine(cvx)}
          checked={chosen.includes(cvx)}
          onChange={(yes) => onChange(yes ? [...chosen, cvx] : chosen.filter((one) => one !== cvx))}
        />
      ))}
      {error ? (
        <p class="error" role="alert">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
