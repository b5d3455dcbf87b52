/** The clinic's children: find one as fast as one types. While the records are being opened, as of an earlier moment. */
import { type ReadonlySignal, signal, useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../components/icons";
import { Button, Field, Notice, Pill, Screen } from "../components/parts";
import { found as foundIn } from "../projections/finding";
import type { Student } from "../projections/student";
import type { Glance, Line, Mark } from "../store/glance";
import { soon } from "../store/slices";
import { day, momentWords, t, word } from "../text/words";
import { givenNames, marksOf } from "./glancing";
import { toldApart } from "./namesakes";
import { refusal } from "./phone";
import { clinicName, glance, go, isComplete, persisted, theDevice, view } from "./state";
import type { View } from "./view";

/** More than fit on two screens would make each keystroke wait for rows nobody looks at. */
const SHOWN_MAX = 20;
/** What a phone's screen holds at once; the others follow when nobody types, so many in a step. */
const FIRST_MAX = 4;
const STEP_MAX = 7;
/** A device in use calls more often than this. */
const SILENT_MS = 30 * 60_000;
const NOTHING: Told = { overall: "", marks: [] };
const typed = signal("");

export function Roster() {
  const now = view.value;
  const hits = useComputed(() => hitsOf(view.value, glance.value, typed.value));
  const plan = now?.clinic.plan;
  if (now === null && glance.value === null) return <p class="empty">{t("loading")}</p>;
  return (
    <Screen title={clinicName.value || t("roster")} {...(plan ? { under: day(plan.on) } : {})}>
      <Search />
      <Count hits={hits} />
      {now == null || now.clinic.cancelled === null ? null : (
        <Notice tone="bad">{t("clinic_cancelled", { reason: now.clinic.cancelled })}</Notice>
      )}
      <AsOf />
      {now === null ? null : <Silent now={now} />}
      {now === null ? null : <NoPromise now={now} />}
      <Rows hits={hits} />
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

/** Who fits what is typed: the first of them, and how many there are of how many. */
interface Hits {
  readonly typed: string;
  readonly now: View | null;
  readonly rows: readonly (readonly [Who, Told])[];
  readonly count: number;
  readonly all: number;
}

function hitsOf(now: View | null, kept: Glance | null, wanted: string): Hits {
  if (now !== null) {
    const found = now.find(wanted);
    const rows = found.slice(0, SHOWN_MAX).map((student) => [whoOf(now, student), NOTHING] as const);
    return { typed: wanted, now, rows, count: found.length, all: now.roster.length };
  }
  const lines = kept?.lines ?? [];
  const texts = lines.map(({ words }) => words);
  const found = foundIn(wanted, lines, texts);
  const rows = found.slice(0, SHOWN_MAX).map((line) => [line, line] as const);
  return { typed: wanted, now, rows, count: found.length, all: lines.length };
}

// Each of these is made anew at a keystroke, and nothing else of the screen is.

function Search() {
  return <Field label={t("find")} type="search" value={typed.value} onInput={(value) => (typed.value = value)} />;
}

function Count({ hits }: { readonly hits: ReadonlySignal<Hits> }) {
  const { count, all } = hits.value;
  if (all === 0) return <NobodyYet />;
  return (
    <p class="hint" role="status">
      {t("found", { count, all })}
    </p>
  );
}

/** On its way, or nobody was put on it; where the district gives nothing, that is said above. */
function NobodyYet() {
  const now = view.value;
  if (refusal.value !== "") return null;
  if (now === null || !isComplete.value) return <p class="empty">{t("empty_roster")}</p>;
  return (
    <>
      <p class="empty">{t("roster_nobody")}</p>
      <p>
        <Button kind="quiet" onClick={() => go("plan", now.clinic.id, "roster")}>
          {t("roster_fill")}
        </Button>
      </p>
    </>
  );
}

/** What a screen shows first, the rest after it is painted. */
function Rows({ hits }: { readonly hits: ReadonlySignal<Hits> }) {
  const { typed: wanted, now, rows, count, all } = hits.value;
  const [shown, show] = useState({ wanted, max: FIRST_MAX });
  const max = shown.wanted === wanted ? shown.max : FIRST_MAX;
  const isMore = max < rows.length;
  useEffect(() => (isMore ? soon(() => show({ wanted, max: max + STEP_MAX })) : undefined), [wanted, max, isMore]);
  return (
    <>
      {all > 0 && count === 0 ? <p class="empty">{t("nobody")}</p> : null}
      <ul class="list children">
        {rows.slice(0, max).map(([who, kept]) => (
          <Row key={who.id} who={who} kept={kept} now={now} />
        ))}
      </ul>
      {count > SHOWN_MAX ? <p class="hint">{t("type_more", { count: count - SHOWN_MAX })}</p> : null}
    </>
  );
}

/** Which other device of this clinic has been silent the longest: what it recorded is not on this phone. */
export function Silent({ now }: { readonly now: View }) {
  const silent = now.others.filter((other) => Date.now() - other.heardAt > SILENT_MS);
  const [first] = silent;
  if (first === undefined) return null;
  const told = { label: first.label, time: momentWords(first.heardAt), count: silent.length - 1 };
  return <p class="hint">{t(silent.length === 1 ? "silent_one" : "silent_more", told)}</p>;
}

/** The browser may delete what is here: said until it promises not to, or somebody decided to go on
 * without; not between what is typed and who is found. */
function NoPromise({ now }: { readonly now: View }) {
  if (typed.value !== "") return null;
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

type Who = Pick<Line, "id" | "family" | "given" | "birthDate" | "apart">;
type Told = Pick<Line, "overall" | "marks">;

const whoOf = (now: View, student: Student): Who => ({
  id: student.id,
  family: student.name?.family ?? "",
  given: givenNames(student),
  birthDate: student.birthDate,
  apart: toldApart(now, student),
});

/**
 * Who it is at once; today's marks and how the child stands before the law once they are worked out, after the list
 * is there, for typing must not wait. A row of the glance (`now` is null) tells what was `kept`.
 */
function Row({ who, kept, now }: { readonly who: Who; readonly kept: Told; readonly now: View | null }) {
  const [, show] = useState<View | null>(null);
  const student = now?.student(who.id) ?? null;
  const told = now === null || student === null ? kept : toldOf(now, student);
  const isOwed = now !== null && student !== null && (told === null || (told.overall === "" && isComplete.value));
  useEffect(() => {
    if (!isOwed) return;
    return soon(() => {
      now.visit(student);
      if (isComplete.value) now.judgment(student);
      show(now);
    });
  }, [now, student, isOwed]);
  return (
    <li>
      <button type="button" class="child" onClick={() => go("child", who.id)}>
        <span class="who">
          <strong>
            {who.family}, {who.given}
          </strong>
          <small>{[t("born", { day: day(who.birthDate) }), who.apart].filter(Boolean).join(" · ")}</small>
          <span class="pills">
            {told?.marks.map((mark) => (
              <Pill key={mark} tone={MARKS[mark][0]}>
                {t(MARKS[mark][1])}
              </Pill>
            ))}
            {told?.overall ? <Pill tone={tone(told.overall)}>{word("overall", told.overall)}</Pill> : null}
            {now !== null && !told?.overall ? (
              <span class="pill calm" aria-hidden="true">
                …
              </span>
            ) : null}
          </span>
        </span>
        <Icon name="next" size={20} />
      </button>
    </li>
  );
}

/** What is worked out for a child by now; null where not even today's visit is. Not judged before all of the clinic is here. */
function toldOf(now: View, student: Student): Told | null {
  if (!now.isVisited(student)) return null;
  const isJudged = now.isJudged(student);
  return { marks: marksOf(now, student), overall: isJudged ? now.judgment(student).verdict.overall : "" };
}

export function tone(overall: string): "good" | "due" | "wait" | "calm" {
  if (overall === "not_compliant" || overall === "transfer_grace") return "due";
  if (overall === "review" || overall === "in_process") return "wait";
  return overall === "complete" || overall === "exempt" || overall === "primary_complete" ? "good" : "calm";
}
