/** What this phone owes and is owed: the outbox with each event's state in words; further places; the settings. */
import { useState } from "preact/hooks";
import { CarryFile } from "../components/carry_file";
import { DamageNotices } from "../components/damage";
import { HandOffButton } from "../components/hand_off";
import { Button, Choice, LinkRow, Notice, Pill, Screen } from "../components/parts";
import type { Photo } from "../events/generated";
import { type Submission, submissionsOf } from "../projections/submissions";
import { type Own, readOwn } from "../store/device";
import type { Ending } from "../store/kept";
import { isReceipted } from "../store/photos";
import { UNPROVEN } from "../sync/state";
import { office as english } from "../text/office/en";
import { office as spanish } from "../text/office/es";
import { shownVaccine } from "../text/vaccines";
import { language, learn, momentWords, refusalWords, speak, t, word } from "../text/words";
import {
  checked,
  clinicName,
  colleagues,
  link,
  lock,
  own,
  persisted,
  photos,
  place,
  reconsider,
  scope,
  theDevice,
  view,
  wasSent,
} from "./state";

const COPIED_MS = 2_000;

type Settled = Omit<Ending, "receipt">;

const NONE: ReadonlyMap<number, Submission> = new Map();

learn(english, spanish);

export function OfficePlace() {
  switch (place.value[0]) {
    case "settings":
      return <Settings />;
    case "more":
      return <More />;
    default:
      return <Outbox />;
  }
}

function Outbox() {
  const rows = [...own.value].reverse();
  const waiting = rows.filter((row) => row.state === "waiting").length;
  const settled = view.value === null ? NONE : submissionsOf(view.value.streams);
  return (
    <Screen title={t("outbox")} under={t("outbox_count", { count: rows.length, waiting })}>
      <AlarmNotice />
      <DamageNotices />
      {rows.length === 0 ? <p class="empty">{t("outbox_empty")}</p> : null}
      <ul class="list">
        {rows.map((row) => (
          <OutboxRow key={row.seq} row={row} settled={endingOf(row, settled.get(row.position ?? -1))} />
        ))}
      </ul>
      <HandOffButton />
      <CarryFile />
    </Screen>
  );
}

/** The log contradicted itself: only a person lets the phone ask again. */
function AlarmNotice() {
  if (link.value.link !== "alarm") return null;
  return (
    <Notice tone="bad">
      <p>{t("alarm_lead", { detail: link.value.detail })}</p>
      <Button kind="quiet" onClick={reconsider}>
        {t("alarm_again")}
      </Button>
    </Notice>
  );
}

/** What became of a row that was set aside: as this phone's own stream tells it, or as it had to ask for it. */
function endingOf({ ending }: Own, told: Submission | undefined): Settled | undefined {
  if (told === undefined) return ending;
  const who = told.state === "open" ? told.takenBy : told.by;
  return { ...told, who: who === null ? "" : personName(who) };
}

function OutboxRow({ row, settled }: { readonly row: Own; readonly settled: Settled | undefined }) {
  const { header, payload } = readOwn(row);
  const student = view.value?.student(header.stream.replace("student/", ""));
  const subject = student?.fullName || (header.stream.startsWith("clinic/") ? clinicName.value : t("no_longer_here"));
  const vaccine = typeof payload.cvx === "string" ? ` · ${shownVaccine(payload.cvx)}` : "";
  return (
    <li class="dose">
      <span class="who">
        <strong>{subject}</strong>
        <span>
          {word("event", header.type.replace(".", "_"))}
          {vaccine}
        </span>
        <small>
          {momentWords(Date.parse(header.recorded_at))} · {nameOf(header.author)}
        </small>
        <span class="pills">
          <Pill tone={toneOf(row, settled)}>{stateWords(row, settled)}</Pill>
          <PictureState photo={payload.photo as Photo | undefined} />
        </span>
        {row.state === "waiting" && row.attempts ? <WentWrong row={row} /> : null}
        {row.state === "quarantined" ? <Quarantined row={row} settled={settled} /> : null}
        {row.receipt ? <Receipt receipt={row.ending?.receipt ?? row.receipt} /> : null}
      </span>
    </li>
  );
}

/** One that goes wrong by itself: it holds up no other, and is tried again and again. */
function WentWrong({ row: { attempts = 0, complaint = "", code = "" } }: { readonly row: Own }) {
  return <p>{t("went_wrong", { count: attempts, why: refusalWords(code || UNPROVEN, complaint) })}</p>;
}

/** Where the picture of a paper is: the event may be delivered before it. */
function PictureState({ photo }: { readonly photo: Photo | undefined }) {
  const kept = photos.value.find((one) => one.name === photo?.sealed);
  if (kept === undefined) return null;
  if (isReceipted(kept, theDevice().state.origin)) return <Pill tone="good">{t("photo_there")}</Pill>;
  if (kept.note === "") return <Pill tone="wait">{t("photo_here")}</Pill>;
  return kept.hasSpare ? <Pill tone="wait">{t("photo_again")}</Pill> : <Pill tone="bad">{t("photo_gone")}</Pill>;
}

/** Who recorded it: whoever is unlocked sees everybody's. */
function nameOf(staff: string): string {
  const known = [...colleagues.value, ...(view.value?.people ?? [])].find((one) => one.staff === staff);
  return known?.name ?? t("no_longer_here");
}

function toneOf(row: Own, settled: Settled | undefined): "good" | "bad" | "wait" | "calm" {
  if (row.state !== "quarantined") return row.state === "receipted" ? "good" : "wait";
  if (settled?.state === "released") return "good";
  return settled?.state === "closed" ? "calm" : "bad";
}

function stateWords(row: Own, settled: Settled | undefined): string {
  if (row.state === "receipted") return t("state_receipted", { position: row.position ?? "?" });
  if (row.state === "quarantined") {
    if (settled?.state === "released") return t("state_released");
    return t(settled?.state === "closed" ? "state_closed" : "state_quarantined");
  }
  return wasSent(row) ? t("state_sent") : t("state_waiting");
}

/** Why it was set aside, who has it, and that it is not lost; in the end, who let it in or closed it, and why. */
function Quarantined({ row, settled }: { readonly row: Own; readonly settled: Settled | undefined }) {
  const why = word("why", row.reason ?? "other");
  if (settled !== undefined && settled.state !== "open") {
    const name = settled.who || t("the_program");
    const { position } = settled;
    return (
      <>
        <p>{why}</p>
        <p>{t(settled.state === "released" ? "released_by" : "closed_by", { name, why: settled.why })}</p>
        {position === undefined ? null : <p>{t("state_receipted", { position })}</p>}
      </>
    );
  }
  const owner = settled?.who || word("owner", settled?.owner || row.owner || "other");
  return (
    <p>
      {why} {t("who_has_it", { owner })}
    </p>
  );
}

const personName = (staff: string): string =>
  view.value?.people.find((one) => one.staff === staff)?.name ?? t("the_office");

function Receipt({ receipt }: { readonly receipt: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(receipt);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <details>
      <summary>{t("receipt")}</summary>
      <p class="hint">{t("receipt_lead")}</p>
      <pre class="receipt">{receipt}</pre>
      <Button kind="quiet" onClick={copy}>
        {copied ? t("copied") : t("copy")}
      </Button>
    </details>
  );
}

function More() {
  return (
    <Screen title={t("more")}>
      <div class="panel">
        <LinkRow to={["register"]} title={t("walk_in")} />
        <LinkRow to={["stock"]} title={t("stock")} />
        <LinkRow to={["orders"]} title={t("orders")} />
        <LinkRow to={["ready"]} title={t("ready")} />
        <LinkRow to={["closing"]} title={t("closing")} />
      </div>
      <div class="panel">
        {scope.value === "" ? null : (
          <LinkRow to={["plan", scope.value.replace("clinic/", "")]} title={t("plan_here")} more={clinicName.value} />
        )}
        <LinkRow to={["plan"]} title={t("plan_new")} />
        <LinkRow to={["clinics"]} title={t("choose_another")} more={clinicName.value} />
        <LinkRow to={["nurses"]} title={t("nurses")} more={t("nurses_more")} />
        <LinkRow to={["settings"]} title={t("settings")} />
      </div>
      <Button kind="quiet" onClick={lock}>
        {t("lock")}
      </Button>
    </Screen>
  );
}

function Settings() {
  const enrolled = theDevice().enrolled;
  const { verified, failed } = checked.value;
  return (
    <Screen
      title={t("settings")}
      back={["more"]}
      foot={
        <Button kind="quiet" onClick={lock}>
          {t("lock")}
        </Button>
      }
    >
      <Choice
        legend={t("language")}
        value={language.value}
        onChange={(chosen) => void speak(chosen)}
        options={[
          ["en", "English"],
          ["es", "Español"],
        ]}
      />
      <h2>{t("storage")}</h2>
      <Notice tone={persisted.value ? "info" : "warn"}>
        {persisted.value ? t("storage_kept") : t("storage_best")}
      </Notice>
      <DamageNotices />
      {failed > 0 ? <Notice tone="bad">{t("signatures_bad", { count: failed })}</Notice> : null}
      <h2>{t("about")}</h2>
      <dl class="facts">
        <dt>{t("nurse")}</dt>
        <dd>
          {enrolled?.staff_name}, {enrolled?.staff_title}
        </dd>
        <dt>{t("version")}</dt>
        <dd>{__VERSION__}</dd>
        <dt>{t("checked")}</dt>
        <dd>{t("signatures", { count: verified })}</dd>
        <dt>{t("device")}</dt>
        <dd>{enrolled?.device}</dd>
        <dt>{t("log_key")}</dt>
        <dd>{enrolled?.log_key}</dd>
      </dl>
    </Screen>
  );
}
