/**
 * A dose given here. What forbids it stops; what was given all the same is recorded, with an incident and its
 * follow-up; what only speaks against it asks for a reason. A dose of another fund than the child's is lent, and the
 * loan is logged beside it. One copied from the clinic's paper names its giver, its true time and who copied it.
 *
 *     vial -> findings -- none ------------------------------> recorded
 *                      -- warnings -- reason ----------------> recorded, the reason in it
 *                      -- stops -- "already given" + reason -> recorded, incident opened
 */
import { useState } from "preact/hooks";
import { PartialHistory, UnknownPast } from "../../components/damage";
import { useDraft } from "../../components/drafts";
import { Namesakes } from "../../components/namesakes";
import { Button, Choice, Field, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import { leastMonthsOld } from "../../events/dates";
import type { DoseAdministered } from "../../events/generated";
import { nearest, type Order } from "../../projections/clinic";
import { entriesOf } from "../../projections/forms";
import type { Findings } from "../../projections/found";
import { consentOf } from "../../projections/giving";
import type { Student } from "../../projections/student";
import type { Step } from "../../store/recording";
import { day, t, word } from "../../text/words";
import { entryWords } from "../entry_words";
import { bornWords } from "../namesakes";
import { link, stir, theDevice } from "../state";
import type { View } from "../view";
import { against, visitOn } from "./against";
import { anyOf, dateError, millilitres, needed, volumeError } from "./checks";
import { clinicDay, draftPlace, formHere } from "./form";
import { incidentOf, overridden, Stops, Warnings } from "./found";
import { copyErrors, FromPaper, NO_PAPER } from "./from_paper";
import { GiverFields, giverErrors, giverOf, NO_GIVER } from "./giver";
import { loanOf } from "./lending";
import { LotFields, ROUTES, type Route, SITES, type Site } from "./lots";
import { type DoseForm, doseAfterDose, Safe, type Saved } from "./safe";
import { Statements, visOf } from "./statements";
import { lotErrors, NO_LOT, vialOf } from "./vial";

const NOTHING: Findings = { stops: [], warnings: [] };

export const GiveDose = doseAfterDose(OneDose);

function OneDose({ now, student, onAnother }: DoseForm) {
  const form = formHere();
  const { values, set, drop } = useDraft(draftPlace(now, "dose", student, form), {
    ...NO_LOT,
    ...NO_GIVER,
    ...NO_PAPER,
    site: "" as Site | "",
    route: "" as Route | "",
    volume: "",
    on: now.today,
    handed: false,
    reason: "",
    ...(form === "" ? {} : { paper: true, form, on: clinicDay(now) }),
  });
  const [tried, setTried] = useState(false);
  const [saved, setSaved] = useState<Saved | null>(null);
  const [isGiven, setGiven] = useState(false); // never kept: it is said of one dose, with the stops in sight
  const vial = vialOf(now.clinic, values);
  const order = vial && orderOf(now, student, vial.cvx, values);
  const route = values.route || (order?.route ?? "IM");
  const volume = values.volume || String(order?.dose_ml ?? 0.5);
  const site = values.site || siteOf(order);
  const onError = dateError(values.on, student.birthDate, now.today, false);
  const visit = visitOn(now, student, values.on);
  const doseMl = volumeError(volume) === undefined ? { doseMl: millilitres(volume) } : {};
  const [entry] = values.paper ? entriesOf(now.children, values.form.trim()) : [];
  const chosen = {
    on: values.on,
    how: { route, site, ...doseMl },
    handed: values.handed,
    isNow: !values.paper,
    skewMs: link.value.skewMs,
    entered: entry === undefined ? "" : entryWords(entry),
  };
  const { stops, warnings } = vial === null || onError !== undefined ? NOTHING : against(now, student, vial, chosen);
  const details = {
    volume: volumeError(volume),
    on: onError,
    ...copyErrors(values, values.on),
    ...giverErrors(now, values),
  };
  const reason = stops.length + warnings.length > 0 ? needed(values.reason) : undefined;
  const already = isGiven || values.paper;
  const isForbidden = stops.length > 0 && !already;

  const save = async () => {
    setTried(true);
    showFirstError();
    const giver = giverOf(now, values);
    if (vial === null || giver === null || isForbidden || reason !== undefined) return;
    if (anyOf(lotErrors(now.clinic, values)) || anyOf(details)) return;
    const consent = consentOf(student, now.clinic, { cvx: vial.cvx, on: values.on, isCopied: values.paper });
    const vis = visOf(student, vial, values);
    const months = leastMonthsOld(student.birthDate, values.on);
    const under = now.clinic.orderFor(vial.cvx, values.on, months, chosen.how); // the one the findings are of
    const payload: DoseAdministered = {
      cvx: vial.cvx,
      given_on: values.on,
      lot: vial.lot,
      mvx: vial.mvx,
      site,
      route,
      dose_ml: millilitres(volume),
      giver,
      expires_on: vial.expires_on,
      clinic: now.clinic.id,
      ...(vial.listed ? { funding: vial.funding, container: vial.container } : {}),
      ...(under === null ? {} : { order: under.event }),
      ...(consent.event === null ? {} : { consent: consent.event }),
      ...(values.paper || giver.staff !== now.me?.staff ? { scribe: now.me?.name ?? "" } : {}),
      ...(values.paper
        ? { from_paper: true, given_at: moment(values.on, values.time), paper_form: values.form.trim() }
        : {}),
      ...(vis.length > 0 ? { vis } : {}),
      ...(reason === undefined && stops.length + warnings.length > 0
        ? { warnings_overridden: [...stops, ...warnings].map((one) => overridden(one, values.reason)) }
        : {}),
    };
    const stream = `student/${student.id}` as const;
    const loan = loanOf(now, student, visit, vial, values);
    const incident: Step = ([dose = ""]) => incidentOf(student, dose, stops, values.reason.trim());
    const [event = ""] = await theDevice().recordTogether([
      () => ({ stream, type: "dose.administered", payload }),
      ...(stops.length > 0 ? [incident] : []),
      ...(loan === null ? [] : [loan]),
    ]);
    await drop();
    setSaved({ event, student: student.id, cvx: vial.cvx, how: values.paper ? "copied" : "given" });
    stir();
  };

  const who = { name: student.fullName, under: bornWords(now, student) };
  if (saved !== null) return <Safe saved={saved} {...who} followUp={stops.length > 0} onAnother={onAnother} />;
  return (
    <Screen
      title={who.name}
      under={who.under}
      back={["child", student.id]}
      foot={
        isForbidden ? (
          <Button key="already" kind="danger" onClick={() => setGiven(true)}>
            {t("already_given")}
          </Button>
        ) : (
          <Button key="save" onClick={save}>
            {stops.length > 0 ? t("save_already") : t("save")}
          </Button>
        )
      }
    >
      <PartialHistory />
      <Namesakes now={now} student={student} />
      <UnknownPast student={student} />
      {now.clinic.lots.length === 0 ? <Notice tone="warn">{t("no_lots")}</Notice> : null}
      <LotFields
        now={now}
        student={student}
        values={values}
        set={(changes) => {
          setGiven(false);
          set(changes);
        }}
        tried={tried}
      />
      <Stops stops={stops} already={already} student={student} />
      <Warnings warnings={warnings} student={student} />
      {reason !== undefined || values.reason !== "" ? (
        isForbidden ? null : (
          <TextArea
            label={stops.length > 0 ? t("already_reason") : t("warning_reason")}
            value={values.reason}
            onInput={(value) => set({ reason: value })}
            error={tried ? reason : undefined}
          />
        )
      ) : null}
      <Choice
        legend={t("site")}
        value={site}
        onChange={(chosen) => set({ site: chosen })}
        options={SITES.map((site) => [site, t(site as "left_deltoid")])}
      />
      <details open={values.paper || (tried && anyOf(details))}>
        <summary>
          <span>
            <strong>{t("details")}</strong>
            <br />
            <small>
              {[route, `${volume} mL`, values.on === now.today ? t("today") : day(values.on)].join(" · ")} ·{" "}
              {giverOf(now, values)?.name}
            </small>
          </span>
        </summary>
        <FromPaper now={now} values={values} set={set} errors={tried ? details : {}} />
        <Field
          label={t("given_on")}
          type="date"
          max={now.today}
          value={values.on}
          onInput={(on) => set({ on })}
          error={details.on}
        />
        <GiverFields now={now} values={values} set={set} tried={tried} />
        <Choice
          legend={t("route")}
          value={route}
          onChange={(value) => set({ route: value })}
          options={ROUTES.map((one) => [one, word("route", one)])}
        />
        <Field
          label={t("volume")}
          inputMode="decimal"
          value={volume}
          onInput={(value) => set({ volume: value })}
          error={details.volume}
        />
        {vial === null ? null : (
          <Statements student={student} vial={vial} values={values} onChange={(handed) => set({ handed })} />
        )}
      </details>
    </Screen>
  );
}

/** The moment of a wall clock here. */
const moment = (on: string, time: string): string => new Date(`${on}T${time}`).toISOString();

/** Where it goes unless the nurse says otherwise: the first place the order names that can be chosen here. */
const siteOf = (order: Order | null): Site =>
  SITES.find((one) => order?.sites.map(nearest).includes(one)) ?? "left_deltoid";

/** The order it is given under: of several that hold, the one that fits what was chosen. */
function orderOf(now: View, student: Student, cvx: string, values: { on: string; route: string; volume: string }) {
  const doseMl = volumeError(values.volume) === undefined ? { doseMl: millilitres(values.volume) } : {};
  const how = { ...(values.route === "" ? {} : { route: values.route }), ...doseMl };
  return now.clinic.orderFor(cvx, values.on, leastMonthsOld(student.birthDate, values.on), how);
}
