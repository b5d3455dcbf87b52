/** The clinic's children: find one as fast as one types. While the records are being opened, as of an earlier moment. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../components/icons";
import { Button, Field, Notice, Pill, Screen } from "../components/parts";
import { fitting } from "../projections/finding";
import type { Student } from "../projections/student";
import type { Line, Mark } from "../store/glance";
import { soon } from "../store/slices";
import { day, momentWords, t, word } from "../text/words";
import { lineOf } from "./glancing";
import { clinicName, glance, go, isComplete, persisted, theDevice, view } from "./state";
import type { View } from "./view";

/** More than fit on two screens would make each keystroke wait for rows nobody looks at. */
const SHOWN_MAX = 30;
/** A device in use calls more often than this. */
const SILENT_MS = 30 * 60_000;
const typed = signal("");

export function Roster() {
  const now = view.value;
  const kept = glance.value;
  const all = now?.roster ?? kept?.lines;
  if (all === undefined) return <p class="empty">{t("loading")}</p>;
  const students = now?.find(typed.value);
  const lines = kept?.lines.filter(fitting(typed.value, ({ words }) => words)) ?? [];
  const count = students?.length ?? lines.length;
  const plan = now?.clinic.plan;
  return (
    <Screen title={clinicName.value || t("roster")} {...(plan ? { under: day(plan.on) } : {})}>
      <Field label={t("find")} type="search" value={typed.value} onInput={(value) => (typed.value = value)} />
      {all.length === 0 ? (
        <p class="empty">{t("empty_roster")}</p>
      ) : (
        <p class="hint" role="status">
          {t("found", { count, all: all.length })}
        </p>
      )}
      {now == null || now.clinic.cancelled === null ? null : (
        <Notice tone="bad">{t("clinic_cancelled", { reason: now.clinic.cancelled })}</Notice>
      )}
      <AsOf />
      {now === null ? null : <Silent now={now} />}
      {now === null ? null : <NoPromise now={now} />}
      {all.length > 0 && count === 0 ? <p class="empty">{t("nobody")}</p> : null}
      <ul class="list children">
        {now === null
          ? lines.slice(0, SHOWN_MAX).map((line) => <KeptRow key={line.id} line={line} />)
          : students?.slice(0, SHOWN_MAX).map((student) => <Row key={student.id} now={now} student={student} />)}
      </ul>
      {count > SHOWN_MAX ? <p class="hint">{t("type_more", { count: count - SHOWN_MAX })}</p> : null}
      <p>
        <Button kind="quiet" onClick={() => go("scan")}>
          {t("scan_slip")}
        </Button>
      </p>
      <p>
        <Button kind="quiet" onClick={() => go("register")}>
          {t("walk_in")}
        </Button>
      </p>
    </Screen>
  );
}

/** Which other device of this clinic has been silent the longest: what it recorded is not on this phone. */
function Silent({ now }: { readonly now: View }) {
  const silent = now.others.filter((other) => Date.now() - other.heardAt > SILENT_MS);
  const [first] = silent;
  if (first === undefined) return null;
  const told = { label: first.label, time: momentWords(first.heardAt), count: silent.length - 1 };
  return <p class="hint">{t(silent.length === 1 ? "silent_one" : "silent_more", told)}</p>;
}

/** The browser may delete what is here: said until it promises not to, or somebody decided to go on without. */
function NoPromise({ now }: { readonly now: View }) {
  if (persisted.value !== false || now.leavesWithout(theDevice().enrolled?.device ?? "") !== null) return null;
  return (
    <Notice tone="warn">
      <p>{t("storage_refused")}</p>
      <Button kind="quiet" onClick={() => go("ready")}>
        {t("ready")}
      </Button>
    </Notice>
  );
}

/** That what is shown is not of now. */
function AsOf() {
  const kept = glance.value;
  return kept === null ? null : <Notice tone="info">{t("as_of_time", { time: momentWords(kept.at) })}</Notice>;
}

/** A child chosen while the records are being opened: who it is; nothing that could be due or not due by now. */
export function Opening({ id }: { readonly id: string }) {
  const line = glance.value?.lines.find((one) => one.id === id);
  const name = line === undefined ? t("loading") : `${line.given} ${line.family}`;
  return (
    <Screen title={name} back={["roster"]} {...(line ? { under: t("born", { day: day(line.birthDate) }) } : {})}>
      <Notice tone="info">{t("opening_record")}</Notice>
    </Screen>
  );
}

const MARKS: Readonly<
  Record<Mark, readonly ["good" | "calm" | "wait", "given_today" | "not_given_today" | "watched"]>
> = { given: ["good", "given_today"], not_given: ["calm", "not_given_today"], watched: ["wait", "watched"] };

function ChildRow({ line, children }: { readonly line: Line; readonly children: ComponentChildren }) {
  return (
    <li>
      <button type="button" class="child" onClick={() => go("child", line.id)}>
        <span class="who">
          <strong>
            {line.family}, {line.given}
          </strong>
          <small>{t("born", { day: day(line.birthDate) })}</small>
          <span class="pills">
            {line.marks.map((mark) => (
              <Pill key={mark} tone={MARKS[mark][0]}>
                {t(MARKS[mark][1])}
              </Pill>
            ))}
            {children}
          </span>
        </span>
        <Icon name="next" size={20} />
      </button>
    </li>
  );
}

const KeptRow = ({ line }: { readonly line: Line }) => (
  <ChildRow line={line}>
    {line.overall ? <Pill tone={tone(line.overall)}>{word("overall", line.overall)}</Pill> : null}
  </ChildRow>
);

const Row = ({ now, student }: { readonly now: View; readonly student: Student }) => (
  <ChildRow line={lineOf(now, student)}>
    <Overall now={now} student={student} />
  </ChildRow>
);

/** How the child stands before the law; judged after the list is there, and all of the clinic, for typing must not wait. */
function Overall({ now, student }: { readonly now: View; readonly student: Student }) {
  const [, show] = useState<View | null>(null);
  const isJudged = now.isJudged(student);
  useEffect(() => {
    if (isJudged || !isComplete.value) return;
    return soon(() => {
      now.judgment(student);
      show(now);
    });
  }, [now, student, isJudged, isComplete.value]);
  if (!isJudged)
    return (
      <span class="pill calm" aria-hidden="true">
        …
      </span>
    );
  const { overall } = now.judgment(student).verdict;
  return <Pill tone={tone(overall)}>{word("overall", overall)}</Pill>;
}

export function tone(overall: string): "good" | "due" | "wait" | "calm" {
  if (overall === "not_compliant" || overall === "transfer_grace") return "due";
  if (overall === "review" || overall === "in_process") return "wait";
  return overall === "complete" || overall === "exempt" || overall === "primary_complete" ? "good" : "calm";
}
