/** What is due: in a line at the top, and below each antigen with its reason, its cure and its clause. */
import { Pill } from "../../components/parts";
import type { AntigenExplanation } from "../../law/explain";
import type { Student } from "../../projections/student";
import { shownAntigen } from "../../text/vaccines";
import { language, t, word } from "../../text/words";
import { explanation } from "../explaining";
import { isComplete } from "../state";
import { OPEN_OUTCOMES, type View } from "../view";
import { Later } from "./later";

/** What is due, in a line, and what of it must wait: the reasons stand below. */
export function Glance({ now, student }: { readonly now: View; readonly student: Student }) {
  const due = now.judgment(student).verdict.antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome));
  return (
    <>
      <p class="pills glance">
        {due.length === 0 ? (
          <Pill tone={isComplete.value ? "good" : "wait"}>{t("not_due")}</Pill>
        ) : (
          <strong>{t("due")}:</strong>
        )}
        {due.map((one) => (
          <Pill key={one.antigen} tone={toneOf(one.outcome)}>
            {shownAntigen(one.antigen)}
          </Pill>
        ))}
      </p>
      <Later now={now} student={student} />
    </>
  );
}

function toneOf(outcome: string): "due" | "wait" | "good" {
  if (outcome === "short" || outcome === "date_defect") return "due";
  return OPEN_OUTCOMES.has(outcome) ? "wait" : "good";
}

export function Due({ now, student }: { readonly now: View; readonly student: Student }) {
  const told = explanation(now, student, language.value);
  const due = told.antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome));
  const settled = told.antigens.filter((one) => !OPEN_OUTCOMES.has(one.outcome));
  return (
    <section aria-labelledby="due">
      <h2 id="due">{due.length > 0 ? t("due") : t("not_due")}</h2>
      {due.length > 0 ? (
        <div class="panel">
          {due.map((one) => (
            <Antigen key={one.antigen} told={one} />
          ))}
        </div>
      ) : (
        <p>{told.headline}</p>
      )}
      {settled.length > 0 ? (
        <details>
          <summary>{t("settled", { count: settled.length })}</summary>
          <div class="panel">
            {settled.map((one) => (
              <Antigen key={one.antigen} told={one} />
            ))}
          </div>
        </details>
      ) : null}
      {due.length > 0 ? <p class="hint">{told.headline}</p> : null}
      {told.caution ? <p class="hint">{told.caution}</p> : null}
    </section>
  );
}

function Antigen({ told }: { readonly told: AntigenExplanation }) {
  return (
    <details class="antigen">
      <summary>
        <span>
          <span class="name">{shownAntigen(told.antigen)}</span>
          <Pill tone={toneOf(told.outcome)}>{word("outcome", told.outcome)}</Pill>
        </span>
      </summary>
      <p>{told.sentence}</p>
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
