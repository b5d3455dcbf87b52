/** One standing order as it is worked under, and its withdrawal: from that day on nothing is given under it. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Pill, showFirstError, TextArea } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { OrderIssued } from "../../events/generated";
import { isInForce, type Order } from "../../projections/clinic";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";

const MONTHS = 12;

export function OrderRow({ now, order }: { readonly now: View; readonly order: Order }) {
  const { withdrawn } = order;
  return (
    <li class="dose">
      <span class="who">
        <strong>{shownVaccine(order.cvx)}</strong>
        <span>
          {order.dose_ml} mL · {word("route", order.route)} · {order.sites.map((site) => word("site", site)).join(", ")}
        </span>
        <small>{agesOf(order)}</small>
        <small>
          {order.prescriber} · {day(order.valid_from)} – {day(order.valid_to)}
        </small>
        <span class="pills">
          <Pill tone={isInForce(order, now.today) ? "good" : "bad"}>{stateOf(order, now.today)}</Pill>
        </span>
        {withdrawn === null ? null : (
          <small>{t("order_taken_back", { day: day(withdrawn.on), by: withdrawn.by, reason: withdrawn.reason })}</small>
        )}
        {withdrawn === null && now.today <= order.valid_to ? <Withdraw now={now} order={order} /> : null}
      </span>
    </li>
  );
}

function stateOf(order: Order, today: string): string {
  if (isInForce(order, today)) return t("order_valid");
  if (order.withdrawn !== null && order.withdrawn.on <= today) return t("order_withdrawn");
  return t(order.valid_to < today ? "order_over" : "order_later");
}

function Withdraw({ now, order }: { readonly now: View; readonly order: Order }) {
  const { values, set, drop } = useDraft(`withdraw/${order.event}`, {
    by: order.prescriber,
    on: now.today,
    reason: "",
  });
  const [tried, setTried] = useState(false);
  const errors = {
    by: needed(values.by),
    on: !isCivilDate(values.on) ? t("day_bad") : values.on < order.valid_from ? t("order_not_begun") : undefined,
    reason: needed(values.reason),
  };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.order_withdrawn", {
      event: order.event,
      on: values.on,
      by: values.by.trim(),
      reason: values.reason.trim(),
    });
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("order_withdraw")}</summary>
      <Notice tone="warn">{t("order_withdraw_lead")}</Notice>
      <Field label={t("order_withdrawn_by")} value={values.by} onInput={(by) => set({ by })} error={shown.by} />
      <Field
        label={t("order_withdrawn_on")}
        type="date"
        value={values.on}
        onInput={(on) => set({ on })}
        error={shown.on}
      />
      <TextArea
        label={t("order_withdrawn_why")}
        value={values.reason}
        onInput={(reason) => set({ reason })}
        error={shown.reason}
      />
      <Button kind="danger" onClick={save}>
        {t("order_withdraw_save")}
      </Button>
    </details>
  );
}

function agesOf({ age_months_from: from = 0, age_months_to: to }: OrderIssued): string {
  if (to === undefined || to === null) return from === 0 ? t("ages_all") : t("ages_from", { from: ageWords(from) });
  return t("ages_between", { from: ageWords(from), to: ageWords(to) });
}

const ageWords = (months: number): string =>
  months % MONTHS === 0 && months > 0 ? t("years", { count: months / MONTHS }) : t("months", { count: months });
