/** The clinic's children: find one as fast as one types. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../components/icons";
import { Button, Field, Pill, Screen } from "../components/parts";
import type { Student } from "../projections/student";
import { day, t, word } from "../text/words";
import { soon } from "./slices";
import { clinicName, go, view } from "./state";
import type { View } from "./view";

const SHOWN_MAX = 60;
const typed = signal("");

export function Roster() {
  const now = view.value;
  if (now === null) return null;
  const found = now.find(typed.value);
  const { plan } = now.clinic;
  return (
    <Screen title={clinicName.value || t("roster")} {...(plan ? { under: day(plan.on) } : {})}>
      <Field label={t("find")} type="search" value={typed.value} onInput={(value) => (typed.value = value)} />
      {now.roster.length === 0 ? (
        <p class="empty">{t("empty_roster")}</p>
      ) : (
        <p class="hint" role="status">
          {t("found", { count: found.length, all: now.roster.length })}
        </p>
      )}
      {now.roster.length > 0 && found.length === 0 ? <p class="empty">{t("nobody")}</p> : null}
      <ul class="list children">
        {found.slice(0, SHOWN_MAX).map((student) => (
          <Row key={student.id} now={now} student={student} />
        ))}
      </ul>
      {found.length > SHOWN_MAX ? <p class="hint">{t("type_more", { count: found.length - SHOWN_MAX })}</p> : null}
      <p>
        <Button kind="quiet" onClick={() => go("register")}>
          {t("walk_in")}
        </Button>
      </p>
    </Screen>
  );
}

function Row({ now, student }: { readonly now: View; readonly student: Student }) {
  const visit = now.visit(student);
  return (
    <li>
      <button type="button" class="child" onClick={() => go("child", student.id)}>
        <span class="who">
          <strong>
            {student.name?.family}, {student.name?.given}
          </strong>
          <small>{t("born", { day: day(student.birthDate) })}</small>
          <span class="pills">
            {visit.given.length > 0 ? <Pill tone="good">{t("given_today")}</Pill> : null}
            {visit.notGiven.length > 0 ? <Pill tone="calm">{t("not_given_today")}</Pill> : null}
            {visit.watch !== null && visit.watch.endedAt === null ? <Pill tone="wait">{t("watched")}</Pill> : null}
            <Overall now={now} student={student} />
          </span>
        </span>
        <Icon name="next" size={20} />
      </button>
    </li>
  );
}

/** How the child stands before the law; judged after the list is there, for typing must not wait for it. */
function Overall({ now, student }: { readonly now: View; readonly student: Student }) {
  const [, show] = useState<View | null>(null);
  const isJudged = now.isJudged(student);
  useEffect(() => {
    if (isJudged) return;
    return soon(() => {
      now.judgment(student);
      show(now);
    });
  }, [now, student, isJudged]);
  if (!isJudged) return <span class="pill calm" aria-hidden="true">…</span>;
  const { overall } = now.judgment(student).verdict;
  return <Pill tone={tone(overall)}>{word("overall", overall)}</Pill>;
}

export function tone(overall: string): "good" | "due" | "wait" | "calm" {
  if (overall === "not_compliant" || overall === "transfer_grace") return "due";
  if (overall === "review" || overall === "in_process") return "wait";
  return overall === "complete" || overall === "exempt" || overall === "primary_complete" ? "good" : "calm";
}
