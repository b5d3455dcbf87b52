/** Which screen is shown: by phase first. Before the work everything is here; the working day arrives on demand. */
import type { ComponentChildren } from "preact";
import { EmergencyButton } from "../components/bar";
import { lazy } from "../components/lazy";
import { Notice } from "../components/parts";
import { prepareDates, t } from "../text/words";
import { Enroll, SignIn, Unlock } from "./entry";
import { phase, place } from "./state";

const Day = lazy(() => import("./day").then((module) => module.Day));
const ClinicPlace = lazy(() => import("./clinic/place").then((module) => module.ClinicPlace));

/** Fetch what the first screen did not need, one part after another, so that each first tap finds it there. */
export async function prepare(): Promise<void> {
  prepareDates();
  await Day.prepare();
  await import("./child");
  await ClinicPlace.prepare();
}

export function App() {
  switch (phase.value) {
    case "loading":
      return <p class="empty">{t("loading")}</p>;
    case "outdated":
      return (
        <Before>
          <Notice tone="warn">{t("outdated")}</Notice>
        </Before>
      );
    case "sign_in":
      return (
        <Before>
          <SignIn />
        </Before>
      );
    case "enroll":
      return (
        <Before>
          <Enroll />
        </Before>
      );
    case "locked":
      return (
        <Before>
          <Unlock />
        </Before>
      );
    case "ready":
      return <Day />;
  }
}

/** Before the work, locked, and left behind by a newer tab: the emergency protocol is one tap away all the same. */
function Before({ children }: { readonly children: ComponentChildren }) {
  if (place.value[0] === "emergency") return <ClinicPlace />;
  return (
    <>
      <div class="syncbar">
        <span class="sync" />
        <EmergencyButton />
      </div>
      {children}
    </>
  );
}
