/** Sharing with the state registry: who allowed it on a paper of its own, a paper taken back, one recorded now. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Choice, Field, LinkRow, Notice, Pill, Screen, showFirstError } from "../../components/parts";
import { isCivilDate } from "../../events/dates";
import type { DisclosureConsented, Photo } from "../../events/generated";
import { doubtOf } from "../../projections/consenting";
import { mayShare, type Permission, permissionsOf, REGISTRY } from "../../projections/sharing";
import type { Student } from "../../projections/student";
import { day, t, word } from "../../text/words";
import { beside } from "../beside";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateError, nameError } from "./checks";
import { draftPlace } from "./form";
import { InterpreterFields, interpreterErrors, interpreterOf, NO_INTERPRETER } from "./interpreter";
import { LANGUAGES } from "./packet_fields";
import { isTaking, PictureField } from "./picture";
import { SignerFields, STANDINGS, standingError, usualStanding } from "./signer";

const WHAT = "doses given by the district, for the state registry";

interface Props {
  readonly now: View;
  readonly student: Student;
}

/** At the child's consents: whether the registry may be told, on whose word and since when. */
export function SharingRow({ now, student }: Props) {
  const found = permissionsOf(student.shelf, now.today);
  const given = found.filter(({ state }) => state === "given");
  const shown = given.find(({ doubt }) => doubt === "") ?? given[0] ?? found.at(-1);
  return (
    <div class="panel">
      <LinkRow
        to={["child", student.id, "sharing"]}
        title={t("sharing")}
        {...(shown === undefined ? {} : { more: whoAndWhen(shown) })}
      >
        <span class="pills">
          {shown === undefined ? <Pill tone="calm">{t("sharingis_none")}</Pill> : <State permission={shown} />}
        </span>
      </LinkRow>
    </div>
  );
}

export function Sharing({ now, student }: Props) {
  const found = permissionsOf(student.shelf, now.today);
  return (
    <Screen title={t("sharing")} under={whoWords(now, student)} back={["child", student.id, "consent"]}>
      <p>{t("sharing_lead")}</p>
      {mayShare(found) ? null : <Notice tone="info">{t("sharing_not")}</Notice>}
      <ul class="list">
        {found.map((permission) => (
          <li key={permission.event} class="dose">
            <span class="who">
              <strong>{permission.signer}</strong>
              <small>
                {word("standing", permission.standing)} · {t("sharing_signed", { day: day(permission.on) })}
                {permission.language === "" ? "" : ` · ${word("language", permission.language)}`}
                {permission.until === "" ? "" : ` · ${t("sharing_holds_until", { day: day(permission.until) })}`}
              </small>
              {permission.ended_by === "" ? null : <small>{takenBack(permission)}</small>}
              {permission.doubt === "" ? null : (
                <small>{t(`found_standing_${permission.doubt}`, { about: permission.signer })}</small>
              )}
              <span class="pills">
                <State permission={permission} />
              </span>
            </span>
          </li>
        ))}
      </ul>
      {found
        .filter(({ state }) => state !== "withdrawn")
        .map((permission) => (
          <TakeBack key={permission.event} now={now} student={student} permission={permission} />
        ))}
      <NewPermission now={now} student={student} />
    </Screen>
  );
}

function State({ permission: { state, doubt } }: { readonly permission: Permission }) {
  if (state === "given")
    return <Pill tone={doubt === "" ? "good" : "wait"}>{t(doubt ? "sharing_ask" : "sharingis_given")}</Pill>;
  return <Pill tone={state === "not_yet" || state === "ended" ? "calm" : "bad"}>{word("sharingis", state)}</Pill>;
}

const takenBack = ({ ended_on, ended_by }: Permission): string =>
  t("sharing_taken_back", { day: day(ended_on), name: ended_by });

const whoAndWhen = (permission: Permission): string =>
  permission.ended_by === "" ? `${permission.signer} · ${day(permission.on)}` : takenBack(permission);

function TakeBack({ now, student, permission }: Props & { readonly permission: Permission }) {
  const { event, signer, on } = permission;
  const { values, set, drop } = useDraft(`sharing-back/${event}`, { by: "", on: now.today });
  const [tried, setTried] = useState(false);
  const errors = {
    by: nameError(values.by, t("withdrawn_by"), student),
    on: dateError(values.on, student.birthDate, now.today, false),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const told = { event, by: values.by.trim(), on: values.on };
    await theDevice().record(beside(student, event), "disclosure.revoked", told);
    await drop();
    stir();
  };
  return (
    <details>
      <summary>{t("sharing_back", { name: signer, day: day(on) })}</summary>
      <Field
        label={t("withdrawn_by")}
        value={values.by}
        onInput={(by) => set({ by })}
        error={tried ? errors.by : undefined}
      />
      <Field
        label={t("sharing_back_on")}
        type="date"
        max={now.today}
        value={values.on}
        onInput={(typed) => set({ on: typed })}
        error={tried ? errors.on : undefined}
      />
      <Button kind="danger" onClick={save}>
        {t("sharing_back_save")}
      </Button>
    </details>
  );
}

function NewPermission({ now, student }: Props) {
  const { values, set, drop } = useDraft(draftPlace(now, "sharing", student), {
    signer: "",
    standing: usualStanding(student, now.today),
    on: now.today,
    until: "",
    language: "en" as (typeof LANGUAGES)[number],
    ...NO_INTERPRETER,
    photo: null as Photo | null,
  });
  const [tried, setTried] = useState(false);
  const doubt = doubtOf(values.standing, student.birthDate, values.on, now.today);
  const errors = {
    signer: nameError(values.signer, t("sharing_signer"), student),
    standing: standingError(doubt, values.standing),
    on: dateError(values.on, student.birthDate, now.today, false),
    until: untilError(values.until, now.today),
    ...interpreterErrors(values, student),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    const interpreter = interpreterOf(values);
    await theDevice().record(`student/${student.id}`, "disclosure.consented", {
      student: student.id,
      signer: values.signer.trim(),
      standing: values.standing,
      party: REGISTRY,
      what: WHAT,
      on: values.on,
      language: values.language,
      ...(values.until === "" ? {} : { until: values.until }),
      ...(interpreter === null ? {} : { interpreter }),
      ...(values.photo === null ? {} : { photo: values.photo }),
    } satisfies DisclosureConsented);
    await drop();
    stir();
    go("child", student.id, "consent");
  };
  return (
    <section aria-labelledby="new-sharing">
      <h2 id="new-sharing">{t("sharing_new")}</h2>
      <SignerFields
        label={t("sharing_signer")}
        values={values}
        set={set}
        standings={STANDINGS}
        doubt={doubt}
        errors={{ signer: tried ? errors.signer : undefined, standing: errors.standing }}
      />
      <Field
        label={t("signed_on")}
        type="date"
        max={now.today}
        value={values.on}
        onInput={(typed) => set({ on: typed })}
        error={tried ? errors.on : undefined}
      />
      <Choice
        legend={t("sharing_language")}
        value={values.language}
        onChange={(language) => set({ language })}
        options={LANGUAGES.map((one) => [one, word("language", one)])}
      />
      <Field
        label={t("sharing_until")}
        type="date"
        min={now.today}
        value={values.until}
        onInput={(until) => set({ until })}
        hint={t("sharing_until_hint")}
        error={tried ? errors.until : undefined}
      />
      <InterpreterFields values={values} set={set} student={student} tried={tried} />
      <PictureField photo={values.photo} onTaken={(photo) => set({ photo })} />
      <Button disabled={isTaking.value} onClick={save}>
        {t("consent_save")}
      </Button>
    </section>
  );
}

/** A last day may be left open; one that has passed permits nothing. */
function untilError(written: string, today: string): string | undefined {
  if (written === "") return undefined;
  if (!isCivilDate(written)) return t("day_bad");
  return written < today ? t("sharing_until_passed") : undefined;
}
