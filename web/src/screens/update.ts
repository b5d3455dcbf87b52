/**
 * The service worker and its updates. A new version waits until the nurse says so; the outbox is not in it.
 *
 *     waiting --a nurse says so, in any tab--> it serves every tab --> each begins anew, where nothing is typed
 *                                                                  `-> else when its own nurse says so
 */
import { signal } from "@preact/signals";

export const updateReady = signal(false);
let waitingWorker: ServiceWorker | null = null;
let isAsked = false;
/** Another version serves this tab by now. */
let isBehind = false;

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
  if (isAsked || !isTyped()) location.reload();
}

/** Whether a field on the screen holds anything; what a choice holds counts, for it may have been made here. */
function isTyped(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>("input, textarea, select");
  return [...fields].some((field) => field.value !== "");
}
