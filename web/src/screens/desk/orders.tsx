/** A clinic's standing orders, and how one is withdrawn: from a day on, by whom, and why. */
import { useState } from "preact/hooks";
import { Button, Field, Notice, Pill, TextArea } from "../../components/parts";
import { shownVaccine } from "../../text/vaccines";
import { day, t } from "../../text/words";
import { request, today, useDeed } from "./asking";
import type { ClinicDay } from "./clinics";
import { mayWrite } from "./loans";

export interface OrderRow {
  readonly event: string;
  readonly cvx: string;
  readonly prescriber: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly withdrawn_on: string;
  readonly withdrawn_by: string;
  readonly reason: string;
}

interface OfClinic {
  readonly clinic: ClinicDay;
  readonly replace: (day: ClinicDay) => void;
}

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
  const [by, setBy] = useState(row.prescriber);
  const [on, setOn] = useState(today());
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const { busy, problem, run } = useDeed();
  const lacks = (words: string) => (tried && words.trim() === "" ? t("required") : undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if ([by, on, reason].some((one) => one.trim() === "")) return;
    const path = `/api/clinics/${clinic.clinic}/orders/${row.event}/withdraw`;
    run(async () => replace(await request("POST", path, { by: by.trim(), on, reason: reason.trim() })));
  };
  return (
    <details class="deed">
      <summary>{t("desk_withdraw")}</summary>
      <form onSubmit={submit}>
        <p class="hint">{t("desk_withdraw_hint")}</p>
        <Field label={t("desk_withdraw_by")} value={by} onInput={setBy} error={lacks(by)} />
        <Field label={t("desk_withdraw_on")} type="date" value={on} onInput={setOn} error={lacks(on)} />
        <TextArea label={t("desk_withdraw_why")} value={reason} onInput={setReason} error={lacks(reason)} />
        {problem ? <Notice tone="bad">{problem}</Notice> : null}
        <Button type="submit" disabled={busy}>
          {t("desk_withdraw")}
        </Button>
      </form>
    </details>
  );
}
