/** Whom a court left without a say for a child: recorded from the order itself, given back, or set aside as a mistake. */
import { Check, Field, Pill, Select, TextArea } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import { isRelation } from "../../projections/naming";
import { day, t } from "../../text/words";
import { request, today, useAnswer } from "./asking";
import { useTyped } from "./kept";
import { Answered, Deed, FormDeed } from "./parts";

interface Say {
  readonly event: string;
  readonly person: string;
  readonly since: string;
  readonly until: string;
  readonly document: string;
  readonly recorded_on: string;
  readonly by: string;
  readonly mistake: string;
  /** What to void so that this changes: the order, or the word that it was a mistake. */
  readonly undo: string;
}

interface SaysOf {
  readonly says: readonly Say[];
  /** Whoever spoke for the child, or is to be called. */
  readonly speakers: readonly string[];
  readonly may_write: boolean;
}

interface Steps {
  readonly path: string;
  readonly replace: (says: SaysOf) => void;
}

const SOMEBODY_ELSE = "?";
const AHEAD_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

export function Says({ student, born }: { readonly student: string; readonly born: string }) {
  const path = `/api/students/${student}/says`;
  const { answer, again, replace } = useAnswer<SaysOf>(path);
  return (
    <section aria-labelledby="says">
      <h2 id="says">{t("desk_says")}</h2>
      <Answered answer={answer} again={again}>
        {({ says, speakers, may_write }) => (
          <>
            {says.length === 0 ? <p class="hint">{t("desk_says_none")}</p> : null}
            <ul class="list">
              {says.map((say) => (
                <li key={say.event} class={say.mistake === "" ? "dose card" : "dose card void"}>
                  <SayWords say={say} />
                  {may_write ? <Undo say={say} path={path} replace={replace} /> : null}
                </li>
              ))}
            </ul>
            {may_write ? <Ending speakers={speakers} born={born} path={path} replace={replace} /> : null}
          </>
        )}
      </Answered>
    </section>
  );
}

function SayWords({ say }: { readonly say: Say }) {
  const { person, since, until, document, mistake } = say;
  return (
    <span class="who">
      <strong>{person}</strong>
      <span>{t("desk_say_from", { day: day(since) })}</span>
      {until === "" ? null : <span>{t("desk_say_until", { day: day(until) })}</span>}
      <small>{document}</small>
      <small>{t("desk_say_recorded", { day: day(say.recorded_on), name: say.by })}</small>
      {mistake === "" ? null : <small>{t("desk_say_mistake_was", { reason: mistake })}</small>}
      <span class="pills">
        <State say={say} />
      </span>
    </span>
  );
}

function State({ say: { since, until, mistake } }: { readonly say: Say }) {
  if (mistake !== "") return <Pill tone="calm">{t("desk_say_is_mistake")}</Pill>;
  if (since > today()) return <Pill tone="wait">{t("desk_say_is_to_come")}</Pill>;
  if (until !== "" && until <= today()) return <Pill tone="good">{t("desk_say_is_back")}</Pill>;
  return <Pill tone="bad">{t("desk_say_is_ended")}</Pill>;
}

/** An order that goes on ends by another; one written down by mistake is set aside, and counted again. */
function Undo({ say, path, replace }: Steps & { readonly say: Say }) {
  const { event, until, mistake, undo } = say;
  const isMistake = mistake !== "";
  const void_ = async (reason: string) => replace(await request("POST", `${path}/void`, { event: undo, reason }));
  return (
    <>
      {until === "" && !isMistake ? <Restoring say={say} path={path} replace={replace} /> : null}
      <Deed
        key={undo}
        of={`say-void/${event}/${undo}`}
        words={t(isMistake ? "desk_say_count" : "desk_say_mistake")}
        label={t("desk_say_mistake_why")}
        run={void_}
      />
    </>
  );
}

function Restoring({ say, path, replace }: Steps & { readonly say: Say }) {
  const typed = useTyped(`say-back/${say.event}`, { on: today(), reason: "" });
  const { on, reason } = typed.values;
  const isDay = isCivilDate(on) && on >= say.since;
  const restore = async () =>
    replace(await request("POST", `${path}/restore`, { event: say.event, on, reason: reason.trim() }));
  return (
    <FormDeed words={t("desk_say_back")} needs={[reason, isDay ? on : ""]} typed={typed} run={restore}>
      {(lacks) => (
        <>
          <Field
            label={t("desk_say_back_on")}
            type="date"
            min={say.since}
            value={on}
            onInput={(written) => typed.set({ on: written })}
            hint={t("desk_say_back_hint", { day: day(say.since) })}
            error={lacks(on) ?? (isDay ? undefined : t("desk_say_day_bad"))}
          />
          <TextArea
            label={t("desk_say_back_why")}
            value={reason}
            onInput={(written) => typed.set({ reason: written })}
            error={lacks(reason)}
          />
        </>
      )}
    </FormDeed>
  );
}

/** The order as it was read: about whom, which court, of which day, from when; by somebody who has it in hand. */
function Ending(props: Steps & { readonly speakers: readonly string[]; readonly born: string }) {
  const { speakers, born, path, replace } = props;
  const typed = useTyped(`say-end/${path}`, { chosen: "", name: "", since: "", court: "", ordered: "", seen: false });
  const { chosen, name, since, court, ordered, seen } = typed.values;
  const last = new Date(Date.now() + AHEAD_DAYS_MAX * DAY_MS).toISOString().slice(0, 10);
  const isElse = chosen === SOMEBODY_ELSE || speakers.length === 0;
  const person = isElse ? name.trim() : chosen;
  const wrong = {
    person: isElse && isRelation(name, "") ? t("desk_say_relation") : undefined,
    since: since === "" || isBetween(since, born, last) ? undefined : t("desk_say_day_bad"),
    ordered: ordered === "" || isBetween(ordered, born, today()) ? undefined : t("desk_say_day_bad"),
  };
  const isRight = Object.values(wrong).every((one) => one === undefined);
  const body = { person, since, court: court.trim(), ordered_on: ordered, seen };
  const end = async () => replace(await request("POST", `${path}/end`, body));
  const needs = [person, since, court, ordered, seen ? "seen" : "", isRight ? "right" : ""];
  return (
    <FormDeed words={t("desk_say_end")} hint={t("desk_say_end_hint")} needs={needs} typed={typed} run={end}>
      {(lacks) => (
        <>
          {speakers.length === 0 ? null : (
            <Select
              label={t("desk_say_person")}
              value={chosen}
              options={[
                ["", ""],
                ...speakers.map((one): [string, string] => [one, one]),
                [SOMEBODY_ELSE, t("desk_say_else")],
              ]}
              onChange={(one) => typed.set({ chosen: one })}
              error={lacks(chosen)}
            />
          )}
          {isElse ? (
            <Field
              label={t("desk_say_name")}
              value={name}
              onInput={(written) => typed.set({ name: written })}
              hint={t("desk_say_name_hint")}
              error={wrong.person ?? lacks(name)}
            />
          ) : null}
          <Field
            label={t("desk_say_court")}
            value={court}
            onInput={(written) => typed.set({ court: written })}
            hint={t("desk_say_court_hint")}
            error={lacks(court)}
          />
          <Field
            label={t("desk_say_ordered")}
            type="date"
            max={today()}
            value={ordered}
            onInput={(written) => typed.set({ ordered: written })}
            error={wrong.ordered ?? lacks(ordered)}
          />
          <Field
            label={t("desk_say_since")}
            type="date"
            max={last}
            value={since}
            onInput={(written) => typed.set({ since: written })}
            error={wrong.since ?? lacks(since)}
          />
          <Check label={t("desk_say_seen")} checked={seen} onChange={(one) => typed.set({ seen: one })} />
          {lacks(seen ? "seen" : "") ? (
            <p class="error" role="alert">
              {t("desk_say_unseen")}
            </p>
          ) : null}
        </>
      )}
    </FormDeed>
  );
}

const isBetween = (on: string, first: string, last: string): boolean => isCivilDate(on) && first <= on && on <= last;
