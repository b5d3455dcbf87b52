/** A clinic's list: children of a facility by grade, class or what they lack, put on it or taken off. */
import { useState } from "preact/hooks";
import { useDraft } from "../components/drafts";
import { Button, Check, Field, Notice, Screen, Select } from "../components/parts";
import { antigensOf } from "../law/codes";
import type { Clinic } from "../projections/clinic";
import { type Candidate, candidates, Unreachable } from "../sync/server";
import { shownVaccine } from "../text/vaccines";
import { day, t, word } from "../text/words";
import { COMMON_VACCINES } from "./clinic/lots";
import { told } from "./entry";
import { useFacilities } from "./plan_places";
import { candidatesHere, type WantedChildren } from "./planning";
import { stir, theDevice } from "./state";
import type { View } from "./view";

const STUDENTS_PER_EVENT = 1000;
const GRADES = ["", "PK", "K", ...Array.from({ length: 12 }, (_, i) => String(i + 1))];
/** Vaccines the law asks for: only of them it can say who lacks one. */
const lawful = COMMON_VACCINES.filter((cvx) => (antigensOf(cvx) ?? []).length > 0);

interface Found {
  readonly children: readonly Candidate[];
  /** Only what this phone holds: the office could not be asked. */
  readonly isPartial: boolean;
}

export function PlanRoster({ now, clinic }: { readonly now: View; readonly clinic: Clinic }) {
  const places = useFacilities(now);
  const { values, set, drop } = useDraft(`roster/${clinic.id}`, {
    facility: clinic.plan?.facility ?? "",
    grade: "",
    classroom: "",
    lacking: "any",
    left: [] as readonly string[],
  });
  const { left, ...typed } = values;
  const wanted: WantedChildren = { ...typed, facility: typed.facility || (places[0]?.facility ?? "") };
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState("");
  const [added, setAdded] = useState(0);
  const want = (changes: Partial<WantedChildren>) => {
    set({ ...changes, left: [] });
    setFound(null);
    setAdded(0);
  };
  const look = async () => {
    setError("");
    setAdded(0);
    try {
      setFound(await ask(now, wanted));
    } catch (failure) {
      setError(told(failure));
    }
  };
  const here = new Set(clinic.roster);
  const fresh = found?.children.filter((one) => !here.has(one.student)) ?? [];
  const chosen = fresh.filter((one) => !left.includes(one.student));
  const add = async () => {
    const students = chosen.map((one) => one.student);
    for (let at = 0; at < students.length; at += STUDENTS_PER_EVENT) {
      const part = students.slice(at, at + STUDENTS_PER_EVENT);
      await theDevice().record(`clinic/${clinic.id}`, "clinic.roster_added", { students: part, reason: words(wanted) });
    }
    await drop();
    setAdded(students.length);
    setFound(null);
    stir();
  };
  return (
    <Screen
      title={t("plan_roster")}
      under={t("children", { count: clinic.roster.length })}
      back={["plan", clinic.id]}
      foot={
        fresh.length === 0 ? null : (
          <Button disabled={chosen.length === 0} onClick={add}>
            {t("roster_add", { count: chosen.length })}
          </Button>
        )
      }
    >
      {places.length === 0 ? <Notice tone="warn">{t("roster_no_places")}</Notice> : null}
      <Select
        label={t("plan_facility")}
        value={wanted.facility}
        onChange={(facility) => want({ facility })}
        options={places.map((one): [string, string] => [one.facility, one.name])}
      />
      <div class="two">
        <Select
          label={t("grade")}
          value={wanted.grade}
          onChange={(grade) => want({ grade })}
          options={GRADES.map((grade): [string, string] => [grade, grade === "" ? t("all_grades") : grade])}
        />
        <Field label={t("classroom")} value={wanted.classroom} onInput={(classroom) => want({ classroom })} />
      </div>
      <Select
        label={t("lacking")}
        value={wanted.lacking}
        onChange={(lacking) => want({ lacking })}
        options={[
          ["any", t("lacking_any")],
          ...lawful.map((cvx): [string, string] => [cvx, shownVaccine(cvx)]),
          ["", t("lacking_none")],
        ]}
      />
      <Button kind="quiet" onClick={look}>
        {t("roster_look")}
      </Button>
      {error ? <Notice tone="bad">{error}</Notice> : null}
      {added > 0 ? <Notice tone="info">{t("roster_added", { count: added })}</Notice> : null}
      {found === null ? null : (
        <>
          {found.isPartial ? <Notice tone="warn">{t("roster_partial")}</Notice> : null}
          <p class="hint" role="status">
            {found.children.length === 0
              ? t("plan_roster_nobody")
              : t("roster_found", { count: found.children.length, there: found.children.length - fresh.length })}
          </p>
          <ul class="plain">
            {fresh.map((one) => (
              <li key={one.student}>
                <Check
                  label={`${one.name}, ${t("born", { day: day(one.birth_date) })} · ${lineOf(one)}`}
                  checked={!left.includes(one.student)}
                  onChange={(yes) => set({ left: toggled(left, one.student, !yes) })}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      <Remove now={now} clinic={clinic} />
    </Screen>
  );
}

/** The office's list; without a network, what this phone holds of it. */
async function ask(now: View, wanted: WantedChildren): Promise<Found> {
  const { facility, ...asked } = wanted;
  const token = theDevice().enrolled?.token ?? "";
  try {
    return { children: await candidates(token, facility, asked), isPartial: false };
  } catch (failure) {
    if (!(failure instanceof Unreachable)) throw failure;
    return { children: candidatesHere(now, wanted), isPartial: true };
  }
}

function lineOf({ grade, classroom, overall }: Candidate): string {
  const place = [grade === "" ? "" : `${t("grade")} ${grade}`, classroom].filter(Boolean).join(", ");
  return [place, word("overall", overall)].filter(Boolean).join(" · ");
}

/** Why they are on the list, in the record. */
function words({ grade, classroom, lacking }: WantedChildren): string {
  const parts = [grade && `grade ${grade}`, classroom && `class ${classroom}`, lacking && `lacking ${lacking}`];
  return parts.filter(Boolean).join(", ") || "the whole facility";
}

const toggled = (list: readonly string[], one: string, isIn: boolean): readonly string[] =>
  isIn ? [...list, one] : list.filter((other) => other !== one);

function Remove({ now, clinic }: { readonly now: View; readonly clinic: Clinic }) {
  const { values, set, drop } = useDraft(`roster-off/${clinic.id}`, { gone: [] as readonly string[] });
  const named = clinic.roster.flatMap((id) => now.student(id) ?? []);
  const gone = values.gone.filter((id) => clinic.roster.includes(id));
  const unknown = clinic.roster.length - named.length;
  const remove = async () => {
    for (let at = 0; at < gone.length; at += STUDENTS_PER_EVENT) {
      const part = gone.slice(at, at + STUDENTS_PER_EVENT);
      await theDevice().record(`clinic/${clinic.id}`, "clinic.roster_removed", { students: part });
    }
    await drop();
    stir();
  };
  if (clinic.roster.length === 0) return null;
  return (
    <details>
      <summary>{t("roster_remove")}</summary>
      {unknown > 0 ? <p class="hint">{t("roster_unnamed", { count: unknown })}</p> : null}
      {named.map((student) => (
        <Check
          key={student.id}
          label={`${student.fullName}, ${t("born", { day: day(student.birthDate) })}`}
          checked={gone.includes(student.id)}
          onChange={(yes) => set({ gone: toggled(gone, student.id, yes) })}
        />
      ))}
      <Button kind="danger" disabled={gone.length === 0} onClick={remove}>
        {t("roster_remove_do", { count: gone.length })}
      </Button>
    </details>
  );
}
