/** What an office looks at less often: one row leads to each. */
import { Screen } from "../../components/parts";
import { t } from "../../text/words";
import { hasRole } from "./asking";
import { CLINIC_ROLES } from "./clinics";
import { CLOSERS } from "./devices";
import { CALLERS } from "./lots";
import { LinkRow } from "./parts";
import { LOOKERS } from "./retention";
import { ALARM_ROLES } from "./worklist";

const PLACES = [
  ["retention", "desk_retention", "desk_retention_hint", LOOKERS],
  ["clinics", "desk_clinics", "desk_clinics_hint", CLINIC_ROLES],
  ["lots", "desk_lots", "desk_lots_hint", CALLERS],
  ["recommended", "desk_recommended", "desk_recommended_hint", ALARM_ROLES],
  ["devices", "desk_devices", "desk_devices_hint", CLOSERS],
] as const;

export function More() {
  return (
    <Screen title={t("desk_more_places")}>
      <ul class="list">
        {PLACES.filter(([, , , roles]) => roles.some(hasRole)).map(([place, title, hint]) => (
          <LinkRow key={place} href={`#/${place}`} title={t(title)}>
            <small>{t(hint)}</small>
          </LinkRow>
        ))}
      </ul>
    </Screen>
  );
}
