/** The family packet: to whom it went, in which language and how. Handed to a minor it does not count. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Notice, Screen, showFirstError } from "../../components/parts";
import type { PacketGiven } from "../../events/generated";
import type { Student } from "../../projections/student";
import { day, t, word } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";

const CHANNELS: readonly PacketGiven["channel"][] = ["hand", "mail", "email", "portal"];
const LANGUAGES = ["en", "es", "so", "hmn", "vi"] as const;

export function Packet({ now, student }: { readonly now: View; readonly student: Student }) {
  const told = student.shelf.of("packet.given");
  const { values, set, drop } = useDraft(`packet/${student.id}`, {
    recipient: student.contacts[0]?.name ?? "",
    version: now.today.slice(0, 4),
    language: "en",
    channel: "hand" as PacketGiven["channel"],
    minor: false,
  });
  const [tried, setTried] = useState(false);
  const errors = { recipient: needed(values.recipient), version: needed(values.version) };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`student/${student.id}`, "packet.given", {
      recipient: values.recipient.trim(),
      version: values.version.trim(),
      language: values.language,
      channel: values.channel,
      on: now.today,
      ...(values.minor ? { to_minor: true } : {}),
    });
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={t("packet")}
      under={student.fullName}
      back={["child", student.id]}
      foot={<Button onClick={() => void save()}>{t("packet_save")}</Button>}
    >
      <p>{t("packet_lead")}</p>
      {told.map(({ fact, payload }) => (
        <Notice key={fact.header.id} tone={payload.to_minor ? "warn" : "info"}>
          {day(payload.on)} · {payload.recipient} · {word("channel", payload.channel)} ·{" "}
          {word("language", payload.language)}
          {payload.to_minor ? ` · ${t("minor_not")}` : ""}
        </Notice>
      ))}
      <Field
        label={t("recipient")}
        value={values.recipient}
        onInput={(recipient) => set({ recipient })}
        error={tried ? errors.recipient : undefined}
      />
      <Choice
        legend={t("channel")}
        value={values.channel}
        onChange={(channel) => set({ channel })}
        options={CHANNELS.map((one) => [one, word("channel", one)])}
      />
      <Choice
        legend={t("packet_language")}
        value={values.language}
        onChange={(language) => set({ language })}
        options={LANGUAGES.map((one) => [one, word("language", one)])}
      />
      <Field
        label={t("packet_version")}
        value={values.version}
        onInput={(version) => set({ version })}
        error={tried ? errors.version : undefined}
      />
      <Check label={t("to_minor")} checked={values.minor} onChange={(minor) => set({ minor })} />
      {values.minor ? <Notice tone="warn">{t("minor_not")}</Notice> : null}
    </Screen>
  );
}
