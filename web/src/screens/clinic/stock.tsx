/** The boxes: lots with what is left of them, temperatures, and lots set aside with the children who had them. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Choice, Field, Notice, Pill, Screen, TextArea } from "../../components/parts";
import type { StockHeld } from "../../events/generated";
import { type Lot, lotKey } from "../../projections/clinic";
import { misreadings, whysOf } from "../../projections/held";
import { hadLot } from "../../projections/held_doses";
import { lotNumber } from "../../projections/loads";
import { type LotTally, talliesOf } from "../../projections/stock";
import { told } from "../../text/desk/told";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, countError, needed } from "./checks";
import { Entries } from "./entries";
import { Load } from "./load";
import { CorrectLoads } from "./load_correct";
import { makerName } from "./lots";
import { Temperatures } from "./temperatures";

const WHYS: readonly StockHeld["why"][] = ["recall", "excursion", "expired", "other"];

export function Stock({ now }: { readonly now: View }) {
  return (
    <Screen title={t("stock")} back={["more"]}>
      {now.clinic.lots.length === 0 ? <p class="empty">{t("no_stock")}</p> : null}
      <ul class="list">
        {inBoxes(now).map((tally) => (
          <LotRow key={lotKey(tally.lot)} now={now} tally={tally} />
        ))}
      </ul>
      <HeldElsewhere now={now} />
      <Temperatures now={now} />
      <Load now={now} />
      <Entries now={now} />
    </Screen>
  );
}

/** Of what was never loaded here the close says more; in no box there is anything of it. */
const inBoxes = (now: View): readonly LotTally[] =>
  talliesOf(now.clinic, now.children).filter(({ lot }) => now.clinic.lots.includes(lot));

function LotRow({ now, tally }: { readonly now: View; readonly tally: LotTally }) {
  const { lot, left, loaded, given } = tally;
  const expired = lot.expires_on < now.today;
  return (
    <li class="dose">
      <span class="who">
        <strong>{shownVaccine(lot.cvx)}</strong>
        <small>
          {t("lot")} {lot.lot} · {makerName(lot.mvx)} ·{" "}
          {t(expired ? "expired_short" : "expires", { day: day(lot.expires_on) })} · {lot.container} ·{" "}
          {word("funding", lot.funding)}
        </small>
        <small>{t("lot_counts", { loaded, given, left })}</small>
        {lot.expiresOtherwise === "" ? null : (
          <Notice tone="warn">{t("lot_expires_two", { day: day(lot.expiresOtherwise) })}</Notice>
        )}
        <span class="pills">
          {lot.held !== null ? (
            <Whys now={now} lot={lot.lot} mvx={lot.mvx} />
          ) : expired ? (
            <Pill tone="bad">{t("held_lot")}</Pill>
          ) : (
            <Pill tone="good">{t("usable")}</Pill>
          )}
        </span>
        {lot.held === null ? <Freed now={now} lot={lot.lot} /> : null}
        {lot.held === null ? <SetAside now={now} lot={lot} /> : <Had now={now} lot={lot.lot} mvx={lot.mvx} />}
        {lot.held === null ? null : <Clear now={now} lot={lot.lot} />}
        {left > 0 ? <Waste now={now} tally={tally} /> : null}
        <CorrectLoads now={now} lot={lot} />
      </span>
    </li>
  );
}

/** That a lot may be used again because a reading was wrong is said, to who saw it set aside too. */
function Freed({ now, lot }: { readonly now: View; readonly lot: string }) {
  const wrong = misreadings(now.clinic.shelf).find(
    ({ lots, isHeld }) => !isHeld && lots.map(lotNumber).includes(lotNumber(lot)),
  );
  if (wrong === undefined) return null;
  const { celsius, container } = wrong.read.payload;
  return <Notice tone="warn">{t("lot_freed", { celsius, box: container, why: wrong.told.payload.reason })}</Notice>;
}

/** Each reason by itself: who answers for one of them does not answer for the others. */
const Whys = ({ now, lot, mvx = "" }: { readonly now: View; readonly lot: string; readonly mvx?: string }) => (
  <>
    {whysOf(now.clinic.holds(lot, mvx)).map((why) => (
      <Pill key={why} tone="bad">{`${t("held_lot")}: ${word("held", why)}`}</Pill>
    ))}
  </>
);

/** Lots somebody set aside that were never loaded here: one may have been typed, before that was known too. */
function HeldElsewhere({ now }: { readonly now: View }) {
  const held = now.clinic.heldElsewhere;
  if (held.length === 0) return null;
  return (
    <section aria-labelledby="held-elsewhere">
      <h2 id="held-elsewhere">{t("held_elsewhere")}</h2>
      <ul class="list">
        {held.map(({ lot }) => (
          <li key={lot} class="dose">
            <span class="who">
              <strong>
                {t("lot")} {lot}
              </strong>
              <span class="pills">
                <Whys now={now} lot={lot} />
              </span>
              <Had now={now} lot={lot} />
              <Clear now={now} lot={lot} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The children a set-aside lot was already given to, with whom to call. */
function Had({ now, lot, mvx = "" }: { readonly now: View; readonly lot: string; readonly mvx?: string }) {
  const children = hadLot(now.clinic, now.children, lot, mvx);
  if (children.length === 0) return <small>{t("nobody_had")}</small>;
  return (
    <>
      <small>{t("had_it", { count: children.length })}</small>
      <ul class="plain">
        {children.map((student) => (
          <li key={student.id}>
            {whoWords(now, student)}
            {student.contacts.some(({ phone }) => phone) ? null : <p class="hint">{t("no_contacts")}</p>}
            {student.contacts.map(({ name, relation, phone }) =>
              phone ? (
                <p key={`${name}${phone}`}>
                  {name} ({told(relation)}){" "}
                  <a class="button quiet small inline" href={`tel:${phone}`}>
                    {phone}
                  </a>
                </p>
              ) : null,
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function SetAside({ now, lot: { lot, mvx } }: { readonly now: View; readonly lot: Lot }) {
  const { values, set, drop } = useDraft(`set-aside/${lot}/${mvx}`, { why: "" as StockHeld["why"] | "" });
  const { why } = values;
  const [tried, setTried] = useState(false);
  const hold = async () => {
    setTried(true);
    if (why === "") return;
    const isTwo = now.clinic.lots.some((one) => lotNumber(one.lot) === lotNumber(lot) && one.mvx !== mvx);
    const whose = why === "recall" && isTwo ? { mvx } : {};
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.held", { lots: [lot], why, ...whose });
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("set_aside")}</summary>
      <Choice
        legend={t("reason")}
        value={why}
        onChange={(chosen) => set({ why: chosen })}
        options={WHYS.map((one) => [one, one === "other" ? t("set_aside_other") : word("held", one)])}
        error={tried && why === "" ? t("required") : undefined}
      />
      <Button kind="danger" onClick={hold}>
        {t("do_not_use")}
      </Button>
    </details>
  );
}

/** Only the maker or the program can say that what was set aside may be used. */
function Clear({ now, lot }: { readonly now: View; readonly lot: string }) {
  const { values, set, drop } = useDraft(`clear/${lot}`, { authority: "" });
  const { authority } = values;
  const whys = whysOf(now.clinic.holds(lot)).map((why) => word("held", why));
  const [tried, setTried] = useState(false);
  const clear = async () => {
    setTried(true);
    if (needed(authority)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.cleared", { lots: [lot], authority: authority.trim() });
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("clear_lot")}</summary>
      {whys.length > 1 ? <Notice tone="warn">{t("clear_ends", { whys: whys.join(", ") })}</Notice> : null}
      <Field
        label={t("clear_authority")}
        value={authority}
        onInput={(typed) => set({ authority: typed })}
        error={tried ? needed(authority) : undefined}
      />
      <Button kind="quiet" onClick={clear}>
        {t("clear_lot_do")}
      </Button>
    </details>
  );
}

function Waste({ now, tally }: { readonly now: View; readonly tally: LotTally }) {
  const blank = { doses: "1", drawn: "no" as "yes" | "no", reason: "" };
  const { values, set, drop } = useDraft(`waste/${lotKey(tally.lot)}`, blank);
  const { doses, drawn, reason } = values;
  const [tried, setTried] = useState(false);
  const errors = { doses: countError(doses, tally.left), reason: needed(reason) };
  const save = async () => {
    setTried(true);
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "stock.wasted", {
      lot: tally.lot.lot,
      cvx: tally.lot.cvx,
      mvx: tally.lot.mvx,
      container: tally.lot.container,
      funding: tally.lot.funding,
      doses: Number(doses),
      drawn: drawn === "yes",
      reason: reason.trim(),
    });
    await drop();
    set(blank);
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
        onInput={(typed) => set({ doses: typed })}
        error={tried ? errors.doses : undefined}
      />
      <Choice
        legend={t("how_wasted")}
        value={drawn}
        onChange={(chosen) => set({ drawn: chosen })}
        options={[
          ["no", t("spoilt")],
          ["yes", t("drawn")],
        ]}
      />
      <TextArea
        label={t("reason")}
        value={reason}
        onInput={(typed) => set({ reason: typed })}
        error={tried ? errors.reason : undefined}
      />
      <Button onClick={save}>{t("save_waste")}</Button>
    </details>
  );
}
