/** What each box's logger says, at the start, at each opening, at the end; and how long it may still keep vaccine. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Choice, Field, Notice, Pill, Select, showFirstError } from "../../components/parts";
import type { TemperatureRead } from "../../events/generated";
import { type Box, boxesOf, isExcursion } from "../../projections/cold";
import { misreadings } from "../../projections/held";
import { boxName } from "../../projections/loads";
import { clockTime, momentWords, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { timeError } from "./checks";
import { degrees, mayBeFahrenheit, type Unit } from "./degrees";
import { useNow } from "./ticking";

const OCCASIONS: readonly TemperatureRead["occasion"][] = ["start", "opening", "check", "end"];
const SHOWN_MAX = 4;
const LOTS_PER_EVENT = 20;

export function Temperatures({ now }: { readonly now: View }) {
  const boxes = boxesOf(now.clinic);
  if (boxes.length === 0) return null;
  return (
    <section aria-labelledby="temperatures">
      <h2 id="temperatures">{t("temperatures")}</h2>
      {boxes.map((box) => (
        <BoxLines key={box.container} now={now} box={box} />
      ))}
      <Read now={now} boxes={boxes} />
    </section>
  );
}

function BoxLines({ now, box }: { readonly now: View; readonly box: Box }) {
  const moment = useNow();
  const { container, until, readings } = box;
  const over = until !== null && moment >= until;
  const usable = usableLots(now, container);
  return (
    <div class="panel padded">
      <p>
        <strong>{container}</strong>{" "}
        {until === null ? (
          <Pill tone="due">{t(readings.length === 0 ? "box_no_start" : "box_ended")}</Pill>
        ) : (
          <Pill tone={over ? "bad" : "good"}>{t(over ? "box_over" : "box_until", { time: clockTime(until) })}</Pill>
        )}
      </p>
      {readings
        .slice(-SHOWN_MAX)
        .reverse()
        .map((one) => (
          <p key={`${one.at} ${one.celsius}`} class="hint">
            <strong>{one.celsius} °C</strong> · {word("occasion", one.occasion)} · {momentWords(Date.parse(one.at))}
            {one.logger ? ` · ${one.logger}` : ""}
          </p>
        ))}
      {misreadings(now.clinic.shelf)
        .filter(({ read, isHeld }) => isHeld && boxName(read.payload.container) === boxName(container))
        .map(({ read: { fact, payload } }) => (
          <Notice key={fact.header.id} tone="bad">
            {t("box_read_again", { celsius: payload.celsius })}
          </Notice>
        ))}
      {over && usable.length > 0 ? (
        <Notice tone="bad">
          <p>{t("box_over_lead")}</p>
          <Button kind="danger" onClick={() => setAside(now, usable, `${container}: more than 8 hours`)}>
            {t("do_not_use")}
          </Button>
        </Notice>
      ) : null}
    </div>
  );
}

const usableLots = (now: View, container: string): readonly string[] => [
  ...new Set(
    now.clinic.lots
      .filter((lot) => boxName(lot.container) === boxName(container) && lot.held === null)
      .map((lot) => lot.lot),
  ),
];

async function setAside(now: View, lots: readonly string[], note: string): Promise<void> {
  for (let at = 0; at < lots.length; at += LOTS_PER_EVENT) {
    const part = lots.slice(at, at + LOTS_PER_EVENT);
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.held", { lots: part, why: "excursion", note });
  }
  stir();
}

const fahrenheitHint = (celsius: number | null): string =>
  celsius === null || Number.isNaN(celsius) ? t("fahrenheit_hint") : t("fahrenheit_is", { celsius });

function Read({ now, boxes }: { readonly now: View; readonly boxes: readonly Box[] }) {
  const blank = { celsius: "", lowest: "", highest: "", time: "" };
  const { values, set, drop } = useDraft(`temperature/${now.clinic.id}/${now.today}`, {
    ...blank,
    container: boxes[0]?.container ?? "",
    occasion: "" as TemperatureRead["occasion"] | "",
    logger: null as string | null,
    unit: "C" as Unit,
  });
  const { occasion, logger, unit } = values;
  const box = boxes.find((one) => one.container === values.container) ?? boxes[0]; // the one chosen may be gone since
  const container = box?.container ?? "";
  const [tried, setTried] = useState(false);
  const [celsius, lowest, highest] = [values.celsius, values.lowest, values.highest].map((typed) =>
    degrees(typed, unit),
  ) as [number | null, number | null, number | null];
  const isOut = celsius !== null && isExcursion(celsius, lowest, highest);
  const lots = usableLots(now, container);
  const happened = occasion || (box?.since === null ? "start" : "opening");
  const named = logger ?? box?.readings.at(-1)?.logger ?? "";
  const wrong = (told: number | null, isAmiss: boolean) =>
    Number.isNaN(told) ? t("celsius_bad") : isAmiss ? t("celsius_order") : undefined;
  const problems = [
    celsius === null || Number.isNaN(celsius) ? t("celsius_bad") : undefined,
    wrong(lowest, lowest !== null && celsius !== null && lowest > celsius),
    wrong(highest, highest !== null && celsius !== null && highest < celsius),
    values.time === "" ? undefined : timeError(now.today, values.time),
  ];
  const save = async () => {
    setTried(true);
    showFirstError();
    if (problems.some(Boolean) || celsius === null || container === "") return;
    await theDevice().record(`clinic/${now.clinic.id}`, "temperature.read", {
      container,
      at: (values.time === "" ? new Date() : new Date(`${now.today}T${values.time}`)).toISOString(),
      celsius,
      occasion: happened,
      ...(named.trim() === "" ? {} : { logger: named.trim() }),
      ...(lowest === null ? {} : { minimum_celsius: lowest }),
      ...(highest === null ? {} : { maximum_celsius: highest }),
    });
    await drop();
    set({ ...blank, occasion: "", unit });
    setTried(false);
    stir();
  };
  const field = (name: "celsius" | "lowest" | "highest", at: number, hint?: string) => (
    <Field
      label={t(name === "celsius" && unit === "F" ? "fahrenheit" : name)}
      inputMode="decimal"
      value={values[name]}
      onInput={(typed) => set({ [name]: typed })}
      error={tried ? problems[at] : undefined}
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <>
      <Select
        label={t("container")}
        value={container}
        onChange={(chosen) => set({ container: chosen })}
        options={boxes.map((one) => [one.container, one.container])}
      />
      <Choice
        legend={t("logger_unit")}
        value={unit}
        onChange={(chosen) => set({ unit: chosen })}
        options={[
          ["C", "°C"],
          ["F", "°F"],
        ]}
      />
      {field("celsius", 0, unit === "C" ? t("celsius_hint") : fahrenheitHint(celsius))}
      {unit === "C" && mayBeFahrenheit(celsius) ? <Notice tone="warn">{t("maybe_fahrenheit")}</Notice> : null}
      <div class="two">
        {field("lowest", 1)}
        {field("highest", 2)}
      </div>
      <Field label={t("logger")} value={named} onInput={(typed) => set({ logger: typed })} />
      <Field
        label={t("read_at")}
        type="time"
        value={values.time}
        onInput={(time) => set({ time })}
        error={tried ? problems[3] : undefined}
        hint={t("read_at_hint")}
      />
      <Choice
        legend={t("occasion")}
        value={happened}
        onChange={(chosen) => set({ occasion: chosen })}
        options={OCCASIONS.map((one) => [one, word("occasion", one)])}
      />
      {isOut ? <Notice tone="bad">{t("excursion", { lots: lots.join(", ") || "–" })}</Notice> : null}
      <Button kind={isOut ? "danger" : "quiet"} onClick={save}>
        {t(isOut ? "save_excursion" : "save_temperature")}
      </Button>
    </>
  );
}
