/** The working day: the bar above, the places below, and between them the screen of the place. */
import { Places, SyncBar } from "../components/bar";
import { lazy } from "../components/lazy";
import { UpdateNotice } from "../components/update_notice";
import { t } from "../text/words";
import { ChooseClinic } from "./entry";
import { Opening, Roster } from "./roster";
import { child, clinic, office } from "./routes.json";
import { isOpening, place, scope } from "./state";

const Child = lazy(() => import("./child").then((module) => module.Child));
const ClinicPlace = lazy(() => import("./clinic/place").then((module) => module.ClinicPlace));
const OfficePlace = lazy(() => import("./office").then((module) => module.OfficePlace));
const PhoneNurses = lazy(() => import("./phone_nurses").then((module) => module.PhoneNurses));
const PlanPlace = lazy(() => import("./plan").then((module) => module.PlanPlace));

export function Day() {
  return (
    <>
      <SyncBar />
      <UpdateNotice words={t("update")} />
      <Place />
      <Places />
    </>
  );
}

/** The places stand in routes.json, to which the pictures and the tests of the looks are held. */
function Place() {
  const [where = "", id = "", deed = ""] = place.value;
  if (where === "emergency") return <ClinicPlace />;
  if (isOpening.value) return where === "child" ? <Opening id={id} /> : <Roster />;
  if (where === "nurses") return <PhoneNurses />;
  if (where === "plan") return <PlanPlace />;
  if (office.includes(where)) return <OfficePlace />;
  if (scope.value === "" || where === "clinics") return <ChooseClinic />;
  if (clinic.includes(where)) return <ClinicPlace />;
  if (where !== "child") return <Roster />;
  return child.includes(deed) ? <ClinicPlace /> : <Child id={id} />;
}
