/**
 * The service worker and its updates, of the phone's app and the office's. A new version waits until somebody says so;
 * the outbox is not in it.
 *
 *     open for days --shown again, online again, each hour--> is there a new version?
 *     waiting --a person says so, in any tab--> it serves every tab --> each begins anew, where nothing is half done
 *                                                                   `-> else when its own person says so
 */
import { signal } from "@preact/signals";

export const updateReady = signal(false);
let waitingWorker: ServiceWorker | null = null;
let isAsked = false;
/** Another version serves this tab by now. */
let isBehind = false;

const LOOK_MS = 3_600_000;
/** What no field shows: what a part of the screen holds (components/held.tsx), and a button whose deed runs. */
const HELD = "[data-held], button[aria-disabled=true]";

export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  let isServed = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isServed) replaced();
    isServed = true; // the first time, by what this tab runs
  });
  const registration = await navigator.serviceWorker.register("/sw.js");
  const notice = () => {
    if (registration.waiting !== null && navigator.serviceWorker.controller !== null) {
      waitingWorker = registration.waiting;
      updateReady.value = true;
    }
  };
  notice();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", notice));
  keepLooking(registration);
}

/** A browser looks for a new version when a page is loaded; an app that stays open never loads one. */
function keepLooking(registration: ServiceWorkerRegistration): void {
  const look = () => void registration.update().catch(() => {}); // no network: the next time
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  setInterval(look, LOOK_MS);
}

export function applyUpdate(): void {
  isAsked = true;
  if (isBehind) location.reload();
  else waitingWorker?.postMessage("take over");
}

/** The files this tab would still fetch are gone. */
function replaced(): void {
  isBehind = true;
  updateReady.value = true;
  if (isAsked || !isHalfDone()) location.reload();
}

/** Whether somebody is in the middle of something; what a choice holds counts, for it may have been made here. */
function isHalfDone(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>("input, textarea, select");
  return document.querySelector(HELD) !== null || [...fields].some((field) => field.value !== "");
}
