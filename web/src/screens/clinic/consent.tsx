/** Who allowed or refused what: what is on record for each vaccine and for the registry, a word taken back, set aside or given now. */
import { Pill, Screen } from "../../components/parts";
import { consentFor, wordsOf } from "../../projections/consents";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import type { View } from "../view";
import { Withdrawals } from "./consent_back";
import { Mistakes } from "./consent_mistaken";
import { NewConsent } from "./consent_new";
import { EndedSays } from "./no_say";
import { SharingRow } from "./sharing";
import { clinicVaccines } from "./vaccines";

/** Somebody's no, which ends by that person's yes alone. */
const NOES: ReadonlySet<string> = new Set(["refused", "withdrawn", "conflict"]);

export function Consents({ now, student }: { readonly now: View; readonly student: Student }) {
  const words = wordsOf(student.shelf);
  return (
    <Screen title={t("consent")} under={whoWords(now, student)} back={["child", student.id]}>
      <ul class="list">
        {clinicVaccines(now).map((cvx) => {
          const { state, signer, doubt, unheard, outsider } = consentFor(words, cvx, now.today, now.clinic.id);
          return (
            <li key={cvx} class="dose">
              <span class="who">
                <strong>{shownVaccine(cvx)}</strong>
                {signer ? <small>{signer}</small> : null}
                {NOES.has(state) ? <small>{t("no_ends", { about: signer })}</small> : null}
                {doubt === "" ? null : <small>{t(`found_standing_${doubt}`, { about: signer })}</small>}
                {unheard === "" ? null : <small>{t("found_no_unheard", { about: unheard })}</small>}
                {outsider === "" ? null : <small>{t("found_no_outsider", { about: outsider })}</small>}
                <span class="pills">
                  <Pill tone={state === "given" ? "good" : state === "none" ? "due" : "bad"}>
                    {state === "given" ? t("consent_given") : word("consentis", state)}
                  </Pill>
                </span>
              </span>
            </li>
          );
        })}
      </ul>
      <SharingRow now={now} student={student} />
      <Withdrawals student={student} words={words} now={now} />
      <NewConsent now={now} student={student} words={words} />
      <Mistakes student={student} />
      <EndedSays now={now} student={student} />
    </Screen>
  );
}
