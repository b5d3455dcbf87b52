/** Planning a clinic: where and when, for whom, by whom; edited and cancelled here too. The events are the office's own. */
import { useEffect, useState } from "preact/hooks";
import { useDraft } from "../components/drafts";
import { Button, LinkRow, Notice, Screen, TextArea } from "../components/parts";
import type { Clinic } from "../projections/clinic";
import { clinics } from "../sync/server";
import { visit as visitEnglish } from "../text/clinic/en";
import { visit as visitSpanish } from "../text/clinic/es";
import { planning as english } from "../text/phone/planning_en";
import { planning as spanish } from "../text/phone/planning_es";
import { shownVaccines } from "../text/vaccines";
import { day, learn, t } from "../text/words";
import { needed } from "./clinic/checks";
import { told } from "./entry";
import { EditPlan, PlanAnew } from "./plan_form";
import { PlanRoster } from "./plan_roster";
import { PlanStaff } from "./plan_staff";
import { clinicHere, isPlanAside, isPlanWaiting } from "./planning";
import { chooseClinic, link, own, place, scope, stir, theDevice, view } from "./state";
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
