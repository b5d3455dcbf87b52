/**
 * What was entered of boxes and loggers, the latest first. What was typed wrongly is taken back, with a reason, and put
 * back where that was the mistake. Nothing vanishes.
 *
 * A reading that was too warm or too cold frees nothing by being taken back: the logger has to be read again.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, TextArea } from "../../components/parts";
import type { EventPayloads, StockLoaded } from "../../events/generated";
import { lotKey } from "../../projections/clinic";
import type { Fact, Told } from "../../projections/fact";
import { wasOut } from "../../projections/held";
import { talliesOf } from "../../projections/stock";
import { type Entry, entriesOf, takenBack } from "../../projections/taken_back";
import { inEnglish, momentWords, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { needed } from "./checks";

export function Entries({ now }: { readonly now: View }) {
  const [isOpen, setOpen] = useState(false);
  const entries = entriesOf(now.clinic.shelf);
  if (entries.length === 0) return null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("entries", { count: entries.length })}</summary>
      {isOpen ? (
        <ul class="list">
          {entries.map((fact) => (
            <EntryRow key={fact.header.id} now={now} fact={fact} />
          ))}
        </ul>
      ) : null}
    </details>
  );
}

function EntryRow({ now, fact }: { readonly now: View; readonly fact: Fact }) {
  const voids = takenBack(now.clinic.shelf, fact.header.id);
  const told = voids.at(-1);
  const says = entryWords(fact);
  return (
    <li class="dose">
      <span class="who">
        <strong>{told === undefined ? says : <s>{says}</s>}</strong>
        <small>{madeBy(now, fact)}</small>
        {told === undefined ? (
          <TakeBack now={now} fact={fact} />
        ) : (
          <>
            <small>{t("entry_taken_back", { by: madeBy(now, told.fact), why: told.payload.reason })}</small>
            <PutBack now={now} voids={voids} />
          </>
        )}
      </span>
    </li>
  );
}

function madeBy(now: View, { header }: Fact): string {
  const name = now.people.find((one) => one.staff === header.author)?.name ?? "";
  return [momentWords(Date.parse(header.recorded_at)), name].filter(Boolean).join(" · ");
}

const payloadOf = <Type extends Entry>(fact: Fact): EventPayloads[Type] =>
  fact.payload as unknown as EventPayloads[Type];

function entryWords(fact: Fact): string {
  if (fact.header.type === "temperature.read") {
    const { celsius, occasion, container } = payloadOf<"temperature.read">(fact);
    return `${celsius} °C · ${word("occasion", occasion)} · ${container}`;
  }
  const { doses, lot, container, drawn } = payloadOf<"stock.wasted">(fact); // a load and a return say the first three
  const what = { "stock.loaded": "entry_loaded", "stock.returned": "entry_returned" }[fact.header.type];
  return `${doses} ${t(what === undefined ? (drawn ? "drawn" : "spoilt") : (what as "entry_loaded"))} · ${t("lot")} ${lot} · ${container}`;
}

/** A load whose doses were used is corrected: without it they would have come out of nothing. */
function isUsed(now: View, load: StockLoaded): boolean {
  const tally = talliesOf(now.clinic, now.children).find(({ lot }) => lotKey(lot) === lotKey(load));
  return tally !== undefined && tally.left < load.doses;
}

/** What taking this entry back does not do, and what is to be done besides. */
function besides(fact: Fact): ComponentChildren {
  if (fact.header.type !== "temperature.read") return null;
  const payload = payloadOf<"temperature.read">(fact);
  if (wasOut({ fact, payload })) return <p class="hint">{t("entry_stays_held", { box: payload.container })}</p>;
  const isHours = payload.occasion === "start" || payload.occasion === "end";
  return isHours ? <p class="hint">{t("entry_hours", { box: payload.container })}</p> : null;
}

function TakeBack({ now, fact }: { readonly now: View; readonly fact: Fact }) {
  const { values, set, drop } = useDraft(`take-back/${fact.header.id}`, { reason: "" });
  const [tried, setTried] = useState(false);
  if (fact.header.type === "stock.loaded" && isUsed(now, payloadOf<"stock.loaded">(fact)))
    return <small>{t("entry_load_used")}</small>;
  const save = async () => {
    setTried(true);
    if (needed(values.reason)) return;
    const payload = { event: fact.header.id, reason: values.reason.trim() };
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.entry_voided", payload);
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("entry_take_back")}</summary>
      {besides(fact)}
      <TextArea
        label={t("entry_why")}
        value={values.reason}
        onInput={(reason) => set({ reason })}
        error={tried ? needed(values.reason) : undefined}
      />
      <Button onClick={save}>{t("entry_take_back_save")}</Button>
    </details>
  );
}

function PutBack({ now, voids }: { readonly now: View; readonly voids: readonly Told<"stock.entry_voided">[] }) {
  const undo = async () => {
    const reason = inEnglish("entry_put_back_reason");
    await theDevice().recordTogether(
      voids.map(({ fact }) => () => ({
        stream: `clinic/${now.clinic.id}`,
        type: "stock.entry_voided",
        payload: { event: fact.header.id, reason },
      })),
    );
    stir();
  };
  return (
    <Button kind="quiet" onClick={undo}>
      {t("entry_put_back")}
    </Button>
  );
}
