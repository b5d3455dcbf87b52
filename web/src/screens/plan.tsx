/** Planning a clinic: where and when, for whom, by whom; edited and cancelled here too. The events are the office's own. */
import { useEffect, useState } from "preact/hooks";
import { useDraft } from "../components/drafts";
import { Button, Field, LinkRow, Notice, Screen, Select, showFirstError, TextArea } from "../components/parts";
import { isCivilDate } from "../events/dates";
import { uuid7 } from "../events/ids";
import type { Clinic } from "../projections/clinic";
import { randomBytes } from "../store/vault";
import { clinics } from "../sync/server";
import { visit as visitEnglish } from "../text/clinic/en";
import { visit as visitSpanish } from "../text/clinic/es";
import { planning as english } from "../text/phone/planning_en";
import { planning as spanish } from "../text/phone/planning_es";
import { shownVaccines } from "../text/vaccines";
import { day, learn, t } from "../text/words";
import { anyOf, isDialled, needed } from "./clinic/checks";
import { COMMON_VACCINES } from "./clinic/lots";
import { VaccineChecks } from "./clinic/vaccines";
import { told } from "./entry";
import { useFacilities } from "./plan_places";
import { PlanRoster } from "./plan_roster";
import { PlanStaff } from "./plan_staff";
import {
  clinicHere,
  isPlanAside,
  isPlanWaiting,
  NO_PLAN,
  type PlanValues,
  plannedHere,
  planOf,
  valuesOf,
} from "./planning";
import { chooseClinic, go, link, own, place, scope, stir, theDevice, view } from "./state";
import type { View } from "./view";

learn(visitEnglish, visitSpanish);
learn(english, spanish);

export function PlanPlace() {
  const now = view.value;
  const [, id = "", part = ""] = place.value;
  if (now === null) return null;
  if (id === "") return <PlanAnew now={now} />;
  const clinic = clinicHere(now, id);
  if (clinic === null || clinic.plan === null) return <NotHere isAside={isPlanAside(own.value, id)} />;
  switch (part) {
    case "roster":
      return <PlanRoster key={id} now={now} clinic={clinic} />;
    case "staff":
      return <PlanStaff key={id} now={now} clinic={clinic} />;
    case "edit":
      return <EditPlan key={id} now={now} clinic={clinic} />;
    default:
      return <Plan key={id} now={now} clinic={clinic} />;
  }
}

function NotHere({ isAside }: { readonly isAside: boolean }) {
  return (
    <Screen title={t("plan")} back={["more"]}>
      {isAside ? (
        <>
          <Notice tone="bad">{t("plan_aside")}</Notice>
          <div class="panel">
            <LinkRow to={["outbox"]} title={t("outbox")} />
          </div>
        </>
      ) : (
        <p class="empty">{t("plan_unknown")}</p>
      )}
    </Screen>
  );
}

/** The plan so far and what can be done about it. */
function Plan({ now, clinic }: { readonly now: View; readonly clinic: Clinic }) {
  const { plan, id } = clinic;
  if (plan === null) return null;
  const isHere = scope.value === `clinic/${id}`;
  const cancelled = clinic.cancelled;
  const hours = [plan.opens, plan.closes].filter(Boolean).join(" – ");
  const { lines, city = "", state = "", postal_code: postal = "" } = plan.address;
  return (
    <Screen title={plan.name} under={`${day(plan.on)}${hours ? ` · ${hours}` : ""}`} back={["more"]}>
      {cancelled === null ? null : <Notice tone="bad">{t("clinic_cancelled", { reason: cancelled })}</Notice>}
      <dl class="facts">
        <dt>{t("address_911")}</dt>
        <dd>{[...lines, city, `${state} ${postal}`].filter((part) => part.trim()).join(", ")}</dd>
        {plan.operator ? (
          <>
            <dt>{t("operator")}</dt>
            <dd>{plan.operator}</dd>
          </>
        ) : null}
        <dt>{t("plan_phone")}</dt>
        <dd>{now.callFor(plan).phone || t("plan_phone_none")}</dd>
        <dt>{t("plan_vaccines")}</dt>
        <dd>{shownVaccines(plan.vaccines ?? [])}</dd>
      </dl>
      <div class="panel">
        <LinkRow to={["plan", id, "edit"]} title={t("plan_edit")} />
        <LinkRow
          to={["plan", id, "roster"]}
          title={t("plan_roster")}
          more={t("children", { count: clinic.roster.length })}
        />
        <LinkRow
          to={["plan", id, "staff"]}
          title={t("plan_staff")}
          more={t("people", { count: clinic.staff.length })}
        />
      </div>
      {isHere || cancelled !== null ? null : <WorkHere clinic={clinic} name={plan.name} />}
      {cancelled === null ? <Cancel clinic={clinic} /> : null}
    </Screen>
  );
}

/**
 * What this phone holds of another clinic goes, and this one's must come: that needs a network, and a role that covers
 * it. The office, which must know the plan, is asked before anything goes.
 */
function WorkHere({ clinic, name }: { readonly clinic: Clinic; readonly name: string }) {
  const isCut = link.value.link === "offline";
  const isWaiting = isPlanWaiting(own.value, clinic.id);
  const [isWanted, setWanted] = useState(false);
  const [refusal, setRefusal] = useState("");
  const take = async () => {
    try {
      const offered = await clinics(theDevice().enrolled?.token ?? "");
      if (offered.some((one) => one.clinic === clinic.id)) await chooseClinic(clinic.id, name);
      else setRefusal(t(isPlanAside(own.value, clinic.id) ? "plan_aside" : "work_here_refused"));
    } catch (failure) {
      setRefusal(told(failure));
    }
    setWanted(false);
  };
  useEffect(() => {
    if (isWanted && !isWaiting) void take();
  }, [isWanted, isWaiting]);
  const want = () => {
    setRefusal("");
    setWanted(true);
    stir();
  };
  return (
    <section class="stack">
      <p class="hint">{t(isCut ? "work_here_later" : "work_here_lead")}</p>
      {isWanted && isWaiting ? <p role="status">{t("work_here_waits")}</p> : null}
      {refusal === "" ? null : <Notice tone="bad">{refusal}</Notice>}
      <Button disabled={isCut || isWanted} onClick={want}>
        {t("work_here")}
      </Button>
    </section>
  );
}

function Cancel({ clinic }: { readonly clinic: Clinic }) {
  const { values, set, drop } = useDraft(`cancel/${clinic.id}`, { reason: "" });
  const { reason } = values;
  const [tried, setTried] = useState(false);
  const cancel = async () => {
    setTried(true);
    if (needed(reason)) return;
    await theDevice().record(`clinic/${clinic.id}`, "clinic.cancelled", { reason: reason.trim() });
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("plan_cancel")}</summary>
      <TextArea
        label={t("reason")}
        value={reason}
        onInput={(typed) => set({ reason: typed })}
        error={tried ? needed(reason) : undefined}
      />
      <Button kind="danger" onClick={cancel}>
        {t("plan_cancel_do")}
      </Button>
    </details>
  );
}

function PlanAnew({ now }: { readonly now: View }) {
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

function EditPlan({ now, clinic }: { readonly now: View; readonly clinic: Clinic }) {
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
