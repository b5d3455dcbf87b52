/**
 * A phone nobody touches locks itself. Each tab watches its own touches: one left behind locks, the one in use does not.
 *
 * A timer sleeps with the phone, so the time is also looked at whenever the page is shown again, before anybody can
 * tap. In an emergency it never locks: hands are busy then.
 */
import { signal } from "@preact/signals";

const KEPT = "doseledger locks after minutes";
const MINUTE_MS = 60_000;
const LOOK_MS = 5_000;
export const REST_MINUTES = [1, 5, 15] as const;

export const restMinutes = signal(Number(localStorage.getItem(KEPT)) || 5);

export function setRestMinutes(minutes: number): void {
  restMinutes.value = minutes;
  localStorage.setItem(KEPT, String(minutes));
}

/** Call `lock` once nobody touched this tab for so long; `isBusy` puts it off. Returns how to stop looking. */
export function lockWhenUntouched(isBusy: () => boolean, lock: () => void): () => void {
  let touchedAt = Date.now();
  const touched = () => {
    touchedAt = Date.now();
  };
  const look = () => {
    if (isBusy()) touched();
    else if (Math.abs(Date.now() - touchedAt) >= restMinutes.value * MINUTE_MS) lock();
  };
  const timer = setInterval(look, LOOK_MS);
  const touches = ["pointerdown", "keydown", "input", "wheel"] as const;
  for (const touch of touches) addEventListener(touch, touched, { capture: true, passive: true });
  document.addEventListener("visibilitychange", look);
  return () => {
    clearInterval(timer);
    for (const touch of touches) removeEventListener(touch, touched, { capture: true });
    document.removeEventListener("visibilitychange", look);
  };
}
