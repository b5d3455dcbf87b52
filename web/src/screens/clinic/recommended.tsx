/** The commissioner's recommended list, in a packet and in print: whose words they are, or that nobody compared them. */
import { Notice } from "../../components/parts";
import { recommendedOn } from "../../projections/packet";
import { day, t, word } from "../../text/words";
import type { View } from "../view";

export function RecommendedNow({ now, on }: { readonly now: View; readonly on: string }) {
  const list = recommendedOn(on, now.policy.recommended(on));
  if (list === null) return <Notice tone="warn">{t("recommended_none")}</Notice>;
  const { checked } = list;
  return (
    <>
      <p>
        {t("recommended_now", {
          list: list.vaccines.map((one) => word("recommends", one)).join(", "),
          edition: day(list.edition),
        })}
      </p>
      {checked === null ? (
        <Notice tone="warn">
          <strong>{t("recommended_unverified")}</strong>
          <p>{t("recommended_unverified_lead")}</p>
        </Notice>
      ) : (
        <p class="hint">
          {t("recommended_source", {
            source: checked.source,
            day: day(checked.read_on),
            name: checked.compared_by,
          })}
        </p>
      )}
    </>
  );
}
