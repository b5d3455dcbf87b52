/** The state of the app: one device, one phase, one place. Screens read signals; only this module writes them. */
import { computed, effect, signal } from "@preact/signals";
import { Device } from "../store/device";
import type { Own } from "../store/kept";
import { Follower, type LinkState } from "../sync/follower";
import type { SignedIn } from "../sync/server";
import { type Checked, Signatures } from "../sync/signatures";
import { listenForTrouble, lookForStore, markEnrolled, measureStorage, refusal } from "./phone";
import type { View } from "./view";

export type Phase = "loading" | "sign_in" | "enroll" | "locked" | "ready" | "outdated";

export const phase = signal<Phase>("loading");
export const signedIn = signal<SignedIn | null>(null);
export const link = signal<LinkState>({ link: "offline", detail: "", skewMs: 0 });
export const view = signal<View | null>(null);
export const own = signal<readonly Own[]>([]);
export const clinicName = signal("");
export const scope = signal("");
export const syncedAt = signal(0);
export const checked = signal<Checked>({ verified: 0, failed: 0 });
export const persisted = signal<boolean | null>(null);
export const place = signal(readPlace());
export const waiting = computed(() => own.value.filter((row) => row.state === "waiting").length);
/** The own events of the turn under way. */
const sentHashes = signal<ReadonlySet<string>>(new Set());

let device: Device | null = null;
let follower: Follower | null = null;
let signatures: Signatures | null = null;
let refreshing = false;
let stale = false;

/** Where the app is: `#/child/<id>/dose` is ["child", "<id>", "dose"]. */
function readPlace(): readonly string[] {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean);
}

export function go(...to: readonly string[]): void {
  location.hash = `#/${to.join("/")}`;
}

export function theDevice(): Device {
  if (device === null) throw new Error("the app has not started");
  return device;
}

export const wasSent = (row: Own): boolean => sentHashes.value.has(row.hash);

export async function start(): Promise<void> {
  addEventListener("hashchange", () => {
    place.value = readPlace();
    scrollTo(0, 0);
  });
  listenForTrouble();
  device = await Device.open((why) => {
    if (why === "vanished") location.reload();
    else phase.value = "outdated";
  });
  device.onChange(() => {
    if (phase.value === "ready" && device?.isUnlocked === false) lock();
    else void refresh();
  });
  const isEnrolled = await device.isEnrolled();
  lookForStore(isEnrolled);
  phase.value = isEnrolled ? "locked" : "sign_in";
  persisted.value = (await navigator.storage?.persisted?.()) ?? null;
}

/** The phone is open: fold what it holds, follow the log. */
export async function opened(): Promise<void> {
  await refresh();
  phase.value = "ready";
  markEnrolled();
  void measureStorage();
  persisted.value = (await navigator.storage?.persist?.()) ?? null;
  const made = new Follower(
    theDevice(),
    (state) => {
      link.value = { ...state, skewMs: state.skewMs || link.value.skewMs };
    },
    (hashes) => {
      sentHashes.value = new Set(hashes);
    },
  );
  follower = made;
  made.start();
}

export function lock(): void {
  follower?.stop();
  follower = null;
  signatures = null;
  view.value = null;
  own.value = [];
  phase.value = "locked";
  theDevice().lock();
}

export async function chooseClinic(clinic: string, name: string): Promise<void> {
  await theDevice().choose(`clinic/${clinic}`, name);
  go("roster");
  follower?.stir();
}

/** Something was recorded: show it now, deliver it as soon as there is a network. */
export function stir(): void {
  follower?.stir();
}

/** A person looked at the alarm: the phone may ask the server again. */
export function reconsider(): void {
  follower?.reconsider();
}

/** Begin anew with another code. What the old PIN alone opens is lost to this phone; undelivered work is not. */
export function forgotPin(): void {
  go();
  phase.value = "sign_in";
}

/** Fold again; calls that come while folding are answered by one more folding. */
async function refresh(): Promise<void> {
  if (refreshing) {
    stale = true;
    return;
  }
  refreshing = true;
  try {
    do {
      stale = false;
      await foldOnce();
    } while (stale);
  } finally {
    refreshing = false;
  }
}

async function foldOnce(): Promise<void> {
  const now = theDevice();
  if (!now.isUnlocked || now.enrolled === null) return;
  const { fold } = await import("./folding");
  const folded = await fold(now, view.peek());
  if (folded === null) return;
  view.value = folded;
  own.value = now.own;
  clinicName.value = now.state.clinicName;
  scope.value = now.state.scope;
  syncedAt.value = now.state.syncedAt;
  refusal.value = now.state.refused;
}

/** Signatures of downloaded events are checked in the background, once all of them are there. */
effect(() => {
  const now = device;
  if (syncedAt.value === 0 || now?.enrolled == null || !now.state.complete) return;
  signatures ??= new Signatures(now.enrolled.log_key);
  void signatures.check(now.held).then((result) => {
    checked.value = result;
  });
});
