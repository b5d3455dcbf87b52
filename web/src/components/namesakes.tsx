/** Another child here has this name and this birth date: said before anything is written down about the wrong one. */
import type { Student } from "../projections/student";
import { apartWords } from "../screens/namesakes";
import type { View } from "../screens/view";
import { t } from "../text/words";
import { LinkRow, Notice } from "./parts";

export function Namesakes({ now, student }: { readonly now: View; readonly student: Student }) {
  const others = now.namesakes(student);
  if (others.length === 0) return null;
  return (
    <Notice tone="warn">
      <strong>{t("namesake")}</strong>
      <p>{t("namesake_lead", { told: apartWords(student) || t("namesake_unknown") })}</p>
      {others.map((other) => (
        <LinkRow
          key={other.id}
          to={["child", other.id]}
          title={t("namesake_other")}
          more={apartWords(other) || t("namesake_unknown")}
        />
      ))}
    </Notice>
  );
}
