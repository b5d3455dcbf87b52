/** Another phone's hand-off file: taken onto this phone, which carries it to the district unopened. */
import { useState } from "preact/hooks";
import { leftWords } from "../screens/left_words";
import { own, stir, syncedAt, theDevice, view } from "../screens/state";
import { NotCarried } from "../store/taking_in";
import { t } from "../text/words";
import { Notice } from "./parts";

export function CarryFile() {
  const [said, setSaid] = useState("");
  void own.value; // counted anew after each delivery
  void syncedAt.value;
  const device = theDevice();
  const count = device.carried.filter((one) => one.device !== device.enrolled?.device).length;
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setSaid(await taken(file));
    stir();
  };
  return (
    <section class="hand-off">
      {count > 0 ? <Notice tone="info">{t("carried_here", { count })}</Notice> : null}
      <label class="button quiet">
        {t("carry_file")}
        <input
          class="unseen"
          type="file"
          accept=".json,application/json"
          onChange={({ currentTarget }) => void take(currentTarget.files?.[0])}
        />
      </label>
      <p class="hint">{t("carry_file_lead")}</p>
      <p role="status">{said}</p>
    </section>
  );
}

async function taken(file: File): Promise<string> {
  try {
    const { taken: count, left } = await theDevice().takeIn(await file.text());
    const words = t("carry_taken", { count });
    return left.length === 0 ? words : `${words} ${leftWords(left, view.value?.streams)}`;
  } catch (error) {
    return t(error instanceof NotCarried && error.why === "district" ? "carry_other_district" : "carry_unreadable");
  }
}
