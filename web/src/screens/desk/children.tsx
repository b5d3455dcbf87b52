/** Find a child; its record as the district has it: how fresh, since when known, what does not fit; a day in the past. */
import { useState } from "preact/hooks";
import { Icon } from "../../components/icons";
import { Button, Field, Pill, Screen } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { tone } from "../roster";
import { type ChildRecord, type DoseThen, type Found, type Replayed, request, useAnswer } from "./asking";
import { useTyped } from "./kept";
import { Answered, Deed, since } from "./parts";
import { Pictures } from "./pictures";
import { HoldForm, mayPropose } from "./retention";
import { Says } from "./says";
import { Sharing } from "./sharing";

const LETTERS_MIN = 2;
const toRetention = () => {
  location.hash = "#/retention";
};
const SILENT_MS = 12 * 60 * 60 * 1000;

export function Children() {
  const { values, set } = useTyped("search/children", { typed: "", asked: "" });
  const { typed, asked } = values;
  const submit = (event: Event) => {
    event.preventDefault();
    set({ asked: typed.trim() });
  };
  return (
    <Screen title={t("desk_children")}>
      <form onSubmit={submit}>
        <Field
          label={t("desk_find")}
          type="search"
          value={typed}
          onInput={(written) => set({ typed: written })}
          hint={t("desk_find_hint")}
        />
        <Button type="submit" disabled={typed.trim().length < LETTERS_MIN}>
          {t("desk_search")}
        </Button>
      </form>
      {asked.length < LETTERS_MIN ? null : <FoundChildren key={asked} asked={asked} />}
    </Screen>
  );
}

function FoundChildren({ asked }: { readonly asked: string }) {
  const { answer, again } = useAnswer<Found>(`/api/students?query=${encodeURIComponent(asked)}`);
  return (
    <Answered answer={answer} again={again}>
      {({ students, more }) => (
        <>
          {students.length === 0 ? <p class="empty">{t("desk_found_none")}</p> : null}
          <ul class="list">
            {students.map((one) => (
              <li key={one.student}>
                <a class="linkrow" href={`#/child/${one.student}`}>
                  <span class="who">
                    <strong>
                      {one.family}, {one.given}
                    </strong>
                    <small>
                      {t("born", { day: day(one.birth_date) })}
                      {one.facility_name ? ` · ${one.facility_name}` : ""}
                    </small>
                  </span>
                  <Icon name="next" size={20} />
                </a>
              </li>
            ))}
          </ul>
          {more ? <p class="hint">{t("desk_found_more")}</p> : null}
        </>
      )}
    </Answered>
  );
}

export function Child({ id, replaying }: { readonly id: string; readonly replaying: boolean }) {
  const { answer, again } = useAnswer<ChildRecord>(`/api/students/${id}`);
  return (
    <Answered answer={answer} again={again} title={t("desk_children")}>
      {(record) => (
        <Screen
          title={record.name}
          under={[t("born", { day: day(record.birth_date) }), record.facility_name].filter(Boolean).join(" · ")}
        >
          <p class="links">
            <a href={`#/child/${id}`} {...(replaying ? {} : { "aria-current": "page" as const })}>
              {t("desk_record_now")}
            </a>
            <a href={`#/child/${id}/replay`} {...(replaying ? { "aria-current": "page" as const } : {})}>
              {t("desk_replay")}
            </a>
          </p>
          {replaying ? <Replay id={id} today={record.as_of} /> : <Now record={record} again={again} />}
        </Screen>
      )}
    </Answered>
  );
}

function Now({ record, again }: { readonly record: ChildRecord; readonly again: () => void }) {
  return (
    <>
      <span class="pills">
        <Pill tone={tone(record.verdict.overall)}>{word("overall", record.verdict.overall)}</Pill>
        {record.holds_until ? <Pill tone="calm">{t("desk_until", { day: day(record.holds_until) })}</Pill> : null}
      </span>
      <Devices devices={record.devices.map((one) => ({ ...one, at: one.reported_at }))} />
      {record.discrepancies.length + record.incidents.filter((one) => one.outcome === "").length === 0 ? null : (
        <section aria-labelledby="open">
          <h2 id="open">{t("desk_open_here")}</h2>
          <ul class="plain">
            {record.discrepancies.map((one) => (
              <li key={one.key}>
                {word("desk_kind", one.kind)} <small>{t("desk_due", { day: day(one.due_on) })}</small>
              </li>
            ))}
            {record.incidents
              .filter((one) => one.outcome === "")
              .map((one) => (
                <li key={one.event}>
                  {t("desk_incident")} <small>{t("desk_due", { day: day(one.due_on) })}</small>
                </li>
              ))}
          </ul>
          <a class="link" href="#/">
            {t("desk_to_worklist")}
          </a>
        </section>
      )}
      <section aria-labelledby="doses">
        <h2 id="doses">{t("history")}</h2>
        {record.doses.length === 0 ? <p class="hint">{t("no_history")}</p> : null}
        <ul class="list">
          {record.doses.map((dose) => (
            <li key={dose.event} class={dose.void_reason === null ? "dose" : "dose void"}>
              <span class="who">
                <strong>{shownVaccine(dose.cvx)}</strong>
                <small>
                  {dose.given_on === "" ? t("no_date") : day(dose.given_on)}
                  {dose.lot ? ` · ${t("lot")} ${dose.lot}` : ""}
                </small>
                <small>{t("desk_known_since", { since: since(dose.known_since) })}</small>
                {dose.known_since < dose.received_at ? (
                  <span class="pills">
                    <Pill tone="wait">{t("desk_known_by_receipt")}</Pill>
                  </span>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <Says key={record.student} student={record.student} born={record.birth_date} />
      <Sharing permissions={record.sharing} />
      <Pictures student={record.student} pictures={record.pictures} />
      {mayPropose() ? <HoldForm student={record.student} replace={toRetention} /> : null}
      {record.streams.length > 1 ? <Linked record={record} again={again} /> : null}
      <p class="hint">{t("desk_as_of", { size: record.log_size, day: day(record.as_of) })}</p>
    </>
  );
}

/** Which devices hold this child and when each last reported. */
function Devices(props: {
  readonly devices: readonly { readonly device: string; readonly label: string; readonly at: string }[];
  readonly then?: string;
}) {
  const { devices, then } = props;
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">{t("desk_fresh")}</h2>
      {devices.length === 0 ? <p class="hint">{t("desk_fresh_none")}</p> : <p class="hint">{t("desk_fresh_lead")}</p>}
      <ul class="list">
        {devices.map((one) => {
          const isSilent = then === undefined && Date.now() - Date.parse(one.at) > SILENT_MS;
          return (
            <li key={one.device} class="dose">
              <span class="who">
                <strong>{one.label}</strong>
                <small>{t("desk_reported", { since: since(one.at) })}</small>
              </span>
              {isSilent ? <Pill tone="due">{t("desk_silent")}</Pill> : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Records that are read as this child, and how to part them again. */
function Linked({ record, again }: { readonly record: ChildRecord; readonly again: () => void }) {
  const part = (other: string) => async (reason: string) => {
    await request("POST", `/api/students/${record.student}/unlink`, { other, reason });
    again();
  };
  return (
    <section aria-labelledby="linked">
      <h2 id="linked">{t("desk_linked", { count: record.streams.length })}</h2>
      <p class="hint">{t("desk_linked_lead")}</p>
      {record.streams
        .filter((one) => one !== record.student)
        .map((one, place) => (
          <Deed
            key={one}
            of={`unlink/${one}`}
            words={record.streams.length > 2 ? t("desk_part_n", { number: place + 2 }) : t("desk_part")}
            label={t("desk_part_why")}
            run={part(one)}
          />
        ))}
    </section>
  );
}

function Replay({ id, today }: { readonly id: string; readonly today: string }) {
  const [trueOn, setTrueOn] = useState(today);
  const [knownOn, setKnownOn] = useState(today);
  const path = `/api/students/${id}/replay?true_on=${trueOn}&known_on=${knownOn}`;
  return (
    <>
      <p>{t("desk_replay_lead")}</p>
      <div class="pair">
        <Field label={t("desk_known_on")} type="date" value={knownOn} max={today} onInput={setKnownOn} />
        <Field label={t("desk_true_on")} type="date" value={trueOn} max={today} onInput={setTrueOn} />
      </div>
      {[trueOn, knownOn].every(isCivilDate) ? <Then path={path} /> : <p class="hint">{t("desk_day_bad")}</p>}
    </>
  );
}

function Then({ path }: { readonly path: string }) {
  const { answer, again } = useAnswer<Replayed>(path);
  return (
    <Answered answer={answer} again={again}>
      {(then) => (
        <>
          {then.known === null ? (
            <p class="empty">{t("desk_nothing_known")}</p>
          ) : (
            <>
              <span class="pills">
                <Pill tone={tone(then.known.verdict.overall)}>{word("overall", then.known.verdict.overall)}</Pill>
              </span>
              <Doses title={t("desk_then_known")} doses={then.known.doses} none={t("no_history")} />
            </>
          )}
          {then.known_by_receipt.length === 0 ? null : (
            <section aria-labelledby="by-receipt">
              <h2 id="by-receipt">{t("desk_by_receipt")}</h2>
              <ul class="plain">
                {then.known_by_receipt.map(({ dose, known_since }) => (
                  <li key={dose.event}>
                    {doseWords(dose)} <small>{t("desk_known_since", { since: since(known_since) })}</small>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {then.later_doses.length === 0 ? null : (
            <Doses title={t("desk_learned_later")} doses={then.later_doses} none="" />
          )}
          <Devices devices={then.devices.map((one) => ({ ...one, at: one.heard_at }))} then={then.known_on} />
          <p class="hint">{t("desk_prefix", { known: then.known_size, all: then.log_size })}</p>
        </>
      )}
    </Answered>
  );
}

function Doses(props: { readonly title: string; readonly doses: readonly DoseThen[]; readonly none: string }) {
  return (
    <section>
      <h2>{props.title}</h2>
      {props.doses.length === 0 ? <p class="hint">{props.none}</p> : null}
      <ul class="plain">
        {props.doses.map((dose) => (
          <li key={dose.event}>{doseWords(dose)}</li>
        ))}
      </ul>
    </section>
  );
}

const doseWords = (dose: DoseThen): string =>
  `${shownVaccine(dose.cvx)}, ${dose.given_on === "" ? t("no_date") : day(dose.given_on)}`;
