/** The boxes: lots with what is left of them, temperatures, and lots set aside with the children who had them. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Choice, Field, Notice, Pill, Screen, Select, showFirstError, TextArea } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { StockHeld, StockLoaded, TemperatureRead } from "../../events/generated";
import { givenLot, type LotTally, talliesOf } from "../../projections/stock";
import { shownVaccine } from "../../text/vaccines";
import { day, momentWords, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, lotNumberError, needed } from "./checks";
import { COMMON_VACCINES, MAKERS } from "./lots";

const COLDEST_CELSIUS = 2;
const WARMEST_CELSIUS = 8;
const FUNDINGS: readonly StockLoaded["funding"][] = ["vfc", "state", "private", "other"];
const OCCASIONS: readonly TemperatureRead["occasion"][] = ["start", "opening", "check", "end"];
const WHYS: readonly StockHeld["why"][] = ["recall", "excursion", "expired", "other"];

export function Stock({ now }: { readonly now: View }) {
  return (
    <Screen title={t("stock")} back={["more"]}>
      {now.clinic.lots.length === 0 ? <p class="empty">{t("no_stock")}</p> : null}
      <ul class="list">
        {talliesOf(now.clinic, now.children).map((tally) => (
          <LotRow key={`${tally.lot.cvx} ${tally.lot.lot}`} now={now} tally={tally} />
        ))}
      </ul>
      <Temperatures now={now} />
      <Load now={now} />
    </Screen>
  );
}

function LotRow({ now, tally }: { readonly now: View; readonly tally: LotTally }) {
  const { lot, left, loaded, given } = tally;
  const expired = lot.expires_on < now.today;
  return (
    <li class="dose">
      <span class="who">
        <strong>{shownVaccine(lot.cvx)}</strong>
        <small>
          {t("lot")} {lot.lot} · {t(expired ? "expired_short" : "expires", { day: day(lot.expires_on) })} ·{" "}
          {lot.container}
        </small>
        <small>{t("lot_counts", { loaded, given, left })}</small>
        <span class="pills">
          {lot.held !== null ? (
            <Pill tone="bad">{`${t("held_lot")}: ${word("held", lot.held)}`}</Pill>
          ) : expired ? (
            <Pill tone="bad">{t("held_lot")}</Pill>
          ) : (
            <Pill tone="good">{t("usable")}</Pill>
          )}
        </span>
        {lot.held === null ? <SetAside now={now} lot={lot.lot} /> : <Had now={now} lot={lot.lot} />}
        {left > 0 ? <Waste now={now} tally={tally} /> : null}
      </span>
    </li>
  );
}

/** The children a set-aside lot was already given to, with whom to call. */
function Had({ now, lot }: { readonly now: View; readonly lot: string }) {
  const children = givenLot(now.children, lot);
  if (children.length === 0) return <small>{t("nobody_had")}</small>;
  return (
    <>
      <small>{t("had_it", { count: children.length })}</small>
      <ul class="plain">
        {children.map((student) => (
          <li key={student.id}>
            {student.fullName}{" "}
            {student.contacts.map((contact) =>
              contact.phone ? (
                <a key={contact.phone} class="button quiet small inline" href={`tel:${contact.phone}`}>
                  {contact.phone}
                </a>
              ) : null,
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function SetAside({ now, lot }: { readonly now: View; readonly lot: string }) {
  const [why, setWhy] = useState<StockHeld["why"] | "">("");
  const [tried, setTried] = useState(false);
  const hold = async () => {
    setTried(true);
    if (why === "") return;
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.held", { lots: [lot], why });
    stir();
  };
  return (
    <details>
      <summary>{t("set_aside")}</summary>
      <Choice
        legend={t("reason")}
        value={why}
        onChange={setWhy}
        options={WHYS.map((one) => [one, word("held", one)])}
        error={tried && why === "" ? t("required") : undefined}
      />
      <Button kind="danger" onClick={() => void hold()}>
        {t("do_not_use")}
      </Button>
    </details>
  );
}

function Waste({ now, tally }: { readonly now: View; readonly tally: LotTally }) {
  const [doses, setDoses] = useState("1");
  const [drawn, setDrawn] = useState<"yes" | "no">("no");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const errors = { doses: countError(doses, tally.left), reason: needed(reason) };
  const save = async () => {
    setTried(true);
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.wasted", {
      lot: tally.lot.lot,
      container: tally.lot.container,
      doses: Number(doses),
      drawn: drawn === "yes",
      reason: reason.trim(),
    });
    setReason("");
    setTried(false);
    stir();
  };
  return (
    <details>
      <summary>{t("wasted")}</summary>
      <Field
        label={t("doses")}
        inputMode="numeric"
        value={doses}
        onInput={setDoses}
        error={tried ? errors.doses : undefined}
      />
      <Choice
        legend={t("how_wasted")}
        value={drawn}
        onChange={setDrawn}
        options={[
          ["no", t("spoilt")],
          ["yes", t("drawn")],
        ]}
      />
      <TextArea label={t("reason")} value={reason} onInput={setReason} error={tried ? errors.reason : undefined} />
      <Button onClick={() => void save()}>{t("save_waste")}</Button>
    </details>
  );
}

export function countError(typed: string, most: number): string | undefined {
  return /^\d+$/.test(typed) && Number(typed) >= 1 && Number(typed) <= most ? undefined : t("count_bad", { most });
}

function Temperatures({ now }: { readonly now: View }) {
  const containers = [...new Set(now.clinic.lots.map((lot) => lot.container))];
  const [container, setContainer] = useState(containers[0] ?? "");
  const [celsius, setCelsius] = useState("");
  const [occasion, setOccasion] = useState<TemperatureRead["occasion"]>("opening");
  const [tried, setTried] = useState(false);
  const degrees = Number(celsius.replace(",", "."));
  const isNumber = celsius.trim() !== "" && degrees >= -100 && degrees <= 60;
  const isOut = isNumber && (degrees < COLDEST_CELSIUS || degrees > WARMEST_CELSIUS);
  const readings = [...now.clinic.shelf.of("temperature.read")].reverse().slice(0, 6);
  const lots = now.clinic.lots.filter((lot) => lot.container === container && lot.held === null).map((lot) => lot.lot);
  const save = async () => {
    setTried(true);
    if (!isNumber || container === "") return;
    const stream = `clinic/${now.clinic.id}` as const;
    const at = new Date().toISOString();
    await theDevice().record(stream, "temperature.read", { container, at, celsius: degrees, occasion });
    if (isOut && lots.length > 0) {
      const note = `${container}: ${degrees} °C`;
      await theDevice().record(stream, "stock.held", { lots, why: "excursion", note });
    }
    setCelsius("");
    setTried(false);
    stir();
  };
  if (containers.length === 0) return null;
  return (
    <section aria-labelledby="temperatures">
      <h2 id="temperatures">{t("temperatures")}</h2>
      {readings.map(({ fact, payload }) => (
        <p key={fact.header.id} class="hint">
          {payload.container}: <strong>{payload.celsius} °C</strong> · {word("occasion", payload.occasion)} ·{" "}
          {momentWords(Date.parse(payload.at))}
        </p>
      ))}
      <Select
        label={t("container")}
        value={container}
        onChange={setContainer}
        options={containers.map((one) => [one, one])}
      />
      <Field
        label={t("celsius")}
        inputMode="decimal"
        value={celsius}
        onInput={setCelsius}
        error={tried && !isNumber ? t("celsius_bad") : undefined}
        hint={t("celsius_hint")}
      />
      <Choice
        legend={t("occasion")}
        value={occasion}
        onChange={setOccasion}
        options={OCCASIONS.map((one) => [one, word("occasion", one)])}
      />
      {isOut ? <Notice tone="bad">{t("excursion", { lots: lots.join(", ") || "–" })}</Notice> : null}
      <Button kind={isOut ? "danger" : "quiet"} onClick={() => void save()}>
        {t(isOut ? "save_excursion" : "save_temperature")}
      </Button>
    </section>
  );
}

function Load({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft("stock", {
    cvx: "",
    mvx: "",
    number: "",
    expires: "",
    doses: "10",
    container: now.clinic.lots[0]?.container ?? "",
    funding: "vfc" as StockLoaded["funding"],
  });
  const [tried, setTried] = useState(false);
  const errors = {
    cvx: needed(values.cvx),
    mvx: needed(values.mvx),
    number: lotNumberError(values.number),
    expires: !isCivilDate(values.expires)
      ? t("expiry_bad")
      : values.expires < now.today
        ? t("found_lot_expired", { about: day(values.expires) })
        : undefined,
    doses: countError(values.doses, 10_000),
    container: needed(values.container),
  };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.loaded", {
      container: values.container.trim(),
      cvx: values.cvx,
      mvx: values.mvx,
      lot: values.number.trim().toUpperCase(),
      expires_on: values.expires,
      doses: Number(values.doses),
      funding: values.funding,
    });
    await drop();
    set({ cvx: "", number: "", expires: "" });
    setTried(false);
    stir();
  };
  return (
    <details>
      <summary>{t("load_lot")}</summary>
      <Select
        label={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={[["", t("choose")], ...COMMON_VACCINES.map((cvx): [string, string] => [cvx, shownVaccine(cvx)])]}
        error={shown.cvx}
      />
      <Field label={t("lot_number")} value={values.number} onInput={(number) => set({ number })} error={shown.number} />
      <Field
        label={t("lot_expires")}
        type="date"
        value={values.expires}
        onInput={(expires) => set({ expires })}
        error={shown.expires}
        hint={t("lot_expires_hint")}
      />
      <Select
        label={t("maker")}
        value={values.mvx}
        onChange={(mvx) => set({ mvx })}
        options={[["", t("choose")], ...MAKERS]}
        error={shown.mvx}
      />
      <Field
        label={t("doses")}
        inputMode="numeric"
        value={values.doses}
        onInput={(doses) => set({ doses })}
        error={shown.doses}
      />
      <Field
        label={t("container")}
        value={values.container}
        onInput={(container) => set({ container })}
        error={shown.container}
      />
      <Select
        label={t("funding")}
        value={values.funding}
        onChange={(funding) => set({ funding: funding as StockLoaded["funding"] })}
        options={FUNDINGS.map((one) => [one, word("funding", one)])}
      />
      <Button onClick={() => void save()}>{t("save_lot")}</Button>
    </details>
  );
}
