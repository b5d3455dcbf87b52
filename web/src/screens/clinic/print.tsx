/** What goes along on paper, should the phones fail: blank coded forms, the roster, the protocol, the children's slips. */
import { useMemo, useState } from "preact/hooks";
import { Code } from "../../components/code";
import { Button, Choice, Field, Screen } from "../../components/parts";
import { hex } from "../../events/bytes";
import type { Student } from "../../projections/student";
import { formCode, readForm } from "../../scan/slip";
import { randomBytes } from "../../store/vault";
import { day, t } from "../../text/words";
import type { View } from "../view";
import { countError } from "./checks";
import { DoseTable, STEPS } from "./emergency";
import { RecommendedNow } from "./recommended";
import { Requirements } from "./requirements";
import { Slip } from "./slip";

const PAPERS = ["forms", "child_forms", "roster", "protocol", "slips", "requirements", "recommended"] as const;
type What = (typeof PAPERS)[number];

const FORMS_MAX = 100;
const LINES = [
  "form_identified",
  "form_screening",
  "form_consent",
  "vaccine",
  "form_lot",
  "form_site",
  "form_giver",
  "slip_time",
  "form_left",
  "form_not_given",
  "form_copied",
] as const;

export function PrintPapers({ now }: { readonly now: View }) {
  const [what, setWhat] = useState<What>("forms");
  const [typed, setTyped] = useState("10");
  const error = what === "forms" ? countError(typed, FORMS_MAX) : undefined;
  const clinic = `${now.clinic.plan?.name ?? ""} · ${day(now.clinic.plan?.on ?? now.today)}`;
  return (
    <Screen
      title={t("print_papers")}
      back={["ready"]}
      foot={
        <Button disabled={error !== undefined} onClick={() => print()}>
          {t("print")}
        </Button>
      }
    >
      <div class="noprint">
        <p>{t("print_papers_lead")}</p>
        <Choice
          legend={t("print_what")}
          value={what}
          onChange={setWhat}
          options={PAPERS.map((one) => [one, t(`print_${one}`)])}
        />
        {what === "forms" ? (
          <Field label={t("print_count")} inputMode="numeric" value={typed} onInput={setTyped} error={error} />
        ) : null}
      </div>
      {what === "forms" && error === undefined ? (
        <Forms now={now} whose={Array.from({ length: Number(typed) }, () => null)} clinic={clinic} />
      ) : null}
      {what === "child_forms" ? <Forms now={now} whose={now.roster} clinic={clinic} /> : null}
      {what === "roster" ? <PrintedRoster now={now} clinic={clinic} /> : null}
      {what === "protocol" ? <Protocol clinic={clinic} /> : null}
      {what === "requirements" ? <Requirements now={now} /> : null}
      {what === "recommended" ? (
        <section class="sheet">
          <strong>{t("print_recommended")}</strong>
          <p>{clinic}</p>
          <RecommendedNow now={now} on={now.today} />
        </section>
      ) : null}
      {what === "slips" ? now.roster.map((one) => <Slip key={one.id} student={one} clinic={clinic} />) : null}
    </Screen>
  );
}

/** Each form has a number of its own, as a code and in digits, so that a copy names its sheet; some a child's name. */
function Forms(props: { readonly now: View; readonly whose: readonly (Student | null)[]; readonly clinic: string }) {
  const { now, whose, clinic } = props;
  const codes = useMemo(
    () => whose.map((student) => formCode(hex(randomBytes(4)), now.clinic.id, student?.id)),
    [whose.map((one) => one?.id ?? "").join(" "), now.clinic.id],
  );
  return (
    <>
      {whose.map((student, at) => (
        <Sheet key={codes[at]} student={student} code={codes[at] ?? ""} clinic={clinic} />
      ))}
    </>
  );
}

function Sheet(props: { readonly student: Student | null; readonly code: string; readonly clinic: string }) {
  const { student, code, clinic } = props;
  return (
    <article class="sheet">
      <header>
        <div>
          <strong>{t("form_title")}</strong>
          <p>{clinic}</p>
          <p class="number">{readForm(code)?.number}</p>
        </div>
        <Code text={code} label={readForm(code)?.number ?? ""} />
      </header>
      <div class="pair">
        <Blank label={t("form_child")} filled={student?.fullName} />
        <Blank label={t("form_born")} filled={student === null ? undefined : day(student.birthDate)} />
      </div>
      {LINES.map((line) => (
        <Blank key={line} label={t(line)} />
      ))}
    </article>
  );
}

const Blank = ({ label, filled = "" }: { readonly label: string; readonly filled?: string | undefined }) => (
  <p class="blank">
    <span>{label}</span> {filled === "" ? null : <strong>{filled}</strong>}
  </p>
);

function PrintedRoster({ now, clinic }: { readonly now: View; readonly clinic: string }) {
  return (
    <section class="sheet">
      <strong>{clinic}</strong>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("form_child")}</th>
            <th scope="col">{t("form_born")}</th>
            <th scope="col">{t("vaccine")}</th>
            <th scope="col">{t("slip_time")}</th>
            <th scope="col">{t("slip_initials")}</th>
          </tr>
        </thead>
        <tbody>
          {now.roster.map((student) => (
            <tr key={student.id}>
              <th scope="row">
                {student.name?.family}, {student.name?.given}
              </th>
              <td>{day(student.birthDate)}</td>
              <td />
              <td />
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Protocol({ clinic }: { readonly clinic: string }) {
  return (
    <section class="sheet">
      <strong>{clinic}</strong>
      <ol class="steps">
        {STEPS.map((step) => (
          <li key={step}>{t(step)}</li>
        ))}
      </ol>
      <DoseTable />
    </section>
  );
}
