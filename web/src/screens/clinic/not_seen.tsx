/** Children of whom nothing stands at the close: each leads to why, and back to who is left, three taps a child. */
import { useEffect } from "preact/hooks";
import { LinkRow } from "../../components/parts";
import type { Student } from "../../projections/student";
import { t } from "../../text/words";
import { bornWords } from "../namesakes";
import { place } from "../state";
import type { View } from "../view";

const LIST = "not-seen";

/** Where "not given" leads once it is recorded: to the list it was opened from, else to the child. */
export function afterNotGiven(student: string): readonly string[] {
  const [, , , from, ...more] = place.value;
  return from === "closing" ? [from, ...more, LIST] : ["child", student];
}

export function NotSeen({ now, missing }: { readonly now: View; readonly missing: readonly Student[] }) {
  const close = place.value.filter((part) => part !== LIST);
  const isBack = place.value.includes(LIST);
  useEffect(() => {
    // After the screen has begun at its top.
    if (isBack) requestAnimationFrame(() => document.getElementById(LIST)?.scrollIntoView());
  }, [isBack]);
  return (
    <section id={LIST} aria-labelledby="unseen">
      <h2 id="unseen">{t("not_seen", { count: missing.length })}</h2>
      {missing.length === 0 ? (
        <p class="hint">{t("all_seen")}</p>
      ) : (
        <details open={isBack}>
          <summary>{t("show_them")}</summary>
          <div class="panel">
            {missing.map((student) => (
              <LinkRow
                key={student.id}
                to={["child", student.id, "not-given", ...close]}
                title={student.fullName}
                more={bornWords(now, student)}
              />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}
