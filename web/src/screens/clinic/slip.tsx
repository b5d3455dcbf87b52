/**
 * The slip that travels with a child: printed at check-in, scanned at every station, marked by hand with each dose.
 * What is marked on it and not on this phone stops the next dose while two devices cannot talk.
 *
 *     check-in: print --> screening, dose, observation: scan --> marked already? --> stop | the child
 */
import { Code } from "../../components/code";
import { Button, Notice, Screen } from "../../components/parts";
import type { Student } from "../../projections/student";
import { readSlip, slipCode } from "../../scan/slip";
import { shownVaccine } from "../../text/vaccines";
import { clockTime, day, momentWords, t } from "../../text/words";
import { go, place } from "../state";
import type { View } from "../view";
import { CodeReader } from "./reader";

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
      under={student.fullName}
      back={["child", student.id]}
      foot={<Button onClick={() => print()}>{t("print")}</Button>}
    >
      <p class="noprint">{t("slip_lead")}</p>
      <Slip student={student} clinic={`${now.clinic.plan?.name ?? ""} · ${day(now.today)}`} />
    </Screen>
  );
}

/** Find a child by its slip. */
export function ScanSlip({ now }: { readonly now: View }) {
  const [, , missing] = place.value;
  const take = (text: string) => {
    const id = readSlip(text);
    if (id === null) return t("slip_unread");
    if (now.student(id) === null) go("scan", "unknown", "yes");
    else go("child", id, "scanned");
    return undefined;
  };
  return (
    <Screen title={t("slip_scan")} back={["roster"]}>
      {missing ? <Notice tone="bad">{t("slip_not_here")}</Notice> : null}
      <CodeReader
        label={t("slip_scan")}
        format="qr_code"
        hint={t("slip_hint")}
        take={take}
        onClose={() => go("roster")}
      />
    </Screen>
  );
}

/** After each scan: two identifiers, what this phone knows was given today, and whether the slip says more. */
export function Scanned({ now, student }: { readonly now: View; readonly student: Student }) {
  const given = now.givenToday(student);
  const silent = now.others.filter((other) => other.heardAt < Date.parse(`${now.today}T00:00`));
  const isMarked = place.value[3] === "marked";
  const last = (
    <>
      {now.others.map((other) => (
        <p key={other.device} class="hint">
          {other.label}: {other.heardAt > 0 ? t("last_heard", { time: momentWords(other.heardAt) }) : t("never_heard")}
        </p>
      ))}
      {silent.length > 0 ? <Notice tone="warn">{t("slip_silent", { count: silent.length })}</Notice> : null}
    </>
  );
  if (isMarked)
    return (
      <Screen
        title={student.fullName}
        under={t("born", { day: day(student.birthDate) })}
        back={["child", student.id, "scanned"]}
        foot={<Button onClick={() => go("child", student.id)}>{t("to_child")}</Button>}
      >
        <Notice tone="bad">
          <strong>{t("slip_stop")}</strong>
          <p>{t("slip_stop_lead")}</p>
        </Notice>
        {last}
      </Screen>
    );
  return (
    <Screen
      title={student.fullName}
      under={t("born", { day: day(student.birthDate) })}
      back={["roster"]}
      foot={
        <div class="pair">
          <Button onClick={() => go("child", student.id)}>{t("slip_unmarked")}</Button>
          <Button kind="danger" onClick={() => go("child", student.id, "scanned", "marked")}>
            {t("slip_marked")}
          </Button>
        </div>
      }
    >
      <p>{t("slip_identity")}</p>
      <h2>{t("given_on_day", { day: day(now.today) })}</h2>
      {given.length === 0 ? <p>{t("nothing_given")}</p> : null}
      <ul>
        {given.map((dose) => (
          <li key={dose.event}>
            {shownVaccine(dose.cvx)} · {clockTime(Date.parse(dose.fact.header.recorded_at))}
          </li>
        ))}
      </ul>
      <p>
        <strong>{t("slip_question")}</strong>
      </p>
    </Screen>
  );
}
