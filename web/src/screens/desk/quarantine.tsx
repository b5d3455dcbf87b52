/** What could not be taken as an event: why it waits, whose it is, what came; let in or closed by a person. */
import { useState } from "preact/hooks";
import { Button, Check, Notice, Pill, Screen, Select } from "../../components/parts";
import { retold } from "../../text/desk/told";
import { t, word } from "../../text/words";
import { hasRole, person, type QuarantineRow, request, useAnswer, useDeed } from "./asking";
import { Came } from "./came";
import { Answered, Deed, LinkRow, since } from "./parts";

const LOOKERS = ["health_office", "records", "district_admin", "auditor"];
const READERS = ["health_office", "records", "auditor"];
const OWNERS = ["health_office", "records", "district_admin"];

export function QuarantineList() {
  const [everything, setEverything] = useState(false);
  const path = `/api/quarantine?everything=${everything}`;
  const { answer, again } = useAnswer<{ readonly submissions: readonly QuarantineRow[] }>(path);
  if (!LOOKERS.some(hasRole)) return <NotYours />;
  return (
    <Screen title={t("desk_quarantine")}>
      <p>{t("desk_quarantine_lead")}</p>
      <Check label={t("desk_also_settled")} checked={everything} onChange={setEverything} />
      <Answered answer={answer} again={again}>
        {({ submissions }) =>
          submissions.length === 0 ? (
            <p class="empty">{t("desk_quarantine_none")}</p>
          ) : (
            <ul class="list">
              {submissions.map((row) => (
                <LinkRow
                  key={row.submission}
                  href={`#/quarantine/${row.submission}`}
                  title={word("desk_why", row.reason)}
                >
                  <small>{fromWords(row)}</small>
                  <small>{t("desk_since", { since: since(row.received_at) })}</small>
                  <States row={row} />
                </LinkRow>
              ))}
            </ul>
          )
        }
      </Answered>
    </Screen>
  );
}

function NotYours() {
  return (
    <Screen title={t("desk_quarantine")}>
      <p class="empty">{t("desk_not_yours")}</p>
    </Screen>
  );
}

const fromWords = (row: QuarantineRow): string => [row.staff, row.device].filter(Boolean).join(" · ");

function States({ row }: { readonly row: QuarantineRow }) {
  return (
    <span class="pills">
      {row.state === "open" ? (
        <>
          <Pill tone="wait">{t("desk_state_open")}</Pill>
          <Pill tone={row.taken_by ? "good" : "calm"}>
            {row.taken_by ? t("desk_taken_by", { name: row.taken_by }) : word("desk_role", row.owner)}
          </Pill>
        </>
      ) : (
        <Pill tone={row.state === "released" ? "good" : "calm"}>{word("desk_state", row.state)}</Pill>
      )}
    </span>
  );
}

export function Submission({ hash }: { readonly hash: string }) {
  const { answer, again } = useAnswer<{ readonly submissions: readonly QuarantineRow[] }>(
    "/api/quarantine?everything=true",
  );
  if (!LOOKERS.some(hasRole)) return <NotYours />;
  return (
    <Answered answer={answer} again={again} title={t("desk_quarantine")}>
      {({ submissions }) => {
        const row = submissions.find((one) => one.submission === hash);
        return row === undefined ? (
          <Screen title={t("desk_quarantine")}>
            <p class="empty">{t("desk_submission_unknown")}</p>
          </Screen>
        ) : (
          <One row={row} again={again} />
        );
      }}
    </Answered>
  );
}

function One({ row, again }: { readonly row: QuarantineRow; readonly again: () => void }) {
  const detail = retold(row.detail);
  const maySettle = row.state === "open" && (hasRole(row.owner) || hasRole("health_office"));
  const decide = (deed: "release" | "close") => async (reason: string) => {
    await request("POST", `/api/quarantine/${row.submission}/${deed}`, { reason });
    again();
  };
  return (
    <Screen title={word("desk_why", row.reason)}>
      <p>
        <a class="link" href="#/quarantine">
          {t("desk_back_to_quarantine")}
        </a>
      </p>
      <States row={row} />
      <dl class="facts">
        {detail === null ? null : (
          <>
            <dt>{t("desk_detail")}</dt>
            <dd>{detail}</dd>
          </>
        )}
        <dt>{t("desk_todo")}</dt>
        <dd>{word("desk_fix", row.reason)}</dd>
        <dt>{t("desk_came")}</dt>
        <dd>{since(row.received_at)}</dd>
        <dt>{t("desk_from")}</dt>
        <dd>{fromWords(row)}</dd>
        <dt>{t("desk_owner")}</dt>
        <dd>
          {word("desk_role", row.owner)}
          {row.taken_by ? `, ${row.taken_by}` : ""}
        </dd>
        {row.state === "open" ? null : (
          <>
            <dt>{word("desk_state", row.state)}</dt>
            <dd>
              {[row.by, since(row.settled_at)].filter(Boolean).join(" · ")}
              <br />
              <span>{row.why}</span>
            </dd>
          </>
        )}
      </dl>
      {READERS.some(hasRole) ? <Came hash={row.submission} /> : <p class="hint">{t("desk_not_shown")}</p>}
      {maySettle ? (
        <>
          <Owner row={row} again={again} />
          <Deed
            of={`release/${row.submission}`}
            words={t("desk_release")}
            label={t("desk_release_why")}
            hint={t("desk_release_hint")}
            run={decide("release")}
          />
          <Deed
            of={`close/${row.submission}`}
            words={t("desk_close")}
            label={t("desk_close_why")}
            hint={t("desk_close_hint")}
            run={decide("close")}
          />
        </>
      ) : null}
    </Screen>
  );
}

/** Take it, or give it to another office. */
function Owner({ row, again }: { readonly row: QuarantineRow; readonly again: () => void }) {
  const { busy, problem, run } = useDeed();
  const [to, setTo] = useState(row.owner);
  const assign = (body: { readonly owner?: string; readonly take?: boolean }) =>
    run(async () => {
      await request("POST", `/api/quarantine/${row.submission}/assign`, body);
      again();
    });
  const mine = [row.owner, ...OWNERS].find(hasRole);
  return (
    <section aria-labelledby="owner">
      <h2 id="owner">{t("desk_hand_on")}</h2>
      {row.taken_by === person.value?.name || mine === undefined ? null : (
        <Button kind="quiet" disabled={busy} onClick={() => assign({ owner: mine, take: true })}>
          {t("desk_take")}
        </Button>
      )}
      <Select
        label={t("desk_give_to")}
        value={to}
        options={OWNERS.map((owner) => [owner, word("desk_role", owner)] as const)}
        onChange={setTo}
      />
      <Button kind="quiet" disabled={busy || to === row.owner} onClick={() => assign({ owner: to })}>
        {t("desk_give")}
      </Button>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </section>
  );
}
