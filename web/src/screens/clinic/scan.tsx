/**
 * A station's own screen: scan a slip, a student's card or a paper form, or tap who waits here, and the child opens at
 * this station. What is marked on the slip and not on this phone stops the next dose while two devices cannot talk.
 *
 *     scan --> two identifiers, marked already? --> stop | check-in: the child · screening · dose · observation
 */
import { useState } from "preact/hooks";
import { Namesakes } from "../../components/namesakes";
import { Button, Choice, LinkRow, Notice, Screen } from "../../components/parts";
import { givenMoment } from "../../projections/history";
import {
  checkedIn,
  isStation,
  isUnexplained,
  marksOf,
  STATIONS,
  type Station,
  stationOf,
} from "../../projections/stations";
import type { Student } from "../../projections/student";
import { readForm, readSlip } from "../../scan/slip";
import { shownVaccine } from "../../text/vaccines";
import { clockTime, day, momentWords, t, word } from "../../text/words";
import { bornWords } from "../namesakes";
import { go, place, stir, theDevice } from "../state";
import type { View } from "../view";
import { CodeReader } from "./reader";

const SHOWN_MAX = 30;
const FORMATS = ["qr_code", "code_128", "code_39"] as const;

/** The station of this phone: as the address says, else as the clinic's plan has it for who is unlocked. */
function stationHere(now: View, told: string): Station {
  if (isStation(told)) return told;
  const planned = now.clinic.staff.find(([staff]) => staff === now.me?.staff)?.[1] ?? "";
  return isStation(planned) ? planned : "check_in";
}

/** Where a station's work on a child is done. */
function openAt(station: Station, student: string): void {
  if (station === "observer") go("watch", student);
  else go("child", student, ...{ check_in: [], screening: ["screening"], vaccinator: ["dose"] }[station]);
}

export function ScanSlip({ now }: { readonly now: View }) {
  const station = stationHere(now, place.value[1] ?? "");
  const [isMissing, setMissing] = useState(false);
  const open = (student: Student | null) => {
    if (student === null) setMissing(true);
    else go("child", student.id, "scanned", station);
    return undefined;
  };
  const take = (text: string): string | undefined => {
    setMissing(false);
    const slip = readSlip(text);
    if (slip !== null) return open(now.student(slip));
    const form = readForm(text);
    if (form === null) return takeNumber(text.trim());
    if (form.clinic !== "" && form.clinic !== now.clinic.id) return t("form_other_clinic");
    go("form", form.number, ...(form.student === "" ? [] : [form.student]), station);
    return undefined;
  };
  const takeNumber = (number: string): string | undefined => {
    const fitting = number === "" ? [] : now.children.filter((one) => one.numbers.includes(number));
    return fitting.length === 1 ? open(fitting[0] ?? null) : t(fitting.length > 1 ? "number_twice" : "slip_unread");
  };
  return (
    <Screen title={t("slip_scan")} under={word("at", station)} back={[station === "observer" ? "watch" : "roster"]}>
      {isMissing ? <Notice tone="bad">{t("slip_not_here")}</Notice> : null}
      <Choice
        legend={t("my_station")}
        value={station}
        onChange={(chosen) => go("scan", chosen)}
        options={STATIONS.map((one) => [one, word("at", one)])}
      />
      <CodeReader
        label={t("slip_scan")}
        formats={FORMATS}
        hint={t("slip_hint")}
        take={take}
        onClose={() => go(station === "observer" ? "watch" : "roster")}
      />
      <Waiting now={now} station={station} />
    </Screen>
  );
}

/** Who waits at a station; at check-in everybody does who has not come, and the roster is the list. */
function Waiting({ now, station }: { readonly now: View; readonly station: Station }) {
  if (station === "check_in") return null;
  const came = checkedIn(now.clinic);
  const waiting = now.roster.filter((one) => stationOf(now.visit(one), came.has(one.id)) === station);
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">{t("waits_here", { count: waiting.length })}</h2>
      {waiting.length === 0 ? (
        <p class="empty">{t("nobody_waits")}</p>
      ) : (
        <div class="panel">
          {waiting.slice(0, SHOWN_MAX).map((one) => (
            <LinkRow
              key={one.id}
              to={["child", one.id, "scanned", station]}
              title={one.fullName}
              more={bornWords(now, one)}
            />
          ))}
        </div>
      )}
      {waiting.length > SHOWN_MAX ? <p class="hint">{t("type_more", { count: waiting.length - SHOWN_MAX })}</p> : null}
    </section>
  );
}

/** After each scan: two identifiers, what this phone knows was given today, and whether the slip says more. */
export function Scanned({ now, student }: { readonly now: View; readonly student: Student }) {
  const [, , , told = "", marked] = place.value;
  const station = stationHere(now, told);
  const given = now.givenToday(student);
  if (marked === "marked") return <Stop now={now} student={student} station={station} />;
  const proceed = async () => {
    if (station === "check_in" && !checkedIn(now.clinic).has(student.id)) await markSlip(now, student.id, station);
    openAt(station, student.id);
  };
  const stop = async () => {
    if (!isUnexplained(now.clinic, student)) await markSlip(now, student.id, "vaccinator", true);
    go("child", student.id, "scanned", station, "marked");
  };
  return (
    <Screen
      title={student.fullName}
      under={bornWords(now, student)}
      back={["scan", station]}
      foot={
        <div class="pair">
          <Button onClick={proceed}>{t("slip_unmarked")}</Button>
          <Button kind="danger" onClick={stop}>
            {t("slip_marked")}
          </Button>
        </div>
      }
    >
      <Namesakes now={now} student={student} />
      <p>{t("slip_identity")}</p>
      <h2>{t("given_on_day", { day: day(now.today) })}</h2>
      {given.length === 0 ? <p>{t("nothing_given")}</p> : null}
      <ul>
        {given.map((dose) => (
          <li key={dose.event}>
            {shownVaccine(dose.cvx)} · {(dose.given_on === now.today ? clockTime : momentWords)(givenMoment(dose))}
          </li>
        ))}
      </ul>
      {marksOf(now.clinic, student.streams).map((mark) => (
        <p key={`${mark.station}${mark.at}`} class="hint">
          {t("slip_mark_told", { station: word("at", mark.station), time: momentWords(Date.parse(mark.at)) })}
        </p>
      ))}
      <p>
        <strong>{t("slip_question")}</strong>
      </p>
    </Screen>
  );
}

/** The slip says more than this phone knows: nothing is given before somebody has looked. */
function Stop(props: { readonly now: View; readonly student: Student; readonly station: Station }) {
  const { now, student, station } = props;
  const silent = now.others.filter((other) => other.heardAt < Date.parse(`${now.today}T00:00`));
  return (
    <Screen
      title={student.fullName}
      under={bornWords(now, student)}
      back={["child", student.id, "scanned", station]}
      foot={<Button onClick={() => go("child", student.id)}>{t("to_child")}</Button>}
    >
      <Notice tone="bad">
        <strong>{t("slip_stop")}</strong>
        <p>{t("slip_stop_lead")}</p>
      </Notice>
      {now.others.map((other) => (
        <p key={other.device} class="hint">
          {other.label}: {t("last_heard", { time: momentWords(other.heardAt) })}
        </p>
      ))}
      {silent.length > 0 ? <Notice tone="warn">{t("slip_silent", { count: silent.length })}</Notice> : null}
    </Screen>
  );
}

/** Somebody marked a child's slip at a station, or saw it marked (`isSeen`): said in the record, so that the other phones know it when they can. */
export async function markSlip(now: View, student: string, station: Station, isSeen = false): Promise<void> {
  const device = theDevice().enrolled?.device;
  await theDevice().record(`clinic/${now.clinic.id}`, "clinic.slip_marked", {
    student,
    station,
    at: new Date().toISOString(),
    ...(isSeen && device !== undefined ? { device } : {}),
  });
  stir();
}
