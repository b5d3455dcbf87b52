/** What stands against a dose, said on the screen and in the record, with the way to settle it. */
import { Button, Notice } from "../../components/parts";
import type { Finding } from "../../projections/found";
import { shownStatement } from "../../projections/packet";
import type { Student } from "../../projections/student";
import type { Deed } from "../../store/recording";
import { day, inEnglish, type Key, language, t } from "../../text/words";
import { beside } from "../beside";
import { go } from "../state";

type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

/** What was found, in a sentence. A question, a reason, a fund, a paper or a day is said in words of its own. */
export function sentence({ code, about }: Finding, say: Say): string {
  if (code.startsWith("screening")) return say(`found_${code}` as Key, { about: say(`asked_${about}` as Key) });
  if (code === "not_given") return say("found_not_given", { about: say(`reason_${about}` as Key) });
  if (code === "lot_held") return say("found_lot_held", { about: say(`held_${about}` as Key) });
  if (code === "packet_lacks" || code === "packet_used") return say(`found_${code}`, { about: papers(about, say) });
  if (code === "funding") {
    const [lot = "", child = ""] = about.split(" ");
    return say("found_funding", { lot: say(`funding_${lot}` as Key), child: say(`funding_${child}` as Key) });
  }
  if (code === "order_route") {
    const [ordered = "", chosen = ""] = about.split(" ");
    return say("found_order_route", { ordered: say(`route_${ordered}` as Key), chosen: say(`route_${chosen}` as Key) });
  }
  if (code === "order_dose") {
    const [ordered = "", chosen = ""] = about.split(" ");
    return say("found_order_dose", { ordered, chosen });
  }
  if (code === "order_site") {
    const sites = about.split(" ").map((one) => say(`site_${one}` as Key));
    return say("found_order_site", { about: sites.join(", ") });
  }
  if (code === "expiry_differs") {
    const [vial = "", stock = ""] = about.split(" ");
    return say("found_expiry_differs", { vial: dated(vial, say), stock: dated(stock, say) });
  }
  if (code === "stock_expiry_differs") {
    const [first = "", last = ""] = about.split(" ");
    return say("found_stock_expiry_differs", { first: dated(first, say), last: dated(last, say) });
  }
  if (about === "" && TIMING.has(code)) return say(`found_${code}_never` as Key);
  return say(`found_${code}` as Key, { about: /^\d{4}-\d\d(?:-\d\d)?$/.test(about) ? dated(about, say) : about });
}

/** A day or a month in the language of its sentence; in the record's English, on a screen of another language, as it is stored. */
const dated = (written: string, say: Say): string => (say === t || language.value === "en" ? day(written) : written);

const TIMING: ReadonlySet<string> = new Set([
  "too_young",
  "before_usual",
  "too_early",
  "live_too_early",
  "wrong_vaccine",
]);

/** Papers as projections/giving names them: kind and document, one after the other. */
function papers(about: string, say: Say): string {
  return about
    .split("|")
    .map((one) => {
      const [kind = "", ...document] = one.split(" ");
      const name = shownStatement(document.join(" "), say === t ? language.value : "en");
      return kind === "vis" ? say("paper_vis", { document: name }) : say(`paper_${kind}` as Key);
    })
    .join(", ");
}

const SENTENCE_CHARACTERS_MAX = 1000;

/** One line of the dose: what was warned of, and the reason to give it all the same. */
export function overridden(one: Finding, reason: string): string {
  return cut(`${sentence(one, inEnglish)} ${reason.trim()}`);
}

const cut = (words: string): string => words.slice(0, SENTENCE_CHARACTERS_MAX);

/** What must be done after a dose that something forbade: said in the record and shown on the child's screen. */
export function followUp(stops: readonly Finding[]): string[] {
  const steps = stops.map(({ code }) => inEnglish(`follow_${code.split("_")[0]}` as Key));
  return [...new Set([...steps, inEnglish("follow_always")])];
}

/** Says in the record what a dose was given against, how it came about and what must be done. */
export const incidentOf = (student: Student, dose: string, stops: readonly Finding[], reason: string): Deed => ({
  stream: beside(student, dose),
  type: "incident.opened",
  payload: { dose, stops: stops.map((one) => cut(sentence(one, inEnglish))), reason, follow_up: followUp(stops) },
});

/** Somebody's no, which ends by that person's yes alone. */
const NOES: ReadonlySet<string> = new Set(["consent_refused", "consent_withdrawn", "consent_conflict"]);

interface Found {
  readonly stops: readonly Finding[];
  readonly already: boolean;
  readonly student: Student;
}

export function Stops({ stops, already, student }: Found) {
  if (stops.length === 0) return null;
  const settle = stops.some((one) => one.code.startsWith("screening"))
    ? (["screening", t("to_screening")] as const)
    : stops.some((one) => one.code.startsWith("consent"))
      ? (["consent", t("to_consent")] as const)
      : null;
  return (
    <Notice tone="bad">
      <h2>{already ? t("was_forbidden") : t("do_not_give")}</h2>
      <ul>
        {stops.map((one) => (
          <li key={`${one.code}${one.about}`}>
            {sentence(one, t)}
            {NOES.has(one.code) && !already ? ` ${t("no_ends", { about: one.about })}` : ""}
          </li>
        ))}
      </ul>
      {already ? null : (
        <div class="rowfoot">
          {settle === null ? null : (
            <Button kind="quiet" onClick={() => go("child", student.id, settle[0])}>
              {settle[1]}
            </Button>
          )}
          <Button kind="quiet" onClick={() => go("child", student.id, "not-given")}>
            {t("not_given")}
          </Button>
        </div>
      )}
      {already ? <p>{t("already_lead")}</p> : null}
    </Notice>
  );
}

/** Where a warning is settled: the beginning of its code, the deed, the words of the button. */
const SETTLING = [
  ["not_screened", "screening", "to_screening"],
  ["packet", "packet", "to_packet"],
  ["eligibility", "eligibility", "to_eligibility"],
  ["history_none", "grid", "enter_record"],
] as const;

export function Warnings({ warnings, student }: { readonly warnings: readonly Finding[]; readonly student: Student }) {
  if (warnings.length === 0) return null;
  const settling = SETTLING.filter(([begins]) => warnings.some((one) => one.code.startsWith(begins)));
  return (
    <Notice tone="warn">
      <h2>{t("look_again")}</h2>
      <ul>
        {warnings.map((one) => (
          <li key={`${one.code}${one.about}`}>{sentence(one, t)}</li>
        ))}
      </ul>
      {settling.map(([, deed, words]) => (
        <Button key={deed} kind="quiet" onClick={() => go("child", student.id, deed)}>
          {t(words)}
        </Button>
      ))}
    </Notice>
  );
}
