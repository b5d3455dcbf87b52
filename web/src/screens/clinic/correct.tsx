/**
 * A dose written down wrongly: corrected beside the first entry, or undone. Neither hides anything. What the correction
 * shows the dose to have been given against opens an incident, as it would have then.
 */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Screen, Select, showFirstError, TextArea } from "../../components/parts";
import type { DoseLine } from "../../projections/history";
import { looksAt, writersOf } from "../../projections/second_look";
import type { Student } from "../../projections/student";
import { recorded } from "../../text/desk/told";
import { MAKERS } from "../../text/makers";
import { shownVaccine } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { beside } from "../beside";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, dateHint, needed, writtenDate } from "./checks";
import { asRecorded, broughtToLight, type Corrected, changesOf, correctionErrors, ofLot } from "./correcting";
import { ExpiresField } from "./expires";
import { incidentOf, Stops, Warnings } from "./found";
import { HeldSince } from "./held_since";
import { loanOfCorrected } from "./lending";
import { ROUTES, SITES, vaccineOptions } from "./lots";
import { OTHER_MAKER } from "./vial";

interface Props {
  readonly now: View;
  readonly student: Student;
  readonly dose: DoseLine;
}

export function CorrectDose({ now, student, dose }: Props) {
  const { values: typed, set, drop } = useDraft(`correct/${dose.event}`, { ...asRecorded(dose), reason: "" });
  const values = { ...typed, on: writtenDate(typed.on, now.today) };
  const [tried, setTried] = useState(false);
  const errors = correctionErrors(now, student, dose, values);
  const reason = needed(values.reason);
  const changes = changesOf(dose, values);
  const isSame = Object.keys(changes).length === 0;
  const { stops, warnings } = broughtToLight(now, student, dose, values);
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors) || reason !== undefined || isSame) return;
    const stream = beside(student, dose.event);
    const why = values.reason.trim();
    const payload = { event: dose.event, reason: why, ...changes };
    const loan = loanOfCorrected(now, student, dose, { lot: values.lot, on: values.on, reason: why });
    await theDevice().recordTogether([
      () => ({ stream, type: "dose.corrected", payload }),
      ...(stops.length > 0 ? [() => incidentOf(student, dose.event, stops, why)] : []),
      ...(loan === null ? [] : [loan]),
    ]);
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={`${t("correct")}: ${shownVaccine(dose.cvx, dose.as_written)}`}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={<Button onClick={save}>{t("save")}</Button>}
    >
      {dose.fromPaper && dose.verified !== true ? <SecondLook now={now} student={student} dose={dose} /> : null}
      <HeldSince now={now} student={student} dose={dose} />
      <p>{t("correct_lead")}</p>
      <Stops stops={stops} already student={student} />
      <Warnings warnings={warnings} student={student} />
      <Field
        label={t("given_on")}
        value={typed.on}
        onInput={(on) => set({ on })}
        error={errors.on}
        hint={dateHint(values.on)}
      />
      <Field
        label={t("lot_number")}
        value={values.lot}
        onInput={(lot) => set(ofLot(now.clinic, dose, lot))}
        error={errors.lot}
      />
      <Select
        label={t("vaccine")}
        value={values.cvx}
        onChange={(cvx) => set({ cvx })}
        options={optionsFor(dose)}
        error={tried ? errors.cvx : undefined}
      />
      {dose.basis === "administered" ? <HowGiven values={values} set={set} errors={tried ? errors : {}} /> : null}
      <TextArea
        label={t("reason")}
        value={values.reason}
        onInput={(typed) => set({ reason: typed })}
        error={tried ? (reason ?? (isSame ? t("nothing_changed") : undefined)) : undefined}
      />
      {dose.basis === "historical" || (dose.fromPaper && dose.verified === true) ? (
        <SecondLook now={now} student={student} dose={dose} />
      ) : null}
      <VoidDose now={now} student={student} dose={dose} reason={values.reason} />
    </Screen>
  );
}

/** The usual vaccines, and this dose's own where it is none of them; words that were never understood stay as written. */
function optionsFor({ cvx, as_written }: DoseLine): [string, string][] {
  const unread: [string, string][] = cvx === "" ? [["", as_written || t("choose")]] : [];
  return [...unread, ...vaccineOptions(cvx)];
}

/** Of a dose given here: what was in the syringe, and where and how it went in. */
function HowGiven(props: {
  readonly values: Corrected;
  readonly set: (changes: Partial<Corrected>) => void;
  readonly errors: Partial<Readonly<Record<keyof Corrected, string | undefined>>>;
}) {
  const { values, set, errors } = props;
  const makers = [...MAKERS, [OTHER_MAKER, word("maker", "other")] as const];
  const isKnown = values.mvx === "" || makers.some(([mvx]) => mvx === values.mvx);
  const sites = SITES.some((site) => site === values.site) ? SITES : [values.site, ...SITES];
  const routes = ROUTES.some((route) => route === values.route) ? ROUTES : [values.route, ...ROUTES];
  return (
    <>
      <ExpiresField value={values.expires} onInput={(expires) => set({ expires })} error={errors.expires} />
      <Select
        label={t("maker")}
        value={values.mvx}
        onChange={(mvx) => set({ mvx })}
        options={[
          ...(isKnown ? [] : [[values.mvx, values.mvx] as [string, string]]),
          ...makers.map(([mvx, name]): [string, string] => [mvx, name]),
        ]}
        error={errors.mvx}
      />
      <Select
        label={t("site")}
        value={values.site}
        onChange={(site) => set({ site })}
        options={sites.map((one): [string, string] => [one, word("site", one)])}
      />
      <Select
        label={t("route")}
        value={values.route}
        onChange={(route) => set({ route })}
        options={routes.map((one): [string, string] => [one, word("route", one)])}
      />
      <Field
        label={t("volume")}
        inputMode="decimal"
        value={values.volume}
        onInput={(volume) => set({ volume })}
        error={errors.volume}
      />
    </>
  );
}

/** Somebody else than who copied or corrected it compares the entry, as it stands, with its paper. */
function SecondLook({ now, student, dose }: Props) {
  const { values, set, drop } = useDraft(`look/${dose.event}`, { note: "" });
  const { note } = values;
  const [tried, setTried] = useState(false);
  const looks = looksAt(dose.fact, student.shelf);
  const isMine = writersOf(dose.fact, student.shelf).has(now.me?.staff ?? "");
  const say = async (agrees: boolean) => {
    setTried(!agrees);
    if (!agrees && note.trim() === "") return;
    await theDevice().record(beside(student, dose.event), "dose.verified", {
      event: dose.event,
      agrees,
      ...(note.trim() === "" ? {} : { note: note.trim() }),
    });
    await drop();
    set({ note: "" });
    setTried(false);
    stir();
  };
  return (
    <section aria-labelledby="second-look">
      <h2 id="second-look">{t("second_look")}</h2>
      {looks.map(({ fact, payload, counts }) => (
        <Notice key={fact.header.id} tone={payload.agrees ? "info" : "warn"}>
          {t(payload.agrees ? "agrees" : "differs")}
          {counts || dose.corrections === 0 ? "" : ` (${t("second_look_over")})`} {payload.note}
        </Notice>
      ))}
      {isMine ? (
        <p class="hint">{t("second_look_other")}</p>
      ) : (
        <>
          <Field
            label={t("note")}
            value={note}
            onInput={(typed) => set({ note: typed })}
            error={tried && note.trim() === "" ? t("required") : undefined}
          />
          <div class="pair">
            <Button kind="quiet" onClick={() => say(true)}>
              {t("agrees")}
            </Button>
            <Button kind="quiet" onClick={() => say(false)}>
              {t("differs")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

/** Within the visit one tap is enough; later a reason is asked for. */
function VoidDose({ now, student, dose, reason }: Props & { readonly reason: string }) {
  const [tried, setTried] = useState(false);
  const { header } = dose.fact;
  const isThisVisit =
    header.device === theDevice().enrolled?.device && now.policy.civilDay(Date.parse(header.recorded_at)) === now.today;
  const undo = async () => {
    setTried(true);
    const why = reason.trim() || (isThisVisit ? recorded("undo_visit_reason") : "");
    if (why === "") return;
    await theDevice().record(beside(student, dose.event), "dose.voided", { event: dose.event, reason: why });
    stir();
    go("child", student.id);
  };
  return (
    <section aria-labelledby="void">
      <h2 id="void">{t(isThisVisit ? "undo" : "void")}</h2>
      <p class="hint">{t(isThisVisit ? "undo_lead" : "void_lead")}</p>
      {tried && reason.trim() === "" && !isThisVisit ? (
        <p class="error" role="alert">
          {t("void_reason")}
        </p>
      ) : null}
      <Button kind="danger" onClick={undo}>
        {t(isThisVisit ? "undo" : "void")}
      </Button>
    </section>
  );
}
