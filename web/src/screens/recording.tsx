/** Recording: a dose given here, a dose a paper tells of, a correction. What is typed is never lost. */
import { useState } from "preact/hooks";
import { useDraft } from "../components/drafts";
import { Button, Choice, Field, Notice, Screen, showFirstError } from "../components/parts";
import { earliest, isCivilDate, isWrittenDate } from "../events/dates";
import type { DoseAdministered, DoseCorrected, DoseRecorded } from "../events/generated";
import type { Student } from "../projections/student";
import { day, t } from "../text/words";
import { go, stir, theDevice, view } from "./state";
import { type Lot, shownVaccine, type View } from "./view";

type Site = DoseAdministered["site"];
type Saved = { readonly event: string; readonly student: string };

const SITES: readonly Site[] = ["left_deltoid", "right_deltoid", "left_thigh", "right_thigh"];
const PAPER_VACCINES = ["20", "01", "09", "115", "10", "02", "03", "05", "07", "06", "08", "21", "17", "114"];

function dateError(written: string, born: string, today: string, partial: boolean): string | undefined {
  if (written === "") return t("required");
  if (partial ? !isWrittenDate(written) : !isCivilDate(written)) return t("bad_date");
  if (earliest(written) > today) return t("in_future");
  if (written.length === 10 && written < born) return t("before_birth");
  return undefined;
}

export function RecordDose({ id }: { readonly id: string }) {
  const now = view.value;
  const student = now?.student(id) ?? null;
  if (now === null || student === null) return null;
  return <DoseForm now={now} student={student} />;
}

const lotKey = (lot: Lot): string => `${lot.cvx} ${lot.lot}`;

function lotError(lot: Lot | undefined, today: string): string | undefined {
  if (lot === undefined) return t("required");
  if (lot.isHeld) return t("held_lot");
  return lot.expires_on < today ? t("expired", { day: day(lot.expires_on) }) : undefined;
}

function DoseForm({ now, student }: { readonly now: View; readonly student: Student }) {
  const { values, set, drop } = useDraft(`dose/${student.id}`, {
    lot: "",
    site: "left_deltoid" as Site,
    volume: "0.5",
    on: now.today,
    vis: "",
    anyway: false,
  });
  const [tried, setTried] = useState(false);
  const [saved, setSaved] = useState<Saved | null>(null);
  const lot = now.lots.find((one) => lotKey(one) === values.lot);
  const order = now.orders.find((one) => one.cvx === lot?.cvx);
  const volume = Number(values.volume.replace(",", "."));
  const again = student.standingDoses.find((dose) => dose.cvx === lot?.cvx && dose.given_on === values.on);
  const errors = {
    lot: lotError(lot, now.today),
    volume: volume > 0 && volume <= 5 ? undefined : t("volume_bad"),
    on: dateError(values.on, student.birthDate, now.today, false),
    vis: values.vis === "" || isCivilDate(values.vis) ? undefined : t("bad_date"),
    again: again !== undefined && !values.anyway ? "again" : undefined,
  };
  const me = now.me;
  const save = async () => {
    setTried(true);
    showFirstError();
    if (lot === undefined || me === null || Object.values(errors).some(Boolean)) return;
    const payload: DoseAdministered = {
      cvx: lot.cvx,
      given_on: values.on,
      lot: lot.lot,
      mvx: lot.mvx,
      site: values.site,
      route: order?.route ?? "IM",
      dose_ml: volume,
      giver: { name: me.name, title: me.title, address: me.address, staff: theDevice().enrolled?.staff ?? null },
      expires_on: lot.expires_on,
      clinic: theDevice().state.scope.replace("clinic/", ""),
      funding: lot.funding,
      ...(values.vis === ""
        ? {}
        : { vis: [{ document: shownVaccine(lot.cvx), edition: values.vis, given_on: values.on }] }),
    };
    const event = await theDevice().record(`student/${student.id}`, "dose.administered", payload);
    await drop();
    setSaved({ event, student: student.id });
    stir();
  };
  if (saved !== null) return <Safe saved={saved} name={student.fullName} />;
  return (
    <Screen
      title={student.fullName}
      back={["child", student.id]}
      foot={<Button onClick={() => void save()}>{t("save")}</Button>}
    >
      <p class="identity">{t("born", { day: day(student.birthDate) })}</p>
      {now.lots.length === 0 ? <Notice tone="warn">{t("no_lots")}</Notice> : null}
      <Choice
        legend={t("vaccine_lot")}
        value={values.lot}
        onChange={(value) => set({ lot: value, anyway: false })}
        options={now.lots.map((one) => [
          lotKey(one),
          shownVaccine(one.cvx),
          `${one.lot} · ${t("expires", { day: day(one.expires_on) })}`,
        ])}
        error={tried || lot !== undefined ? errors.lot : undefined}
      />
      {again !== undefined ? (
        <Notice tone="warn">
          <p>{t("already", { vaccine: shownVaccine(again.cvx), day: day(again.given_on) })}</p>
          <label class="check">
            <input
              type="checkbox"
              checked={values.anyway}
              onChange={(event) => set({ anyway: event.currentTarget.checked })}
            />
            {t("record_anyway")}
          </label>
        </Notice>
      ) : null}
      <Choice
        legend={t("site")}
        value={values.site}
        onChange={(site) => set({ site })}
        options={SITES.map((site) => [site, t(site as "left_deltoid")])}
      />
      <Field
        label={t("volume")}
        inputMode="decimal"
        value={values.volume}
        onInput={(value) => set({ volume: value })}
        error={errors.volume}
      />
      <Field
        label={t("given_on")}
        type="date"
        max={now.today}
        value={values.on}
        onInput={(value) => set({ on: value })}
        error={errors.on}
      />
      <Field
        label={t("vis")}
        type="date"
        value={values.vis}
        onInput={(value) => set({ vis: value })}
        error={errors.vis}
      />
      <p class="hint">
        {t("giver")}: {me === null ? "?" : `${me.name}, ${me.title}`}
      </p>
    </Screen>
  );
}

/** The dose is signed and stored: say so, and offer to undo while the child is still here. */
function Safe({ saved, name }: { readonly saved: Saved; readonly name: string }) {
  const [undone, setUndone] = useState(false);
  const undo = async () => {
    await theDevice().record(`student/${saved.student}`, "dose.voided", {
      event: saved.event,
      reason: t("undo_reason"),
    });
    setUndone(true);
    stir();
  };
  return (
    <Screen
      title={name}
      foot={
        <>
          <Button onClick={() => go("roster")}>{t("done")}</Button>
          {undone ? null : (
            <Button kind="quiet" onClick={() => void undo()}>
              {t("undo")}
            </Button>
          )}
        </>
      }
    >
      <div class="safe" role="status">
        <span class="tick" aria-hidden="true">
          {undone ? "↺" : "✓"}
        </span>
        <strong>{undone ? t("undone") : t("safe")}</strong>
        {undone ? null : <p>{t("safe_lead")}</p>}
      </div>
    </Screen>
  );
}

export function RecordPaper({ id }: { readonly id: string }) {
  const now = view.value;
  const student = now?.student(id) ?? null;
  if (now === null || student === null) return null;
  return <PaperForm now={now} student={student} />;
}

function PaperForm({ now, student }: { readonly now: View; readonly student: Student }) {
  const { values, set, drop } = useDraft(`paper/${student.id}`, { cvx: "", on: "", tick: false, detail: "" });
  const [tried, setTried] = useState(false);
  const [saved, setSaved] = useState<Saved | null>(null);
  const errors = {
    cvx: values.cvx === "" ? t("required") : undefined,
    on: values.tick ? undefined : dateError(values.on, student.birthDate, now.today, true),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (Object.values(errors).some(Boolean)) return;
    const payload: DoseRecorded = {
      told: { source: "paper", recorder: now.me?.name ?? "?", detail: values.detail.trim() },
      cvx: values.cvx,
      ...(values.tick ? { as_written: "✓" } : { given_on: values.on }),
    };
    const event = await theDevice().record(`student/${student.id}`, "dose.recorded", payload);
    await drop();
    setSaved({ event, student: student.id });
    stir();
  };
  if (saved !== null) return <Safe saved={saved} name={student.fullName} />;
  return (
    <Screen
      title={student.fullName}
      back={["child", student.id]}
      foot={<Button onClick={() => void save()}>{t("save")}</Button>}
    >
      <p class="lead">{t("paper_lead")}</p>
      <Choice
        legend={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={PAPER_VACCINES.map((cvx) => [cvx, shownVaccine(cvx)])}
        error={tried ? errors.cvx : undefined}
      />
      {values.tick ? null : (
        <Field
          label={t("paper_date")}
          inputMode="numeric"
          value={values.on}
          onInput={(on) => set({ on })}
          error={tried ? errors.on : undefined}
          hint="2015-08-31 · 2015-08 · 2015"
        />
      )}
      <label class="check">
        <input type="checkbox" checked={values.tick} onChange={(event) => set({ tick: event.currentTarget.checked })} />
        {t("tick")}
      </label>
      <Field label={t("paper_detail")} value={values.detail} onInput={(detail) => set({ detail })} />
    </Screen>
  );
}

export function CorrectDose({ id, event }: { readonly id: string; readonly event: string }) {
  const now = view.value;
  const student = now?.student(id) ?? null;
  const dose = student?.doses.find((one) => one.event === event);
  const { values, set, drop } = useDraft(`correct/${event}`, {
    on: dose?.given_on ?? "",
    lot: dose?.lot ?? "",
    reason: "",
  });
  const [tried, setTried] = useState(false);
  if (now === null || student === null || dose === undefined) return null;
  const errors = {
    on: dateError(values.on, student.birthDate, now.today, dose.basis === "historical"),
    reason: values.reason.trim() === "" ? t("required") : undefined,
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (Object.values(errors).some(Boolean)) return;
    const payload: DoseCorrected = {
      event,
      reason: values.reason.trim(),
      ...(values.on === dose.given_on ? {} : { given_on: values.on }),
      ...(values.lot === dose.lot || values.lot === "" ? {} : { lot: values.lot }),
    };
    await theDevice().record(`student/${id}`, "dose.corrected", payload);
    await drop();
    stir();
    go("child", id);
  };
  return (
    <Screen
      title={shownVaccine(dose.cvx, dose.as_written)}
      back={["child", id]}
      foot={<Button onClick={() => void save()}>{t("save")}</Button>}
    >
      <p class="identity">
        {student.fullName} · {t("born", { day: day(student.birthDate) })}
      </p>
      <p class="lead">{t("correct_lead")}</p>
      <Field label={t("given_on")} value={values.on} onInput={(on) => set({ on })} error={errors.on} />
      <Field label={t("new_lot")} value={values.lot} onInput={(lot) => set({ lot })} />
      <Field
        label={t("reason")}
        value={values.reason}
        onInput={(reason) => set({ reason })}
        error={tried ? errors.reason : undefined}
      />
    </Screen>
  );
}
