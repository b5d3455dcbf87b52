/** A day that two people closed: what they signed, what counts otherwise since, what is owed, what waits on this phone. */
import { HandOffButton } from "../../components/hand_off";
import { Icon } from "../../components/icons";
import { Button, Notice, Screen } from "../../components/parts";
import type { LotCount } from "../../events/generated";
import {
  type CountNow,
  type CountSince,
  closedCounts,
  countersigned,
  countsSince,
  isChanged,
  NUMBERS,
} from "../../projections/closing";
import type { Told } from "../../projections/fact";
import { type LotTally, talliesOf } from "../../projections/stock";
import { readOwn } from "../../store/device";
import { shownVaccine } from "../../text/vaccines";
import { momentWords, t, word } from "../../text/words";
import { aside } from "../aside";
import { clinicName, go, picturesWaiting, stir, theDevice, waiting } from "../state";
import type { View } from "../view";
import { StillOwed } from "./owed";

/** The part of the address at which a closed day is counted and signed anew. */
export const AGAIN = "again";

const CONTAINER_CHARACTERS_MAX = 40;

/** What is not yet in the district's log, and the head of the log this phone has verified, to be photographed. */
export function OutboxState({ now }: { readonly now: View }) {
  const { checkpoint } = theDevice().state;
  const pictures = picturesWaiting.value;
  const isDelivered = waiting.value === 0 && pictures === 0 && aside.value.length === 0;
  return (
    <section aria-labelledby="outboxstate">
      <h2 id="outboxstate">{t("outbox")}</h2>
      {waiting.value > 0 ? <p>{t("closing_waiting", { count: waiting.value })}</p> : null}
      {pictures > 0 ? <p>{t("pictures_waiting", { count: pictures })}</p> : null}
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

export function Closed({ now }: { readonly now: View }) {
  const close = now.clinic.closing;
  if (close === null) return null;
  const told = close.payload;
  const lines = countsSince(closedCounts(now.clinic.shelf), countsNow(now));
  return (
    <Screen
      title={t("closed")}
      under={momentWords(Date.parse(told.at))}
      back={["more"]}
      foot={
        <Button kind="quiet" onClick={() => go("closing", AGAIN)}>
          {t("close_again")}
        </Button>
      }
    >
      <Notice tone="info">{t("closed_signed", { one: told.signed_by[0], two: told.signed_by[1] })}</Notice>
      <SecondSignature now={now} close={close} />
      {lines.some(isChanged) ? <Notice tone="warn">{t("closed_changed")}</Notice> : null}
      <ul class="list">
        {lines.map((line, at) => (
          <ClosedCount key={at} line={line} />
        ))}
      </ul>
      {told.consents ? <p>{t("consents_count", { ...told.consents })}</p> : null}
      <h2>{t("not_seen", { count: told.not_seen?.length ?? 0 })}</h2>
      {(told.not_seen ?? []).map((id) => (
        <p key={id}>{now.student(id)?.fullName ?? id}</p>
      ))}
      {told.note ? (
        <p>
          <strong>{t("note")}:</strong> {told.note}
        </p>
      ) : null}
      <StillOwed now={now} />
      <ClosedBefore now={now} />
      <OutboxState now={now} />
    </Screen>
  );
}

/** Who signed it beside who wrote it; until somebody did, how, and the button for who is at work and did not write it. */
function SecondSignature({ now, close }: { readonly now: View; readonly close: Told<"clinic.closed"> }) {
  const { clinic, people, me } = now;
  const signed = countersigned(clinic.shelf, close.fact);
  const sign = async () => {
    await theDevice().record(`clinic/${clinic.id}`, "clinic.countersigned", { event: close.fact.header.id });
    stir();
  };
  if (signed.length === 0) {
    const isOther = me !== null && me.staff !== close.fact.header.author;
    return (
      <>
        <p class="hint">{t("closed_by_name", { name: close.payload.signed_by[1] })}</p>
        {isOther ? <Button onClick={sign}>{t("closed_countersign", { name: me.name })}</Button> : null}
      </>
    );
  }
  const nameOf = (staff: string): string => people.find((one) => one.staff === staff)?.name ?? t("person_unknown");
  return signed.map(({ header }) => (
    <p key={header.id}>
      <Icon name="check" size={20} />{" "}
      {t("closed_countersigned", { name: nameOf(header.author), when: momentWords(Date.parse(header.recorded_at)) })}
    </p>
  ));
}

/** Earlier closes, which another followed: who signed what, the latest first. */
function ClosedBefore({ now: { clinic } }: { readonly now: View }) {
  const earlier = clinic.shelf.of("clinic.closed").slice(0, -1).reverse();
  if (earlier.length === 0) return null;
  return (
    <details>
      <summary>{t("closed_before", { count: earlier.length })}</summary>
      {earlier.map((close) => (
        <section key={close.fact.header.id}>
          <p>
            <strong>{momentWords(Date.parse(close.payload.at))}</strong>
          </p>
          <p>{t("closed_signed", { one: close.payload.signed_by[0], two: close.payload.signed_by[1] })}</p>
          {close.payload.note ? <p>{`${t("note")}: ${close.payload.note}`}</p> : null}
          <ul class="list">
            {closedCounts(clinic.shelf, close).map((signed, at) => (
              <ClosedCount key={at} line={{ signed, now: { ...signed, cvx: "" } }} />
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}

/** What a close says of one lot in one box of one fund. */
export function countOf({ lot, loaded, given, wasted, drawn, returned }: LotTally): LotCount {
  const container = [...lot.container].slice(0, CONTAINER_CHARACTERS_MAX).join(""); // whole characters, no halves
  return { lot: lot.lot, container, funding: lot.funding, loaded, given, wasted, drawn_not_given: drawn, returned };
}

const countsNow = (now: View): readonly CountNow[] =>
  talliesOf(now.clinic, now.children).map((tally) => ({ ...countOf(tally), cvx: tally.lot.cvx }));

/** One lot as it was signed, and as it counts since. */
function ClosedCount({ line }: { readonly line: CountSince }) {
  const { signed, now } = line;
  const count = signed ?? now;
  if (count === null) return null;
  const { lot, container, funding } = count;
  const cvx = now?.cvx ?? "";
  const numbers = (one: LotCount | null) =>
    t("closed_counts", Object.fromEntries(NUMBERS.map((name) => [name, one?.[name] ?? 0])));
  const off = now === null ? 0 : now.loaded - now.given - now.wasted - now.drawn_not_given - now.returned;
  const what = [cvx ? `${t("lot")} ${lot}` : "", container, container ? word("funding", funding || "other") : ""];
  return (
    <li class={isChanged(line) ? "dose wrong" : "dose"}>
      <span class="who">
        <strong>{cvx ? shownVaccine(cvx) : `${t("lot")} ${lot}`}</strong>
        <small>{what.filter(Boolean).join(" · ")}</small>
        <small>{signed === null ? t("closed_not_counted") : numbers(signed)}</small>
        {isChanged(line) ? (
          <small>
            {t("closed_since", { counts: numbers(now) })} {off === 0 ? "" : t("closed_off", { count: Math.abs(off) })}
          </small>
        ) : null}
      </span>
    </li>
  );
}
