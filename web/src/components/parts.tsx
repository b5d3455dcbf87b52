/** The few parts all screens are made of. Targets are at least 44 px; a state never speaks by colour alone. */
import { type ComponentChildren, isValidElement } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { go } from "../screens/state";
import { t } from "../text/words";
import { Icon } from "./icons";
import { Foot } from "./tapping";

export { Button } from "./tapping";

/** So much the district's record takes of a name, and of a text: more would be signed here and set aside there. */
const NAME_CHARACTERS_MAX = 200;
const TEXT_CHARACTERS_MAX = 1000;

/** What a day or an hour that is none, or only half typed, is told as: the browser gives it no value, and tells of none. */
export const UNREADABLE = "\uFFFD";

const typedInto = ({ validity, value }: HTMLInputElement): string => (validity.badInput ? UNREADABLE : value);

/** A labelled input that says what is wrong beneath itself and keeps what was typed. */
export function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string;
  readonly type?: "text" | "password" | "date" | "time" | "search" | "tel";
  readonly inputMode?: "text" | "numeric" | "decimal" | "search" | "tel";
  readonly autocomplete?: string;
  readonly max?: string;
  readonly min?: string;
  readonly autofocus?: boolean;
}) {
  const id = useId();
  const [shown, show] = useState(false);
  const { label, value, onInput, error, hint, type = "text", inputMode, autocomplete = "off" } = props;
  const isDated = type === "date" || type === "time";
  const tell = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const typed = typedInto(currentTarget);
    if (typed !== value) onInput(typed);
  };
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div class={`field ${error ? "wrong" : ""}`}>
      <label for={id}>{label}</label>
      <div class="row">
        <input
          id={id}
          {...({ type: type === "password" && shown ? "text" : type } as { type: "text" })}
          value={isDated && value === UNREADABLE ? "" : value}
          maxLength={NAME_CHARACTERS_MAX}
          autocomplete={autocomplete}
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={error ? "true" : "false"}
          {...(inputMode ? { inputMode } : {})}
          {...(props.max ? { max: props.max } : {})}
          {...(props.min ? { min: props.min } : {})}
          {...(props.autofocus ? { autofocus: true } : {})}
          {...(described ? { "aria-describedby": described } : {})}
          onInput={tell}
          {...(isDated ? { onKeyUp: tell, onBlur: tell } : {})}
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
  /** One below the other: for options of more than a word or two. */
  readonly wide?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class={`choice ${props.wide ? "one" : ""} ${props.error ? "wrong" : ""}`}>
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

/** A longer text, in words of one's own. */
export function TextArea(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string;
}) {
  const id = useId();
  const { label, value, onInput, error, hint } = props;
  return (
    <div class={`field ${error ? "wrong" : ""}`}>
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        value={value}
        maxLength={TEXT_CHARACTERS_MAX}
        aria-invalid={error ? "true" : "false"}
        {...(error ? { "aria-describedby": `${id}-error` } : {})}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && !error ? <p class="hint">{hint}</p> : null}
      {error ? (
        <p id={`${id}-error`} class="error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** One of many: the browser's own menu. */
export function Select(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
}) {
  const id = useId();
  const { label, value, options, onChange, error } = props;
  return (
    <div class={`field ${error ? "wrong" : ""}`}>
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-invalid={error ? "true" : "false"}
        {...(error ? { "aria-describedby": `${id}-error` } : {})}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
      {error ? (
        <p id={`${id}-error`} class="error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

export function Check(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

/** A row that leads somewhere: what it is, a line beneath, a state. */
export function LinkRow(props: {
  readonly to: readonly string[];
  readonly title: string;
  readonly more?: string;
  readonly children?: ComponentChildren;
  readonly kind?: string;
}) {
  return (
    <button type="button" class={`linkrow ${props.kind ?? ""}`} onClick={() => go(...props.to)}>
      <span class="who">
        <strong>{props.title}</strong>
        {props.more ? <small>{props.more}</small> : null}
        {props.children}
      </span>
      <Icon name="next" size={20} />
    </button>
  );
}

/** A screen: its title, a way back, what it shows, and what it offers at the thumb. It begins at its top. */
export function Screen(props: {
  readonly title: string;
  readonly under?: string;
  readonly back?: readonly string[];
  /** Before the work: narrow, and the app's name above. */
  readonly entry?: boolean;
  readonly children: ComponentChildren;
  readonly foot?: ComponentChildren;
}) {
  useEffect(() => scrollTo(0, 0), []);
  return (
    <main class={props.entry ? "entry" : ""}>
      {props.entry ? <p class="brand">{t("app")}</p> : null}
      <header>
        {props.back ? (
          <button type="button" class="back" onClick={() => go(...(props.back ?? []))} aria-label={t("back")}>
            <Icon name="back" />
          </button>
        ) : null}
        <div>
          <h1>{props.title}</h1>
          {props.under ? <p class="identity">{props.under}</p> : null}
        </div>
      </header>
      <div class="content">{props.children}</div>
      {props.foot ? <Foot key={isValidElement(props.foot) ? props.foot.key : null}>{props.foot}</Foot> : null}
    </main>
  );
}

/** Bring the first complaint of a form into sight, above what is fixed at the foot. */
export function showFirstError(): void {
  requestAnimationFrame(() => document.querySelector(".error")?.scrollIntoView({ block: "center" }));
}
