/** How a family packet went out and what lay in it, for one child or for many. */
import { Check, Choice, Field } from "../../components/parts";
import type { PacketGiven } from "../../events/generated";
import { currentVis, lawParts, type Part, shownStatement } from "../../projections/packet";
import { day, language, t, word } from "../../text/words";
import type { View } from "../view";
import { anyOf, dateError, needed } from "./checks";
import { RecommendedNow } from "./recommended";
import { clinicVaccines } from "./vaccines";

const CHANNELS: readonly PacketGiven["channel"][] = ["hand", "mail", "email", "portal"];
export const LANGUAGES = ["en", "es", "so", "hmn", "vi"] as const;
const PARTS_MAX = 20;

export interface PacketValues {
  readonly version: string;
  readonly language: string;
  readonly channel: PacketGiven["channel"];
  readonly on: string;
  /** Papers that did not lie in it. */
  readonly without: readonly string[];
}

export const emptyPacket = (now: View): PacketValues => ({
  version: now.today.slice(0, 4),
  language: "en",
  channel: "hand",
  on: now.today,
  without: [],
});

/** What lay in it, in the editions of its day. */
export const partsIn = (now: View, { on, without }: PacketValues): readonly Part[] =>
  partsOf(now, on || now.today).filter((part) => !without.includes(key(part)));

export const packetErrors = (now: View, values: PacketValues, born: string) => ({
  version: needed(values.version),
  on: dateError(values.on, born, now.today, false),
  parts: partsIn(now, values).length === 0 ? t("required") : undefined,
});

/** What is the same for everybody it went to. */
export const packetOf = (now: View, values: PacketValues): Omit<PacketGiven, "recipient"> => ({
  version: values.version.trim(),
  language: values.language,
  channel: values.channel,
  on: values.on,
  parts: partsIn(now, values).slice(0, PARTS_MAX),
});

export function PacketFields(props: {
  readonly now: View;
  readonly values: PacketValues;
  readonly set: (changes: Partial<PacketValues>) => void;
  readonly errors: Partial<ReturnType<typeof packetErrors>>;
}) {
  const { now, values, set, errors } = props;
  const offered = partsOf(now, values.on || now.today);
  return (
    <>
      <Choice
        legend={t("channel")}
        value={values.channel}
        onChange={(channel) => set({ channel })}
        options={CHANNELS.map((one) => [one, word("channel", one)])}
      />
      <Choice
        legend={t("packet_language")}
        value={values.language}
        onChange={(chosen) => set({ language: chosen })}
        options={LANGUAGES.map((one) => [one as string, word("language", one)])}
      />
      <Field
        label={t("packet_on")}
        type="date"
        max={now.today}
        value={values.on}
        onInput={(on) => set({ on })}
        error={errors.on}
      />
      <details open={anyOf({ version: errors.version, parts: errors.parts })}>
        <summary>
          <span>
            <strong>{t("packet_parts")}</strong>
            <br />
            <small>{t("packet_count", { count: partsIn(now, values).length, all: offered.length })}</small>
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
        {errors.parts ? (
          <p class="error" role="alert">
            {errors.parts}
          </p>
        ) : null}
        <Field
          label={t("packet_version")}
          value={values.version}
          onInput={(version) => set({ version })}
          error={errors.version}
        />
      </details>
    </>
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
