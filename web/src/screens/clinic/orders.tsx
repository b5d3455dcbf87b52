/** The standing orders the clinic works under: who may be given what, how, until when, and whose word it is. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Field, Notice, Screen, Select, showFirstError } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { Route, Site } from "../../events/generated";
import { shownVaccine, shownVaccines } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, millilitres, needed, orderAges, volumeError } from "./checks";
import { COMMON_VACCINES } from "./lots";
import { OrderRow } from "./order_row";
import { clinicVaccines } from "./vaccines";

const ROUTES: readonly Route[] = ["IM", "SC", "ID", "PO", "NASAL"];
const SITES: Readonly<Record<string, readonly Site[]>> = {
  PO: ["mouth"],
  NASAL: ["nose"],
};
const LIMBS: readonly Site[] = ["left_deltoid", "right_deltoid", "left_thigh", "right_thigh"];
const sitesFor = (route: string): readonly Site[] => SITES[route] ?? LIMBS;

export function Orders({ now }: { readonly now: View }) {
  const { orders } = now.clinic;
  const without = clinicVaccines(now).filter((cvx) => now.clinic.orderFor(cvx, now.today, null) === null);
  return (
    <Screen title={t("orders")} back={["more"]}>
      {orders.length === 0 ? <p class="empty">{t("orders_none")}</p> : null}
      {without.length === 0 ? null : <Notice tone="warn">{t("orders_lack", { names: shownVaccines(without) })}</Notice>}
      <ul class="list">
        {[...orders]
          .sort((one, two) => shownVaccine(one.cvx).localeCompare(shownVaccine(two.cvx)))
          .map((order) => (
            <OrderRow key={order.event} now={now} order={order} />
          ))}
      </ul>
      <Issue now={now} />
    </Screen>
  );
}

function Issue({ now }: { readonly now: View }) {
  const last = now.clinic.orders.at(-1);
  const { values, set, drop } = useDraft(`order/${now.clinic.id}`, {
    cvx: "",
    prescriber: last?.prescriber ?? "",
    from: now.today,
    to: last?.valid_to ?? "",
    volume: "0.5",
    route: "IM",
    sites: ["left_deltoid", "right_deltoid"] as readonly Site[],
    youngest: "",
    youngestIn: "years" as "years" | "months",
    oldest: "",
    oldestIn: "years" as "years" | "months",
  });
  const [tried, setTried] = useState(false);
  const ages = orderAges([values.youngest, values.youngestIn], [values.oldest, values.oldestIn]);
  const errors = {
    cvx: needed(values.cvx),
    prescriber: needed(values.prescriber),
    from: isCivilDate(values.from) ? undefined : t("day_bad"),
    to: !isCivilDate(values.to) ? t("day_bad") : values.to < values.from ? t("order_ends_before") : undefined,
    volume: volumeError(values.volume),
    sites: values.sites.length === 0 ? t("required") : undefined,
    youngest: Number.isNaN(ages.from) ? t("whole") : undefined,
    oldest: Number.isNaN(ages.to)
      ? t("whole")
      : ages.from !== null && ages.to !== null && ages.to < ages.from
        ? t("ages_bad")
        : undefined,
  };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.order_issued", {
      prescriber: values.prescriber.trim(),
      cvx: values.cvx,
      valid_from: values.from,
      valid_to: values.to,
      dose_ml: millilitres(values.volume),
      route: values.route as Route,
      sites: values.sites,
      ...(ages.from ? { age_months_from: ages.from } : {}),
      ...(ages.to === null ? {} : { age_months_to: ages.to }),
    });
    await drop();
    set({ cvx: "" });
    setTried(false);
    stir();
  };
  return (
    <details>
      <summary>{t("order_add")}</summary>
      <p class="hint">{t("order_lead")}</p>
      <Select
        label={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={[["", t("choose")], ...COMMON_VACCINES.map((cvx): [string, string] => [cvx, shownVaccine(cvx)])]}
        error={shown.cvx}
      />
      <Field
        label={t("prescriber")}
        value={values.prescriber}
        onInput={(prescriber) => set({ prescriber })}
        error={shown.prescriber}
      />
      <Field
        label={t("valid_from")}
        type="date"
        value={values.from}
        onInput={(from) => set({ from })}
        error={shown.from}
      />
      <Field label={t("valid_until")} type="date" value={values.to} onInput={(to) => set({ to })} error={shown.to} />
      <Age
        legend={t("youngest")}
        value={values.youngest}
        unit={values.youngestIn}
        onInput={(youngest) => set({ youngest })}
        onUnit={(youngestIn) => set({ youngestIn })}
        error={shown.youngest}
      />
      <Age
        legend={t("oldest")}
        value={values.oldest}
        unit={values.oldestIn}
        onInput={(oldest) => set({ oldest })}
        onUnit={(oldestIn) => set({ oldestIn })}
        error={shown.oldest}
      />
      <Field
        label={t("volume")}
        inputMode="decimal"
        value={values.volume}
        onInput={(volume) => set({ volume })}
        error={shown.volume}
      />
      <Select
        label={t("order_route")}
        value={values.route}
        onChange={(route) => set({ route, sites: sitesFor(route).slice(0, 2) })}
        options={ROUTES.map((one): [string, string] => [one, word("route", one)])}
      />
      <fieldset class={shown.sites ? "checks wrong" : "checks"}>
        <legend>{t("order_sites")}</legend>
        {sitesFor(values.route).map((site) => (
          <Check
            key={site}
            label={word("site", site)}
            checked={values.sites.includes(site)}
            onChange={(yes) =>
              set({ sites: yes ? [...values.sites, site] : values.sites.filter((one) => one !== site) })
            }
          />
        ))}
        {shown.sites ? (
          <p class="error" role="alert">
            {shown.sites}
          </p>
        ) : null}
      </fieldset>
      <Button onClick={save}>{t("order_save")}</Button>
    </details>
  );
}

function Age(props: {
  readonly legend: string;
  readonly value: string;
  readonly unit: "years" | "months";
  readonly onInput: (value: string) => void;
  readonly onUnit: (unit: "years" | "months") => void;
  readonly error: string | undefined;
}) {
  return (
    <div class="two">
      <Field label={props.legend} inputMode="numeric" value={props.value} onInput={props.onInput} error={props.error} />
      <Select
        label={t("age_unit")}
        value={props.unit}
        onChange={(unit) => props.onUnit(unit as "years" | "months")}
        options={[
          ["years", t("unit_years")],
          ["months", t("unit_months")],
        ]}
      />
    </div>
  );
}
