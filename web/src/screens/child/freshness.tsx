/** How old a record on this phone may be. */
import { momentWords, t } from "../../text/words";
import { syncedAt } from "../state";
import type { View } from "../view";

/** This phone's last contact, and the others'. */
export function Freshness({ now }: { readonly now: View }) {
  return (
    <section aria-labelledby="freshness">
      <h2 id="freshness">{t("as_of")}</h2>
      <p class="hint">
        {syncedAt.value > 0 ? t("last_sync", { time: momentWords(syncedAt.value) }) : t("never_synced")}
      </p>
      {now.others.map((other) => (
        <p key={other.device} class="hint">
          {other.label}: {t("last_heard", { time: momentWords(other.heardAt) })}
        </p>
      ))}
      {now.others.length > 0 ? <p class="hint">{t("freshness")}</p> : null}
    </section>
  );
}
