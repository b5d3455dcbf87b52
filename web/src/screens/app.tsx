/** Which screen is shown: by phase first, then by place. */
import { Button, Notice, SyncBar } from "../components/parts";
import { t } from "../text/words";
import { Child } from "./child";
import { ChooseClinic, Enroll, SignIn, Unlock } from "./entry";
import { Outbox, Settings } from "./office";
import { CorrectDose, RecordDose, RecordPaper } from "./recording";
import { Roster } from "./roster";
import { go, phase, place, scope } from "./state";
import { applyUpdate, updateReady } from "./update";

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
      return <Unlock />;
    case "ready":
      return <Ready />;
  }
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
      <nav>
        <button type="button" onClick={() => go("roster")}>
          {t("roster")}
        </button>
        <button type="button" onClick={() => go("outbox")}>
          {t("outbox")}
        </button>
        <button type="button" onClick={() => go("settings")}>
          {t("settings")}
        </button>
      </nav>
    </>
  );
}

function Place() {
  const [where, id = "", what, event = ""] = place.value;
  if (where === "settings") return <Settings />;
  if (where === "outbox") return <Outbox />;
  if (scope.value === "" || where === undefined) return <ChooseClinic />;
  if (where !== "child") return <Roster />;
  if (what === "dose") return <RecordDose key={id} id={id} />;
  if (what === "paper") return <RecordPaper key={id} id={id} />;
  if (what === "correct") return <CorrectDose key={event} id={id} event={event} />;
  return <Child id={id} />;
}
