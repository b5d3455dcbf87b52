/** The slip that travels with a child: printed at check-in, scanned at every station, marked by hand with each dose. */
import { Code } from "../../components/code";
import { Button, Screen } from "../../components/parts";
import type { Student } from "../../projections/student";
import { slipCode } from "../../scan/slip";
import { day, t } from "../../text/words";
import { whoWords } from "../namesakes";
import type { View } from "../view";

const STATIONS = ["slip_checked_in", "slip_screened"] as const;
const DOSE_LINES = [1, 2, 3];

/** One slip, as it is printed. The code says nothing about the child; the words are for the eyes of who holds it. */
export function Slip({ student, clinic }: { readonly student: Student; readonly clinic: string }) {
  return (
    <article class="slip">
      <Code text={slipCode(student.id)} label={t("slip_code")} />
      <div>
        <strong>{student.fullName}</strong>
        <p>{t("born", { day: day(student.birthDate) })}</p>
        <p class="hint">{clinic}</p>
        {STATIONS.map((station) => (
          <p key={station} class="box">
            {t(station)}
          </p>
        ))}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("vaccine")}</th>
            <th scope="col">{t("slip_time")}</th>
            <th scope="col">{t("slip_initials")}</th>
          </tr>
        </thead>
        <tbody>
          {DOSE_LINES.map((line) => (
            <tr key={line}>
              <td />
              <td />
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}

/** A child's slip, to be printed or shown to another phone. */
export function ShowSlip({ now, student }: { readonly now: View; readonly student: Student }) {
  return (
    <Screen
      title={t("slip")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={<Button onClick={() => print()}>{t("print")}</Button>}
    >
      <p class="noprint">{t("slip_lead")}</p>
      <Slip student={student} clinic={`${now.clinic.plan?.name ?? ""} · ${day(now.today)}`} />
    </Screen>
  );
}
