/** Which screen is shown: by phase first, then by place. Screens of the working day arrive on demand. */
import { EmergencyButton, Places, SyncBar } from "../components/bar";
import { lazy } from "../components/lazy";
import { Button, Notice } from "../components/parts";
import { t } from "../text/words";
import { Child } from "./child";
import { ChooseClinic, Enroll, SignIn, Unlock } from "./entry";
import { Roster } from "./roster";
import { phase, place, scope } from "./state";
import { applyUpdate, updateReady } from "./update";

export const ClinicPlace = lazy(() => import("./clinic/place").then((module) => module.ClinicPlace));
export const OfficePlace = lazy(() => import("./office").then((module) => module.OfficePlace));

const OFFICE = new Set(["outbox", "settings", "more"]);
const CLINIC = new Set(["watch", "emergency", "register", "stock", "ready", "closing"]);
const CHILD_DEEDS = new Set(["dose", "paper", "grid", "correct", "screening", "consent", "not-given"]);

export function App() {
  switch (phase.value) {
    case "loading":
      return <p class="empty">{t("loading")}</p>;
    case "outdated":
      return <Notice tone="warn">{t("outdated")}</Notice>;
    case "sign_in":
      return <SignIn />;
    case "enroll":
      return <Enroll />;
    case "locked":
      return <Locked />;
    case "ready":
      return <Ready />;
  }
}

function Locked() {
  if (place.value[0] === "emergency") return <ClinicPlace />;
  return (
    <>
      <div class="syncbar">
        <span class="sync" />
        <EmergencyButton />
      </div>
      <Unlock />
    </>
  );
}

function Ready() {
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
  if (OFFICE.has(where)) return <OfficePlace />;
  if (scope.value === "" || where === "clinics") return <ChooseClinic />;
  if (CLINIC.has(where)) return <ClinicPlace />;
  if (where !== "child") return <Roster />;
  return CHILD_DEEDS.has(deed) ? <ClinicPlace /> : <Child id={id} />;
}
