/** Who interpreted, how and in which language, where somebody did: for a consent and for the questions. Never the child. */
import { Check, Choice, Field } from "../../components/parts";
import type { Interpreter } from "../../events/generated";
import type { Student } from "../../projections/student";
import { t, word } from "../../text/words";
import { needed } from "./checks";

export interface InterpreterValues {
  readonly interpreted: boolean;
  readonly interpreter: string;
  readonly mode: Interpreter["mode"] | "";
  readonly spoken: string;
}

export const NO_INTERPRETER: InterpreterValues = { interpreted: false, interpreter: "", mode: "", spoken: "" };

const MODES: readonly Interpreter["mode"][] = ["in_person", "telephone", "video"];
const LANGUAGES = ["es", "so", "hmn", "vi", "om", "kar", "ar", "ru"] as const;
const OTHER = "other";
const TAG = /^[a-z]{2,3}$/;

export function interpreterErrors(values: InterpreterValues, student: Student) {
  if (!values.interpreted) return {};
  return {
    interpreter:
      needed(values.interpreter) ?? (isTheChild(values.interpreter, student) ? t("interpreter_child") : undefined),
    mode: values.mode === "" ? t("required") : undefined,
    spoken: values.spoken === "" ? t("required") : TAG.test(values.spoken) ? undefined : t("language_bad"),
  };
}

/** As the event names them; null where nobody interpreted. */
export function interpreterOf(values: InterpreterValues): Interpreter | null {
  if (!values.interpreted || values.mode === "") return null;
  return { name: values.interpreter.trim(), mode: values.mode, language: values.spoken };
}

/** Whether this is the child's own name: the whole of it in any order, or the given name alone. */
function isTheChild(typed: string, student: Student): boolean {
  const words = (text: string): string[] =>
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);
  const said = words(typed);
  const { name } = student;
  if (name === null || said.length === 0) return false;
  const given = words(name.given);
  const whole = new Set(words(student.fullName));
  const isGiven = said.length === given.length && said.every((one, at) => one === given[at]);
  return isGiven || (said.length > 1 && said.every((one) => whole.has(one)) && given.some((one) => said.includes(one)));
}

export function InterpreterFields(props: {
  readonly values: InterpreterValues;
  readonly set: (changes: Partial<InterpreterValues>) => void;
  readonly student: Student;
  readonly tried: boolean;
}) {
  const { values, set, student, tried } = props;
  const errors = tried ? interpreterErrors(values, student) : {};
  // The child is refused as soon as its name is there, not only at the end.
  const child = isTheChild(values.interpreter, student) ? t("interpreter_child") : undefined;
  const known = (LANGUAGES as readonly string[]).includes(values.spoken);
  return (
    <>
      <Check
        label={t("with_interpreter")}
        checked={values.interpreted}
        onChange={(interpreted) => set({ interpreted })}
      />
      {values.interpreted ? (
        <>
          <Field
            label={t("interpreter")}
            value={values.interpreter}
            onInput={(interpreter) => set({ interpreter })}
            hint={t("interpreter_hint")}
            error={child ?? errors.interpreter}
          />
          <Choice
            legend={t("interpreter_mode")}
            value={values.mode}
            onChange={(mode) => set({ mode })}
            options={MODES.map((one) => [one, word("mode", one)])}
            error={errors.mode}
          />
          <Choice
            legend={t("interpreter_language")}
            value={known ? values.spoken : values.spoken === "" ? "" : OTHER}
            onChange={(spoken) => set({ spoken: spoken === OTHER ? "?" : spoken })}
            options={[
              ...LANGUAGES.map((one): [string, string] => [one, word("language", one)]),
              [OTHER, t("language_other")],
            ]}
            error={values.spoken === "" ? errors.spoken : undefined}
          />
          {known || values.spoken === "" ? null : (
            <Field
              label={t("language_code")}
              value={values.spoken === "?" ? "" : values.spoken}
              onInput={(spoken) => set({ spoken: spoken.trim().toLowerCase() || "?" })}
              hint="am · zh · fr"
              error={errors.spoken}
            />
          )}
        </>
      ) : null}
    </>
  );
}
