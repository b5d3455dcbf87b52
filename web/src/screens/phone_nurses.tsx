/** The nurses of this phone: who may open it, a further one, another PIN, and when it locks itself. */
import { useState } from "preact/hooks";
import { useDraft } from "../components/drafts";
import { Button, Choice, Field, Notice, Pill, Screen, showFirstError } from "../components/parts";
import { parseHeader } from "../events/envelope";
import { fromWire } from "../events/wire";
import type { Colleague } from "../store/device";
import { enroll } from "../sync/server";
import { nurses as english } from "../text/phone/nurses_en";
import { nurses as spanish } from "../text/phone/nurses_es";
import { learn, t } from "../text/words";
import { anyOf, needed } from "./clinic/checks";
import { isPin, kindOfDevice, refusedPin, submitting, useStep } from "./entry";
import { REST_MINUTES, restMinutes, setRestMinutes } from "./resting";
import { colleagues, meetColleagues, own, theDevice } from "./state";

learn(english, spanish);

export function PhoneNurses() {
  return (
    <Screen title={t("nurses")} back={["more"]}>
      <ul class="list">
        {colleagues.value.map((one) => (
          <NurseRow key={one.staff} nurse={one} />
        ))}
      </ul>
      <AddNurse />
      <ChangePin />
      <Rest />
    </Screen>
  );
}

function NurseRow({ nurse }: { readonly nurse: Colleague }) {
  const isHere = theDevice().enrolled?.staff === nurse.staff;
  const unsent = own.value.filter((row) => {
    return row.state === "waiting" && parseHeader(fromWire(row.event).header).author === nurse.staff;
  }).length;
  return (
    <li class="dose">
      <span class="who">
        <strong>{nurse.name}</strong>
        <small>{nurse.title}</small>
        <span class="pills">
          {isHere ? <Pill tone="good">{t("at_work")}</Pill> : null}
          {unsent > 0 ? <Pill tone="wait">{t("waiting", { count: unsent })}</Pill> : null}
        </span>
        {colleagues.value.length < 2 ? null : <Remove nurse={nurse} isHere={isHere} />}
      </span>
    </li>
  );
}

function Remove({ nurse, isHere }: { readonly nurse: Colleague; readonly isHere: boolean }) {
  const remove = async () => {
    await theDevice().removeColleague(nurse.staff);
    await meetColleagues();
  };
  return (
    <details>
      <summary>{t("take_off")}</summary>
      <p>{t(isHere ? "take_off_self" : "take_off_lead", { name: nurse.name })}</p>
      <Button kind="danger" onClick={remove}>
        {t("take_off_do", { name: nurse.name })}
      </Button>
    </details>
  );
}

/** A field of digits nobody should read over the shoulder. */
function PinField(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error: string | undefined;
  readonly isNew?: boolean;
}) {
  const { isNew = false, ...field } = props;
  return (
    <Field {...field} type="password" inputMode="numeric" autocomplete={isNew ? "new-password" : "current-password"} />
  );
}

/** A PIN too short to be one is not tried: a try counts against her. */
const pinErrors = (present: string, pin: string, again: string) => ({
  present: isPin(present) ? undefined : t("pin_short"),
  pin: isPin(pin) ? undefined : t("pin_short"),
  again: pin === again ? undefined : t("pin_differs"),
});

function AddNurse() {
  const blank = { present: "", pin: "", again: "" };
  const code = useDraft("add-nurse", { code: "" }); // PINs are kept nowhere
  const [pins, setPins] = useState(blank);
  const values = { ...pins, ...code.values };
  const [tried, setTried] = useState(false);
  const [added, setAdded] = useState("");
  const [wrong, setWrong] = useState("");
  const { busy, error, run } = useStep();
  const set = (changes: Partial<typeof blank>) => setPins({ ...pins, ...changes });
  const errors = { code: needed(values.code), ...pinErrors(values.present, values.pin, values.again) };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const submit = () => {
    setTried(true);
    setWrong("");
    showFirstError();
    if (anyOf(errors)) return;
    run(async () => {
      let name = "";
      const result = await theDevice().addColleague(values.present, values.pin, async (publicKey, here) => {
        const request = {
          code: values.code.trim(),
          public_key: publicKey,
          label: "",
          kind: kindOfDevice(),
          version: 1,
        };
        const enrolled = await enroll({ ...request, device: here.device }, here.token);
        name = enrolled.staff_name;
        return enrolled;
      });
      if (result !== "open") return setWrong(refusedPin(result));
      await meetColleagues();
      setAdded(name);
      setPins(blank);
      code.set({ code: "" });
      await code.drop();
      setTried(false);
    });
  };
  return (
    <details>
      <summary>{t("add_nurse")}</summary>
      <form onSubmit={submitting(submit)}>
        <p class="hint">{t("add_nurse_lead")}</p>
        {added === "" ? null : <Notice tone="info">{t("nurse_added", { name: added })}</Notice>}
        <Field
          label={t("code_new")}
          value={values.code}
          onInput={(typed) => code.set({ code: typed })}
          error={shown.code}
        />
        <PinField label={t("pin_new")} value={values.pin} onInput={(pin) => set({ pin })} error={shown.pin} isNew />
        <PinField
          label={t("pin_new_again")}
          value={values.again}
          onInput={(again) => set({ again })}
          error={shown.again}
          isNew
        />
        <PinField
          label={t("pin_present", { name: theDevice().enrolled?.staff_name ?? "" })}
          value={values.present}
          onInput={(present) => set({ present })}
          error={wrong || shown.present}
        />
        {error ? <Notice tone="bad">{error}</Notice> : null}
        <Button type="submit" disabled={busy}>
          {t("add_nurse_do")}
        </Button>
      </form>
    </details>
  );
}

function ChangePin() {
  const blank = { present: "", pin: "", again: "" };
  const [values, setValues] = useState(blank);
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState(false);
  const [wrong, setWrong] = useState("");
  const { busy, error, run } = useStep();
  const set = (changes: Partial<typeof blank>) => setValues({ ...values, ...changes });
  const errors = pinErrors(values.present, values.pin, values.again);
  const shown: Partial<typeof errors> = tried ? errors : {};
  const submit = () => {
    setTried(true);
    setWrong("");
    setDone(false);
    showFirstError();
    if (anyOf(errors)) return;
    run(async () => {
      const result = await theDevice().changePin(values.present, values.pin);
      if (result !== "open") return setWrong(refusedPin(result));
      setValues(blank);
      setTried(false);
      setDone(true);
    });
  };
  return (
    <details>
      <summary>{t("change_pin")}</summary>
      <form onSubmit={submitting(submit)}>
        <p class="hint">{t("change_pin_lead")}</p>
        {done ? <Notice tone="info">{t("pin_changed")}</Notice> : null}
        <PinField
          label={t("pin_now")}
          value={values.present}
          onInput={(present) => set({ present })}
          error={wrong || shown.present}
        />
        <PinField label={t("pin_other")} value={values.pin} onInput={(pin) => set({ pin })} error={shown.pin} isNew />
        <PinField
          label={t("pin_other_again")}
          value={values.again}
          onInput={(again) => set({ again })}
          error={shown.again}
          isNew
        />
        {error ? <Notice tone="bad">{error}</Notice> : null}
        <Button type="submit" disabled={busy}>
          {t("change_pin")}
        </Button>
      </form>
    </details>
  );
}

function Rest() {
  return (
    <Choice
      legend={t("rest")}
      value={String(restMinutes.value)}
      onChange={(minutes) => setRestMinutes(Number(minutes))}
      options={REST_MINUTES.map((minutes): [string, string] => [String(minutes), t("rest_minutes", { minutes })])}
    />
  );
}
