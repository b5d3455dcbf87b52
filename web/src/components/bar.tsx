/** What is always there: the network, what waits, since when; one tap to the emergency screen; the places. */
import { aside } from "../screens/aside";
import { go, link, lock, picturesWaiting, place, syncedAt, theDevice, view, waiting } from "../screens/state";
import { UNPROVEN } from "../sync/state";
import { momentWords, refusalWords, t } from "../text/words";
import { Icon, type IconName } from "./icons";
import { Notice } from "./parts";
import { PhoneNotices } from "./phone_notices";

export function SyncBar() {
  const state = link.value;
  const minutes = Math.round(state.skewMs / 60_000);
  return (
    <>
      <div class={`syncbar ${state.link}`}>
        <button type="button" class="sync" onClick={() => go("outbox")}>
          <span class="dot" aria-hidden="true" />
          <span class="syncwords">
            <b>{linkWords()}</b>
            <small>{barWords()}</small>
          </span>
        </button>
        <WhoWorks />
        <EmergencyButton />
      </div>
      <PhoneNotices />
      {Math.abs(minutes) >= 2 ? <Notice tone="warn">{t("skew", { minutes })}</Notice> : null}
    </>
  );
}

/** Who is at work, by initials; a tap hands the phone on. */
function WhoWorks() {
  const name = theDevice().enrolled?.staff_name ?? "";
  const parts = name.split(/\s+/).filter(Boolean);
  const initials = [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => (part ?? "").charAt(0)).join("");
  return (
    <button type="button" class="nurse" aria-label={t("switch_nurse", { initials, name })} onClick={lock}>
      <span class="initials">{initials}</span>
    </button>
  );
}

export function EmergencyButton() {
  const here = place.value;
  const child = here[0] === "child" ? [here[1] ?? ""] : [];
  return (
    <button type="button" class="emergency" onClick={() => go("emergency", ...child)}>
      <Icon name="alarm" size={20} />
      {t("emergency")}
    </button>
  );
}

function linkWords(): string {
  const { link: now, detail, code } = link.value;
  const isOurs = code === UNPROVEN || code === "not-kept";
  if (now === "refused") return t(isOurs ? "not_synced" : "refused", { detail: refusalWords(code, detail) });
  if (now === "alarm") return t("alarm", { detail });
  return t(now);
}

/** What is not in the record yet, or was set aside; only where there is neither is all delivered. */
function outboxWords(): string {
  const waits = waiting.value > 0 ? [t("waiting", { count: waiting.value })] : [];
  const pictures = picturesWaiting.value;
  if (pictures > 0) waits.push(t("pictures_waiting", { count: pictures }));
  const lies = aside.value.length > 0 ? [t("set_aside_count", { count: aside.value.length })] : [];
  return [...waits, ...lies].join(" · ") || t("all_delivered");
}

/** Beside "No network" since when, for what waits may wait longer; beside "Connected" what waits. */
function barWords(): string {
  const words = [outboxWords(), contactWords()];
  return (link.value.link === "offline" ? words.reverse() : words).join(" · ");
}

/** How old what is shown may be. */
function contactWords(): string {
  if (syncedAt.value === 0) return t("never_synced");
  const time = momentWords(syncedAt.value);
  return link.value.link === "offline" ? t("offline_since", { time }) : t("last_sync", { time });
}

const PLACES: readonly (readonly [string, IconName, readonly string[]])[] = [
  ["roster", "children", ["roster", "child", "register", "scan", "form"]],
  ["watch", "watch", ["watch"]],
  ["outbox", "outbox", ["outbox"]],
  ["more", "more", ["more", "settings", "nurses", "plan", "stock", "orders", "ready", "closing", "slips"]],
];

export function Places() {
  const here = place.value[0] ?? "roster";
  const counts: Readonly<Record<string, number>> = {
    watch: view.value?.watched.length ?? 0,
    outbox: waiting.value,
  };
  return (
    <nav class="places" aria-label={t("places")}>
      {PLACES.map(([name, icon, covered]) => (
        <button
          key={name}
          type="button"
          onClick={() => go(name)}
          {...(covered.includes(here) ? { "aria-current": "page" as const } : {})}
        >
          <span class="sign">
            <Icon name={icon} />
            {counts[name] ? <b class="count">{counts[name]}</b> : null}
          </span>
          {t(name as "roster")}
        </button>
      ))}
    </nav>
  );
}
