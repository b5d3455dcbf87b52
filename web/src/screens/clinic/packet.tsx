/** The family packet: to whom it went, in which language and how, and what lay in it. To a minor it does not count. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Notice, Screen, showFirstError } from "../../components/parts";
import type { PacketGiven } from "../../events/generated";
import { currentVis, lawParts, type Part, shownStatement } from "../../projections/packet";
import type { Student } from "../../projections/student";
import { day, language, t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateError, needed } from "./checks";
import { draftPlace } from "./form";
import { RecommendedNow } from "./recommended";
import { clinicVaccines } from "./vaccines";

const CHANNELS: readonly PacketGiven["channel"][] = ["hand", "mail", "email", "portal"];
export const LANGUAGES = ["en", "es", "so", "hmn", "vi"] as const;
const PARTS_MAX = 20;

export function Packet({ now, student }: { readonly now: View; readonly student: Student }) {
  const told = student.shelf.of("packet.given");
  const { values, set, drop } = useDraft(draftPlace(now, "packet", student), {
    recipient: student.contacts[0]?.name ?? "",
    version: now.today.slice(0, 4),
    language: "en",
    channel: "hand" as PacketGiven["channel"],
    on: now.today,
    minor: false,
    without: [] as readonly string[],
  });
  const [tried, setTried] = useState(false);
  const offered = partsOf(now, values.on || now.today);
  const parts = offered.filter((part) => !values.without.includes(key(part)));
  const errors = {
    recipient: needed(values.recipient),
    version: needed(values.version),
    on: dateError(values.on, student.birthDate, now.today, false),
    parts: parts.length === 0 ? t("required") : undefined,
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`student/${student.id}`, "packet.given", {
      recipient: values.recipient.trim(),
      version: values.version.trim(),
      language: values.language,
      channel: values.channel,
      on: values.on,
      parts: parts.slice(0, PARTS_MAX),
      ...(values.minor ? { to_minor: true } : {}),
    });
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={t("packet")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={<Button onClick={save}>{t("packet_save")}</Button>}
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
      <Check label={t("to_minor")} checked={values.minor} onChange={(minor) => set({ minor })} />
      {values.minor ? <Notice tone="warn">{t("minor_not")}</Notice> : null}
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
        label={t("packet_on")}
        type="date"
        max={now.today}
        value={values.on}
        onInput={(on) => set({ on })}
        error={tried ? errors.on : undefined}
      />
      <details open={tried && anyOf({ version: errors.version, parts: errors.parts })}>
        <summary>
          <span>
            <strong>{t("packet_parts")}</strong>
            <br />
            <small>{t("packet_count", { count: parts.length, all: offered.length })}</small>
          </span>
        </summary>
        {offered.map((part) => (
          <Check
            key={key(part)}
            label={`${partName(part)} · ${day(part.edition)}`}
            checked={!values.without.includes(key(part))}
            onChange={(held) =>
              set({
                without: held ? values.without.filter((one) => one !== key(part)) : [...values.without, key(part)],
              })
            }
          />
        ))}
        <RecommendedNow now={now} on={values.on} />
        {tried && errors.parts ? (
          <p class="error" role="alert">
            {errors.parts}
          </p>
        ) : null}
        <Field
          label={t("packet_version")}
          value={values.version}
          onInput={(version) => set({ version })}
          error={tried ? errors.version : undefined}
        />
      </details>
    </Screen>
  );
}

const key = (part: Part): string => `${part.kind} ${part.document}`;

const partName = ({ kind, document }: Part): string =>
  kind === "vis" ? t("paper_vis", { document: shownStatement(document, language.value) }) : word("paper", kind);

/** What the law and this clinic's vaccines ask for, in the editions of a day. */
function partsOf(now: View, on: string): readonly Part[] {
  const statements = clinicVaccines(now).flatMap((cvx) => currentVis(cvx, on));
  return [
    ...lawParts(on, now.policy.recommended(on)),
    ...new Map(statements.map((part) => [key(part), part])).values(),
  ];
}
