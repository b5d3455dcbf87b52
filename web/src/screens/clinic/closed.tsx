/** A day that two people closed: what they signed, what counts otherwise since, what is owed, what waits on this phone. */
import { HandOffButton } from "../../components/hand_off";
import { Button, Notice, Screen } from "../../components/parts";
import type { LotCount } from "../../events/generated";
import { closedCounts, NUMBERS } from "../../projections/closing";
import { boxName, lotNumber } from "../../projections/loads";
import { type LotTally, talliesOf } from "../../projections/stock";
import { readOwn } from "../../store/device";
import { shownVaccine } from "../../text/vaccines";
import { momentWords, t, word } from "../../text/words";
import { aside } from "../aside";
import { clinicName, go, picturesWaiting, theDevice, waiting } from "../state";
import type { View } from "../view";
import { StillOwed } from "./owed";

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
  const told = now.clinic.closing?.payload;
  const tallies = new Map(talliesOf(now.clinic, now.children).map((tally) => [keyOf(countOf(tally)), tally]));
  if (told === undefined) return null;
  const counts = closedCounts(now.clinic.shelf);
  return (
    <Screen title={t("closed")} under={momentWords(Date.parse(told.at))} back={["more"]}>
      <Notice tone="info">{t("closed_signed", { one: told.signed_by[0], two: told.signed_by[1] })}</Notice>
      {counts.some((count) => isOther(count, tallies.get(keyOf(count)))) ? (
        <Notice tone="warn">{t("closed_changed")}</Notice>
      ) : null}
      <ul class="list">
        {counts.map((count) => (
          <ClosedCount key={keyOf(count)} count={count} tally={tallies.get(keyOf(count))} />
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
      <OutboxState now={now} />
    </Screen>
  );
}

/** What a close says of one lot in one box of one fund. */
export function countOf({ lot, loaded, given, wasted, drawn, returned }: LotTally): LotCount {
  const container = [...lot.container].slice(0, CONTAINER_CHARACTERS_MAX).join(""); // whole characters, no halves
  return { lot: lot.lot, container, funding: lot.funding, loaded, given, wasted, drawn_not_given: drawn, returned };
}

const keyOf = ({ lot, container, funding }: LotCount): string =>
  `${lotNumber(lot)} ${boxName(container ?? "")} ${funding ?? ""}`;

/** Whether the record says otherwise by now: another phone delivered later, or something was corrected. */
function isOther(count: LotCount, tally: LotTally | undefined): boolean {
  const known = tally === undefined ? undefined : countOf(tally);
  return known !== undefined && NUMBERS.some((name) => known[name] !== count[name]);
}

/** One lot as it was signed, and as it counts since. */
function ClosedCount({ count, tally }: { readonly count: LotCount; readonly tally: LotTally | undefined }) {
  const numbers = (one: LotCount) => t("closed_counts", Object.fromEntries(NUMBERS.map((name) => [name, one[name]])));
  const isChanged = isOther(count, tally);
  return (
    <li class={isChanged ? "dose wrong" : "dose"}>
      <span class="who">
        <strong>{tally === undefined ? `${t("lot")} ${count.lot}` : shownVaccine(tally.lot.cvx)}</strong>
        <small>
          {[
            tally === undefined ? "" : `${t("lot")} ${count.lot}`,
            count.container,
            count.container ? word("funding", count.funding ?? "other") : "",
          ]
            .filter(Boolean)
            .join(" · ")}
        </small>
        <small>{numbers(count)}</small>
        {tally !== undefined && isChanged ? (
          <small>
            {t("closed_since", { counts: numbers(countOf(tally)) })}{" "}
            {tally.left === 0 ? "" : t("closed_off", { count: Math.abs(tally.left) })}
          </small>
        ) : null}
      </span>
    </li>
  );
}
