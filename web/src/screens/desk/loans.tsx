/** Doses of one fund given to children of another: which are owed, and what paid each back. */
import { Field, Pill } from "../../components/parts";
import { shownVaccineName } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { request, today } from "./asking";
import { type LoanRow, mayWrite, type OfClinic } from "./clinic_day";
import { useTyped } from "./kept";
import { FormDeed } from "./parts";

export function Loans({ clinic, replace }: OfClinic) {
  const { loans } = clinic.books;
  const owed = loans.filter((one) => one.paid_on === "").length;
  return (
    <section aria-labelledby="loans">
      <h2 id="loans">{t("desk_owed", { count: owed })}</h2>
      {loans.length === 0 ? <p class="hint">{t("desk_owed_none")}</p> : null}
      <ul class="list">
        {loans.map((one) => (
          <Loan key={one.event} row={one} clinic={clinic} replace={replace} />
        ))}
      </ul>
    </section>
  );
}

function Loan({ row, clinic, replace }: OfClinic & { readonly row: LoanRow }) {
  return (
    <li class="dose card">
      <span class="who">
        <strong>
          {t("desk_owed_dose", { vaccine: shownVaccineName(row.vaccine), lot: row.lot, day: day(row.on) })}
        </strong>
        <span>{t("desk_owed_way", { from: word("desk_fund", row.lent_by), to: word("desk_fund", row.owed_by) })}</span>
        <small>{[row.name, row.reason].filter(Boolean).join(" · ")}</small>
        {row.paid_on ? (
          <span class="pills">
            <Pill tone="good">{t("desk_paid", { day: day(row.paid_on), lot: row.paid_lot })}</Pill>
          </span>
        ) : null}
      </span>
      {row.paid_on === "" && mayWrite() ? <Repay row={row} clinic={clinic} replace={replace} /> : null}
    </li>
  );
}

function Repay({ row, clinic, replace }: OfClinic & { readonly row: LoanRow }) {
  const typed = useTyped(`repay/${row.event}`, { lot: "", on: today() });
  const { lot, on } = typed.values;
  const path = `/api/clinics/${clinic.clinic}/loans/${row.event}/repay`;
  const repay = async () => replace(await request("POST", path, { lot: lot.trim(), on }));
  return (
    <FormDeed words={t("desk_repay")} needs={[lot, on]} typed={typed} run={repay}>
      {(lacks) => (
        <>
          <Field
            label={t("desk_repay_lot")}
            value={lot}
            onInput={(written) => typed.set({ lot: written })}
            error={lacks(lot)}
          />
          <Field
            label={t("desk_repay_on")}
            type="date"
            value={on}
            min={row.on}
            max={today()}
            onInput={(written) => typed.set({ on: written })}
            error={lacks(on)}
          />
        </>
      )}
    </FormDeed>
  );
}
