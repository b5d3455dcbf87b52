/** One child at a glance: who it is, what stands against a dose, today's visit, what is due and why, the history. */
import { ChildDamage, PartialHistory, UnknownPast } from "../components/damage";
import { Namesakes } from "../components/namesakes";
import { Button, Notice, Screen } from "../components/parts";
import { monthsOld } from "../events/dates";
import type { Student } from "../projections/student";
import { day, t } from "../text/words";
import { Due, Glance } from "./child/due";
import { Freshness } from "./child/freshness";
import { HeldDoses } from "./child/held_doses";
import { History } from "./child/history";
import { Matters } from "./child/matters";
import { Papers } from "./child/papers";
import { Alerts, Incidents, Reactions } from "./child/standing";
import { Today } from "./child/today";
import { UnsignedEmergency } from "./clinic/unsigned";
import { go, view } from "./state";

export function Child({ id }: { readonly id: string }) {
  const now = view.value;
  const student = now?.student(id) ?? null;
  if (now === null || student === null) {
    return (
      <Screen title={t("unknown_child")} back={["roster"]}>
        <Notice tone="warn">
          <h2>{t("not_here")}</h2>
          <p>{t("not_here_lead")}</p>
        </Notice>
      </Screen>
    );
  }
  return (
    <Screen
      title={student.fullName}
      under={identityWords(student, now.today)}
      back={["roster"]}
      foot={<Button onClick={() => go("child", id, "dose")}>{t("record_dose")}</Button>}
    >
      <PartialHistory />
      <Namesakes now={now} student={student} />
      <UnknownPast student={student} />
      <UnsignedEmergency now={now} student={student} />
      <Glance now={now} student={student} />
      <ChildDamage student={student.id} />
      <Alerts student={student} today={now.today} />
      <Incidents student={student} />
      <HeldDoses now={now} student={student} />
      <Reactions student={student} />
      <Matters now={now} student={student} />
      <Today now={now} student={student} />
      <Due now={now} student={student} />
      <History student={student} />
      <Papers papers={student.papers} student={student.id} />
      <Freshness now={now} />
    </Screen>
  );
}

/** A second identifier beside the name: the birth date with the age, and the numbers the child carries. */
function identityWords(student: Student, today: string): string {
  const months = monthsOld(student.birthDate, today);
  const age = months === null ? [] : [t("age", { years: Math.floor(months / 12) })];
  return [t("born", { day: day(student.birthDate) }), ...age, ...student.numbers].join("\u00a0· ");
}
