/** The parts of the office's screens: an answer in each of its states, a deed that wants a reason, an age in words. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../components/icons";
import { Button, Notice, Screen, TextArea, UNREADABLE } from "../../components/parts";
import { momentWords, t } from "../../text/words";
import { type Answer, useDeed } from "./asking";
import { type Typed, useTyped } from "./kept";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago, in the largest unit that is whole. */
export function age(written: string, now = Date.now()): string {
  const ms = Math.max(0, now - Date.parse(written));
  if (ms < MINUTE_MS) return t("desk_age_now");
  if (ms < HOUR_MS) return t("desk_age_minutes", { count: Math.floor(ms / MINUTE_MS) });
  if (ms < 2 * DAY_MS) return t("desk_age_hours", { count: Math.floor(ms / HOUR_MS) });
  return t("desk_age_days", { count: Math.floor(ms / DAY_MS) });
}

/** A moment with its age: when it was, and how long that is ago. */
export const since = (written: string): string =>
  written === "" ? "" : `${momentWords(Date.parse(written))} (${age(written)})`;

/** What the server answered, or that it is awaited, refused or out of reach; what was there before stays in sight. */
export function Answered<Result>(props: {
  readonly answer: Answer<Result>;
  readonly again: () => void;
  /** Of a screen that takes its title from the answer: what stands there where none came. */
  readonly title?: string;
  readonly children: (value: Result) => ComponentChildren;
}) {
  const { answer, again, children } = props;
  if (answer.is === "loading") {
    return (
      <p class="empty" role="status">
        {t("desk_loading")}
      </p>
    );
  }
  if (answer.is === "there") return <>{children(answer.value)}</>;
  const refused = (
    <Notice tone={answer.offline ? "warn" : "bad"}>
      <p>{answer.offline ? t(answer.last === null ? "desk_offline" : "desk_offline_old") : answer.words}</p>
      <Button kind="quiet" onClick={again}>
        {t("try_again")}
      </Button>
    </Notice>
  );
  if (answer.last === null) return props.title ? <Screen title={props.title}>{refused}</Screen> : refused;
  return (
    <>
      {refused}
      {children(answer.last)}
    </>
  );
}

/** A server that has just started reads every child's record first, and says how far it has come. */
export interface Progress {
  readonly read: number;
  readonly of: number;
}

const ASK_AGAIN_MS = 2_000;

export function Reading({ progress, again }: { readonly progress: Progress; readonly again: () => void }) {
  useEffect(() => {
    const timer = setTimeout(again, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [progress, again]);
  const number = (count: number) => count.toLocaleString(document.documentElement.lang);
  const words = t("desk_reading", { read: number(progress.read), of: number(progress.of) });
  return (
    <>
      <p role="status">{words}</p>
      <progress aria-label={words} value={progress.read} max={Math.max(1, progress.of)} />
    </>
  );
}

/** What is wrong with something typed that must not stay empty; a day that is none is not sent. */
function lack(value: string): string | undefined {
  if (value === UNREADABLE) return t("desk_day_bad");
  return value.trim() === "" ? t("required") : undefined;
}

/** A deed with a form of its own, folded away until it is wanted; what a field `lacks` is said once it was tried. */
export function FormDeed(props: {
  readonly words: string;
  readonly hint?: string;
  /** What must not stay empty. */
  readonly needs: readonly string[];
  /** What is typed, kept until the deed is done. */
  readonly typed: Pick<Typed<object>, "drop" | "isBegun">;
  readonly run: () => Promise<void>;
  readonly children: (lacks: (value: string) => string | undefined) => ComponentChildren;
}) {
  const [tried, setTried] = useState(false);
  const { busy, problem, run } = useDeed();
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (props.needs.some(lack)) return;
    run(async () => {
      await props.run();
      props.typed.drop();
      setTried(false);
    });
  };
  return (
    <details class="deed" open={props.typed.isBegun}>
      <summary>{props.words}</summary>
      <form onSubmit={submit} noValidate>
        {props.hint ? <p class="hint">{props.hint}</p> : null}
        {props.children((value) => (tried ? lack(value) : undefined))}
        {problem ? <Notice tone="bad">{problem}</Notice> : null}
        <button class="button main" type="submit" disabled={busy}>
          {props.words}
        </button>
      </form>
    </details>
  );
}

/** A deed that takes a reason. */
export function Deed(props: {
  /** Which deed on which row or record: what is typed is kept by it. */
  readonly of: string;
  readonly words: string;
  readonly label: string;
  readonly hint?: string;
  readonly run: (reason: string) => Promise<void>;
}) {
  const { of, words, label, hint } = props;
  const typed = useTyped(of, { reason: "" });
  const { reason } = typed.values;
  return (
    <FormDeed words={words} needs={[reason]} typed={typed} run={() => props.run(reason.trim())}>
      {(lacks) => (
        <TextArea
          label={label}
          value={reason}
          onInput={(written) => typed.set({ reason: written })}
          error={lacks(reason)}
          {...(hint ? { hint } : {})}
        />
      )}
    </FormDeed>
  );
}

/** A row of a list that leads somewhere. */
export function LinkRow(props: {
  readonly href: string;
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <li>
      <a class="linkrow" href={props.href}>
        <span class="who">
          <strong>{props.title}</strong>
          {props.children}
        </span>
        <Icon name="next" size={20} />
      </a>
    </li>
  );
}
