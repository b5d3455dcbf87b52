/** The working day: the bar above, the places below, and between them the screen of the place. */
import { Places, SyncBar } from "../components/bar";
import { lazy } from "../components/lazy";
import { Button, Notice } from "../components/parts";
import { t } from "../text/words";
import { Child } from "./child";
import { ChooseClinic } from "./entry";
import { Opening, Roster } from "./roster";
import { isOpening, place, scope } from "./state";
import { applyUpdate, updateReady } from "./update";

const ClinicPlace = lazy(() => import("./clinic/place").then((module) => module.ClinicPlace));
const OfficePlace = lazy(() => import("./office").then((module) => module.OfficePlace));
const PhoneNurses = lazy(() => import("./phone_nurses").then((module) => module.PhoneNurses));
const PlanPlace = lazy(() => import("./plan").then((module) => module.PlanPlace));

const OFFICE = new Set(["outbox", "settings", "more"]);
const CLINIC = new Set([
  "papers",
  "scan",
  "form",
  "watch",
  "emergency",
  "register",
  "stock",
  "orders",
  "ready",
  "closing",
]);
const CHILD_DEEDS = new Set([
  "alerts",
  "consent",
  "correct",
  "dose",
  "eligibility",
  "grid",
  "incident",
  "leaving",
  "not-given",
  "packet",
  "paper",
  "reaction",
  "screening",
  "scanned",
  "slip",
  "statement",
]);

export function Day() {
  return (
    <>
      <SyncBar />
      {updateReady.value ? (
        <Notice tone="info">
          <p>{t("update")}</p>
          <Button kind="quiet" onClick={applyUpdate}>
            {t("update_now")}
          </Button>
        </Notice>
      ) : null}
      <Place />
      <Places />
    </>
  );
}

function Place() {
  const [where = "", id = "", deed = ""] = place.value;
  if (where === "emergency") return <ClinicPlace />;
  if (isOpening.value) return where === "child" ? <Opening id={id} /> : <Roster />;
  if (where === "nurses") return <PhoneNurses />;
  if (where === "plan") return <PlanPlace />;
  if (OFFICE.has(where)) return <OfficePlace />;
  if (scope.value === "" || where === "clinics") return <ChooseClinic />;
  if (CLINIC.has(where)) return <ClinicPlace />;
  if (where !== "child") return <Roster />;
  return CHILD_DEEDS.has(deed) ? <ClinicPlace /> : <Child id={id} />;
}
