/**
 * Children watched after a dose, 15 or 30 minutes each, whoever gave it and whoever is unlocked: the list is read off
 * the doses themselves. Nobody leaves it by the clock; somebody says that the child left well.
 */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Pill, Screen } from "../../components/parts";
import type { Student } from "../../projections/student";
import { WATCH_MINUTES_MAX, type Watch as WatchTold, watchLeft } from "../../projections/visit";
import { shownVaccines } from "../../text/vaccines";
import { clockTime, t } from "../../text/words";
import { beside } from "../beside";
import { bornWords } from "../namesakes";
import { go, place, stir, theDevice } from "../state";
import type { View } from "../view";
import { clockLeft, useNow } from "./ticking";

const MINUTE_MS = 60_000;

export function Watch({ now }: { readonly now: View }) {
  const moment = useNow();
  const watched = now.watched.flatMap((student) => {
    const { watch } = now.visit(student);
    return watch === null ? [] : [{ student, watch }];
  });
  const scanned = now.student(place.value[1] ?? "");
  const isWatched = watched.some(({ student }) => student === scanned);
  const inOrder = [...watched].sort((one, two) => Number(two.student === scanned) - Number(one.student === scanned));
  return (
    <Screen
      title={t("watch")}
      {...(watched.length > 0 ? { under: t("watched_count", { count: watched.length }) } : {})}
    >
      {scanned !== null && !isWatched ? (
        <Notice tone="warn">{t("watch_not", { name: scanned.fullName })}</Notice>
      ) : null}
      {watched.length === 0 ? <p class="empty">{t("watch_empty")}</p> : null}
      <ul class="list">
        {inOrder.map(({ student, watch }) => (
          <Watched key={student.id} now={now} student={student} watch={watch} moment={moment} />
        ))}
      </ul>
      <Button kind="quiet" onClick={() => go("scan", "observer")}>
        {t("scan_slip")}
      </Button>
    </Screen>
  );
}

function Watched(props: {
  readonly now: View;
  readonly student: Student;
  readonly watch: WatchTold;
  readonly moment: number;
}) {
  const { now, student, watch, moment } = props;
  const { values, set, drop } = useDraft(`watch/${student.id}/${watch.since}`, { note: "" });
  const { note } = values;
  const [isAsked, setAsked] = useState(false);
  const [tried, setTried] = useState(false);
  const left = watchLeft(watch, moment);
  const over = left <= 0;
  const early = !over && (isAsked || note !== ""); // a reason kept is shown before it is signed
  const leave = async () => {
    if (!over && note.trim() === "") {
      setTried(early);
      return setAsked(true);
    }
    const last = now.visit(student).recent.at(-1)?.event ?? "";
    await theDevice().record(beside(student, last), "observation.ended", {
      clinic: now.clinic.id,
      minutes: Math.min(WATCH_MINUTES_MAX, Math.max(0, Math.floor((Date.now() - watch.since) / MINUTE_MS))),
      until: new Date().toISOString(),
      ...(note.trim() === "" ? {} : { note: note.trim() }),
    });
    await drop();
    stir();
  };
  return (
    <li class="dose">
      <span class="who">
        <strong>{student.fullName}</strong>
        <small>{bornWords(now, student)}</small>
        <small>
          {shownVaccines(now.visit(student).recent.map((dose) => dose.cvx))} ·{" "}
          {t("watch_span", { minutes: watch.minutes, time: clockTime(watch.since + watch.minutes * MINUTE_MS) })}
        </small>
        <span class="pills">
          <Pill tone={over ? "good" : "wait"}>
            {over ? t("watch_over") : t("watch_left", { time: clockLeft(left) })}
          </Pill>
        </span>
        {early ? (
          <Field
            label={t("early_why")}
            value={note}
            onInput={(typed) => set({ note: typed })}
            error={tried && note.trim() === "" ? t("required") : undefined}
          />
        ) : null}
        <span class="rowfoot">
          <Button kind={over ? "main" : "quiet"} onClick={leave}>
            {over || early ? t("left_well") : t("leaves_early")}
          </Button>
          <Button kind="danger" onClick={() => go("emergency", student.id)}>
            {t("reaction")}
          </Button>
        </span>
      </span>
    </li>
  );
}
