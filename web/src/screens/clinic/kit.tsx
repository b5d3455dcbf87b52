/** The emergency kit, counted before the day: how many of each size, and until when. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, showFirstError } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import { day, t } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf } from "./checks";
import { dayOf, sizesExpected, VIAL } from "./readiness";

interface Counted {
  readonly pieces: Readonly<Record<string, string>>;
  readonly expires: Readonly<Record<string, string>>;
}

/** By field, `pieces <size>` and `expires <size>`; `kit` where nothing was counted. */
export function kitErrors(
  { pieces, expires }: Counted,
  sizes: readonly string[],
  on: string,
  today: string,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const size of sizes) {
    const [count = "", until = ""] = [pieces[size]?.trim(), expires[size]];
    if (count === "" && until !== "") found[`pieces ${size}`] = t("required");
    else if (!/^\d{0,2}$/.test(count)) found[`pieces ${size}`] = t("whole");
    else if (Number(count) > 0 && !isCivilDate(until)) found[`expires ${size}`] = t("expiry_bad");
    else if (Number(count) > 0 && until < on)
      found[`expires ${size}`] = t(until < today ? "kit_expired" : "kit_ends_before", { day: day(until) });
  }
  const isEmpty = sizes.every((size) => Number(pieces[size] ?? 0) === 0);
  return isEmpty && !anyOf(found) ? { kit: t("kit_empty") } : found;
}

export function Kit({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft<Counted>(`kit/${now.clinic.id}`, { pieces: {}, expires: {} });
  const [tried, setTried] = useState(false);
  const sizes = [...sizesExpected(now), VIAL];
  const errors = kitErrors(values, sizes, dayOf(now), now.today);
  const shown = tried ? errors : {};
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.epinephrine_checked", {
      at: new Date().toISOString(),
      kit: sizes
        .filter((size) => Number(values.pieces[size] ?? 0) > 0)
        .map((size) => ({ size, pieces: Number(values.pieces[size]), expires_on: values.expires[size] ?? "" })),
    });
    await drop();
    stir();
  };
  return (
    <details id="kit">
      <summary>{t("kit_check")}</summary>
      <p class="hint">{t("kit_lead", { size: VIAL })}</p>
      {sizes.map((size) => (
        <fieldset key={size} class="checks">
          <legend>{t("epinephrine_size", { size })}</legend>
          <Field
            label={t("pieces_of", { size })}
            inputMode="numeric"
            value={values.pieces[size] ?? ""}
            onInput={(pieces) => set({ pieces: { ...values.pieces, [size]: pieces } })}
            error={shown[`pieces ${size}`]}
          />
          <Field
            label={t("expires_of", { size })}
            type="date"
            value={values.expires[size] ?? ""}
            onInput={(expires) => set({ expires: { ...values.expires, [size]: expires } })}
            error={shown[`expires ${size}`]}
          />
        </fieldset>
      ))}
      {shown.kit ? (
        <p class="error" role="alert">
          {shown.kit}
        </p>
      ) : null}
      <Button onClick={save}>{t("kit_sign")}</Button>
    </details>
  );
}
