/** What the day still owes at its close: consents without an outcome, lent doses, reports to VAERS, papers to compare. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, LinkRow, Notice } from "../../components/parts";
import type { OpenConsent, Outcomes } from "../../projections/outcomes";
import { reactionsOf } from "../../projections/reactions";
import { type Borrowing, borrowingsOf } from "../../projections/stock";
import type { Student } from "../../projections/student";
import { shownVaccine, shownVaccines } from "../../text/vaccines";
import { day, momentWords, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";

export function ConsentsCounted({ outcomes }: { readonly outcomes: Outcomes }) {
  const { count, open } = outcomes;
  return (
    <section aria-labelledby="consents-in">
      <h2 id="consents-in">{t("consents_in")}</h2>
      <p>{t("consents_count", { ...count })}</p>
      {open.length === 0 ? null : (
        <details>
          <summary>{t("consents_open", { count: open.length })}</summary>
          <div class="panel">
            {byChild(open).map(([student, vaccines]) => (
              <LinkRow
                key={student.id}
                to={["child", student.id, "not-given"]}
                title={student.fullName}
                more={shownVaccines(vaccines)}
              />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

function byChild(open: readonly OpenConsent[]): readonly (readonly [Student, readonly string[]])[] {
  const found = new Map<Student, string[]>();
  for (const { student, cvx } of open) found.set(student, [...(found.get(student) ?? []), cvx]);
  return [...found];
}

export function StillOwed({ now }: { readonly now: View }) {
  const loans = borrowingsOf(now.clinic, now.children);
  const reactions = now.children.flatMap((student) =>
    reactionsOf(student.shelf)
      .filter((one) => one.isOwed)
      .map((one) => ({ student, one })),
  );
  const copied = now.children.flatMap((student) => student.toVerify.map((dose) => ({ student, dose })));
  return (
    <>
      {reactions.length === 0 ? null : (
        <section aria-labelledby="owed-vaers">
          <h2 id="owed-vaers">{t("vaers_open", { count: reactions.length })}</h2>
          <Notice tone="warn">{t("vaers_remind")}</Notice>
          <div class="panel">
            {reactions.map(({ student, one }) => (
              <LinkRow
                key={one.event}
                to={["child", student.id, "reaction", one.event]}
                title={student.fullName}
                more={`${momentWords(Date.parse(one.told.began_at))} · ${one.told.description}`}
              />
            ))}
          </div>
        </section>
      )}
      {copied.length === 0 ? null : (
        <section aria-labelledby="owed-papers">
          <h2 id="owed-papers">{t("verify_open", { count: copied.length })}</h2>
          <div class="panel">
            {copied.map(({ student, dose }) => (
              <LinkRow
                key={dose.event}
                to={["child", student.id, "correct", dose.event]}
                title={student.fullName}
                more={`${shownVaccine(dose.cvx)} · ${day(dose.given_on)} · ${dose.giver?.name ?? ""}`}
              />
            ))}
          </div>
        </section>
      )}
      {loans.length === 0 ? null : (
        <section aria-labelledby="loans">
          <h2 id="loans">{t("loans", { count: loans.length })}</h2>
          <ul class="list">
            {loans.map((loan) => (
              <Loan key={loan.event} now={now} loan={loan} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** One lent dose: from which fund to which, for whom, why; paid back with the lot that replaced it. */
function Loan({ now, loan }: { readonly now: View; readonly loan: Borrowing }) {
  const { told, paid } = loan;
  const { values, set, drop } = useDraft(`loan/${loan.event}`, { lot: "" });
  const { lot } = values;
  const [tried, setTried] = useState(false);
  const pay = async () => {
    setTried(true);
    if (lot.trim() === "") return;
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.replaced", {
      event: loan.event,
      on: now.today,
      lot: lot.trim().toUpperCase(),
    });
    await drop();
    stir();
  };
  return (
    <li class="dose">
      <span class="who">
        <strong>
          {shownVaccine(told.cvx ?? "")} · {t("lot")} {told.lot}
        </strong>
        <small>
          {t("loan_way", { from: word("funding", told.from_funding), to: word("funding", told.to_funding) })}
        </small>
        <small>
          {now.student(told.student ?? "")?.fullName ?? ""} · {told.reason}
        </small>
        {paid === null ? (
          <details>
            <summary>{t("loan_pay")}</summary>
            <Field
              label={t("loan_lot")}
              value={lot}
              onInput={(typed) => set({ lot: typed })}
              error={tried && lot.trim() === "" ? t("required") : undefined}
            />
            <Button kind="quiet" onClick={pay}>
              {t("loan_paid_save")}
            </Button>
          </details>
        ) : (
          <small>{t("loan_paid", { day: day(paid.on), lot: paid.lot })}</small>
        )}
      </span>
    </li>
  );
}
