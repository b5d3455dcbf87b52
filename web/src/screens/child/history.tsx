/** The doses of a child, the newest first: who gave or told each, what became of it, the way to correct it. */
import { Button, Pill } from "../../components/parts";
import type { DoseLine } from "../../projections/history";
import type { Student } from "../../projections/student";
import { told } from "../../text/desk/told";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { aside } from "../aside";
import { go } from "../state";

export function History({ student }: { readonly student: Student }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t("history")}</h2>
      {student.doses.length === 0 ? <p class="empty">{t("no_history")}</p> : null}
      <ul class="list">
        {[...student.doses].reverse().map((dose) => (
          <Dose key={dose.event} dose={dose} student={student.id} />
        ))}
      </ul>
      <div class="rowfoot">
        <Button kind="quiet" onClick={() => go("child", student.id, "grid")}>
          {t("enter_record")}
        </Button>
      </div>
    </section>
  );
}

/** It is on this phone alone, or the district set it aside: it was given all the same. */
function Unsent({ dose }: { readonly dose: DoseLine }) {
  const isAside = aside.value.some((row) => row.hash === dose.fact.eventHash);
  return isAside ? <Pill tone="bad">{t("dose_aside")}</Pill> : <Pill tone="wait">{t("waiting_here")}</Pill>;
}

function Dose({ dose, student }: { readonly dose: DoseLine; readonly student: string }) {
  const who =
    dose.giver !== null
      ? t("given_by", { name: dose.giver.name })
      : `${t("told_by", { source: word("source", dose.source) })} · ${t("written_by", { name: dose.recorder })}`;
  const unsent = dose.fact.receivedAt === null;
  return (
    <li class={dose.voidReason === null ? "dose" : "dose void"}>
      <span class="who">
        <strong>{shownVaccine(dose.cvx, dose.as_written)}</strong>
        <small>
          {dose.given_on === "" ? t("no_date") : day(dose.given_on)}
          {dose.lot ? ` · ${t("lot")} ${dose.lot}` : ""}
        </small>
        <small>{who}</small>
        {dose.voidReason !== null ? <small>{t("voided", { reason: told(dose.voidReason) })}</small> : null}
        {dose.corrections > 0 || unsent || dose.given_on === "" || dose.fromPaper ? (
          <span class="pills">
            {dose.given_on === "" ? <Pill tone="due">{t("no_date")}</Pill> : null}
            {dose.corrections > 0 ? <Pill tone="calm">{t("corrected")}</Pill> : null}
            {dose.fromPaper ? (
              <Pill tone={dose.verified === true ? "good" : "wait"}>
                {t(dose.verified === true ? "paper_verified" : "paper_to_verify")}
              </Pill>
            ) : null}
            {unsent ? <Unsent dose={dose} /> : null}
          </span>
        ) : null}
      </span>
      {dose.voidReason === null ? (
        <span class="state">
          <button
            type="button"
            class="button quiet small"
            onClick={() => go("child", student, "correct", dose.event)}
            aria-label={`${t("correct")}: ${shownVaccine(dose.cvx, dose.as_written)}`}
          >
            {t("correct")}
          </button>
        </span>
      ) : null}
    </li>
  );
}
