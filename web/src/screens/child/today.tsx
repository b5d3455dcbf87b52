/** Today's visit: what must be settled before a dose, and what was not given. */
import { Button, LinkRow, Notice, Pill } from "../../components/parts";
import { consentFor, EVERY_VACCINE, wordsOf } from "../../projections/consents";
import type { Student } from "../../projections/student";
import { yesesOf } from "../../projections/visit";
import { recorded } from "../../text/desk/told";
import { shownVaccine, shownVaccines } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { beside } from "../beside";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";

/** Within the visit: the child came back, was well after all, or it was another child. */
async function undo(student: Student, event: string): Promise<void> {
  const reason = recorded("undo_visit_reason");
  await theDevice().record(beside(student, event), "dose.voided", { event, reason });
  stir();
}

/** What must be settled before a dose today, each row leading to where it is settled. */
export function Today({ now, student }: { readonly now: View; readonly student: Student }) {
  const { id } = student;
  const visit = now.visit(student);
  const words = wordsOf(student.shelf);
  const told = [...new Set(words.map(({ cvx }) => cvx))].filter((cvx) => cvx !== EVERY_VACCINE);
  const states = told.map((cvx) => ({ cvx, ...consentFor(words, cvx, now.today, now.clinic.id) }));
  const yes = states.filter((one) => one.state === "given").map((one) => one.cvx);
  const no = states.filter((one) => one.state !== "given" && one.state !== "none");
  const screening = visit.screening;
  const packet = student.shelf.of("packet.given").findLast(({ payload }) => !payload.to_minor);
  const asked = screening === null ? [] : [screening, ...screening.besides];
  const positive = new Set(asked.flatMap(({ answers }) => yesesOf(answers))).size;
  return (
    <section aria-labelledby="today">
      <h2 id="today">{t("today")}</h2>
      <div class="panel">
        <LinkRow
          to={["child", id, "consent"]}
          title={t("consent")}
          {...(yes.length > 0 ? { more: shownVaccines(yes) } : {})}
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
        {visit.recent.length + visit.notGiven.length === 0 ? null : (
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
          <strong>{t("not_given")}:</strong> {shownVaccines(one.cvx)} · {word("reason", one.reason)}
          {one.note ? ` · ${one.note}` : ""}
          <Button kind="quiet" onClick={() => undo(student, event)}>
            {t("undo")}
          </Button>
        </Notice>
      ))}
    </section>
  );
}
