/** A clinic's standing orders, and how one is withdrawn: from a day on, by whom, and why. */
import { Field, Pill, TextArea } from "../../components/parts";
import { shownVaccine } from "../../text/vaccines";
import { day, t } from "../../text/words";
import { request, today } from "./asking";
import { mayWrite, type OfClinic, type OrderRow } from "./clinic_day";
import { useTyped } from "./kept";
import { FormDeed } from "./parts";

export function Orders({ clinic, replace }: OfClinic) {
  const { orders } = clinic;
  return (
    <section aria-labelledby="orders">
      <h2 id="orders">{t("desk_orders", { count: orders.length })}</h2>
      {orders.length === 0 ? <p class="hint">{t("desk_orders_none")}</p> : null}
      <ul class="list">
        {orders.map((one) => (
          <Order key={one.event} row={one} clinic={clinic} replace={replace} />
        ))}
      </ul>
    </section>
  );
}

function Order({ row, clinic, replace }: OfClinic & { readonly row: OrderRow }) {
  const days = { prescriber: row.prescriber, from: day(row.valid_from), to: day(row.valid_to) };
  return (
    <li class="dose card">
      <span class="who">
        <strong>{shownVaccine(row.cvx)}</strong>
        <span>{t("desk_order_days", days)}</span>
        {row.withdrawn_on ? (
          <>
            <small>{t("desk_order_why", { name: row.withdrawn_by, reason: row.reason })}</small>
            <span class="pills">
              <Pill tone="bad">{t("desk_order_withdrawn", { day: day(row.withdrawn_on) })}</Pill>
            </span>
          </>
        ) : null}
      </span>
      {row.withdrawn_on === "" && mayWrite() ? <Withdraw row={row} clinic={clinic} replace={replace} /> : null}
    </li>
  );
}

function Withdraw({ row, clinic, replace }: OfClinic & { readonly row: OrderRow }) {
  const typed = useTyped(`withdraw/${row.event}`, { by: row.prescriber, on: today(), reason: "" });
  const { by, on, reason } = typed.values;
  const path = `/api/clinics/${clinic.clinic}/orders/${row.event}/withdraw`;
  const withdraw = async () => replace(await request("POST", path, { by: by.trim(), on, reason: reason.trim() }));
  return (
    <FormDeed
      words={t("desk_withdraw")}
      hint={t("desk_withdraw_hint")}
      needs={[by, on, reason]}
      typed={typed}
      run={withdraw}
    >
      {(lacks) => (
        <>
          <Field
            label={t("desk_withdraw_by")}
            value={by}
            onInput={(written) => typed.set({ by: written })}
            error={lacks(by)}
          />
          <Field
            label={t("desk_withdraw_on")}
            type="date"
            value={on}
            onInput={(written) => typed.set({ on: written })}
            error={lacks(on)}
          />
          <TextArea
            label={t("desk_withdraw_why")}
            value={reason}
            onInput={(written) => typed.set({ reason: written })}
            error={lacks(reason)}
          />
        </>
      )}
    </FormDeed>
  );
}
