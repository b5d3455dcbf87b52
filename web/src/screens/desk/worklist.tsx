/** What waits for the office: alarms about the log and devices, what does not fit in records, what must be followed up. */
import type { ComponentChildren } from "preact";
import { Button, Notice, Pill, Screen } from "../../components/parts";
import { told } from "../../text/desk/told";
import { day, t, word } from "../../text/words";
import { type AlarmRow, hasRole, type IncidentRow, type Matter, type OpenMatters, request, useAnswer } from "./asking";
import { placeOfLot } from "./lots";
import { Answered, Deed, type Progress, Reading, since } from "./parts";

export const ALARM_ROLES: readonly string[] = [
  "health_office",
  "records",
  "district_admin",
  "administrator",
  "auditor",
];
const READER_ROLES = ["nurse", "health_office", "records", "administrator", "auditor", "agency"];

export function WorklistScreen() {
  return (
    <Screen title={t("desk_worklist")}>
      {ALARM_ROLES.some(hasRole) ? <Alarms /> : null}
      {READER_ROLES.some(hasRole) ? <Matters /> : null}
    </Screen>
  );
}

function Section(props: { readonly id: string; readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section aria-labelledby={props.id}>
      <h2 id={props.id}>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Alarms() {
  const { answer, again, replace } = useAnswer<{ readonly alarms: readonly AlarmRow[] }>("/api/alarms");
  const accept = async (row: AlarmRow, reason: string) =>
    replace(
      await request("POST", "/api/alarms/accept", { kind: row.kind, about: row.about, count: row.count, reason }),
    );
  return (
    <Section id="alarms" title={t("desk_alarms")}>
      <Answered answer={answer} again={again}>
        {({ alarms }) =>
          alarms.length === 0 ? (
            <p class="hint">{t("desk_alarms_none")}</p>
          ) : (
            <ul class="list">
              {alarms.map((row) => (
                <Alarm key={`${row.kind} ${row.about}`} row={row} accept={(reason) => accept(row, reason)} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  );
}

function Alarm({ row, accept }: { readonly row: AlarmRow; readonly accept: (reason: string) => Promise<void> }) {
  const mayAccept = hasRole(row.owner) || hasRole("health_office");
  const isGrave = row.kind === "rollback" || row.kind === "fork";
  return (
    <li class="dose card">
      <span class="who">
        <strong>{t(`desk_alarm_${row.kind}`)}</strong>
        <span>{alarmWords(row)}</span>
        <small>{t("desk_since", { since: since(row.since) })}</small>
        {row.says ? (
          <small>
            {t("desk_reason_given")} {row.says}
          </small>
        ) : null}
        <span class="pills">
          <Pill tone={isGrave ? "bad" : "wait"}>{t(isGrave ? "desk_alarm" : "desk_to_look_at")}</Pill>
          <Pill tone="calm">{word("desk_role", row.owner)}</Pill>
        </span>
        {row.students.length > 0 ? (
          <p class="links">
            {row.students.map((student, place) => (
              <a key={student} href={`#/child/${student}`}>
                {t("desk_record_n", { number: place + 1 })}
              </a>
            ))}
          </p>
        ) : null}
      </span>
      {mayAccept ? (
        <Deed
          of={`accept/${row.kind}/${row.about}`}
          words={t("desk_accept")}
          label={t("desk_accept_why")}
          run={accept}
        />
      ) : null}
    </li>
  );
}

function alarmWords(row: AlarmRow): string {
  switch (row.kind) {
    case "rollback":
      return t("desk_alarm_rollback_words", { count: row.count, epoch: row.about });
    case "fork":
      return t("desk_alarm_fork_words", { device: row.device, count: row.count });
    case "gap":
      return row.first === row.last
        ? t("desk_alarm_gap_one", { device: row.device, first: row.first })
        : t("desk_alarm_gap_words", { device: row.device, count: row.count, first: row.first, last: row.last });
    case "role_lost":
      return t("desk_alarm_role_lost_words", { staff: row.staff, count: row.count });
  }
}

function Matters() {
  const { answer, again, replace } = useAnswer<OpenMatters & { readonly reading?: Progress | null }>("/api/worklist");
  return (
    <Answered answer={answer} again={again}>
      {(open) =>
        open.reading ? (
          <Reading progress={open.reading} again={again} />
        ) : (
          <>
            <Section id="incidents" title={t("desk_incidents", { count: open.all_incidents })}>
              <Cut shown={open.incidents.length} all={open.all_incidents} />
              {open.incidents.length === 0 ? <p class="hint">{t("desk_incidents_none")}</p> : null}
              <ul class="list">
                {open.incidents.map((row) => (
                  <Incident key={row.event} row={row} today={open.as_of} replace={replace} />
                ))}
              </ul>
            </Section>
            <Section id="matters" title={t("desk_matters", { count: open.all_discrepancies })}>
              <Cut shown={open.discrepancies.length} all={open.all_discrepancies} />
              {open.discrepancies.length === 0 ? <p class="hint">{t("desk_matters_none")}</p> : null}
              <ul class="list">
                {open.discrepancies.map((row) => (
                  <MatterRow key={row.key} row={row} today={open.as_of} replace={replace} />
                ))}
              </ul>
            </Section>
            <p class="hint">{t("desk_as_of", { size: open.log_size, day: day(open.as_of) })}</p>
            <Button kind="quiet" onClick={again}>
              {t("desk_again")}
            </Button>
          </>
        )
      }
    </Answered>
  );
}

function Cut({ shown, all }: { readonly shown: number; readonly all: number }) {
  return shown < all ? <Notice tone="info">{t("desk_cut", { shown, count: all })}</Notice> : null;
}

function Due({ on, today }: { readonly on: string; readonly today: string }) {
  return (
    <Pill tone={on < today ? "due" : "wait"}>{t(on < today ? "desk_overdue" : "desk_due", { day: day(on) })}</Pill>
  );
}

interface Row<Result> {
  readonly row: Result;
  readonly today: string;
  readonly replace: (open: OpenMatters) => void;
}

function Incident({ row, today, replace }: Row<IncidentRow>) {
  const close = async (outcome: string) =>
    replace(await request("POST", "/api/worklist/incidents/close", { event: row.event, outcome }));
  return (
    <li class="dose card">
      <span class="who">
        <a class="link" href={`#/child/${row.child.student}`}>
          {row.child.name}
        </a>
        <span>{row.stops.map(told).join(" ")}</span>
        <small>{row.reason}</small>
        {row.follow_up.length > 0 ? (
          <ul class="plain">
            {row.follow_up.map((step) => (
              <li key={step}>{told(step)}</li>
            ))}
          </ul>
        ) : null}
        <span class="pills">
          <Due on={row.due_on} today={today} />
          <Pill tone="calm">{word("desk_role", row.owner)}</Pill>
        </span>
      </span>
      <Deed
        of={`incident/${row.event}`}
        words={t("desk_incident_close")}
        label={t("desk_incident_outcome")}
        run={close}
      />
    </li>
  );
}

function MatterRow({ row, today, replace }: Row<Matter>) {
  const [one, other] = row.children;
  const settle = async (reason: string) =>
    replace(await request("POST", "/api/worklist/settle", { key: row.key, reason }));
  const merge = (deed: "link" | "unlink") => async (reason: string) => {
    if (one === undefined || other === undefined) return;
    replace(await request("POST", `/api/students/${one.student}/${deed}`, { other: other.student, reason }));
  };
  const isTwin = row.kind === "same_child_twice" && one !== undefined && other !== undefined;
  return (
    <li class="dose card">
      <span class="who">
        <strong>{word("desk_kind", row.kind)}</strong>
        <span class="links">
          {row.children.map((child) => (
            <a key={child.student} href={`#/child/${child.student}`}>
              {child.name}, {t("born", { day: day(child.birth_date) })}
            </a>
          ))}
        </span>
        <span class="pills">
          <Pill tone={row.severity === "hard" ? "bad" : "calm"}>{word("desk_severity", row.severity)}</Pill>
          <Due on={row.due_on} today={today} />
          <Pill tone="calm">{word("desk_role", row.owner)}</Pill>
        </span>
        <details>
          <summary>{t("desk_sides")}</summary>
          {row.sides.length > 1 ? <p class="hint">{word("desk_known", row.how_known)}</p> : null}
          <p>{told(row.says)}</p>
          <ul class="plain">
            {row.sides.map((side) => (
              <li key={side.event}>
                {told(side.says)}{" "}
                <small>
                  {side.author === "system" ? t("desk_by_office") : side.author} · {side.device}
                </small>
              </li>
            ))}
          </ul>
        </details>
        {row.lot ? (
          <a class="link" href={placeOfLot(row.lot)}>
            {t("desk_lot_others")}
          </a>
        ) : null}
      </span>
      {isTwin ? (
        <>
          <Deed
            of={`link/${row.key}`}
            words={t("desk_link")}
            label={t("desk_link_why")}
            hint={t("desk_link_hint")}
            run={merge("link")}
          />
          <Deed of={`part/${row.key}`} words={t("desk_part")} label={t("desk_part_why")} run={merge("unlink")} />
        </>
      ) : (
        <Deed
          of={`settle/${row.key}`}
          words={t("desk_settle")}
          label={t("desk_settle_why")}
          hint={t("desk_settle_hint")}
          run={settle}
        />
      )}
    </li>
  );
}
