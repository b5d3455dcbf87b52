/**
 * The office's web app at /office: sign in, then worklist, quarantine, children. It keeps nothing: no store, no keys.
 *
 *     #/            what waits: alarms, discrepancies, incidents      #/quarantine/<hash>    one submission
 *     #/quarantine  what could not be taken                           #/children, #/child/<id>[/replay]
 *     #/retention   how files end                                  #/more                 devices, clinics, lots, recommended
 */
import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon, type IconName } from "../../components/icons";
import { Languages } from "../../components/languages";
import { Button, Notice, Screen } from "../../components/parts";
import { SignInForm } from "../../components/sign_in";
import { UpdateNotice } from "../../components/update_notice";
import { signIn } from "../../sync/server";
import { desk as english } from "../../text/desk/en";
import { desk as spanish } from "../../text/desk/es";
import { office as phoneEnglish } from "../../text/office/en";
import { office as phoneSpanish } from "../../text/office/es";
import { language, learn, only, t } from "../../text/words";
import { type Person, person, request, toldOf, useDeed } from "./asking";
import { Child, Children } from "./children";
import { ClinicPage, Clinics } from "./clinics";
import { Devices } from "./devices";
import { forgetTyped, isInterrupted, keepFor } from "./kept";
import { Lot, Lots } from "./lots";
import { More } from "./more";
import { QuarantineList, Submission } from "./quarantine";
import { RecommendedList } from "./recommended";
import { Retention } from "./retention";
import { WorklistScreen } from "./worklist";

learn(english, spanish);
learn(only("event_", phoneEnglish), only("event_", phoneSpanish));

const where = signal(readPlace());

function readPlace(): readonly string[] {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decoded);
}

/** A part of an address as somebody wrote it, where it is no code. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Show the app; it finds out by itself who is signed in. */
export function open(): void {
  addEventListener("hashchange", () => {
    where.value = readPlace();
    scrollTo(0, 0);
    requestAnimationFrame(readTitle);
  });
  render(<Office />, document.body);
}

/** A new place begins at its title, for whoever reads by ear or goes by keys; that may have to be fetched first. */
function readTitle(): void {
  const title = document.querySelector("h1");
  if (title === null) {
    titles.observe(document.body, { childList: true, subtree: true });
    return;
  }
  titles.disconnect();
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
}

const titles = new MutationObserver(() => {
  if (document.activeElement !== document.body) titles.disconnect();
  else if (document.querySelector("h1") !== null) readTitle();
});

/** Who works here by what the server says: in another tab of this browser somebody else may have signed in. */
function welcome(found: Person | null): void {
  if (found !== null) keepFor(found.staff);
  person.value = found;
}

async function lookAgain(): Promise<void> {
  if (document.visibilityState !== "visible" || !person.value) return;
  const { staff } = person.value;
  try {
    const found = await request<Person | null>("GET", "/api/session");
    if (found?.staff !== staff) welcome(found ?? null);
  } catch (error) {
    toldOf(error);
  }
}

function Office() {
  return (
    <>
      <UpdateNotice words={t("desk_update")} />
      <Desk />
    </>
  );
}

function Desk() {
  const [reach, setReach] = useState<"asking" | "offline" | "problem">("asking");
  const [words, setWords] = useState("");
  const ask = () => {
    setReach("asking");
    request<Person | null>("GET", "/api/session")
      .then((found) => welcome(found ?? null))
      .catch((error: unknown) => {
        if (person.value === null) return;
        const told = toldOf(error);
        setWords(told);
        setReach(told ? "problem" : "offline");
      });
  };
  useEffect(() => {
    ask();
    addEventListener("visibilitychange", lookAgain);
    return () => removeEventListener("visibilitychange", lookAgain);
  }, []);
  useEffect(nameTab, [where.value, language.value, person.value]);
  if (person.value === undefined) {
    if (reach === "asking") {
      return (
        <p class="empty" role="status">
          {t("desk_loading")}
        </p>
      );
    }
    return (
      <Screen title={t("desk_title")} entry>
        <Notice tone={reach === "offline" ? "warn" : "bad"}>
          <p>{reach === "offline" ? t("desk_offline") : words}</p>
          <Button kind="quiet" onClick={ask}>
            {t("try_again")}
          </Button>
        </Notice>
      </Screen>
    );
  }
  if (person.value === null) return <OfficeSignIn />;
  return (
    <>
      <Top />
      <Where key={person.value.staff} />
      <Places />
    </>
  );
}

function OfficeSignIn() {
  const { busy, problem, run } = useDeed();
  const enter = (login: string, password: string) =>
    run(async () => {
      await signIn(login, password);
      welcome(await request("GET", "/api/session"));
    });
  return (
    <Screen title={t("desk_title")} entry>
      {isInterrupted() ? <Notice tone="info">{t("desk_session_ended")}</Notice> : null}
      <SignInForm lead={t("desk_sign_in_lead")} busy={busy} problem={problem} onSignIn={enter} />
      <p>
        <Languages />
      </p>
    </Screen>
  );
}

/** Who works here, for which district, and the way out. */
function Top() {
  const { busy, problem, run } = useDeed();
  const leave = () =>
    run(async () => {
      await request("DELETE", "/api/session");
      forgetTyped();
      person.value = null;
    });
  return (
    <header class="desktop">
      <span class="who">
        <strong>{person.value?.name}</strong>
        <small>{person.value?.district_name}</small>
      </span>
      <Languages />
      <Button kind="quiet" onClick={leave} disabled={busy}>
        {t("desk_sign_out")}
      </Button>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </header>
  );
}

function Where() {
  const [place = "", id = "", deed = ""] = where.value;
  if (place === "quarantine") return id === "" ? <QuarantineList /> : <Submission key={id} hash={id} />;
  if (place === "retention") return <Retention />;
  if (place === "more") return <More />;
  if (place === "clinics") return id === "" ? <Clinics /> : <ClinicPage key={id} id={id} />;
  if (place === "lots") return id === "" ? <Lots /> : <Lot key={id} lot={id} />;
  if (place === "recommended") return <RecommendedList />;
  if (place === "devices") return <Devices />;
  if (place === "child" && id !== "") return <Child key={id} id={id} replaying={deed === "replay"} />;
  return place === "children" ? <Children /> : <WorklistScreen />;
}

const PLACES: readonly (readonly [
  string,
  IconName,
  "desk_worklist" | "desk_quarantine" | "desk_children" | "desk_more_places",
])[] = [
  ["", "check", "desk_worklist"],
  ["quarantine", "alarm", "desk_quarantine"],
  ["children", "children", "desk_children"],
  ["more", "more", "desk_more_places"],
];

const BEHIND_MORE: readonly string[] = ["retention", "devices", "clinics", "lots", "recommended"];

/** The place in the bar that a screen belongs to. */
function placeHere(): string {
  const [here = ""] = where.value;
  return here === "child" ? "children" : BEHIND_MORE.includes(here) ? "more" : here;
}

/** Tabs and the browser's history are told apart by the place; a child's name is in neither. */
function nameTab(): void {
  const words = PLACES.find(([place]) => place === placeHere())?.[2];
  document.title = person.value && words ? `${t(words)} · ${t("desk_title")}` : t("desk_title");
}

function Places() {
  const covered = placeHere();
  return (
    <nav aria-label={t("places")}>
      {PLACES.map(([place, icon, words]) => (
        <a key={place} href={`#/${place}`} {...(covered === place ? { "aria-current": "page" as const } : {})}>
          <span class="sign">
            <Icon name={icon} />
          </span>
          {t(words)}
        </a>
      ))}
    </nav>
  );
}
