/**
 * A dose given here. What forbids it stops; what was given all the same is recorded, with an incident and its
 * follow-up; what only speaks against it asks for a reason.
 *
 *     vial -> findings -- none ------------------------------> recorded
 *                      -- warnings -- reason ----------------> recorded, the reason in it
 *                      -- stops -- "already given" + reason -> recorded, incident opened
 */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Choice, Field, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import { isCivilDate, monthsOld } from "../../events/dates";
import type { DoseAdministered } from "../../events/generated";
import { consentFor, consentLines } from "../../projections/care";
import { type Finding, type Findings, findings } from "../../projections/giving";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { day, inEnglish, type Key, t, word } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateError, millilitres, needed, volumeError } from "./checks";
import { GiverFields, giverErrors, giverOf, NO_GIVER } from "./giver";
import { LotFields, lotErrors, NO_LOT, type Vial, vialOf } from "./lots";
import { Safe, type Saved } from "./safe";

type Site = DoseAdministered["site"];
type Route = DoseAdministered["route"];

const SITES: readonly Site[] = ["left_deltoid", "right_deltoid", "left_thigh", "right_thigh", "mouth", "nose"];
const ROUTES: readonly Route[] = ["IM", "SC", "ID", "PO", "NASAL"];
const NOTHING: Findings = { stops: [], warnings: [] };

export function GiveDose({ now, student }: { readonly now: View; readonly student: Student }) {
  const { values, set, drop } = useDraft(`dose/${student.id}`, {
    ...NO_LOT,
    ...NO_GIVER,
    site: "left_deltoid" as Site,
    route: "" as Route | "",
    volume: "",
    on: now.today,
    vis: "",
    reason: "",
    already: false,
  });
  const [tried, setTried] = useState(false);
  const [saved, setSaved] = useState<Saved | null>(null);
  const vial = vialOf(now, values);
  const order = vial && now.clinic.orderFor(vial.cvx, values.on, monthsOld(student.birthDate, values.on));
  const route = values.route || (order?.route ?? "IM");
  const volume = values.volume || String(order?.dose_ml ?? 0.5);
  const onError = dateError(values.on, student.birthDate, now.today, false);
  const { stops, warnings } =
    vial === null || onError !== undefined ? NOTHING : findingsOf(now, student, vial, values.on);
  const details = {
    volume: volumeError(volume),
    on: onError,
    vis: values.vis === "" || isCivilDate(values.vis) ? undefined : t("bad_date"),
    ...giverErrors(values),
  };
  const reason = stops.length + warnings.length > 0 ? needed(values.reason) : undefined;
  const isForbidden = stops.length > 0 && !values.already;

  const save = async () => {
    setTried(true);
    showFirstError();
    const giver = giverOf(now, values);
    if (vial === null || giver === null || isForbidden || reason !== undefined) return;
    if (anyOf(lotErrors(values)) || anyOf(details)) return;
    const consent = consentFor(consentLines(student.shelf), vial.cvx, values.on, now.clinic.id);
    const payload: DoseAdministered = {
      cvx: vial.cvx,
      given_on: values.on,
      lot: vial.lot,
      mvx: vial.mvx,
      site: values.site,
      route,
      dose_ml: millilitres(volume),
      giver,
      expires_on: vial.expires_on,
      clinic: now.clinic.id,
      funding: vial.listed ? vial.funding : "",
      ...(order === null ? {} : { order: order.event }),
      ...(consent.event === null ? {} : { consent: consent.event }),
      ...(giver.staff === now.me?.staff ? {} : { scribe: now.me?.name ?? "" }),
      ...(values.vis === "" ? {} : { vis: [visGiven(vial.cvx, values.vis, values.on)] }),
      ...(reason === undefined && stops.length + warnings.length > 0
        ? { warnings_overridden: [...stops, ...warnings].map((one) => overridden(one, values.reason)) }
        : {}),
    };
    const stream = `student/${student.id}` as const;
    const event = await theDevice().record(stream, "dose.administered", payload);
    if (stops.length > 0) {
      await theDevice().record(stream, "incident.opened", {
        dose: event,
        stops: stops.map((one) => sentence(one, inEnglish)),
        reason: values.reason.trim(),
        follow_up: followUp(stops),
      });
    }
    await drop();
    setSaved({ event, student: student.id, cvx: vial.cvx });
    stir();
  };

  if (saved !== null) return <Safe saved={saved} name={student.fullName} followUp={stops.length > 0} />;
  return (
    <Screen
      title={student.fullName}
      under={t("born", { day: day(student.birthDate) })}
      back={["child", student.id]}
      foot={
        isForbidden ? (
          <Button kind="danger" onClick={() => set({ already: true })}>
            {t("already_given")}
          </Button>
        ) : (
          <Button onClick={() => void save()}>{stops.length > 0 ? t("save_already") : t("save")}</Button>
        )
      }
    >
      {now.clinic.lots.length === 0 ? <Notice tone="warn">{t("no_lots")}</Notice> : null}
      <LotFields
        now={now}
        student={student}
        values={values}
        set={(changes) => set({ ...changes, already: false })}
        tried={tried}
      />
      <Stops stops={stops} already={values.already} student={student} />
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
        value={values.site}
        onChange={(site) => set({ site })}
        options={SITES.map((site) => [site, t(site as "left_deltoid")])}
      />
      <details open={tried && anyOf(details)}>
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
        <Field
          label={t("given_on")}
          type="date"
          max={now.today}
          value={values.on}
          onInput={(on) => set({ on })}
          error={details.on}
        />
        <GiverFields now={now} values={values} set={set} tried={tried} />
        <Field label={t("vis")} type="date" value={values.vis} onInput={(vis) => set({ vis })} error={details.vis} />
      </details>
    </Screen>
  );
}

function findingsOf(now: View, student: Student, vial: Vial, on: string): Findings {
  const wanted = {
    cvx: vial.cvx,
    lot: vial.lot,
    expiresOn: vial.expires_on,
    held: vial.held,
    listed: vial.listed,
    on,
  };
  return findings(student, now.clinic, now.visit(student).screening, wanted, now.isDue(student, vial.cvx));
}

const visGiven = (cvx: string, edition: string, on: string) => ({
  document: shownVaccine(cvx),
  edition,
  given_on: on,
});

type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

/** What was found, in a sentence. A question, a reason or a day is said in words of its own. */
function sentence({ code, about }: Finding, say: Say): string {
  if (code.startsWith("screening")) return say(`found_${code}` as Key, { about: say(`asked_${about}` as Key) });
  if (code === "lot_held") return say("found_lot_held", { about: say(`held_${about}` as Key) });
  return say(`found_${code}` as Key, { about: /^\d{4}-\d\d-\d\d$/.test(about) ? day(about) : about });
}

const SENTENCE_CHARACTERS_MAX = 1000;

function overridden(one: Finding, reason: string): string {
  return `${sentence(one, inEnglish)} ${reason.trim()}`.slice(0, SENTENCE_CHARACTERS_MAX);
}

/** What must be done after a dose that something forbade: said in the record and shown on the child's screen. */
function followUp(stops: readonly Finding[]): string[] {
  const steps = stops.map(({ code }) => inEnglish(`follow_${code.split("_")[0]}` as Key));
  return [...new Set([...steps, inEnglish("follow_always")])];
}

function Stops(props: { readonly stops: readonly Finding[]; readonly already: boolean; readonly student: Student }) {
  const { stops, already, student } = props;
  if (stops.length === 0) return null;
  const settle = stops.some((one) => one.code.startsWith("screening"))
    ? (["screening", t("to_screening")] as const)
    : stops.some((one) => one.code.startsWith("consent"))
      ? (["consent", t("to_consent")] as const)
      : null;
  return (
    <Notice tone="bad">
      <h2>{already ? t("was_forbidden") : t("do_not_give")}</h2>
      <ul>
        {stops.map((one) => (
          <li key={`${one.code}${one.about}`}>{sentence(one, t)}</li>
        ))}
      </ul>
      {settle === null || already ? null : (
        <Button kind="quiet" onClick={() => go("child", student.id, settle[0])}>
          {settle[1]}
        </Button>
      )}
      {already ? <p>{t("already_lead")}</p> : null}
    </Notice>
  );
}

function Warnings({ warnings, student }: { readonly warnings: readonly Finding[]; readonly student: Student }) {
  if (warnings.length === 0) return null;
  return (
    <Notice tone="warn">
      <h2>{t("look_again")}</h2>
      <ul>
        {warnings.map((one) => (
          <li key={`${one.code}${one.about}`}>{sentence(one, t)}</li>
        ))}
      </ul>
      {warnings.some((one) => one.code === "not_screened") ? (
        <Button kind="quiet" onClick={() => go("child", student.id, "screening")}>
          {t("to_screening")}
        </Button>
      ) : null}
    </Notice>
  );
}
