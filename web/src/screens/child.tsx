/** One child at a glance: who it is, what is due and why, what was given, what does not fit. */
import { Button, Notice, Pill, Screen } from "../components/parts";
import type { AntigenExplanation } from "../law/explain";
import type { DoseLine, PaperLine, Student } from "../projections/student";
import { day, language, t, word } from "../text/words";
import { go, view } from "./state";
import { shownVaccine } from "./view";

const OPEN = new Set(["short", "date_defect", "review", "in_process", "primary_ok"]);

export function Child({ id }: { readonly id: string }) {
  const now = view.value;
  const student = now?.student(id) ?? null;
  if (now === null || student === null) {
    return (
      <Screen title={t("roster")} back={["roster"]}>
        <Notice tone="warn">{t("not_here")}</Notice>
      </Screen>
    );
  }
  const told = now.explanation(student, language.value);
  const due = told.antigens.filter((one) => OPEN.has(one.outcome));
  const settled = told.antigens.filter((one) => !OPEN.has(one.outcome));
  return (
    <Screen
      title={student.fullName}
      back={["roster"]}
      foot={
        <>
          <Button onClick={() => go("child", id, "dose")}>{t("record_dose")}</Button>
          <Button kind="quiet" onClick={() => go("child", id, "paper")}>
            {t("record_paper")}
          </Button>
        </>
      }
    >
      <p class="identity">{t("born", { day: day(student.birthDate) })}</p>
      {now.twice(student).map(({ one, two }) => (
        <Notice key={`${one.event}${two.event}`} tone="warn">
          {t("discrepancy_duplicate", {
            vaccine: shownVaccine(two.cvx, two.as_written),
            one: day(one.given_on),
            two: day(two.given_on),
          })}
        </Notice>
      ))}
      <section aria-labelledby="due">
        <h2 id="due">{due.length > 0 ? t("due") : t("not_due")}</h2>
        <p class="lead">{told.headline}</p>
        {due.map((one) => (
          <Antigen key={one.antigen} told={one} />
        ))}
        {settled.length > 0 ? (
          <details>
            <summary>
              {settled.map((one) => one.antigen).join(" · ")} <Pill tone="good">{t("not_due")}</Pill>
            </summary>
            {settled.map((one) => (
              <Antigen key={one.antigen} told={one} />
            ))}
          </details>
        ) : null}
        {told.caution ? <p class="hint">{told.caution}</p> : null}
      </section>
      <History student={student} />
      <Papers papers={student.papers} />
      <p class="hint">{t("freshness")}</p>
    </Screen>
  );
}

function Antigen({ told }: { readonly told: AntigenExplanation }) {
  const tone =
    told.outcome === "short" || told.outcome === "date_defect" ? "due" : OPEN.has(told.outcome) ? "wait" : "good";
  return (
    <details class="antigen" open={tone === "due"}>
      <summary>
        <span>{told.sentence}</span>
        <Pill tone={tone}>{word("outcome", told.outcome)}</Pill>
      </summary>
      {told.cure ? <p>{told.cure}</p> : null}
      {told.counted ? <p class="hint">{told.counted}</p> : null}
      {told.not_counted.map((words) => (
        <p key={words} class="hint">
          {words}
        </p>
      ))}
      {told.clause ? <p class="clause">{told.clause}</p> : null}
      {told.readings.map((words) => (
        <p key={words} class="clause">
          {words}
        </p>
      ))}
    </details>
  );
}

function History({ student }: { readonly student: Student }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t("history")}</h2>
      {student.doses.length === 0 ? <p class="empty">{t("no_history")}</p> : null}
      <ul class="list">
        {[...student.doses].reverse().map((dose) => (
          <Dose key={dose.event} dose={dose} student={student.id} />
        ))}
      </ul>
    </section>
  );
}

function Dose({ dose, student }: { readonly dose: DoseLine; readonly student: string }) {
  const who =
    dose.giver !== null
      ? t("given_by", { name: dose.giver.name })
      : t("told_by", { source: word("source", dose.source) });
  return (
    <li class={dose.voidReason === null ? "dose" : "dose void"}>
      <span class="who">
        <strong>{shownVaccine(dose.cvx, dose.as_written)}</strong>
        <small>
          {dose.given_on === "" ? t("no_date") : day(dose.given_on)} · {who}
          {dose.lot ? ` · ${dose.lot}` : ""}
        </small>
        {dose.voidReason !== null ? <small>{t("voided", { reason: dose.voidReason })}</small> : null}
      </span>
      <span class="state">
        {dose.corrections > 0 ? <Pill tone="calm">{t("corrected")}</Pill> : null}
        {dose.fact.receivedAt === null ? <Pill tone="wait">{t("waiting_here")}</Pill> : null}
        {dose.voidReason === null ? (
          <button type="button" class="button quiet small" onClick={() => go("child", student, "correct", dose.event)}>
            {t("correct")}
          </button>
        ) : null}
      </span>
    </li>
  );
}

function Papers({ papers }: { readonly papers: readonly PaperLine[] }) {
  if (papers.length === 0) return null;
  return (
    <section aria-labelledby="papers">
      <h2 id="papers">{t("papers")}</h2>
      <ul class="list">
        {papers.map((line) => (
          <li key={line.event} class="dose">
            <span class="who">
              <strong>{word("kind", line.paper.kind)}</strong>
              <small>
                {day(line.paper.received_on)} · {line.paper.signer}
              </small>
            </span>
            <Pill tone={line.state === "accepted" ? "good" : line.state === "review" ? "wait" : "calm"}>
              {word("paper", line.state)}
            </Pill>
          </li>
        ))}
      </ul>
    </section>
  );
}
