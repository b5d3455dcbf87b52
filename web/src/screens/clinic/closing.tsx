/**
 * The end of the day: every dose accounted for, every consent and child with an outcome or a name, what is still owed
 * said, two people answer for it.
 *
 *     loaded = given + wasted + drawn and not given + returned        per lot, container and fund; else a word
 *     consents in = given + not given + open                          one per child and vaccine
 *
 * A day that was closed is counted and signed anew where something was found since: the earlier close stays in the
 * record, and what it said to go back is said anew.
 */
import { useState } from "preact/hooks";
import { PartialHistory } from "../../components/damage";
import { useDraft } from "../../components/drafts";
import { Button, Field, LinkRow, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import type { ClinicClosed, LotCount } from "../../events/generated";
import { lotKey } from "../../projections/clinic";
import { closedCounts, DOSES_MAX, inParts, isCountable, signedOf } from "../../projections/closing";
import { boxesOf, dayFaults } from "../../projections/cold";
import { isOneName } from "../../projections/naming";
import { outcomesOf } from "../../projections/outcomes";
import { returnsBesideCloses, returnsOf } from "../../projections/returns";
import { type LotTally, notSeen, talliesOf } from "../../projections/stock";
import type { Deed } from "../../store/recording";
import { office as english } from "../../text/office/en";
import { office as spanish } from "../../text/office/es";
import { shownVaccine } from "../../text/vaccines";
import { inEnglish, learn, momentWords, t, word } from "../../text/words";
import { Silent } from "../roster";
import { go, place, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { AGAIN, Closed, countOf, OutboxState } from "./closed";
import { NotSeen } from "./not_seen";
import { ConsentsCounted, StillOwed } from "./owed";
import { useNow } from "./ticking";
import { UnsignedEmergencies, useUnsigned } from "./unsigned";

learn(english, spanish);

/** So many children a close names, to stay within an event; how many more there were is in its note. */
const NOT_SEEN_MAX = 800;

const isCount = (typed: string): boolean => /^\d+$/.test(typed) && Number(typed) <= DOSES_MAX;

export function Closing({ now }: { readonly now: View }) {
  return now.clinic.closing !== null && place.value[1] !== AGAIN ? <Closed now={now} /> : <Count now={now} />;
}

function Count({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`closing/${now.clinic.id}`, {
    returned: {} as Readonly<Record<string, string>>,
    second: "",
    note: "",
  });
  const [tried, setTried] = useState(false);
  const { closing, shelf } = now.clinic;
  const signed = closedCounts(shelf);
  const tallies = talliesOf(now.clinic, now.children, closing === null ? returnsOf(shelf) : returnsBesideCloses(shelf));
  const missing = notSeen(now.clinic, now.roster);
  const outcomes = outcomesOf(now.clinic, now.roster, now.today);
  const watched = now.watched;
  const unsigned = useUnsigned(now);
  const isLoaded = ({ lot }: LotTally): boolean => now.clinic.lots.includes(lot);
  const before = (tally: LotTally): number =>
    (signedOf(signed, countOf(tally))?.returned ?? tally.left + tally.returned) - tally.returned;
  const typed = (tally: LotTally): string =>
    isLoaded(tally) ? (values.returned[lotKey(tally.lot)] ?? String(Math.max(0, before(tally)))) : "0";
  const counted = (tally: LotTally): LotCount => ({
    ...countOf(tally),
    returned: tally.returned + Number(typed(tally)),
  });
  const open = (tally: LotTally): number => tally.left - Number(typed(tally));
  const uneven = tallies.filter((tally) => open(tally) !== 0);
  const first = now.me?.name ?? "";
  const errors = {
    second: needed(values.second) ?? (isOneName(values.second, first) ? t("second_other") : undefined),
    first: first === "" ? t("closing_no_name") : undefined,
    note: uneven.length > 0 || closing !== null ? needed(values.note) : undefined,
    watched: watched.length > 0 ? t("still_watched", { count: watched.length }) : undefined,
    unsigned: unsigned?.length === 0 ? undefined : t("emergencies_first"),
    returned: tallies.every((tally) => isCount(typed(tally)) && isCountable(counted(tally)))
      ? undefined
      : t("returned_bad", { most: DOSES_MAX }),
  };
  const close = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const stream = `clinic/${now.clinic.id}` as const;
    const back = tallies.filter((one) => Number(typed(one)) > 0);
    const returned = back.map((tally): Deed => {
      const { lot, cvx, mvx, container, funding } = tally.lot;
      const payload = { lot, cvx, mvx, container, funding, doses: Number(typed(tally)) };
      return { stream, type: "stock.returned", payload };
    });
    const more = missing.length - NOT_SEEN_MAX;
    const note = [values.note.trim(), more > 0 ? inEnglish("not_seen_more", { count: more }) : ""].join(" ").trim();
    const [parts, rest] = inParts(tallies.map(counted));
    const before = parts.map((counts): Deed => ({ stream, type: "clinic.counted", payload: { counts } }));
    const closed: ClinicClosed = {
      at: new Date().toISOString(),
      signed_by: [first, values.second.trim()],
      counts: rest,
      consents: outcomes.count,
      not_seen: missing.slice(0, NOT_SEEN_MAX).map((student) => student.id),
      ...(note === "" ? {} : { note }),
    };
    const deeds: readonly Deed[] = [...before, ...returned, { stream, type: "clinic.closed", payload: closed }];
    await theDevice().recordTogether(deeds.map((deed) => () => deed));
    await drop();
    stir();
    go("closing");
  };
  return (
    <Screen
      title={t("closing")}
      back={closing === null ? ["more"] : ["closing"]}
      foot={<Button onClick={close}>{t("close_sign")}</Button>}
    >
      {closing === null ? null : (
        <Notice tone="warn">{t("close_again_lead", { when: momentWords(Date.parse(closing.payload.at)) })}</Notice>
      )}
      <PartialHistory />
      <h2>{t("doses_count")}</h2>
      <Silent now={now} />
      <ul class="list">
        {tallies.map((tally) => (
          <li key={lotKey(tally.lot)} class={open(tally) === 0 ? "dose" : "dose wrong"}>
            <span class="who">
              <strong>{shownVaccine(tally.lot.cvx)}</strong>
              <small>
                {[`${t("lot")} ${tally.lot.lot}`, tally.lot.container, word("funding", tally.lot.funding)]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
              <small>
                {t("closing_counts", {
                  loaded: tally.loaded,
                  given: tally.given,
                  gone: tally.wasted + tally.drawn + tally.returned,
                })}
              </small>
            </span>
            {isLoaded(tally) ? (
              <label class="returned">
                <small>{t("col_returned")}</small>
                <input
                  class="count"
                  inputMode="numeric"
                  aria-label={t("returned_of", {
                    lot: tally.lot.lot,
                    container: tally.lot.container,
                    fund: word("funding", tally.lot.funding),
                  })}
                  value={typed(tally)}
                  onInput={(event) =>
                    set({ returned: { ...values.returned, [lotKey(tally.lot)]: event.currentTarget.value } })
                  }
                />
              </label>
            ) : null}
          </li>
        ))}
      </ul>
      {uneven.map((tally) => (
        <Notice key={lotKey(tally.lot)} tone="warn">
          {t(isLoaded(tally) ? "uneven" : "uneven_not_loaded", {
            lot: tally.lot.lot,
            count: Math.abs(open(tally)) || "?",
          })}
        </Notice>
      ))}
      {tried && errors.returned ? (
        <p class="error" role="alert">
          {errors.returned}
        </p>
      ) : null}
      <BoxesNotRead now={now} />
      <ConsentsCounted outcomes={outcomes} />
      {watched.length > 0 ? (
        <Notice tone="bad">
          <span class={tried ? "error" : ""}>{t("still_watched", { count: watched.length })}</span>
        </Notice>
      ) : null}
      <UnsignedEmergencies unsigned={unsigned ?? []} error={tried ? errors.unsigned : undefined} />
      <NotSeen now={now} missing={missing} />
      <StillOwed now={now} />
      <OutboxState now={now} />
      <TextArea
        label={t("note")}
        value={values.note}
        onInput={(note) => set({ note })}
        {...(closing === null ? {} : { hint: t("close_again_note") })}
        error={tried ? errors.note : undefined}
      />
      <h2>{t("two_sign")}</h2>
      <p>{first}</p>
      {errors.first === undefined ? null : <p class="error">{errors.first}</p>}
      <Field
        label={t("second_signer")}
        value={values.second}
        onInput={(second) => set({ second })}
        error={tried ? errors.second : undefined}
      />
    </Screen>
  );
}

/** Boxes whose readings do not tell the whole day, each with what lacks. */
function BoxesNotRead({ now }: { readonly now: View }) {
  const moment = useNow();
  const faulty = boxesOf(now.clinic)
    .map((box) => ({ box, faults: dayFaults(box, moment) }))
    .filter(({ faults }) => faults.length > 0);
  if (faulty.length === 0) return null;
  return (
    <section aria-labelledby="boxes">
      <h2 id="boxes">{t("temperatures")}</h2>
      <div class="panel">
        {faulty.map(({ box, faults }) => (
          <LinkRow
            key={box.container}
            to={["stock"]}
            title={box.container}
            more={faults.map((fault) => t(fault)).join(", ")}
          />
        ))}
      </div>
    </section>
  );
}
