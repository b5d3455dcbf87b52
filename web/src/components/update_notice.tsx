/** A new version is ready: said until a person taps, or this tab begins anew because nothing is half done in it. */
import { applyUpdate, updateReady } from "../screens/update";
import { t } from "../text/words";
import { Button, Notice } from "./parts";

export function UpdateNotice({ words }: { readonly words: string }) {
  if (!updateReady.value) return null;
  return (
    <Notice tone="info">
      <p>{words}</p>
      <Button kind="quiet" onClick={applyUpdate}>
        {t("update_now")}
      </Button>
    </Notice>
  );
}
