/** Form VAERS 2.0 item by item, filled from the record: to be copied into the online form, or printed. */
import { Button } from "../../components/parts";
import { earliest, latest, monthsOld } from "../../events/dates";
import { alertsOf } from "../../projections/alerts";
import { type DoseLine, givenMoment } from "../../projections/history";
import type { Reaction } from "../../projections/reactions";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { clockTime, day, t, word } from "../../text/words";
import type { View } from "../view";
import { familyLines } from "./vaers_more";

const MONTH_DAYS = 31;
const DAY_MS = 86_400_000;

export function VaersForm(props: { readonly now: View; readonly student: Student; readonly reaction: Reaction }) {
  const items = itemsOf(props.now, props.student, props.reaction);
  return (
    <>
      <dl class="facts vaers">
        {items.map(([item, label, value]) => (
          <div key={item}>
            <dt>
              {item} · {label}
            </dt>
            <dd>{value || "–"}</dd>
          </div>
        ))}
      </dl>
      <Button kind="quiet" onClick={() => print()}>
        {t("print")}
      </Button>
    </>
  );
}

type Item = readonly [item: string, label: string, value: string];

/** Every item of the form: read off the record, and as far as somebody asked, off what was assessed. */
export function itemsOf(now: View, student: Student, { told, assessed }: Reaction): readonly Item[] {
  const doses = student.standingDoses.filter((dose) => told.doses.includes(dose.event));
  const first = doses[0];
  const given = first?.given_on ?? "";
  const months = first === undefined ? null : monthsOld(student.birthDate, given);
  const age = months === null ? "" : `${Math.floor(months / 12)} · ${months % 12}`;
  const began = Date.parse(told.began_at);
  const allergies = alertsOf(student.shelf).filter((one) => one.lifted === null && one.kind === "allergy");
  const me = now.me;
  const outcome = [told.description, told.care, told.outcome, ...timesOf(told)].filter(Boolean).join(" · ");
  return [
    ["1", t("vaers_1"), student.fullName],
    ["2", t("birth_date"), day(student.birthDate)],
    ["3", t("vaers_3"), word("sex", student.sex)],
    ["4", t("vaers_4"), first === undefined ? "" : `${day(given)} ${clockTime(givenMoment(first))}`],
    ["5", t("vaers_5"), `${day(now.policy.civilDay(began))} ${clockTime(began)}`],
    ["6", t("vaers_6"), age],
    ["7", t("vaers_7"), day(now.today)],
    ["8", t("vaers_8"), word("answer", assessed?.pregnant ?? "unknown")],
    ["9", word("vaerstext", "medications"), assessed?.medications ?? ""],
    ["10", t("vaers_10"), allergies.map((one) => one.text).join(", ")],
    ["11", word("vaerstext", "illnesses"), assessed?.illnesses ?? ""],
    ["12", word("vaerstext", "conditions"), assessed?.conditions ?? ""],
    ["13", t("vaers_13"), me === null ? "" : [me.name, me.title, ...me.address.lines, me.address.city].join(", ")],
    ["14", word("vaerstext", "doctor"), assessed?.doctor ?? ""],
    ["15", t("vaers_15"), placeOf(now, first)],
    ["16", t("vaers_16"), t("vaers_school")],
    ["17", t("vaers_17"), doses.map(doseWords).join("; ")],
    ["18", t("vaers_18"), outcome],
    ["19", word("vaerstext", "tests"), assessed?.tests ?? ""],
    ["20", t("vaers_20"), word("answer", assessed?.recovered ?? "unknown")],
    ["21", t("vaers_21"), resultWords(assessed)],
    [
      "22",
      t("vaers_22"),
      [...monthBefore(student, given).map(doseWords), assessed?.other_vaccines ?? ""].filter(Boolean).join("; "),
    ],
    ["23", word("vaerstext", "earlier_reactions"), assessed?.earlier_reactions ?? ""],
    ...familyLines(assessed),
  ];
}

/** Where it was given: this clinic; of a dose from elsewhere what its giver said. */
function placeOf({ clinic }: View, dose: DoseLine | undefined): string {
  const isElsewhere = dose !== undefined && dose.clinic !== clinic.id;
  const address = isElsewhere ? dose.giver?.address : clinic.plan?.address;
  const name = isElsewhere ? "" : (clinic.plan?.name ?? "");
  return [name, ...(address?.lines ?? []), address?.city, address?.state].filter(Boolean).join(", ");
}

function timesOf(told: Reaction["told"]): string[] {
  const said = (moment: string) => clockTime(Date.parse(moment));
  return [
    ...(told.epinephrine_at ?? []).map((one, at) => t("epinephrine_at", { number: at + 1, time: said(one) })),
    ...(told.emergency_called_at ? [t("called_at", { time: said(told.emergency_called_at) })] : []),
    ...(told.handed_over_at ? [t("handed_at", { time: said(told.handed_over_at) })] : []),
  ];
}

function resultWords(assessed: Reaction["assessed"]): string {
  if (assessed === null) return "";
  const results = (assessed.results ?? []).map((one) => word("result", one));
  const days = assessed.hospital_days == null ? "" : `${t("hospital_days")}: ${assessed.hospital_days}`;
  return [...results, assessed.hospital, days, assessed.died_on ? day(assessed.died_on) : ""]
    .filter(Boolean)
    .join(", ");
}

function doseWords(dose: DoseLine): string {
  return [
    shownVaccine(dose.cvx, dose.as_written),
    dose.mvx,
    dose.lot,
    dose.route,
    word("site", dose.site),
    day(dose.given_on),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Item 22: other vaccines of the month before; one whose day is not known, where it may have been then. */
function monthBefore(student: Student, given: string): readonly DoseLine[] {
  if (given.length !== 10) return [];
  return student.standingDoses.filter(({ given_on: told }) => {
    if (told === "" || earliest(told) >= given) return false;
    return Date.parse(given) - Date.parse(latest(told)) <= MONTH_DAYS * DAY_MS;
  });
}
