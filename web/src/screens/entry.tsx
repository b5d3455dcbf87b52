/** Before the work: sign in, enroll this phone, unlock it, choose the clinic. */
import { useEffect, useState } from "preact/hooks";
import { HandOffButton } from "../components/hand_off";
import { Icon } from "../components/icons";
import { Button, Field, Notice, Screen } from "../components/parts";
import { PhoneNotices } from "../components/phone_notices";
import type { ClinicChoice } from "../events/wire";
import { clinics, enroll, ServerProblem, signIn, Unreachable } from "../sync/server";
import { day, t } from "../text/words";
import { chooseClinic, forgotPin, opened, phase, signedIn, theDevice } from "./state";

const PIN_DIGITS_MIN = 6;

function told(error: unknown): string {
  if (error instanceof ServerProblem) return error.message;
  if (error instanceof Unreachable) return t("no_network");
  throw error;
}

/** Run a step of a form: busy while it lasts, its refusal in words. */
function useStep(): { busy: boolean; error: string; run: (step: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const run = (step: () => Promise<void>) => {
    setBusy(true);
    setError("");
    step()
      .catch((failure) => setError(told(failure)))
      .finally(() => setBusy(false));
  };
  return { busy, error, run };
}

/** A form's submit, without the browser's own way of sending it. */
function submitting(submit: () => unknown): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    submit();
  };
}

export function SignIn() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const { busy, error, run } = useStep();
  const submit = () => {
    setTried(true);
    if (login === "" || password === "") return;
    run(async () => {
      signedIn.value = await signIn(login.trim(), password);
      phase.value = "enroll";
    });
  };
  return (
    <Screen title={t("sign_in")} entry>
      <PhoneNotices />
      <form onSubmit={submitting(submit)}>
        <p class="lead">{t("sign_in_lead")}</p>
        <Field
          label={t("login")}
          value={login}
          onInput={setLogin}
          autocomplete="username"
          error={tried && login === "" ? t("required") : undefined}
        />
        <Field
          label={t("password")}
          type="password"
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          error={tried && password === "" ? t("required") : undefined}
        />
        {error ? <Notice tone="bad">{error}</Notice> : null}
        <Button type="submit" disabled={busy}>
          {t("sign_in")}
        </Button>
      </form>
    </Screen>
  );
}

export function Enroll() {
  const [code, setCode] = useState("");
  const [label, setLabel] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const { busy, error, run } = useStep();
  const problems = {
    code: code.trim() === "" ? t("required") : undefined,
    label: label.trim() === "" ? t("required") : undefined,
    pin: /^\d{6,}$/.test(pin) ? undefined : t("pin_short"),
    again: pin === again ? undefined : t("pin_differs"),
  };
  const submit = () => {
    setTried(true);
    if (Object.values(problems).some(Boolean)) return;
    run(async () => {
      await theDevice().enroll(pin, (publicKey) =>
        enroll({ code: code.trim(), public_key: publicKey, label: label.trim(), kind: kindOfDevice(), version: 1 }),
      );
      await opened();
    });
  };
  return (
    <Screen title={t("enroll")} entry>
      <form onSubmit={submitting(submit)}>
        <p class="lead">{t("enroll_lead", { name: signedIn.value?.name ?? "" })}</p>
        <Field label={t("code")} value={code} onInput={setCode} error={tried ? problems.code : undefined} />
        <Field label={t("label")} value={label} onInput={setLabel} error={tried ? problems.label : undefined} />
        <Field
          label={t("pin")}
          type="password"
          inputMode="numeric"
          value={pin}
          onInput={setPin}
          autocomplete="new-password"
          error={tried ? problems.pin : undefined}
        />
        <Field
          label={t("pin_again")}
          type="password"
          inputMode="numeric"
          value={again}
          onInput={setAgain}
          autocomplete="new-password"
          error={tried ? problems.again : undefined}
        />
        {error ? <Notice tone="bad">{error}</Notice> : null}
        <Button type="submit" disabled={busy}>
          {t("enroll")}
        </Button>
      </form>
    </Screen>
  );
}

function kindOfDevice(): "phone" | "tablet" | "laptop" {
  const narrow = Math.min(screen.width, screen.height);
  if (narrow < 600) return "phone";
  return matchMedia("(pointer: coarse)").matches ? "tablet" : "laptop";
}

/** The PIN, wherever it is asked for. */
export function UnlockForm() {
  const [pin, setPin] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (pin.length < PIN_DIGITS_MIN) return setError(t("pin_short"));
    setBusy(true);
    const result = await theDevice().unlock(pin);
    setBusy(false);
    setPin("");
    if (result === "open") return opened();
    setError(result === "wrong" ? t("wrong_pin") : t("wait_pin", { seconds: Math.ceil(result.waitMs / 1000) }));
  };
  return (
    <form onSubmit={submitting(submit)}>
      <Field
        label={t("unlock_lead")}
        type="password"
        inputMode="numeric"
        value={pin}
        onInput={setPin}
        error={error || undefined}
        autofocus
      />
      <Button type="submit" disabled={busy}>
        {t("unlock")}
      </Button>
      <p class="hint">{t("forgot_pin")}</p>
    </form>
  );
}

export function Unlock() {
  return (
    <Screen title={t("unlock")} entry>
      <UnlockForm />
      <HandOffButton />
      <Button kind="quiet" onClick={forgotPin}>
        {t("forgot_pin_again")}
      </Button>
    </Screen>
  );
}

export function ChooseClinic() {
  const [offered, setOffered] = useState<readonly ClinicChoice[]>(theDevice().enrolled?.clinics ?? []);
  const [error, setError] = useState("");
  useEffect(() => {
    const token = theDevice().enrolled?.token;
    if (token === undefined) return;
    clinics(token)
      .then(setOffered)
      .catch((failure) => setError(told(failure)));
  }, []);
  return (
    <Screen title={t("choose_clinic")}>
      {error && offered.length === 0 ? <Notice tone="warn">{error}</Notice> : null}
      {offered.length === 0 && !error ? <p class="empty">{t("no_clinics")}</p> : null}
      {offered.length === 0 ? null : (
        <div class="panel">
          {offered.map((one) => (
            <button
              key={one.clinic}
              type="button"
              class="linkrow"
              onClick={() => void chooseClinic(one.clinic, one.name)}
            >
              <span class="who">
                <strong>{one.name}</strong>
                <small>
                  {day(one.on)} · {t("children", { count: one.students })}
                </small>
              </span>
              <Icon name="next" size={20} />
            </button>
          ))}
        </div>
      )}
    </Screen>
  );
}
