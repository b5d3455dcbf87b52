/** The few parts all screens are made of. Targets are at least 44 px; a state never speaks by colour alone. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { go, link, syncedAt, waiting } from "../screens/state";
import { t } from "../text/words";

export function Button(props: {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly kind?: "main" | "quiet" | "danger";
  readonly type?: "button" | "submit";
  readonly disabled?: boolean;
}) {
  const { children, onClick, kind = "main", type = "button", disabled = false } = props;
  return (
    <button class={`button ${kind}`} type={type} disabled={disabled} {...(onClick ? { onClick } : {})}>
      {children}
    </button>
  );
}

/** A labelled input that says what is wrong beneath itself and keeps what was typed. */
export function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string;
  readonly type?: "text" | "password" | "date" | "search" | "number";
  readonly inputMode?: "text" | "numeric" | "decimal" | "search";
  readonly autocomplete?: string;
  readonly max?: string;
  readonly min?: string;
  readonly autofocus?: boolean;
}) {
  const id = useId();
  const [shown, show] = useState(false);
  const { label, value, onInput, error, hint, type = "text", inputMode, autocomplete = "off" } = props;
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div class={`field ${error ? "wrong" : ""}`}>
      <label for={id}>{label}</label>
      <div class="row">
        <input
          id={id}
          {...({ type: type === "password" && shown ? "text" : type } as { type: "text" })}
          value={value}
          autocomplete={autocomplete}
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={error ? "true" : "false"}
          {...(inputMode ? { inputMode } : {})}
          {...(props.max ? { max: props.max } : {})}
          {...(props.min ? { min: props.min } : {})}
          {...(props.autofocus ? { autofocus: true } : {})}
          {...(described ? { "aria-describedby": described } : {})}
          onInput={(event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value)}
        />
        {type === "password" ? (
          <button type="button" class="button quiet small" aria-pressed={shown} onClick={() => show(!shown)}>
            {t("show")}
          </button>
        ) : null}
      </div>
      {hint && !error ? (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} class="error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** One of several, as large buttons: faster than a menu, and seen at a glance. */
export function Choice<Value extends string>(props: {
  readonly legend: string;
  readonly value: Value | "";
  readonly options: readonly (readonly [Value, string, string?])[];
  readonly onChange: (value: Value) => void;
  readonly error?: string | undefined;
}) {
  const name = useId();
  return (
    <fieldset class={`choice ${props.error ? "wrong" : ""}`}>
      <legend>{props.legend}</legend>
      {props.options.map(([value, words, more]) => (
        <label key={value} class={props.value === value ? "chosen" : ""}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onChange(value)}
          />
          <span>{words}</span>
          {more ? <small>{more}</small> : null}
        </label>
      ))}
      {props.error ? (
        <p class="error" role="alert">
          {props.error}
        </p>
      ) : null}
    </fieldset>
  );
}

const MARKS: Readonly<Record<string, string>> = { good: "✓", due: "!", wait: "…", calm: "–", bad: "✕" };

/** A state in a word, with a mark of its own for eyes that do not tell the colours apart. */
export function Pill(props: { readonly tone: "good" | "due" | "wait" | "calm" | "bad"; readonly children: string }) {
  return (
    <span class={`pill ${props.tone}`}>
      <span aria-hidden="true">{MARKS[props.tone]}</span> {props.children}
    </span>
  );
}

export function Notice(props: { readonly tone: "info" | "warn" | "bad"; readonly children: ComponentChildren }) {
  return (
    <div class={`notice ${props.tone}`} role={props.tone === "info" ? "status" : "alert"}>
      {props.children}
    </div>
  );
}

/** A screen: its title, a way back, what it shows, and what it offers at the thumb. */
export function Screen(props: {
  readonly title: string;
  readonly back?: readonly string[];
  readonly children: ComponentChildren;
  readonly foot?: ComponentChildren;
}) {
  return (
    <main class={props.foot ? "with-foot" : ""}>
      <header>
        {props.back ? (
          <button type="button" class="back" onClick={() => go(...(props.back ?? []))} aria-label={t("back")}>
            ‹
          </button>
        ) : null}
        <h1>{props.title}</h1>
      </header>
      {props.children}
      {props.foot ? <div class="foot">{props.foot}</div> : null}
    </main>
  );
}

/** Always there: whether there is a network, what waits, and when the district was last heard. */
export function SyncBar() {
  const state = link.value;
  const words = {
    online: t("online"),
    offline: t("offline"),
    syncing: t("syncing"),
    refused: t("refused", { detail: state.detail }),
    alarm: t("alarm", { detail: state.detail }),
  }[state.link];
  const minutes = Math.round(state.skewMs / 60_000);
  return (
    <>
      <button type="button" class={`syncbar ${state.link}`} onClick={() => go("outbox")}>
        <span class="dot" aria-hidden="true" />
        <span>{words}</span>
        <span class="count">{waiting.value > 0 ? t("waiting", { count: waiting.value }) : t("all_delivered")}</span>
        <span class="when">
          {syncedAt.value > 0 ? t("last_sync", { time: clockTime(syncedAt.value) }) : t("never_synced")}
        </span>
      </button>
      {Math.abs(minutes) >= 2 ? <Notice tone="warn">{t("skew", { minutes })}</Notice> : null}
    </>
  );
}

/** Bring the first complaint of a form into sight, above what is fixed at the foot. */
export function showFirstError(): void {
  requestAnimationFrame(() => document.querySelector(".error")?.scrollIntoView({ block: "center" }));
}

export function clockTime(moment: number): string {
  return new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
