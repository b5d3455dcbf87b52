/** Undelivered work as a file (docs/hand-off.md): for a phone without a network, and for one whose PIN is forgotten. */
import { useEffect, useState } from "preact/hooks";
import { theDevice, waiting } from "../screens/state";
import type { HandOffFile } from "../store/hand_off";
import { t } from "../text/words";
import { Button } from "./parts";

export function HandOffButton() {
  const [file, setFile] = useState<HandOffFile | null>(null);
  useEffect(() => void theDevice().handOff().then(setFile), [waiting.value]);
  if (file === null) return null;
  return (
    <section class="hand-off">
      <p class="hint">{t("hand_off_lead", { count: file.events.length })}</p>
      <Button kind="quiet" onClick={() => save(file)}>
        {t("hand_off_save")}
      </Button>
    </section>
  );
}

function save(file: HandOffFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
  link.download = `doseledger-${file.district}-${new Date().toISOString().slice(0, 10)}.handoff.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
