/** What the child takes home: what was given today, what comes next and from when, whom to call. Printed or read out. */
import { Code } from "../../components/code";
import { Languages } from "../../components/languages";
import { Button, Notice, Screen } from "../../components/parts";
import type { Coming } from "../../projections/coming";
import { givenMoment } from "../../projections/history";
import type { Student } from "../../projections/student";
import { shownVaccine, shownVaccines } from "../../text/vaccines";
import { clockTime, day, language, momentWords, t, word } from "../../text/words";
import { comingFor } from "../child/later";
import { explanation } from "../explaining";
import { whoWords } from "../namesakes";
import { go } from "../state";
import { OPEN_OUTCOMES, type View } from "../view";

export function Leaving({ now, student }: { readonly now: View; readonly student: Student }) {
  const visit = now.visit(student);
  const on = visit.recent[0]?.given_on ?? now.today;
  const next = explanation(now, student, language.value).antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome));
  const { name, phone } = now.office;
  return (
    <Screen
      title={t("leaving")}
      under={whoWords(now, student)}
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
      <p class="noprint">
        <Languages />
      </p>
      <h2>{t("given_on_day", { day: day(on) })}</h2>
      {visit.recent.length === 0 ? <p>{t("nothing_given")}</p> : null}
      <ul>
        {visit.recent.map((dose) => (
          <li key={dose.event}>
            {shownVaccine(dose.cvx)} · {t("lot")} {dose.lot} ·{" "}
            {dose.given_on === on ? clockTime(givenMoment(dose)) : momentWords(givenMoment(dose))}
          </li>
        ))}
        {visit.notGiven.map(({ event, told }) => (
          <li key={event}>
            {t("not_given")}: {shownVaccines(told.cvx)} ({word("reason", told.reason)})
          </li>
        ))}
      </ul>
      <h2>{t("comes_next")}</h2>
      {next.length === 0 ? <p>{t("nothing_next")}</p> : null}
      <ul>
        {nextDoses(now, student).map(({ cvx, from }) => (
          <li key={cvx}>
            <strong>{t("next_from", { vaccine: shownVaccine(cvx), day: day(from) })}</strong>
          </li>
        ))}
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
      {phone ? null : (
        <div class="noprint">
          <Notice tone="warn">
            <p>{t("plan_phone_none")}</p>
            <Button kind="quiet" onClick={() => go("plan", now.clinic.id, "edit")}>
              {t("enter_phone")}
            </Button>
          </Notice>
        </div>
      )}
      <Notice tone="info">{t("after_dose")}</Notice>
      <h2>{t("as_code")}</h2>
      <p class="hint">{t("as_code_lead")}</p>
      <Code text={codeText(now, student)} label={t("as_code")} />
    </Screen>
  );
}

/** The same in a few lines of text, for a camera: whose it is, doses with lots, next days, whom to call. */
function codeText(now: View, student: Student): string {
  const visit = now.visit(student);
  const { name, phone } = now.office;
  const lines = [
    `${student.fullName} · ${student.birthDate}`,
    ...visit.recent.map((dose) => `${dose.given_on} ${shownVaccine(dose.cvx)} · ${t("lot")} ${dose.lot}`),
    ...nextDoses(now, student).map(({ cvx, from }) => t("next_from", { vaccine: shownVaccine(cvx), day: from })),
    `${t("questions_call")} ${[name, phone].filter(Boolean).join(" ")}`,
  ];
  return cut(lines.join("\n"));
}

const CODE_BYTES_MAX = 660;

/** As much as a code holds: whole lines are left out from the end but one, the number to call. */
function cut(text: string): string {
  const lines = text.split("\n");
  const size = () => new TextEncoder().encode(lines.join("\n")).length;
  while (size() > CODE_BYTES_MAX && lines.length > 2) lines.splice(-2, 1);
  return lines.join("\n");
}

const DAY_MS = 86_400_000;

/** What the child still needs, and the first day after today on which each would count. */
function nextDoses(now: View, student: Student): readonly Coming[] {
  return comingFor(now, student, new Date(Date.parse(now.today) + DAY_MS).toISOString().slice(0, 10));
}
