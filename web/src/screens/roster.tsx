/** The clinic's children: find one as fast as one types. */
import { signal } from "@preact/signals";
import { Field, Pill, Screen } from "../components/parts";
import type { Student } from "../projections/student";
import { day, t, word } from "../text/words";
import { clinicName, go, view } from "./state";

const SHOWN_MAX = 60;
const typed = signal("");

export function Roster() {
  const now = view.value;
  if (now === null) return null;
  const found = now.find(typed.value);
  return (
    <Screen title={clinicName.value || t("roster")} back={[]}>
      <Field label={t("find")} type="search" value={typed.value} onInput={(value) => (typed.value = value)} />
      {now.roster.length === 0 ? (
        <p class="empty">{t("empty_roster")}</p>
      ) : (
        <p class="hint" role="status">
          {t("found", { count: found.length, all: now.roster.length })}
        </p>
      )}
      {now.roster.length > 0 && found.length === 0 ? <p class="empty">{t("nobody")}</p> : null}
      <ul class="list">
        {found.slice(0, SHOWN_MAX).map((student) => (
          <Row key={student.id} student={student} />
        ))}
      </ul>
    </Screen>
  );
}

function Row({ student }: { readonly student: Student }) {
  const now = view.value;
  if (now === null) return null;
  const { verdict } = now.judgment(student);
  const given = now.givenToday(student).length > 0;
  return (
    <li>
      <button type="button" class="child" onClick={() => go("child", student.id)}>
        <span class="who">
          <strong>
            {student.name?.family}, {student.name?.given}
          </strong>
          <small>{t("born", { day: day(student.birthDate) })}</small>
        </span>
        <span class="state">
          {given ? <Pill tone="good">{t("given_today")}</Pill> : null}
          <Pill tone={tone(verdict.overall)}>{word("overall", verdict.overall)}</Pill>
        </span>
      </button>
    </li>
  );
}

export function tone(overall: string): "good" | "due" | "wait" | "calm" {
  if (overall === "not_compliant" || overall === "transfer_grace") return "due";
  if (overall === "review" || overall === "in_process") return "wait";
  return overall === "complete" || overall === "exempt" || overall === "primary_complete" ? "good" : "calm";
}
