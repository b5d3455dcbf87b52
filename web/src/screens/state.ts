/** The state of the app: one device, one phase, one place. Screens read signals; only this module writes them. */
import { batch, computed, effect, signal } from "@preact/signals";
import { type Colleague, Device } from "../store/device";
import type { Glance } from "../store/glance";
import type { Own } from "../store/kept";
import { isReceipted, type KeptPhoto } from "../store/photos";
import { inSlices } from "../store/slices";
import type { LinkState } from "../sync/follower";
import type { SignedIn } from "../sync/server";
import { type Checked, Signatures } from "../sync/signatures";
import type { Following } from "./following";
import { Pause, painted } from "./pausing";
import {
  damage,
  healedStreams,
  keepSite,
  lent,
  listenForTrouble,
  lookForStore,
  markEnrolled,
  measureStorage,
  refusal,
  unreadable,
  wrongStreams,
} from "./phone";
import { lockWhenUntouched } from "./resting";
import type { View } from "./view";

export type Phase = "loading" | "sign_in" | "enroll" | "locked" | "ready" | "outdated";

export const phase = signal<Phase>("loading");
export const signedIn = signal<SignedIn | null>(null);
export const link = signal<LinkState>({ link: "offline", detail: "", code: "", skewMs: 0 });
export const view = signal<View | null>(null);
export const own = signal<readonly Own[]>([]);
export const clinicName = signal("");
export const scope = signal("");
export const syncedAt = signal(0);
/** Whether all of the clinic is here. */
export const isComplete = signal(false);
export const checked = signal<Checked>({ verified: 0, failed: 0 });
/** The records are being opened: until they are, only the roster as of an earlier moment is known. */
export const isOpening = signal(false);
export const glance = signal<Glance | null>(null);
/** Pictures of papers taken here. */
export const photos = signal<readonly KeptPhoto[]>([]);
export const persisted = signal<boolean | null>(null);
export const place = signal(readPlace());
/** Who may open this phone, and who did last. */
export const colleagues = signal<readonly Colleague[]>([]);
export const lastNurse = signal("");
/** When each observation under way ends, kept through a lock: moments without names. */
export const watchEnds = signal<readonly number[]>([]);
export const waiting = computed(() => own.value.filter((row) => row.state === "waiting").length);
/** Pictures the district has no receipt of; those it lost and this phone has no more are named in the outbox. */
export const picturesWaiting = computed(() => {
  const origin = device?.state.origin ?? "";
  const isHere = ({ note, hasSpare }: KeptPhoto) => note === "" || hasSpare === true;
  return photos.value.filter((one) => !isReceipted(one, origin) && isHere(one)).length;
});
/** The own events of the turn under way. */
const sentHashes = signal<ReadonlySet<string>>(new Set());

let device: Device | null = null;
let following: Following | null = null;
let stopLooking: () => void = () => {};
let signatures: Signatures | null = null;
let refreshing = false;
let stale = false;
const pause = new Pause();
let glancing: number | undefined;

/** How long nothing is folded before the roster is kept for the next time this phone is picked up. */
const QUIET_MS = 5000;
const DAY_LOOK_MS = 10_000;
/** Clocks that differ by less are told as before. */
const SKEW_MS = 1000;

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
  listenForTrouble(freeSpares);
  device = await Device.open((why) => {
    if (why === "vanished") location.reload();
    else phase.value = "outdated";
  });
  device.onChange(() => {
    if (phase.value === "ready" && device?.isUnlocked === false) rest();
    else void refresh();
    glimpse();
    if (phase.value === "locked") void meetColleagues();
  });
  const isEnrolled = await device.isEnrolled();
  await meetColleagues();
  lookForStore(isEnrolled);
  phase.value = isEnrolled ? "locked" : "sign_in";
  if (isEnrolled) prepare();
  persisted.value = (await navigator.storage?.persisted?.()) ?? null;
  setInterval(followTheDay, DAY_LOOK_MS);
}

async function freeSpares(): Promise<void> {
  await device?.freeSpares();
}

/** While the PIN is typed. What does not come is asked for again when it is needed. */
function prepare(): void {
  void painted()
    .then(() => import("./folding"))
    .then(({ beforehand }) => beforehand())
    .then(() => import("./following"))
    .catch(() => {});
}

/** Read anew who may open this phone. */
export async function meetColleagues(): Promise<void> {
  colleagues.value = await theDevice().colleagues();
}

/** Just unlocked: the roster as of then can be searched while the records are being opened. */
function glimpse(): void {
  const { isUnlocked, isRead, glance: kept, state } = theDevice();
  if (phase.value !== "locked" || !isUnlocked || isRead || kept === null) return;
  batch(() => {
    isOpening.value = true;
    glance.value = kept;
    clinicName.value = state.clinicName;
    scope.value = state.scope;
    syncedAt.value = state.syncedAt;
    phase.value = "ready";
  });
}

/** The phone is open: fold what it holds, follow the log. */
export async function opened(): Promise<void> {
  if (!theDevice().isUnlocked) return;
  const nurse = theDevice().enrolled?.staff ?? "";
  // Another nurse finds the child, not the half-filled form, which waits for its owner.
  const [where = "", child = "", deed] = place.value;
  if (lastNurse.value !== "" && lastNurse.value !== nurse && where === "child" && deed !== undefined) go(where, child);
  lastNurse.value = nurse;
  await refresh();
  await meetColleagues();
  if (!theDevice().isUnlocked) return;
  phase.value = "ready";
  stopLooking();
  stopLooking = lockWhenUntouched(() => place.value[0] === "emergency", rest);
  markEnrolled();
  void measureStorage(freeSpares);
  void demandStorage(); // Firefox answers only once a person has
  void follow();
}

/** Follow the log, once the code for it is here; where it did not come, what is recorded next asks for it again. */
async function follow(): Promise<void> {
  const code = await import("./following").catch(() => null);
  if (code === null || following !== null || phase.value !== "ready" || !theDevice().isUnlocked) return;
  following = new code.Following(theDevice(), tellLink, (hashes) => {
    sentHashes.value = new Set(hashes);
  });
}

/** A bar that is made anew for nothing would cost as much as the turn it tells of. */
function tellLink(state: LinkState): void {
  const before = link.peek();
  const skewMs = state.skewMs || before.skewMs;
  const isSame = state.link === before.link && state.detail === before.detail;
  if (!isSame || Math.abs(skewMs - before.skewMs) >= SKEW_MS) link.value = { ...state, skewMs };
}

/** Ask the browser to promise that what is on this phone stays; null where it cannot be asked. */
export async function demandStorage(): Promise<void> {
  persisted.value = (await navigator.storage?.persist?.()) ?? null;
}

/** The phone is put down or handed on: every tab locks. */
export function lock(): void {
  theDevice().lockAll();
  rest();
}

/** This tab locks. */
function rest(): void {
  if (phase.value !== "ready") return;
  stopLooking();
  watchEnds.value = endsOf(view.value);
  following?.stop();
  following = null;
  signatures?.stop();
  signatures = null;
  view.value = null;
  own.value = [];
  clearTimeout(glancing);
  glance.value = null;
  isOpening.value = false;
  phase.value = "locked";
  theDevice().lock();
}

/** When each child that is watched may leave, the soonest first. */
function endsOf(now: View | null): readonly number[] {
  const watches = now?.watched.flatMap((student) => now.visit(student).watch ?? []) ?? [];
  return watches.map((watch) => watch.since + watch.minutes * 60_000).sort((one, two) => one - two);
}

export async function chooseClinic(clinic: string, name: string): Promise<void> {
  await theDevice().choose(`clinic/${clinic}`, name);
  go("roster");
  stir();
}

/** Something was recorded: show it now, deliver it as soon as there is a network. */
export function stir(): void {
  if (following === null) void follow();
  else following.stir();
}

/** A person looked at the alarm: the phone may ask the server again. */
export function reconsider(): void {
  following?.reconsider();
}

/** Begin anew with another code. What the old PIN alone opens is lost to this phone; undelivered work is not. */
export function forgotPin(): void {
  go();
  phase.value = "sign_in";
}

/** Past midnight, or once the clock was set: what was folded for another day is folded anew, before the next dose. */
function followTheDay(): void {
  const shown = view.peek();
  if (shown !== null && !shown.isOf(Date.now())) void refresh();
}

/** Fold again; calls that come while folding are answered by one more folding. */
async function refresh(): Promise<void> {
  if (refreshing) {
    stale = true;
    if (!isArriving() || theDevice().own !== own.peek()) pause.end();
    return;
  }
  refreshing = true;
  try {
    await painted();
    do {
      stale = false;
      const began = performance.now();
      await foldOnce();
      if (following !== null && isArriving()) await pause.after(performance.now() - began);
    } while (stale);
  } finally {
    refreshing = false;
  }
}

/** Pages come one after another: folding after each would take longer than they do. */
const isArriving = (): boolean => !theDevice().state.complete && theDevice().state.cursor !== null;

async function foldOnce(): Promise<void> {
  const now = theDevice();
  if (!now.isUnlocked || now.enrolled === null || !now.isRead) return;
  const { fold } = await import("./folding");
  const { revision } = now.state;
  const folded = await fold(now, view.peek());
  if (folded === null) return;
  batch(() => {
    view.value = folded;
    own.value = now.own;
    photos.value = now.photos;
    clinicName.value = now.state.clinicName;
    scope.value = now.state.scope;
    syncedAt.value = now.state.syncedAt;
    isComplete.value = now.state.complete;
    refusal.value = now.state.refused;
    damage.value = now.state.damage;
    unreadable.value = now.unreadable;
    healedStreams.value = now.state.healed;
    lent.value = now.state.lent.length;
    wrongStreams.value = now.state.wrong?.streams ?? [];
    isOpening.value = false;
    glance.value = null;
  });
  keepSite(folded.clinic.plan);
  clearTimeout(glancing);
  if (now.state.complete) glancing = window.setTimeout(() => void keepGlance(folded, revision), QUIET_MS);
}

async function keepGlance(folded: View, revision: number): Promise<void> {
  const { glanceOf } = await import("./glancing");
  const made = await inSlices(glanceOf(folded, `clinic/${folded.clinic.id}`, Date.now()));
  await theDevice().keepGlance(made, revision);
}

/** Signatures of downloaded events are checked in the background, once all of them are there. */
effect(() => {
  const now = device;
  if (syncedAt.value === 0 || isOpening.value || now?.enrolled == null || !now.state.complete) return;
  const checking = signatures ?? new Signatures(now.enrolled.log_key, (hash) => now.isVerified(hash));
  signatures = checking;
  const found = (result: Checked): void => {
    if (result.verified !== checked.value.verified) void now.keepVerified(checking.good);
    checked.value = result;
  };
  // What could not be checked is shown as not checked, and tried again after the next answer.
  void checking.check(now.held).then(found, () => {});
});
