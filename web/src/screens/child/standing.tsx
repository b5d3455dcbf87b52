/** What stands against a dose, first of all: allergies and contraindications, open incidents, reactions not yet reported. */
import { Button, Notice } from "../../components/parts";
import { alertsOf, standsOn } from "../../projections/alerts";
import { reactionsOf } from "../../projections/reactions";
import type { Student } from "../../projections/student";
import { told } from "../../text/desk/told";
import { t } from "../../text/words";
import { go } from "../state";

export function Alerts({ student, today }: { readonly student: Student; readonly today: string }) {
  const alerts = alertsOf(student.shelf).filter((alert) => standsOn(alert, today));
  return (
    <>
      {alerts.map((alert) => (
        <Notice key={alert.fact.header.id} tone={alert.kind === "allergy" && !alert.anaphylaxis ? "warn" : "bad"}>
          <strong>{t(alert.anaphylaxis ? "anaphylaxis_to" : alert.kind)}</strong> {alert.text}
        </Notice>
      ))}
    </>
  );
}

export function Incidents({ student }: { readonly student: Student }) {
  const open = student.shelf
    .of("incident.opened")
    .filter(({ fact }) => student.shelf.about(fact.header.id, "incident.closed").length === 0);
  return (
    <>
      {open.map(({ fact, payload }) => (
        <Notice key={fact.header.id} tone="bad">
          <h2>{t("incident_open")}</h2>
          <ul>
            {payload.follow_up.map((step) => (
              <li key={step}>{told(step)}</li>
            ))}
          </ul>
          <Button kind="quiet" onClick={() => go("child", student.id, "incident", fact.header.id)}>
            {t("incident_close")}
          </Button>
        </Notice>
      ))}
    </>
  );
}

export function Reactions({ student }: { readonly student: Student }) {
  const owed = reactionsOf(student.shelf).filter((one) => one.isOwed);
  return (
    <>
      {owed.map(({ event, told }) => (
        <Notice key={event} tone="warn">
          <h2>{t("vaers_due")}</h2>
          <p>{told.description}</p>
          <Button kind="quiet" onClick={() => go("child", student.id, "reaction", event)}>
            {t("to_vaers")}
          </Button>
        </Notice>
      ))}
    </>
  );
}
