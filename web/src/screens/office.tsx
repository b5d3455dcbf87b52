/** What this phone owes and is owed: the outbox with each event's state in words, and the settings. */
import { useState } from "preact/hooks";
import { Button, Choice, clockTime, Notice, Pill, Screen } from "../components/parts";
import { type Own, readOwn } from "../store/device";
import { language, speak, t, word } from "../text/words";
import { checked, lock, own, persisted, theDevice, view, wasSent } from "./state";
import { shownVaccine } from "./view";

export function Outbox() {
  const rows = [...own.value].reverse();
  return (
    <Screen title={t("outbox")} back={["roster"]}>
      {rows.length === 0 ? <p class="empty">{t("outbox_empty")}</p> : null}
      <ul class="list">
        {rows.map((row) => (
          <OutboxRow key={row.seq} row={row} />
        ))}
      </ul>
    </Screen>
  );
}

function OutboxRow({ row }: { readonly row: Own }) {
  const [copied, setCopied] = useState(false);
  const { header, payload } = readOwn(row);
  const student = view.value?.student(header.stream.replace("student/", ""));
  const what = typeof payload.cvx === "string" ? shownVaccine(payload.cvx) : header.type.replace(".", " ");
  return (
    <li class="dose">
      <span class="who">
        <strong>
          {student?.fullName ?? header.stream} · {what}
        </strong>
        <small>
          {clockTime(Date.parse(header.recorded_at))} · {header.type}
        </small>
        <Pill tone={row.state === "receipted" ? "good" : row.state === "quarantined" ? "bad" : "wait"}>
          {stateWords(row)}
        </Pill>
        {row.receipt ? (
          <details>
            <summary>{t("receipt")}</summary>
            <p class="hint">{t("receipt_lead")}</p>
            <pre class="receipt">{row.receipt}</pre>
            <Button
              kind="quiet"
              onClick={() => void navigator.clipboard.writeText(row.receipt ?? "").then(() => setCopied(true))}
            >
              {copied ? `${t("copy")} ✓` : t("copy")}
            </Button>
          </details>
        ) : null}
      </span>
    </li>
  );
}

function stateWords(row: Own): string {
  if (row.state === "receipted") return t("state_receipted", { position: row.position ?? "?" });
  if (row.state === "quarantined") {
    const owner = word("owner", row.owner ?? "");
    return t("state_quarantined", { reason: (row.reason ?? "").replaceAll("_", " "), owner });
  }
  return wasSent(row) ? t("state_sent") : t("state_waiting");
}

export function Settings() {
  const enrolled = theDevice().enrolled;
  const { verified, failed } = checked.value;
  return (
    <Screen
      title={t("settings")}
      back={["roster"]}
      foot={
        <Button kind="quiet" onClick={lock}>
          {t("lock")}
        </Button>
      }
    >
      <Choice
        legend={t("language")}
        value={language.value}
        onChange={speak}
        options={[
          ["en", "English"],
          ["es", "Español"],
        ]}
      />
      <h2>{t("storage")}</h2>
      <Notice tone={persisted.value ? "info" : "warn"}>
        {persisted.value ? t("storage_kept") : t("storage_best")}
      </Notice>
      <h2>{t("about")}</h2>
      <dl class="facts">
        <dt>{t("version")}</dt>
        <dd>{__VERSION__}</dd>
        <dt>{t("giver")}</dt>
        <dd>
          {enrolled?.staff_name}, {enrolled?.staff_title}
        </dd>
        <dt>{t("device")}</dt>
        <dd>{enrolled?.device}</dd>
        <dt>{t("log_key")}</dt>
        <dd>{enrolled?.log_key}</dd>
      </dl>
      <p class="hint">{t("signatures", { count: verified })}</p>
      {failed > 0 ? <Notice tone="bad">{t("signatures_bad", { count: failed })}</Notice> : null}
    </Screen>
  );
}
