/** The service worker and its updates. A new version waits until the nurse says so; the outbox is not in it. */
import { signal } from "@preact/signals";

export const updateReady = signal(false);
let waitingWorker: ServiceWorker | null = null;

export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
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
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waitingWorker?.postMessage("take over");
}
