/** The form of a plan, for a new clinic and for one that is edited. */
import { useState } from "preact/hooks";
import { useDraft } from "../components/drafts";
import { Button, Field, LinkRow, Screen, Select, showFirstError } from "../components/parts";
import { isCivilDate } from "../events/dates";
import { uuid7 } from "../events/ids";
import type { Clinic } from "../projections/clinic";
import { randomBytes } from "../store/vault";
import { day, t } from "../text/words";
import { anyOf, isDialled, needed } from "./clinic/checks";
import { COMMON_VACCINES } from "./clinic/lots";
import { VaccineChecks } from "./clinic/vaccines";
import { useFacilities } from "./plan_places";
import { NO_PLAN, type PlanValues, plannedHere, planOf, valuesOf } from "./planning";
import { go, stir, theDevice } from "./state";
import type { View } from "./view";

/** A new plan, and those this phone knows already. */
export function PlanAnew({ now }: { readonly now: View }) {
  const save = async (values: PlanValues) => {
    const id = uuid7(Date.now(), randomBytes(10));
    await theDevice().record(`clinic/${id}`, "clinic.planned", planOf(values));
    stir();
    go("plan", id);
  };
  const others = plannedHere(now);
  return (
    <PlanForm now={now} title={t("plan")} back={["more"]} kept="plan" initial={NO_PLAN} save={save}>
      {others.length === 0 ? null : (
        <div class="panel">
          {others.map((one) => (
            <LinkRow key={one.id} to={["plan", one.id]} title={one.plan?.name ?? ""} more={day(one.plan?.on ?? "")} />
          ))}
        </div>
      )}
    </PlanForm>
  );
}

export function EditPlan({ now, clinic }: { readonly now: View; readonly clinic: Clinic }) {
  if (clinic.plan === null) return null;
  const save = async (values: PlanValues) => {
    await theDevice().record(`clinic/${clinic.id}`, "clinic.planned", planOf(values));
    stir();
    go("plan", clinic.id);
  };
  return (
    <PlanForm
      now={now}
      title={t("plan_edit")}
      back={["plan", clinic.id]}
      kept={`plan/${clinic.id}`}
      initial={{ ...valuesOf(clinic.plan), phone: now.callFor(clinic.plan).phone }}
      save={save}
    />
  );
}

function PlanForm(props: {
  readonly now: View;
  readonly title: string;
  readonly back: readonly string[];
  readonly kept: string;
  readonly initial: PlanValues;
  readonly save: (values: PlanValues) => Promise<void>;
  readonly children?: preact.ComponentChildren;
}) {
  const { now, title, back, kept, initial, save, children } = props;
  const { values, set, drop } = useDraft<PlanValues>(kept, initial);
  const [tried, setTried] = useState(false);
  const places = useFacilities(now);
  const errors = planErrors(values, now.today);
  const shown: Partial<typeof errors> = tried ? errors : {};
  const chooseFacility = (facility: string) => {
    const known = places.find((one) => one.facility === facility);
    const address = known?.address;
    const isEmpty = values.street === "" && values.city === "";
    set({
      facility,
      ...(values.name === "" && known ? { name: known.name } : {}),
      ...(values.phone === "" && known ? { phone: known.phone } : {}),
      ...(isEmpty && address
        ? {
            street: address.lines.join(", "),
            city: address.city ?? "",
            state: address.state ?? "",
            postal: address.postal_code ?? "",
          }
        : {}),
    });
  };
  const submit = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await save(values);
    await drop();
  };
  const field = (name: Exclude<keyof PlanValues, "vaccines">, label: string, more: object = {}) => (
    <Field
      label={label}
      value={values[name]}
      onInput={(typed) => set({ [name]: typed })}
      error={shown[name]}
      {...more}
    />
  );
  return (
    <Screen title={title} back={back} foot={<Button onClick={submit}>{t("plan_save")}</Button>}>
      {children}
      <Select
        label={t("plan_facility")}
        value={values.facility}
        onChange={chooseFacility}
        options={[["", t("plan_elsewhere")], ...places.map((one): [string, string] => [one.facility, one.name])]}
      />
      {field("name", t("plan_name"))}
      {field("street", t("address_911"), { hint: t("address_911_hint") })}
      {field("city", t("city"))}
      <div class="two">
        {field("state", t("us_state"))}
        {field("postal", t("postal"), { inputMode: "numeric" })}
      </div>
      {field("on", t("plan_day"), { type: "date", min: now.today })}
      <div class="two">
        {field("opens", t("opens"), { type: "time" })}
        {field("closes", t("closes"), { type: "time" })}
      </div>
      {field("operator", t("operator"), { hint: t("operator_hint") })}
      {field("phone", t("plan_phone"), { type: "tel", inputMode: "tel", hint: t("plan_phone_hint") })}
      <VaccineChecks
        legend={t("plan_vaccines")}
        offered={COMMON_VACCINES}
        chosen={values.vaccines}
        onChange={(vaccines) => set({ vaccines })}
        error={shown.vaccines}
      />
    </Screen>
  );
}

function planErrors(values: PlanValues, today: string) {
  const badTime = (time: string) => (time === "" || /^([01]\d|2[0-3]):[0-5]\d$/.test(time) ? undefined : t("bad_time"));
  return {
    facility: undefined,
    state: undefined,
    operator: undefined,
    phone: needed(values.phone) ?? (isDialled(values.phone) ? undefined : t("plan_phone_bad")),
    name: needed(values.name),
    street: needed(values.street),
    city: needed(values.city),
    postal: values.postal === "" || /^\d{5}(-\d{4})?$/.test(values.postal.trim()) ? undefined : t("postal_bad"),
    on: !isCivilDate(values.on) ? t("day_bad") : values.on < today ? t("plan_past") : undefined,
    opens: badTime(values.opens),
    closes:
      badTime(values.closes) ??
      (values.opens && values.closes && values.closes <= values.opens ? t("closes_before") : undefined),
    vaccines: values.vaccines.length === 0 ? t("required") : undefined,
  };
}
