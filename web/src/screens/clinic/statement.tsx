/** A statement or exemption handed in: what it is, who signed, and a picture of it. The office checks it later. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Choice, Field, Notice, Screen, showFirstError } from "../../components/parts";
import type { Antigen, Photo, StatementReceived } from "../../events/generated";
import { ANTIGENS as IN_LAW } from "../../projections/lawful";
import type { Student } from "../../projections/student";
import { shownAntigen } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { bornWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { isTaking, PictureField } from "./picture";

type Kind = StatementReceived["kind"];
type Standing = StatementReceived["standing"];

const KINDS: readonly Kind[] = [
  "medical",
  "laboratory",
  "disease_history",
  "conscientious",
  "immunization",
  "in_process",
];
const STANDINGS: readonly Standing[] = [
  "physician",
  "public_clinic",
  "health_care_provider",
  "parent",
  "emancipated",
  "other",
];
/** Papers that speak of single diseases. */
const OF_DISEASES: ReadonlySet<string> = new Set(["medical", "laboratory", "disease_history", "conscientious"]);
const ANTIGENS: readonly Antigen[] = [
  "diphtheria",
  "tetanus",
  "pertussis",
  "polio",
  "measles",
  "mumps",
  "rubella",
  "hepatitis_b",
  "varicella",
  "meningococcal",
  "hib",
];

export function FileStatement({ now, student }: { readonly now: View; readonly student: Student }) {
  const { values, set, drop } = useDraft(`statement/${student.id}`, {
    kind: "" as Kind | "",
    signer: "",
    standing: "" as Standing | "",
    antigens: [] as readonly Antigen[],
    photo: null as Photo | null,
  });
  const [tried, setTried] = useState(false);
  const [isFiled, setFiled] = useState(false);
  const errors = { kind: needed(values.kind), signer: needed(values.signer), standing: needed(values.standing) };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const payload: StatementReceived = {
      kind: values.kind as Kind,
      signer: values.signer.trim(),
      standing: values.standing as Standing,
      received_on: now.today,
      told: { source: "paper", recorder: now.me?.name ?? "?" },
      ...(OF_DISEASES.has(values.kind) && values.antigens.length > 0 ? { antigens: values.antigens } : {}),
      ...(values.photo === null ? {} : { photo: values.photo }),
    };
    await theDevice().record(`student/${student.id}`, "statement.received", payload);
    await drop();
    setFiled(true);
    stir();
  };
  const flip = (antigen: Antigen, isOn: boolean) =>
    set({ antigens: isOn ? [...values.antigens, antigen] : values.antigens.filter((one) => one !== antigen) });
  if (isFiled) return <Filed student={student} hasPicture={values.photo !== null} />;
  return (
    <Screen
      title={student.fullName}
      under={bornWords(now, student)}
      back={["child", student.id]}
      foot={
        <Button disabled={isTaking.value} onClick={save}>
          {t("save")}
        </Button>
      }
    >
      <p>{t("statement_lead")}</p>
      <Choice
        legend={t("statement_kind")}
        wide
        value={values.kind}
        onChange={(kind) => set({ kind })}
        options={KINDS.map((kind) => [kind, word("kind", kind)])}
        error={tried ? errors.kind : undefined}
      />
      {OF_DISEASES.has(values.kind) ? (
        <fieldset class="choice one">
          <legend>{t("statement_antigens")}</legend>
          <p class="hint">{t("statement_antigens_hint")}</p>
          {ANTIGENS.map((antigen) => (
            <Check
              key={antigen}
              label={shownAntigen(IN_LAW[antigen] ?? antigen)}
              checked={values.antigens.includes(antigen)}
              onChange={(isOn) => flip(antigen, isOn)}
            />
          ))}
        </fieldset>
      ) : null}
      <Field
        label={t("statement_signer")}
        value={values.signer}
        onInput={(signer) => set({ signer })}
        error={tried ? errors.signer : undefined}
      />
      <Choice
        legend={t("standing")}
        value={values.standing}
        onChange={(standing) => set({ standing })}
        options={STANDINGS.map((one) => [one, word("signed", one)])}
        error={tried ? errors.standing : undefined}
      />
      <h2>{t("picture")}</h2>
      <PictureField photo={values.photo} onTaken={(photo) => set({ photo })} />
    </Screen>
  );
}

function Filed({ student, hasPicture }: { readonly student: Student; readonly hasPicture: boolean }) {
  return (
    <Screen title={student.fullName} foot={<Button onClick={() => go("child", student.id)}>{t("to_child")}</Button>}>
      <div class="safe" role="status">
        <span class="tick" aria-hidden="true">
          ✓
        </span>
        <strong>{t("safe")}</strong>
        <p class="hint">{t("statement_filed")}</p>
      </div>
      {hasPicture ? <Notice tone="info">{t("picture_follows")}</Notice> : null}
    </Screen>
  );
}
