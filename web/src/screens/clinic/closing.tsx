/**
 * The end of the day: every dose accounted for, every consent and child with an outcome or a name, what is still owed
 * said, two people answer for it.
 *
 *     loaded = given + wasted + drawn and not given + returned        per lot, container and fund; else a word
 *     consents in = given + not given + open                          one per child and vaccine
 */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { HandOffButton } from "../../components/hand_off";
import { Button, Field, LinkRow, Notice, Screen, showFirstError, TextArea } from "../../components/parts";
import { lotKey } from "../../projections/clinic";
import { boxesOf, dayFaults } from "../../projections/cold";
import { outcomesOf } from "../../projections/outcomes";
import { type LotTally, notSeen, talliesOf } from "../../projections/stock";
import { readOwn } from "../../store/device";
import { office as english } from "../../text/office/en";
import { office as spanish } from "../../text/office/es";
import { shownVaccine } from "../../text/vaccines";
import { learn, momentWords, t, word } from "../../text/words";
import { aside } from "../aside";
import { clinicName, go, stir, theDevice, waiting } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { ConsentsCounted, StillOwed } from "./owed";
import { useNow } from "./ticking";
import { UnsignedEmergencies, useUnsigned } from "./unsigned";

const CONTAINER_CHARACTERS_MAX = 40;

learn(english, spanish);

export function Closing({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`closing/${now.clinic.id}`, {
    returned: {} as Readonly<Record<string, string>>,
    second: "",
    note: "",
  });
  const [tried, setTried] = useState(false);
  const tallies = talliesOf(now.clinic, now.children);
  const missing = notSeen(now.clinic, now.roster);
  const outcomes = outcomesOf(now.clinic, now.roster, now.today);
  const watched = now.watched;
  const unsigned = useUnsigned(now);
  const typed = (tally: LotTally): string => values.returned[lotKey(tally.lot)] ?? String(Math.max(0, tally.left));
  const open = (tally: LotTally): number => tally.left - Number(typed(tally));
  const uneven = tallies.filter((tally) => open(tally) !== 0);
  const first = now.me?.name ?? "";
  const errors = {
    second:
      needed(values.second) ??
      (values.second.trim().toLowerCase() === first.toLowerCase() ? t("second_other") : undefined),
    note: uneven.length > 0 ? needed(values.note) : undefined,
    watched: watched.length > 0 ? t("still_watched", { count: watched.length }) : undefined,
    unsigned: unsigned?.length === 0 ? undefined : t("emergencies_first"),
    returned: tallies.some((tally) => !/^\d+$/.test(typed(tally))) ? t("whole") : undefined,
  };
  const close = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const stream = `clinic/${now.clinic.id}` as const;
    for (const tally of tallies.filter((one) => Number(typed(one)) > 0)) {
      const { lot, container, funding } = tally.lot;
      await theDevice().record(stream, "stock.returned", { lot, container, funding, doses: Number(typed(tally)) });
    }
    await theDevice().record(stream, "clinic.closed", {
      at: new Date().toISOString(),
      signed_by: [first, values.second.trim()],
      counts: tallies.map((tally) => ({
        lot: tally.lot.lot,
        container: tally.lot.container.slice(0, CONTAINER_CHARACTERS_MAX),
        funding: tally.lot.funding,
        loaded: tally.loaded,
        given: tally.given,
        wasted: tally.wasted,
        drawn_not_given: tally.drawn,
        returned: tally.returned + Number(typed(tally)),
      })),
      consents: outcomes.count,
      not_seen: missing.map((student) => student.id),
      ...(values.note.trim() === "" ? {} : { note: values.note.trim() }),
    });
    await drop();
    stir();
  };
  const { closing } = now.clinic;
  if (closing !== null) return <Closed now={now} />;
  return (
    <Screen title={t("closing")} back={["more"]} foot={<Button onClick={close}>{t("close_sign")}</Button>}>
      <h2>{t("doses_count")}</h2>
      <ul class="list">
        {tallies.map((tally) => (
          <li key={lotKey(tally.lot)} class={open(tally) === 0 ? "dose" : "dose wrong"}>
            <span class="who">
              <strong>{shownVaccine(tally.lot.cvx)}</strong>
              <small>
                {t("lot")} {tally.lot.lot} · {tally.lot.container} · {word("funding", tally.lot.funding)}
              </small>
              <small>
                {t("closing_counts", {
                  loaded: tally.loaded,
                  given: tally.given,
                  gone: tally.wasted + tally.drawn + tally.returned,
                })}
              </small>
            </span>
            <label class="returned">
              <small>{t("col_returned")}</small>
              <input
                class="count"
                inputMode="numeric"
                aria-label={t("returned_of", { lot: tally.lot.lot, container: tally.lot.container })}
                value={typed(tally)}
                onInput={(event) =>
                  set({ returned: { ...values.returned, [lotKey(tally.lot)]: event.currentTarget.value } })
                }
              />
            </label>
          </li>
        ))}
      </ul>
      {uneven.map((tally) => (
        <Notice key={lotKey(tally.lot)} tone="warn">
          {t("uneven", { lot: tally.lot.lot, count: Math.abs(open(tally)) || "?" })}
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
      <h2>{t("not_seen", { count: missing.length })}</h2>
      {missing.length === 0 ? <p class="hint">{t("all_seen")}</p> : null}
      {missing.length === 0 ? null : (
        <details>
          <summary>{t("show_them")}</summary>
          <div class="panel">
            {missing.map((student) => (
              <LinkRow key={student.id} to={["child", student.id, "not-given"]} title={student.fullName} />
            ))}
          </div>
        </details>
      )}
      <StillOwed now={now} />
      <OutboxState now={now} />
      <TextArea
        label={t("note")}
        value={values.note}
        onInput={(note) => set({ note })}
        error={tried ? errors.note : undefined}
      />
      <h2>{t("two_sign")}</h2>
      <p>{first}</p>
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

/** What is not yet in the district's log, and the head of the log this phone has verified, to be photographed. */
function OutboxState({ now }: { readonly now: View }) {
  const { checkpoint } = theDevice().state;
  const isDelivered = waiting.value === 0 && aside.value.length === 0;
  return (
    <section aria-labelledby="outboxstate">
      <h2 id="outboxstate">{t("outbox")}</h2>
      {waiting.value > 0 ? <p>{t("closing_waiting", { count: waiting.value })}</p> : null}
      {aside.value.length > 0 ? <SetAside now={now} /> : null}
      {isDelivered ? <p>{t("closing_delivered")}</p> : null}
      <HandOffButton />
      {checkpoint ? (
        <details>
          <summary>{t("checkpoint")}</summary>
          <p class="hint">{t("checkpoint_lead")}</p>
          <pre class="receipt">{checkpoint}</pre>
        </details>
      ) : null}
    </section>
  );
}

/** The entries the district did not take in, each by its child. */
function SetAside({ now }: { readonly now: View }) {
  return (
    <Notice tone="bad">
      <p>{t("closing_aside", { count: aside.value.length })}</p>
      <ul>
        {aside.value.map((row) => {
          const { header } = readOwn(row);
          const child = now.student(header.stream.replace("student/", ""))?.fullName;
          const subject = child || (header.stream.startsWith("clinic/") ? clinicName.value : t("no_longer_here"));
          return (
            <li key={row.seq}>
              {word("event", header.type.replace(".", "_"))} · {subject}
            </li>
          );
        })}
      </ul>
      <Button kind="quiet" onClick={() => go("outbox")}>
        {t("outbox")}
      </Button>
    </Notice>
  );
}

function Closed({ now }: { readonly now: View }) {
  const told = now.clinic.closing?.payload;
  if (told === undefined) return null;
  return (
    <Screen title={t("closed")} under={momentWords(Date.parse(told.at))} back={["more"]}>
      <Notice tone="info">{t("closed_by", { one: told.signed_by[0], two: told.signed_by[1] })}</Notice>
      <ul class="list">
        {(told.counts ?? []).map((count) => (
          <li key={`${count.lot} ${count.container ?? ""} ${count.funding ?? ""}`} class="dose">
            <span class="who">
              <strong>
                {t("lot")} {count.lot}
              </strong>
              {count.container ? (
                <small>
                  {count.container} · {word("funding", count.funding ?? "other")}
                </small>
              ) : null}
              <small>
                {t("closed_counts", {
                  loaded: count.loaded,
                  given: count.given,
                  wasted: count.wasted,
                  drawn_not_given: count.drawn_not_given,
                  returned: count.returned,
                })}
              </small>
            </span>
          </li>
        ))}
      </ul>
      {told.consents ? <p>{t("consents_count", { ...told.consents })}</p> : null}
      <h2>{t("not_seen", { count: told.not_seen?.length ?? 0 })}</h2>
      {(told.not_seen ?? []).map((id) => (
        <p key={id}>{now.student(id)?.fullName ?? id}</p>
      ))}
      {told.note ? <p>{told.note}</p> : null}
      <StillOwed now={now} />
      <OutboxState now={now} />
    </Screen>
  );
}
