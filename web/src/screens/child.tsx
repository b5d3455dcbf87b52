/** One child at a glance: who it is, what stands against a dose, today's visit, what is due and why, the history. */
import { ChildDamage, PartialHistory } from "../components/damage";
import { Button, LinkRow, Notice, Pill, Screen } from "../components/parts";
import { monthsOld } from "../events/dates";
import type { AntigenExplanation } from "../law/explain";
import { alertsOf, consentFor, consentLines, standsOn } from "../projections/care";
import { reactionsOf } from "../projections/reactions";
import type { DoseLine, PaperLine, Student } from "../projections/student";
import { shownAntigen, shownVaccine } from "../text/vaccines";
import { day, language, momentWords, t, word } from "../text/words";
import { go, isComplete, syncedAt, view } from "./state";
import { OPEN_OUTCOMES, type View } from "./view";

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
      <Glance now={now} student={student} />
      <ChildDamage student={student.id} />
      <Alerts student={student} today={now.today} />
      <Incidents student={student} />
      <Reactions student={student} />
      {now.twice(student).map(({ one, two }) => (
        <Notice key={`${one.event}${two.event}`} tone="warn">
          {t("discrepancy_duplicate", {
            vaccine: shownVaccine(two.cvx, two.as_written),
            one: day(one.given_on),
            two: day(two.given_on),
          })}
        </Notice>
      ))}
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
  return [t("born", { day: day(student.birthDate) }), ...age, ...student.numbers].join(" · ");
}

/** What is due, in a line: the reasons stand below. */
function Glance({ now, student }: { readonly now: View; readonly student: Student }) {
  const due = now.judgment(student).verdict.antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome));
  return (
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
  );
}

function toneOf(outcome: string): "due" | "wait" | "good" {
  if (outcome === "short" || outcome === "date_defect") return "due";
  return OPEN_OUTCOMES.has(outcome) ? "wait" : "good";
}

function Alerts({ student, today }: { readonly student: Student; readonly today: string }) {
  const alerts = alertsOf(student.shelf).filter((alert) => standsOn(alert, today));
  return (
    <>
      {alerts.map((alert) => (
        <Notice key={alert.fact.header.id} tone={alert.kind === "allergy" && !alert.anaphylaxis ? "warn" : "bad"}>
          <strong>{t(alert.anaphylaxis ? "anaphylaxis_to" : alert.kind)}</strong> {alert.text}
        </Notice>
      ))}
    </>
  );
}

function Incidents({ student }: { readonly student: Student }) {
  const open = student.shelf
    .of("incident.opened")
    .filter(({ fact }) => student.shelf.about(fact.header.id, "incident.closed").length === 0);
  return (
    <>
      {open.map(({ fact, payload }) => (
        <Notice key={fact.header.id} tone="bad">
          <h2>{t("incident_open")}</h2>
          <ul>
            {payload.follow_up.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
          <Button kind="quiet" onClick={() => go("child", student.id, "incident", fact.header.id)}>
            {t("incident_close")}
          </Button>
        </Notice>
      ))}
    </>
  );
}

function Reactions({ student }: { readonly student: Student }) {
  const owed = reactionsOf(student.shelf).filter((one) => one.isOwed);
  return (
    <>
      {owed.map(({ event, told }) => (
        <Notice key={event} tone="warn">
          <h2>{t("vaers_due")}</h2>
          <p>{told.description}</p>
          <Button kind="quiet" onClick={() => go("child", student.id, "reaction", event)}>
            {t("to_vaers")}
          </Button>
        </Notice>
      ))}
    </>
  );
}

/** What must be settled before a dose today, each row leading to where it is settled. */
function Today({ now, student }: { readonly now: View; readonly student: Student }) {
  const { id } = student;
  const visit = now.visit(student);
  const lines = consentLines(student.shelf);
  const told = [...new Set(lines.map((line) => line.cvx))];
  const states = told.map((cvx) => ({ cvx, ...consentFor(lines, cvx, now.today, now.clinic.id) }));
  const yes = states.filter((one) => one.state === "given").map((one) => shownVaccine(one.cvx));
  const no = states.filter((one) => one.state !== "given" && one.state !== "none");
  const screening = visit.screening;
  const packet = student.shelf.of("packet.given").findLast(({ payload }) => !payload.to_minor);
  const positive = screening?.answers.positive?.length ?? 0;
  return (
    <section aria-labelledby="today">
      <h2 id="today">{t("today")}</h2>
      <div class="panel">
        <LinkRow
          to={["child", id, "consent"]}
          title={t("consent")}
          {...(yes.length > 0 ? { more: yes.join(", ") } : {})}
        >
          <span class="pills">
            {yes.length > 0 ? <Pill tone="good">{t("consent_given")}</Pill> : null}
            {no.map((one) => (
              <Pill key={one.cvx} tone="bad">{`${shownVaccine(one.cvx)}: ${word("consentis", one.state)}`}</Pill>
            ))}
            {yes.length === 0 && no.length === 0 ? <Pill tone="due">{t("consentis_none")}</Pill> : null}
          </span>
        </LinkRow>
        <LinkRow to={["child", id, "screening"]} title={t("screening")}>
          <span class="pills">
            {screening === null ? (
              <Pill tone="due">{t("screening_none")}</Pill>
            ) : positive === 0 ? (
              <Pill tone="good">{t("screening_clear")}</Pill>
            ) : (
              <Pill tone={screening.decision === null ? "bad" : "wait"}>
                {t(screening.decision === null ? "screening_positive" : "screening_decided", { count: positive })}
              </Pill>
            )}
          </span>
        </LinkRow>
        <LinkRow to={["child", id, "eligibility"]} title={t("eligibility_row")}>
          <span class="pills">
            {visit.eligibility === null || visit.eligibility.category === "unknown" ? (
              <Pill tone="due">{t("eligibility_open")}</Pill>
            ) : (
              <Pill tone="good">{word("payer", visit.eligibility.category)}</Pill>
            )}
          </span>
        </LinkRow>
        <LinkRow to={["child", id, "packet"]} title={t("packet")}>
          <span class="pills">
            {packet === undefined ? (
              <Pill tone="due">{t("packet_none")}</Pill>
            ) : (
              <Pill tone="good">{t("packet_given", { day: day(packet.payload.on) })}</Pill>
            )}
          </span>
        </LinkRow>
        <LinkRow to={["child", id, "alerts"]} title={t("alerts")} />
        {visit.given.length + visit.notGiven.length === 0 ? null : (
          <LinkRow to={["child", id, "leaving"]} title={t("leaving")} />
        )}
        {visit.watch === null ? null : (
          <LinkRow to={["watch"]} title={t("watch")}>
            <span class="pills">
              <Pill tone={visit.watch.endedAt === null ? "wait" : "good"}>
                {visit.watch.endedAt === null ? t("watched") : t("watch_over")}
              </Pill>
            </span>
          </LinkRow>
        )}
      </div>
      <div class="pair">
        <Button kind="quiet" onClick={() => go("child", id, "not-given")}>
          {t("not_given")}
        </Button>
        <Button kind="quiet" onClick={() => go("child", id, "paper")}>
          {t("record_paper")}
        </Button>
      </div>
      {visit.notGiven.map(({ event, told: one }) => (
        <Notice key={event} tone="info">
          <strong>{t("not_given")}:</strong> {one.cvx.map((cvx) => shownVaccine(cvx)).join(", ")} ·{" "}
          {word("reason", one.reason)}
          {one.note ? ` · ${one.note}` : ""}
        </Notice>
      ))}
    </section>
  );
}

function Due({ now, student }: { readonly now: View; readonly student: Student }) {
  const told = now.explanation(student, language.value);
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
      <div class="rowfoot">
        <Button kind="quiet" onClick={() => go("child", student.id, "grid")}>
          {t("enter_record")}
        </Button>
      </div>
    </section>
  );
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
        {dose.voidReason !== null ? <small>{t("voided", { reason: dose.voidReason })}</small> : null}
        {dose.corrections > 0 || unsent || dose.given_on === "" || dose.fromPaper ? (
          <span class="pills">
            {dose.given_on === "" ? <Pill tone="due">{t("no_date")}</Pill> : null}
            {dose.corrections > 0 ? <Pill tone="calm">{t("corrected")}</Pill> : null}
            {dose.fromPaper ? (
              <Pill tone={dose.verified === true ? "good" : "wait"}>
                {t(dose.verified === true ? "paper_verified" : "paper_to_verify")}
              </Pill>
            ) : null}
            {unsent ? <Pill tone="wait">{t("waiting_here")}</Pill> : null}
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

function Papers({ papers, student }: { readonly papers: readonly PaperLine[]; readonly student: string }) {
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
      <div class="rowfoot">
        <Button kind="quiet" onClick={() => go("child", student, "statement")}>
          {t("statement")}
        </Button>
        <Button kind="quiet" onClick={() => go("child", student, "slip")}>
          {t("slip_print")}
        </Button>
      </div>
    </section>
  );
}

/** How old this record may be: this phone's last contact, and the others' . */
function Freshness({ now }: { readonly now: View }) {
  return (
    <section aria-labelledby="freshness">
      <h2 id="freshness">{t("as_of")}</h2>
      <p class="hint">
        {syncedAt.value > 0 ? t("last_sync", { time: momentWords(syncedAt.value) }) : t("never_synced")}
      </p>
      {now.others.map((other) => (
        <p key={other.device} class="hint">
          {other.label}:{" "}
          {other.heardAt === null ? t("never_heard") : t("last_heard", { time: momentWords(other.heardAt) })}
        </p>
      ))}
      {now.others.length > 0 ? <p class="hint">{t("freshness")}</p> : null}
    </section>
  );
}
