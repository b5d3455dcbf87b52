/** The screens of the working day, loaded when first wanted, with their words. */
import { Notice, Screen } from "../../components/parts";
import type { Student } from "../../projections/student";
import { visit as english } from "../../text/clinic/en";
import { visit as spanish } from "../../text/clinic/es";
import { paper as papersInEnglish } from "../../text/paper/en";
import { paper as papersInSpanish } from "../../text/paper/es";
import { learn, t } from "../../text/words";
import { place, view } from "../state";
import type { View } from "../view";
import { Alerts, CloseIncident } from "./care";
import { Closing } from "./closing";
import { Consents } from "./consent";
import { CorrectDose } from "./correct";
import { AskEligibility } from "./eligibility";
import { Emergency } from "./emergency";
import { FormPlace } from "./form";
import { GiveDose } from "./giving";
import { PaperGrid } from "./grid";
import { Leaving } from "./leaving";
import { NotGiven } from "./not_given";
import { Orders } from "./orders";
import { Packet } from "./packet";
import { Packets } from "./packets";
import { RecordPaper } from "./paper";
import { PrintPapers } from "./print";
import { ReactionPlace } from "./reaction";
import { ReadyToLeave } from "./ready";
import { Scanned, ScanSlip } from "./scan";
import { AskScreening } from "./screening";
import { Sharing } from "./sharing";
import { ShowSlip } from "./slip";
import { FileStatement } from "./statement";
import { Stock } from "./stock";
import { WalkIn } from "./walk_in";
import { Watch } from "./watch";

learn(english, spanish);
learn(papersInEnglish, papersInSpanish);

export function ClinicPlace() {
  const now = view.value;
  const [where = "", id = "", deed = "", event = ""] = place.value;
  if (where === "emergency") return <Emergency now={now} id={id} />;
  if (now === null) return null;
  if (where === "watch") return <Watch now={now} />;
  if (where === "register") return <WalkIn now={now} />;
  if (where === "stock") return <Stock now={now} />;
  if (where === "orders") return <Orders now={now} />;
  if (where === "packets") return <Packets now={now} />;
  if (where === "papers") return <PrintPapers now={now} />;
  if (where === "scan") return <ScanSlip now={now} />;
  if (where === "form") return <FormPlace now={now} />;
  if (where === "ready") return <ReadyToLeave now={now} />;
  if (where === "closing") return <Closing now={now} />;
  const student = now.student(id);
  if (student === null) return <Unknown />;
  return <Deed key={`${id}/${deed}`} now={now} student={student} deed={deed} event={event} />;
}

function Deed(props: { readonly now: View; readonly student: Student; readonly deed: string; readonly event: string }) {
  const { now, student, deed, event } = props;
  switch (deed) {
    case "dose":
      return <GiveDose now={now} student={student} />;
    case "paper":
      return <RecordPaper now={now} student={student} />;
    case "slip":
      return <ShowSlip now={now} student={student} />;
    case "scanned":
      return <Scanned now={now} student={student} />;
    case "statement":
      return <FileStatement now={now} student={student} />;
    case "alerts":
      return <Alerts now={now} student={student} />;
    case "incident":
      return <CloseIncident now={now} student={student} event={event} />;
    case "eligibility":
      return <AskEligibility now={now} student={student} />;
    case "reaction":
      return <ReactionPlace now={now} student={student} event={event} />;
    case "packet":
      return <Packet now={now} student={student} />;
    case "leaving":
      return <Leaving now={now} student={student} />;
    case "grid":
      return <PaperGrid now={now} student={student} />;
    case "screening":
      return <AskScreening now={now} student={student} />;
    case "consent":
      return <Consents now={now} student={student} />;
    case "sharing":
      return <Sharing now={now} student={student} />;
    case "not-given":
      return <NotGiven now={now} student={student} />;
    default: {
      const dose = student.doses.find((one) => one.event === event);
      return dose === undefined ? <Unknown /> : <CorrectDose now={now} student={student} dose={dose} />;
    }
  }
}

function Unknown() {
  return (
    <Screen title={t("unknown_child")} back={["roster"]}>
      <Notice tone="warn">{t("not_here")}</Notice>
    </Screen>
  );
}
