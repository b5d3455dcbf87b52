/** Whether a child's doses may be entered in the state registry: who allowed it in writing, and who took it back. */
import { Notice, Pill } from "../../components/parts";
import type { Permission } from "../../projections/sharing";
import { mayShare } from "../../projections/sharing";
import { day, t, word } from "../../text/words";

export function Sharing({ permissions }: { readonly permissions: readonly Permission[] }) {
  return (
    <section aria-labelledby="sharing">
      <h2 id="sharing">{t("desk_sharing")}</h2>
      {mayShare(permissions) ? null : <Notice tone="info">{t("desk_sharing_not")}</Notice>}
      <ul class="list">
        {permissions.map((one) => (
          <li key={one.event} class="dose">
            <span class="who">
              <strong>{one.signer}</strong>
              <small>{t("desk_sharing_signed", { day: day(one.on) })}</small>
              {one.ended_by === "" ? null : (
                <small>{t("desk_sharing_taken_back", { day: day(one.ended_on), name: one.ended_by })}</small>
              )}
            </span>
            <State permission={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function State({ permission: { state, doubt } }: { readonly permission: Permission }) {
  if (doubt !== "") return <Pill tone="wait">{t("desk_sharing_ask")}</Pill>;
  return <Pill tone={state === "given" ? "good" : "bad"}>{word("desk_sharing_is", state)}</Pill>;
}
