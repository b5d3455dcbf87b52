/** What this phone owes and is owed: each event it made, with its state in words (outbox_words.ts). */
import { useState } from "preact/hooks";
import { CarryFile } from "../components/carry_file";
import { DamageNotices } from "../components/damage";
import { HandOffButton } from "../components/hand_off";
import { Button, Notice, Pill, Screen } from "../components/parts";
import type { Photo } from "../events/generated";
import { type Submission, submissionsOf } from "../projections/submissions";
import { type Own, readOwn } from "../store/device";
import { shownVaccine } from "../text/vaccines";
import { momentWords, t, word } from "../text/words";
import { drawnOf } from "./outbox_rows";
import { pictureWords, rowWords, type Settled } from "./outbox_words";
import { clinicName, colleagues, link, own, photos, reconsider, theDevice, view, wasSent } from "./state";

const COPIED_MS = 2_000;

const SHOWN_AT_ONCE = 200;

const NONE: ReadonlyMap<number, Submission> = new Map();

export function Outbox() {
  const rows = [...own.value].reverse();
  const waiting = rows.filter((row) => row.state === "waiting").length;
  const settled = view.value === null ? NONE : submissionsOf(view.value.streams);
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const drawn = drawnOf(rows, most);
  return (
    <Screen title={t("outbox")} under={t("outbox_count", { count: rows.length, waiting })}>
      <AlarmNotice />
      <DamageNotices />
      {waiting > 0 ? <p class="hint">{t("waiting_lead")}</p> : null}
      {rows.length === 0 ? <p class="empty">{t("outbox_empty")}</p> : null}
      <ul class="list">
        {drawn.map(({ row, before }) => (
          <OutboxRow key={row.seq} row={row} before={before} settled={endingOf(row, settled.get(row.position ?? -1))} />
        ))}
      </ul>
      <Older count={rows.length - drawn.length} onMore={() => setMost(most + SHOWN_AT_ONCE)} />
      <HandOffButton />
      <CarryFile />
    </Screen>
  );
}

/** What is in the record and not drawn yet. */
function Older({ count, onMore }: { readonly count: number; readonly onMore: () => void }) {
  if (count === 0) return null;
  return (
    <>
      <p class="hint">{t("outbox_older", { count })}</p>
      <Button kind="quiet" onClick={onMore}>
        {t("outbox_more")}
      </Button>
    </>
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

function OutboxRow(props: {
  readonly row: Own;
  readonly before: Own | undefined;
  readonly settled: Settled | undefined;
}) {
  const { row, before, settled } = props;
  const { header, payload } = readOwn(row);
  const student = view.value?.student(header.stream.replace("student/", ""));
  const subject = student?.fullName || (header.stream.startsWith("clinic/") ? clinicName.value : t("no_longer_here"));
  const vaccine = typeof payload.cvx === "string" ? ` · ${shownVaccine(payload.cvx)}` : "";
  const isBeforeThere = before?.seq === row.seq - 1 && before.state === "receipted";
  const told = rowWords(row, settled, wasSent(row), isBeforeThere);
  const kept = photos.value.find((one) => one.name === (payload.photo as Photo | undefined)?.sealed);
  const picture = kept === undefined ? null : pictureWords(kept, theDevice().state.origin);
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
          <Pill tone={told.tone}>{told.state}</Pill>
          {picture === null ? null : <Pill tone={picture.tone}>{picture.state}</Pill>}
        </span>
        {[...told.lines, ...(picture?.lines ?? [])].map((line) => (
          <p key={line}>{line}</p>
        ))}
        {row.receipt ? <Receipt receipt={row.ending?.receipt ?? row.receipt} /> : null}
      </span>
    </li>
  );
}

/** Who recorded it: whoever is unlocked sees everybody's. */
function nameOf(staff: string): string {
  const known = [...colleagues.value, ...(view.value?.people ?? [])].find((one) => one.staff === staff);
  return known?.name ?? t("no_longer_here");
}

const personName = (staff: string): string =>
  view.value?.people.find((one) => one.staff === staff)?.name ?? t("the_office");

function Receipt({ receipt }: { readonly receipt: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const isCopied = await navigator.clipboard.writeText(receipt).then(
      () => true,
      () => false, // the browser refused: the text stands above
    );
    setCopied(isCopied);
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
