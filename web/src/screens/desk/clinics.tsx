/** A clinic for the office: doses one fund owes another and what paid them back, standing orders and their end. */
import { Icon } from "../../components/icons";
import { Screen } from "../../components/parts";
import { day, t } from "../../text/words";
import { useAnswer } from "./asking";
import { type LoanRow, Loans } from "./loans";
import { type OrderRow, Orders } from "./orders";
import { Answered } from "./parts";

interface ClinicChoice {
  readonly clinic: string;
  readonly name: string;
  readonly on: string;
  readonly students: number;
}

/** As much of a clinic's day as the office settles here. */
export interface ClinicDay {
  readonly clinic: string;
  readonly name: string;
  readonly on: string;
  readonly orders: readonly OrderRow[];
  readonly books: { readonly loans: readonly LoanRow[] };
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
                <li key={one.clinic}>
                  <a class="linkrow" href={`#/clinics/${one.clinic}`}>
                    <span class="who">
                      <strong>{one.name}</strong>
                      <small>
                        {day(one.on)} · {t("desk_clinics_children", { count: one.students })}
                      </small>
                    </span>
                    <Icon name="next" size={20} />
                  </a>
                </li>
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
    <Answered answer={answer} again={again}>
      {(clinic) => (
        <Screen title={clinic.name} under={day(clinic.on)}>
          <Loans clinic={clinic} replace={replace} />
          <Orders clinic={clinic} replace={replace} />
        </Screen>
      )}
    </Answered>
  );
}
