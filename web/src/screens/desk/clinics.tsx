/** A clinic for the office: doses one fund owes another and what paid them back, standing orders and their end. */
import { Screen } from "../../components/parts";
import { day, t } from "../../text/words";
import { useAnswer } from "./asking";
import type { ClinicDay } from "./clinic_day";
import { Loans } from "./loans";
import { Orders } from "./orders";
import { Answered, LinkRow } from "./parts";
import { TakenBack } from "./taken_back";

interface ClinicChoice {
  readonly clinic: string;
  readonly name: string;
  readonly on: string;
  readonly students: number;
}

export const CLINIC_ROLES: readonly string[] = ["nurse", "health_office", "records", "administrator", "auditor"];

export function Clinics() {
  const { answer, again } = useAnswer<readonly ClinicChoice[]>("/api/clinics");
  return (
    <Screen title={t("desk_clinics")}>
      <Answered answer={answer} again={again}>
        {(clinics) => (
          <>
            {clinics.length === 0 ? <p class="empty">{t("desk_clinics_none")}</p> : null}
            <ul class="list">
              {clinics.map((one) => (
                <LinkRow key={one.clinic} href={`#/clinics/${one.clinic}`} title={one.name}>
                  <small>
                    {day(one.on)} · {t("desk_clinics_children", { count: one.students })}
                  </small>
                </LinkRow>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </Screen>
  );
}

export function ClinicPage({ id }: { readonly id: string }) {
  const { answer, again, replace } = useAnswer<ClinicDay>(`/api/clinics/${id}`);
  return (
    <Answered answer={answer} again={again} title={t("desk_clinics")}>
      {(clinic) => (
        <Screen title={clinic.name} under={day(clinic.on)}>
          <Loans clinic={clinic} replace={replace} />
          <TakenBack clinic={clinic} />
          <Orders clinic={clinic} replace={replace} />
        </Screen>
      )}
    </Answered>
  );
}
