/** What the child takes home: what was given today, what comes next, whom to call. To be printed or read out. */
import { Button, Notice, Screen } from "../../components/parts";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { clockTime, day, language, t, word } from "../../text/words";
import { go } from "../state";
import { OPEN_OUTCOMES, type View } from "../view";

export function Leaving({ now, student }: { readonly now: View; readonly student: Student }) {
  const visit = now.visit(student);
  const next = now.explanation(student, language.value).antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome));
  const { name, phone } = now.office;
  return (
    <Screen
      title={t("leaving")}
      under={`${student.fullName} · ${t("born", { day: day(student.birthDate) })}`}
      back={["child", student.id]}
      foot={
        <>
          <Button onClick={() => print()}>{t("print")}</Button>
          <Button kind="quiet" onClick={() => go("roster")}>
            {t("done")}
          </Button>
        </>
      }
    >
      <h2>{t("given_on_day", { day: day(now.today) })}</h2>
      {visit.given.length === 0 ? <p>{t("nothing_given")}</p> : null}
      <ul>
        {visit.given.map((dose) => (
          <li key={dose.event}>
            {shownVaccine(dose.cvx)} · {t("lot")} {dose.lot} · {clockTime(Date.parse(dose.fact.header.recorded_at))}
          </li>
        ))}
        {visit.notGiven.map(({ event, told }) => (
          <li key={event}>
            {t("not_given")}: {told.cvx.map((cvx) => shownVaccine(cvx)).join(", ")} ({word("reason", told.reason)})
          </li>
        ))}
      </ul>
      <h2>{t("comes_next")}</h2>
      {next.length === 0 ? <p>{t("nothing_next")}</p> : null}
      <ul>
        {next.map((one) => (
          <li key={one.antigen}>{one.sentence}</li>
        ))}
      </ul>
      <h2>{t("questions_call")}</h2>
      <p>
        {name}{" "}
        {phone ? (
          <a class="button quiet small inline" href={`tel:${phone}`}>
            {phone}
          </a>
        ) : (
          t("no_office_phone")
        )}
      </p>
      <Notice tone="info">{t("after_dose")}</Notice>
    </Screen>
  );
}
