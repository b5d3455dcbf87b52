/** Before the work: sign in, enroll this phone, unlock it, choose the clinic. */
import { useEffect, useState } from "preact/hooks";
import { HandOffButton } from "../components/hand_off";
import { Icon } from "../components/icons";
import { Languages } from "../components/languages";
import { Button, Choice, Field, Notice, Screen } from "../components/parts";
import { PhoneNotices } from "../components/phone_notices";
import { SignInForm } from "../components/sign_in";
import type { ClinicChoice } from "../events/wire";
import type { Unlocked } from "../store/pin";
import { PinTrouble } from "../store/stretch";
import { clinics, enroll, ServerProblem, signIn, Unreachable } from "../sync/server";
import { clockTime, day, refusalWords, t } from "../text/words";
import {
  chooseClinic,
  clinicName,
  colleagues,
  forgotPin,
  go,
  lastNurse,
  link,
  opened,
  phase,
  scope,
  signedIn,
  theDevice,
  watchEnds,
} from "./state";

const PIN_DIGITS_MIN = 6;

export const isPin = (typed: string): boolean => /^\d{6,}$/.test(typed);

export function told(error: unknown): string {
  if (error instanceof ServerProblem) return refusalWords(error.code, error.message);
  if (error instanceof Unreachable) return t("no_network");
  if (error instanceof PinTrouble) return t("pin_trouble");
  throw error;
}

/** Run a step of a form: busy while it lasts, its refusal in words. */
export function useStep(): { busy: boolean; error: string; run: (step: () => Promise<void>) => void } {
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
export function submitting(submit: () => unknown): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    submit();
  };
}

export function SignIn() {
  const { busy, error, run } = useStep();
  const enter = (login: string, password: string) =>
    run(async () => {
      signedIn.value = await signIn(login, password);
      phase.value = "enroll";
    });
  return (
    <Screen title={t("sign_in")} entry>
      <PhoneNotices />
      <SignInForm lead={t("sign_in_lead")} busy={busy} problem={error} onSignIn={enter} />
      <p>
        <Languages />
      </p>
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
    pin: isPin(pin) ? undefined : t("pin_short"),
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

export function kindOfDevice(): "phone" | "tablet" | "laptop" {
  const narrow = Math.min(screen.width, screen.height);
  if (narrow < 600) return "phone";
  return matchMedia("(pointer: coarse)").matches ? "tablet" : "laptop";
}

/** Why a PIN opened nothing. */
export const refusedPin = (result: Exclude<Unlocked, "open">): string =>
  result === "wrong" ? t("wrong_pin") : t("wait_pin", { seconds: Math.ceil(result.waitMs / 1000) });

/** Who, and her PIN, wherever it is asked for. */
export function UnlockForm() {
  const nurses = colleagues.value;
  const [chosen, choose] = useState(lastNurse.peek());
  const [pin, setPin] = useState("");
  const [refused, setRefused] = useState("");
  const [tried, setTried] = useState(false);
  const { busy, error, run } = useStep();
  const who = nurses.length === 1 ? nurses[0] : nurses.find((one) => one.staff === chosen);
  const submit = () => {
    setTried(true);
    if (who === undefined) return;
    if (pin.length < PIN_DIGITS_MIN) return setRefused(t("pin_short"));
    setRefused("");
    run(async () => {
      const result = await theDevice().unlock(pin, who.staff);
      setPin((typed) => (typed === pin ? "" : typed)); // another one may have been typed meanwhile
      if (result === "open") return opened();
      setRefused(refusedPin(result));
    });
  };
  const pick = (staff: string) => {
    choose(staff);
    setPin("");
    setRefused("");
    document.querySelector<HTMLInputElement>("form .field input")?.focus();
  };
  return (
    <form onSubmit={submitting(submit)}>
      {nurses.length < 2 ? null : (
        <Choice
          legend={t("who_works")}
          wide
          value={who?.staff ?? ""}
          onChange={pick}
          options={nurses.map((one): [string, string, string] => [one.staff, one.name, one.title])}
          error={tried && who === undefined ? t("required") : undefined}
        />
      )}
      <Field
        label={t("unlock_lead")}
        type="password"
        inputMode="numeric"
        value={pin}
        onInput={setPin}
        error={refused || error || undefined}
        autofocus
      />
      <Button type="submit" disabled={busy}>
        {t("unlock")}
      </Button>
      <p class="hint">{t(nurses.length < 2 ? "forgot_pin" : "forgot_pin_several")}</p>
      <p>
        <Languages />
      </p>
    </form>
  );
}

export function Unlock() {
  return (
    <Screen title={t("unlock")} entry>
      {watchEnds.value.length === 0 ? null : (
        <Notice tone="info">
          {t("watch_locked", { count: watchEnds.value.length, time: clockTime(watchEnds.value[0] ?? 0) })}
        </Notice>
      )}
      <UnlockForm />
      <HandOffButton />
      <Button kind="quiet" onClick={forgotPin}>
        {t(colleagues.value.length < 2 ? "forgot_pin_again" : "forgot_pin_all")}
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
  // Without a network the children held would go and no others could come.
  const isCut = scope.value !== "" && link.value.link === "offline";
  return (
    <Screen title={t("choose_clinic")}>
      {error && offered.length === 0 ? <Notice tone="warn">{error}</Notice> : null}
      {isCut && offered.length > 0 ? (
        <Notice tone="warn">{t("choose_later", { clinic: clinicName.value })}</Notice>
      ) : null}
      {offered.length === 0 && !error ? <p class="empty">{t("no_clinics")}</p> : null}
      {offered.length === 0 ? null : (
        <div class="panel">
          {offered.map((one) => (
            <button
              key={one.clinic}
              type="button"
              class="linkrow"
              disabled={isCut && scope.value !== `clinic/${one.clinic}`}
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
      <p>
        <Button kind="quiet" onClick={() => go("plan")}>
          {t("plan_new")}
        </Button>
      </p>
    </Screen>
  );
}
