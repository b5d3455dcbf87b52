/**
 * Ready to leave? What this phone must really hold before it goes where there is no network, each line checked, what
 * is missing named. Epinephrine and the signed emergency protocol are not optional.
 */
import { useEffect, useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Field, Notice, Pill, Screen, showFirstError } from "../../components/parts";
import { hex, utf8 } from "../../events/bytes";
import { t, word } from "../../text/words";
import { refusal } from "../phone";
import { go, link, persisted, stir, syncedAt, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, holdsError, needed } from "./checks";
import { protocolWords } from "./emergency";
import { Kit } from "./kit";
import { dayOf, type Line, linesOf, lostFiles, PAPERS, type PhoneState, ruleSetOf } from "./readiness";
import { DemandStorage } from "./storage";
import { useNow } from "./ticking";

export function ReadyToLeave({ now }: { readonly now: View }) {
  const lines = linesOf(now, usePhone(now));
  const missing = lines.filter((line) => !line.ok);
  return (
    <Screen title={t("ready")} back={["more"]}>
      {missing.length === 0 ? (
        <Notice tone="info">
          <strong>{t("ready_yes")}</strong>
        </Notice>
      ) : (
        <Notice tone={missing.some((line) => line.must) ? "bad" : "warn"}>
          <strong>
            {t(missing.some((line) => line.must) ? "ready_no" : "ready_almost", { count: missing.length })}
          </strong>
        </Notice>
      )}
      <ul class="list">
        {lines.map((line) => (
          <li key={line.title} class="dose">
            <span class="who">
              <strong>{line.title}</strong>
              <small>{line.more}</small>
              <SeeTo line={line} />
            </span>
            <Pill tone={line.ok ? "good" : line.must ? "bad" : "due"}>{t(line.ok ? "there" : "missing")}</Pill>
          </li>
        ))}
      </ul>
      <DemandStorage now={now} />
      <Kit now={now} />
      <Protocol now={now} />
      <Papers now={now} />
    </Screen>
  );
}

/** What is missing leads to where it is made good. */
function SeeTo({ line: { ok, to } }: { readonly line: Line }) {
  if (ok || to === undefined) return null;
  const follow = () => (to.startsWith("#") ? unfold(to.slice(1)) : go(to));
  return (
    <span>
      <Button kind="quiet" onClick={follow}>
        {t("ready_see_to")}
      </Button>
    </span>
  );
}

function unfold(part: string): void {
  const found = document.getElementById(part);
  if (found instanceof HTMLDetailsElement) found.open = true;
  found?.querySelector("input, pre, button")?.scrollIntoView({ block: "center" });
}

/** How the phone fares, read anew as long as the screen is open. */
function usePhone(now: View): PhoneState {
  const moment = useNow();
  const [lost, setLost] = useState<readonly string[] | null>(null);
  const [ruleSet, setRuleSet] = useState<string | null>(null);
  const [protocol, setProtocol] = useState("");
  useEffect(() => void lostFiles().then(setLost), [now]);
  useEffect(() => void protocolHash().then(setProtocol), []);
  useEffect(() => void ruleSetOf(now.clinic.plan?.on ?? now.today).then(setRuleSet), [now]);
  const { complete, doubted, wrong } = theDevice().state;
  return {
    complete,
    doubted: doubted || wrong !== null,
    refused: refusal.value,
    syncedAt: syncedAt.value,
    skewMs: link.value.skewMs,
    persisted: persisted.value,
    acceptedWhy: now.leavesWithout(theDevice().enrolled?.device ?? ""),
    lost,
    protocol,
    ruleSet,
    moment,
  };
}

/** What is printed for the day the phones fail, ticked off by who packed it. */
function Papers({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`papers/${now.clinic.id}`, {
    packed: [] as readonly (typeof PAPERS)[number][],
  });
  const { packed } = values;
  const [tried, setTried] = useState(false);
  const save = async () => {
    setTried(true);
    if (packed.length === 0) return;
    const at = new Date().toISOString();
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.papers_packed", { papers: packed, at });
    await drop();
    set({ packed: [] });
    setTried(false);
    stir();
  };
  return (
    <details id="papers">
      <summary>{t("papers_pack")}</summary>
      <p class="hint">{t("papers_lead")}</p>
      <Button kind="quiet" onClick={() => go("papers")}>
        {t("print_papers")}
      </Button>
      {PAPERS.map((one) => (
        <Check
          key={one}
          label={word("packed", one)}
          checked={packed.includes(one)}
          onChange={(yes) => set({ packed: yes ? [...packed, one] : packed.filter((other) => other !== one) })}
        />
      ))}
      {tried && packed.length === 0 ? (
        <p class="error" role="alert">
          {t("required")}
        </p>
      ) : null}
      <Button onClick={save}>{t("papers_sign")}</Button>
    </details>
  );
}

/** What a signature of the protocol is a signature of. */
async function protocolHash(): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(protocolWords()))));
}

/** The prescriber signs exactly the words this phone shows in an emergency: their hash is in the event. */
function Protocol({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`protocol/${now.clinic.id}`, { prescriber: "", until: "" });
  const [tried, setTried] = useState(false);
  const errors = {
    prescriber: needed(values.prescriber),
    until: holdsError(values.until, dayOf(now)),
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`clinic/${now.clinic.id}`, "clinic.protocol_signed", {
      prescriber: values.prescriber.trim(),
      sha256: await protocolHash(),
      valid_to: values.until,
    });
    await drop();
    stir();
  };
  return (
    <details id="protocol">
      <summary>{t("protocol_sign")}</summary>
      <pre class="receipt">{protocolWords()}</pre>
      <Field
        label={t("prescriber")}
        value={values.prescriber}
        onInput={(prescriber) => set({ prescriber })}
        error={tried ? errors.prescriber : undefined}
      />
      <Field
        label={t("valid_until")}
        type="date"
        value={values.until}
        onInput={(until) => set({ until })}
        error={tried ? errors.until : undefined}
      />
      <Button onClick={save}>{t("protocol_keep")}</Button>
    </details>
  );
}
