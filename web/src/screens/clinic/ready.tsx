/**
 * Ready to leave? What this phone must really hold before it goes where there is no network, each line checked, what
 * is missing named. Epinephrine and the signed emergency protocol are not optional.
 */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Pill, Screen, showFirstError } from "../../components/parts";
import { hex, utf8 } from "../../events/bytes";
import { isCivilDate } from "../../events/dates";
import type { Epinephrine } from "../../events/generated";
import { shownVaccine } from "../../text/vaccines";
import { day, t } from "../../text/words";
import { link, persisted, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { protocolWords } from "./emergency";
import { clinicVaccines } from "./vaccines";

const SKEW_MINUTES_MAX = 2;
const MINUTE_MS = 60_000;
/** Injectors of both strengths serve every child of a school; a vial serves every weight. */
const INJECTORS: readonly Epinephrine["size"][] = ["0.15 mg", "0.3 mg"];
const VIAL: Epinephrine["size"] = "1 mg/mL";
const SIZES = [...INJECTORS, VIAL];

interface Line {
  readonly title: string;
  readonly ok: boolean;
  readonly more: string;
  /** Without it nobody leaves. */
  readonly must: boolean;
}

export function ReadyToLeave({ now }: { readonly now: View }) {
  const lines = linesOf(now);
  const missing = lines.filter((line) => !line.ok);
  return (
    <Screen title={t("ready")} back={["more"]}>
      {missing.length === 0 ? (
        <Notice tone="info">
          <strong>{t("ready_yes")}</strong>
        </Notice>
      ) : (
        <Notice tone={missing.some((line) => line.must) ? "bad" : "warn"}>
          <strong>
            {t(missing.some((line) => line.must) ? "ready_no" : "ready_almost", { count: missing.length })}
          </strong>
        </Notice>
      )}
      <ul class="list">
        {lines.map((line) => (
          <li key={line.title} class="dose">
            <span class="who">
              <strong>{line.title}</strong>
              <small>{line.more}</small>
            </span>
            <Pill tone={line.ok ? "good" : line.must ? "bad" : "due"}>{t(line.ok ? "there" : "missing")}</Pill>
          </li>
        ))}
      </ul>
      <Kit now={now} />
      <Protocol now={now} />
    </Screen>
  );
}

function linesOf(now: View): readonly Line[] {
  const { state } = theDevice();
  const { clinic, today } = now;
  const held = clinic.roster.filter((id) => now.student(id) !== null).length;
  const usable = clinic.lots.filter((lot) => lot.held === null && lot.expires_on >= today);
  const without = clinicVaccines(now).filter((cvx) => clinic.orderFor(cvx, today, null) === null);
  const noLot = clinicVaccines(now).filter((cvx) => !usable.some((lot) => lot.cvx === cvx));
  const skew = Math.round(Math.abs(link.value.skewMs) / MINUTE_MS);
  const kit = kitOf(now).filter((one) => one.expires_on >= today);
  const has = (size: string): boolean => kit.some((one) => one.size === size);
  const lacking = has(VIAL) ? [] : INJECTORS.filter((size) => !has(size));
  const protocol = clinic.shelf.of("clinic.protocol_signed").find(({ payload }) => payload.valid_to >= today);
  const names = (codes: readonly string[]): string => codes.map((cvx) => shownVaccine(cvx)).join(", ");
  return [
    {
      title: t("ready_epinephrine"),
      ok: lacking.length === 0,
      more: lacking.length === 0 ? kit.map((one) => `${one.pieces} × ${one.size}`).join(", ") : lacking.join(", "),
      must: true,
    },
    {
      title: t("ready_protocol"),
      ok: protocol !== undefined,
      more: protocol ? `${protocol.payload.prescriber}, ${day(protocol.payload.valid_to)}` : t("protocol_none"),
      must: true,
    },
    {
      title: t("ready_roster"),
      ok: state.complete && held > 0 && held === clinic.roster.length,
      more: t("found", { count: held, all: clinic.roster.length }),
      must: true,
    },
    { title: t("ready_orders"), ok: without.length === 0, more: names(without) || t("all_vaccines"), must: false },
    { title: t("ready_lots"), ok: noLot.length === 0, more: names(noLot) || t("all_vaccines"), must: false },
    {
      title: t("ready_law"),
      ok: true,
      more: t("law_here"),
      must: true,
    },
    {
      title: t("storage"),
      ok: persisted.value === true,
      more: t(persisted.value ? "storage_kept" : "storage_best"),
      must: false,
    },
    { title: t("ready_clock"), ok: skew < SKEW_MINUTES_MAX, more: t("clock_off", { minutes: skew }), must: false },
    {
      title: t("ready_offline"),
      ok: navigator.serviceWorker?.controller != null,
      more: t("ready_offline_more"),
      must: true,
    },
  ];
}

function kitOf(now: View): readonly Epinephrine[] {
  return now.clinic.shelf.of("clinic.epinephrine_checked").at(-1)?.payload.kit ?? [];
}

function Kit({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`kit/${now.clinic.id}`, {
    pieces: {} as Readonly<Record<string, string>>,
    expires: {} as Readonly<Record<string, string>>,
  });
  const [tried, setTried] = useState(false);
  const problem = (size: string): string | undefined => {
    const pieces = values.pieces[size] ?? "";
    if (pieces === "" || pieces === "0") return undefined;
    if (!/^\d{1,2}$/.test(pieces)) return t("whole");
    const expires = values.expires[size] ?? "";
    if (!isCivilDate(expires)) return t("expiry_bad");
    return expires < now.today ? t("kit_expired", { day: day(expires) }) : undefined;
  };
  const filled = SIZES.filter((size) => Number(values.pieces[size] ?? 0) > 0);
  const save = async () => {
    setTried(true);
    showFirstError();
    if (filled.length === 0 || SIZES.some((size) => problem(size) !== undefined)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.epinephrine_checked", {
      at: new Date().toISOString(),
      kit: filled.map((size) => ({
        size,
        pieces: Number(values.pieces[size]),
        expires_on: values.expires[size] ?? "",
      })),
    });
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("kit_check")}</summary>
      {SIZES.map((size) => (
        <fieldset key={size} class="checks">
          <legend>{t("epinephrine_size", { size })}</legend>
          <Field
            label={t("pieces_of", { size })}
            inputMode="numeric"
            value={values.pieces[size] ?? ""}
            onInput={(pieces) => set({ pieces: { ...values.pieces, [size]: pieces } })}
          />
          <Field
            label={t("expires_of", { size })}
            type="date"
            value={values.expires[size] ?? ""}
            onInput={(expires) => set({ expires: { ...values.expires, [size]: expires } })}
            error={tried ? problem(size) : undefined}
          />
        </fieldset>
      ))}
      <Button onClick={() => void save()}>{t("kit_sign")}</Button>
    </details>
  );
}

/** The prescriber signs exactly the words this phone shows in an emergency: their hash is in the event. */
function Protocol({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`protocol/${now.clinic.id}`, { prescriber: "", until: "" });
  const [tried, setTried] = useState(false);
  const errors = {
    prescriber: needed(values.prescriber),
    until: isCivilDate(values.until) && values.until >= now.today ? undefined : t("expiry_bad"),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(protocolWords())));
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.protocol_signed", {
      prescriber: values.prescriber.trim(),
      sha256: hex(digest),
      valid_to: values.until,
    });
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("protocol_sign")}</summary>
      <pre class="receipt">{protocolWords()}</pre>
      <Field
        label={t("prescriber")}
        value={values.prescriber}
        onInput={(prescriber) => set({ prescriber })}
        error={tried ? errors.prescriber : undefined}
      />
      <Field
        label={t("valid_until")}
        type="date"
        value={values.until}
        onInput={(until) => set({ until })}
        error={tried ? errors.until : undefined}
      />
      <Button onClick={() => void save()}>{t("protocol_keep")}</Button>
    </details>
  );
}
