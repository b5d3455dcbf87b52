/**
 * Emergency: what to do in order, epinephrine by weight, and the times, each by one tap. Readable while the phone is
 * locked; the times are kept sealed as they are tapped, for whoever is unlocked, and become one signed reaction event.
 *
 * KNOWN GAP: the steps and weight bands follow the usual protocol for anaphylaxis after vaccination (epinephrine
 * 0.01 mg/kg into the outer thigh, again after 5 to 15 minutes); the signed protocol of the clinic goes before them.
 */
import { useState } from "preact/hooks";
import { settled } from "../../components/deed";
import { useDraft } from "../../components/drafts";
import { Held } from "../../components/held";
import { Button, Field, LinkRow, Screen, showFirstError, TextArea } from "../../components/parts";
import type { Student } from "../../projections/student";
import { told as toldWords } from "../../text/desk/told";
import { clockTime, day, inEnglish, t } from "../../text/words";
import { beside } from "../beside";
import { UnlockForm } from "../entry";
import { bornWords } from "../namesakes";
import { keptSite, siteOf } from "../phone";
import { go, phase, stir, theDevice } from "../state";
import type { View } from "../view";
import { needed } from "./checks";
import { emergencyPlace, NO_EMERGENCY, type Emergency as Times, tapped, useUnsigned } from "./unsigned";

/** Kilograms, the same in pounds as families say it, the dose, and its volume of 1 mg/mL. */
const BANDS: readonly (readonly [string, string, string, string])[] = [
  ["7.5–14", "17–32", "0.1 mg", "0.1 mL"],
  ["15–24", "33–54", "0.15 mg", "0.15 mL"],
  ["25–29", "55–65", "0.25–0.3 mg", "0.25–0.3 mL"],
  ["30–49", "66–109", "0.3 mg", "0.3 mL"],
  ["50+", "110+", "0.3–0.5 mg", "0.3–0.5 mL"],
];
const SHOWN_MAX = 8;
export const STEPS = ["step_call", "step_epinephrine", "step_lie", "step_again", "step_stay"] as const;

/** The words of this screen that a prescriber signs, in English whatever is shown. */
export function protocolWords(): string {
  const bands = BANDS.map(([kg, lb, dose, volume]) => `${kg} kg (${lb} lb): ${dose} (${volume} of 1 mg/mL)`);
  return [...STEPS.map((step, place) => `${place + 1}. ${inEnglish(step)}`), ...bands].join("\n");
}

export function Emergency({ now, id }: { readonly now: View | null; readonly id: string }) {
  const student = now?.student(id) ?? null;
  return (
    <Screen title={t("emergency")} back={student === null ? ["roster"] : ["child", student.id]}>
      <Held />
      <a class="button danger wide call" href="tel:911">
        {t("call_911")}
      </a>
      <SiteAddress now={now} />
      {phase.value === "locked" ? (
        <section aria-label={t("unlock")}>
          <p>{t("unlock_to_record")}</p>
          <UnlockForm />
        </section>
      ) : now === null || phase.value !== "ready" ? null : (
        <Whose key={id} now={now} id={id} />
      )}
      {student === null || now === null || phase.value !== "ready" ? <DoseTable /> : null}
      <ol class="steps">
        {STEPS.map((step) => (
          <li key={step}>{t(step)}</li>
        ))}
      </ol>
    </Screen>
  );
}

/** Where the ambulance must come; while the phone is locked, where it was last at work. */
function SiteAddress({ now }: { readonly now: View | null }) {
  const plan = now?.clinic.plan ?? null;
  const site = plan === null ? keptSite() : siteOf(plan);
  if (site === null) return null;
  return (
    <p class="address">
      <small>{plan === null ? t("tell_911_last", { day: day(site.on) }) : t("tell_911")}</small>
      <br />
      <strong>{site.words}</strong>
    </p>
  );
}

export function DoseTable() {
  return (
    <>
      <h2>{t("epinephrine_table")}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("weight")}</th>
              <th scope="col">{t("dose_mg")}</th>
              <th scope="col">{t("dose_ml_1mg")}</th>
            </tr>
          </thead>
          <tbody>
            {BANDS.map(([kg, lb, mg, ml]) => (
              <tr key={kg}>
                <th scope="row">
                  {kg} kg
                  <br />
                  <small>{lb} lb</small>
                </th>
                <td>{mg}</td>
                <td>{ml}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">{t("protocol_first")}</p>
    </>
  );
}

/** Who is watched first, then everybody on the roster who fits what is typed. */
function ChooseChild({ now }: { readonly now: View }) {
  const [typed, setTyped] = useState("");
  const { watched } = now;
  const fitting = now.find(typed);
  const isTyped = typed.trim() !== "";
  const first = isTyped ? watched.filter((one) => fitting.includes(one)) : watched;
  const found = [...first, ...fitting.filter((one) => !watched.includes(one))];
  return (
    <>
      <Field label={t("which_child")} type="search" value={typed} onInput={setTyped} />
      {isTyped && found.length === 0 ? <p class="empty">{t("nobody")}</p> : null}
      <div class="panel">
        {found.slice(0, SHOWN_MAX).map((one) => (
          <LinkRow
            key={one.id}
            to={["emergency", one.id]}
            title={one.fullName}
            more={[...(watched.includes(one) ? [t("watched")] : []), bornWords(now, one)].join(" · ")}
          />
        ))}
      </div>
      {found.length > SHOWN_MAX ? <p class="hint">{t("type_more", { count: found.length - SHOWN_MAX })}</p> : null}
    </>
  );
}

/** Times that were tapped are signed also where the child has left this phone meanwhile. */
function Whose({ now, id }: { readonly now: View; readonly id: string }) {
  const unsigned = useUnsigned(now);
  const student = now.student(id);
  if (student === null && unsigned?.some((one) => one.id === id) !== true) return <ChooseChild now={now} />;
  return <Record now={now} id={student?.id ?? id} student={student} />;
}

function Record({ now, id, student }: { readonly now: View; readonly id: string; readonly student: Student | null }) {
  const { values, set, add, whole, drop } = useDraft(emergencyPlace(id), NO_EMERGENCY, "everybody");
  const [tried, setTried] = useState(false);
  const contacts = student?.contacts ?? [];
  const leave = () => (student === null ? go("closing") : go("child", id));
  const stamp = () => new Date().toISOString();
  const tap = (changes: (kept: Times, at: string) => Partial<Times>) => {
    const at = stamp();
    add((kept) => ({ began: kept.began || at, ...changes(kept, at) }));
    return settled();
  };
  const said = (moment: string) => clockTime(Date.parse(moment));
  const save = async () => {
    setTried(true);
    showFirstError();
    const told = await whole();
    if (told.description.trim() === "") return;
    const doses = student === null ? [] : now.visit(student).recent.map((dose) => dose.event);
    const stream = student === null ? `student/${id}` : beside(student, doses.at(-1) ?? "");
    await theDevice().record(stream, "reaction.observed", {
      doses,
      began_at: told.began || stamp(),
      description: told.description.trim(),
      epinephrine_at: told.epinephrine,
      ...(told.called === "" ? {} : { emergency_called_at: told.called }),
      ...(told.handedOver === "" ? {} : { handed_over_at: told.handedOver }),
      ...(told.parentCalled === "" ? {} : { parent_called_at: told.parentCalled }),
    });
    await drop();
    stir();
    leave();
  };
  const discard = async () => {
    await drop();
    leave();
  };
  return (
    <section aria-labelledby="times">
      <h2 id="times">{student?.fullName ?? t("no_longer_here")}</h2>
      {student === null ? null : <p class="hint">{bornWords(now, student)}</p>}
      {contacts.length === 0 ? <p class="hint">{t("no_contacts")}</p> : null}
      {contacts.map((contact) => (
        <p key={`${contact.name}${contact.phone ?? ""}`}>
          {contact.name} ({toldWords(contact.relation)}){" "}
          {contact.phone ? (
            <a class="button quiet small inline" href={`tel:${contact.phone}`}>
              {contact.phone}
            </a>
          ) : null}
        </p>
      ))}
      <div class="taps">
        <Button kind="danger" onClick={() => tap(({ epinephrine }, at) => ({ epinephrine: [...epinephrine, at] }))}>
          {t("epinephrine_now")}
        </Button>
        <ol class="times" aria-live="polite">
          {values.epinephrine.map((moment, place) => (
            <li key={moment}>{t("epinephrine_at", { number: place + 1, time: said(moment) })}</li>
          ))}
        </ol>
        <Button kind="quiet" onClick={() => tap(({ called }, at) => ({ called: called || at }))}>
          {values.called === "" ? t("called_now") : t("called_at", { time: said(values.called) })}
        </Button>
        <Button kind="quiet" onClick={() => tap(({ handedOver }, at) => ({ handedOver: handedOver || at }))}>
          {values.handedOver === "" ? t("handed_now") : t("handed_at", { time: said(values.handedOver) })}
        </Button>
        <Button kind="quiet" onClick={() => tap(({ parentCalled }, at) => ({ parentCalled: parentCalled || at }))}>
          {values.parentCalled === "" ? t("parent_now") : t("parent_at", { time: said(values.parentCalled) })}
        </Button>
      </div>
      <DoseTable />
      <TextArea
        label={t("what_happened")}
        value={values.description}
        onInput={(description) => {
          set({ description });
          if (values.began === "") void tap(() => ({}));
        }}
        error={tried ? needed(values.description) : undefined}
      />
      <Button onClick={save}>{t("reaction_save")}</Button>
      {values.began === "" ? null : (
        <details>
          <summary>{t("emergency_mistake")}</summary>
          <TakeBack told={values} set={set} />
          <p class="hint">{t("emergency_mistake_lead")}</p>
          <Button kind="danger" onClick={discard}>
            {t("emergency_discard")}
          </Button>
        </details>
      )}
    </section>
  );
}

/** One time that was tapped by mistake, the others being right. A finger that bounces takes back no second one. */
function TakeBack({ told, set }: { readonly told: Times; readonly set: (changes: Partial<Times>) => void }) {
  const takeBack = (without: Partial<Times>) => {
    set(without);
    return settled();
  };
  return (
    <>
      {tapped(told).map(({ words, without }, place) => (
        <Button key={place} kind="quiet" onClick={() => takeBack(without)}>
          {t("emergency_untap", { words })}
        </Button>
      ))}
    </>
  );
}
