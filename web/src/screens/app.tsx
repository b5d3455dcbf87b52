/** Which screen is shown: by phase first. Before the work everything is here; the working day arrives on demand. */
import { EmergencyButton } from "../components/bar";
import { lazy } from "../components/lazy";
import { Notice } from "../components/parts";
import { t } from "../text/words";
import { Enroll, SignIn, Unlock } from "./entry";
import { phase, place } from "./state";

const Day = lazy(() => import("./day").then((module) => module.Day));
const ClinicPlace = lazy(() => import("./clinic/place").then((module) => module.ClinicPlace));

/** Fetch what the first screen did not need, one part after another, so that each first tap finds it there. */
export async function prepare(): Promise<void> {
  await Day.prepare();
  await ClinicPlace.prepare();
}

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
      return <Day />;
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
