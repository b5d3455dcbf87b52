/**
 * Whether this phone, and what goes with it, can leave for a place without a network: line by line, each of them read
 * off what is really here, what lacks named. Without a `must` nobody leaves.
 */
import { monthsOld } from "../../events/dates";
import type { Epinephrine, PapersPacked } from "../../events/generated";
import { ruleSetFor } from "../../law/library";
import { fitsAge, isInForce } from "../../projections/clinic";
import { boxesOf, coldFault } from "../../projections/cold";
import { consentFor, wordsOf } from "../../projections/consents";
import { shownVaccine } from "../../text/vaccines";
import { day, momentWords, t, word } from "../../text/words";
import type { View } from "../view";
import { clinicVaccines } from "./vaccines";

const SKEW_MINUTES_MAX = 2;
const CLOCK_HOURS_MAX = 12;
const MINUTE_MS = 60_000;
/** Below this age a child may weigh less than 15 kg, for whom the smallest injector is made. */
const SMALL_MONTHS = 36;
/** A vial serves every weight. */
export const VIAL: Epinephrine["size"] = "1 mg/mL";
export const PAPERS: readonly PapersPacked["papers"][number][] = ["blank_forms", "roster", "protocol"];
/** What the phone itself says of its state, apart from what it holds of the clinic. */
export interface PhoneState {
  readonly complete: boolean;
  readonly doubted: boolean;
  readonly refused: string;
  readonly syncedAt: number;
  readonly skewMs: number;
  readonly persisted: boolean | null;
  /** Why it leaves without that promise, as somebody decided today. */
  readonly acceptedWhy: string | null;
  /** Files of the app that are not kept for offline use, as paths; null while nobody knows. */
  readonly lost: readonly string[] | null;
  /** What the words this phone shows in an emergency hash to; empty while it is computed. */
  readonly protocol: string;
  /** The verified version of the law that covers the clinic's day; empty where none does, null while it is looked up. */
  readonly ruleSet: string | null;
  readonly moment: number;
}

export interface Line {
  readonly title: string;
  readonly ok: boolean;
  readonly more: string;
  readonly must: boolean;
  /** Where it is made good: a place of the app, or `#` and a part of this screen; none where it comes by itself. */
  readonly to?: string;
}

/** Files of the app not kept for offline use: every file of the build is on the service worker's list, none by name here. */
export function lostFiles(): Promise<readonly string[]> {
  return new Promise((tell) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<readonly string[]>) => tell(data);
    navigator.serviceWorker?.controller?.postMessage("what lacks", [port2]);
  });
}

/** The day to be ready for: the clinic's, where it is still to come. */
export function dayOf({ clinic, today }: View): string {
  const on = clinic.plan?.on ?? today;
  return on > today ? on : today;
}

/** The name of the verified version of the law on a day; empty where there is none. */
export async function ruleSetOf(on: string): Promise<string> {
  const found = await ruleSetFor(on);
  return "rules" in found ? found.rules.id : "";
}

export function linesOf(now: View, phone: PhoneState): readonly Line[] {
  return [
    epinephrine(now),
    protocol(now, phone),
    ...children(now, phone),
    law(phone),
    ...orders(now),
    ...boxes(now, phone),
    papers(now),
    families(now),
    ...device(phone),
  ];
}

/** Which sizes this clinic's children call for. */
export function sizesExpected(now: View): readonly Epinephrine["size"][] {
  const on = dayOf(now);
  const isSmall = now.roster.some((one) => (monthsOld(one.birthDate, on) ?? SMALL_MONTHS) < SMALL_MONTHS);
  return isSmall ? ["0.1 mg", "0.15 mg", "0.3 mg"] : ["0.15 mg", "0.3 mg"];
}

function epinephrine(now: View): Line {
  const checked = now.clinic.shelf.of("clinic.epinephrine_checked").at(-1)?.payload.kit ?? [];
  const kit = checked.filter((one) => one.expires_on >= dayOf(now));
  const has = (size: string): boolean => kit.some((one) => one.size === size);
  const lacking = has(VIAL) ? [] : sizesExpected(now).filter((size) => !has(size));
  const more = lacking.length === 0 ? kit.map((one) => `${one.pieces} × ${one.size}`) : lacking;
  return { title: t("ready_epinephrine"), ok: lacking.length === 0, more: more.join(", "), must: true, to: "#kit" };
}

/** Signed are words, not a screen: those this phone shows. */
function protocol(now: View, { protocol: shown }: PhoneState): Line {
  const signed = now.clinic.shelf.of("clinic.protocol_signed").map(({ payload }) => payload);
  const valid = signed.filter((one) => one.valid_to >= dayOf(now));
  const told = valid.findLast((one) => one.sha256 === shown);
  const other = valid.at(-1);
  const without = other ? t("protocol_other", { name: other.prescriber }) : t("protocol_none");
  const more = told ? `${told.prescriber}, ${day(told.valid_to)}` : without;
  return { title: t("ready_protocol"), ok: told !== undefined, more, must: true, to: "#protocol" };
}

function children(now: View, { complete, doubted, refused }: PhoneState): readonly Line[] {
  const all = now.clinic.roster.length;
  const here = now.clinic.roster.flatMap((id) => now.student(id) ?? []);
  const whole = here.filter((student) => student.name !== null && student.birthDate !== "").length;
  const isWhole = complete && !doubted && refused === "";
  return [
    {
      title: t("ready_roster"),
      ok: all > 0 && here.length === all,
      more: t("found", { count: here.length, all }),
      must: true,
      to: `plan/${now.clinic.id}/roster`,
    },
    {
      title: t("ready_histories"),
      ok: isWhole && all > 0 && whole === all,
      more: isWhole ? t("found", { count: whole, all }) : t("histories_coming"),
      must: true,
    },
  ];
}

const isLaw = (path: string, ruleSet: string | null): boolean => path.startsWith(`/assets/${ruleSet}-`);

function law({ ruleSet, lost }: PhoneState): Line {
  const isKept = ruleSet !== null && lost?.some((path) => isLaw(path, ruleSet)) === false;
  return {
    title: t("ready_law"),
    ok: ruleSet !== "" && isKept,
    more: t(ruleSet === "" ? "law_uncovered" : isKept ? "law_here" : "law_not_kept"),
    must: true,
  };
}

function orders(now: View): readonly Line[] {
  const { clinic } = now;
  const on = dayOf(now);
  const vaccines = clinicVaccines(now);
  const usable = clinic.lots.filter((lot) => lot.held === null && lot.expires_on >= on);
  const noLot = vaccines.filter((cvx) => !usable.some((lot) => lot.cvx === cvx));
  const without = vaccines.filter((cvx) => clinic.orderFor(cvx, on, null) === null);
  const tooNarrow = outsideOrders(now).filter((cvx) => !without.includes(cvx));
  const line = (title: string, lacking: readonly string[], to: string): Line => ({
    title,
    to: vaccines.length === 0 ? `plan/${clinic.id}/edit` : to,
    ok: vaccines.length > 0 && lacking.length === 0,
    more: vaccines.length === 0 ? t("no_vaccines") : lacking.join("; ") || t("all_vaccines"),
    must: false,
  });
  const named = (lacking: readonly string[]) => lacking.map((cvx) => shownVaccine(cvx));
  const narrow = tooNarrow.map((cvx) => t("order_ages_lack", { vaccine: shownVaccine(cvx) }));
  return [
    line(t("ready_lots"), named(noLot), "stock"),
    line(t("ready_orders"), [...named(without), ...narrow], "orders"),
  ];
}

/** The boxes as they leave; a day before they are not packed yet. */
function boxes(now: View, { moment }: PhoneState): readonly Line[] {
  const all = boxesOf(now.clinic);
  if (all.length === 0 || dayOf(now) !== now.today) return [];
  const faults = all.flatMap((box) => {
    const fault = coldFault(box, moment);
    return fault === null ? [] : [t("box_is", { box: box.container, fault: t(fault) })];
  });
  const more = faults.join(", ") || t("boxes_cold");
  return [{ title: t("ready_boxes"), ok: faults.length === 0, more, must: false, to: "stock" }];
}

const outside = new WeakMap<View, readonly string[]>();

/**
 * Vaccines whose orders leave out by age a child with a yes for them, or, where nobody said yes yet, every child. The
 * screen is made anew each second, and a large roster takes a moment: kept by what it was read off.
 */
function outsideOrders(now: View): readonly string[] {
  const known = outside.get(now) ?? clinicVaccines(now).filter((cvx) => leavesOut(now, cvx));
  outside.set(now, known);
  return known;
}

function leavesOut(now: View, cvx: string): boolean {
  const [{ clinic, roster }, on] = [now, dayOf(now)];
  const orders = clinic.orders.filter((order) => order.cvx === cvx && isInForce(order, on));
  const covers = (born: string): boolean => {
    const months = monthsOld(born, on);
    return months === null || orders.some((order) => fitsAge(order, months));
  };
  const said = roster.filter(({ shelf }) => consentFor(wordsOf(shelf), cvx, on, clinic.id).state === "given");
  if (said.length > 0) return said.some(({ birthDate }) => !covers(birthDate));
  return roster.length > 0 && roster.every(({ birthDate }) => !covers(birthDate));
}

function papers(now: View): Line {
  const packed = new Set(now.clinic.shelf.of("clinic.papers_packed").flatMap(({ payload }) => payload.papers));
  const lacking = PAPERS.filter((one) => !packed.has(one));
  const named = (lacking.length > 0 ? lacking : PAPERS).map((one) => word("packed", one));
  return { title: t("ready_papers"), ok: lacking.length === 0, more: named.join(", "), must: false, to: "#papers" };
}

/** Whom the papers for a family name to call. */
function families(now: View): Line {
  const { phone } = now.office;
  const to = `plan/${now.clinic.id}/edit`;
  return { title: t("ready_phone"), ok: phone !== "", more: phone || t("plan_phone_none"), must: false, to };
}

function device({ persisted, acceptedWhy, syncedAt, skewMs, lost, ruleSet, moment }: PhoneState): readonly Line[] {
  const minutes = Math.round(Math.abs(skewMs) / MINUTE_MS);
  const isRecent = syncedAt > 0 && Math.abs(moment - syncedAt) < CLOCK_HOURS_MAX * 60 * MINUTE_MS;
  const isRight = minutes < SKEW_MINUTES_MAX;
  const isKept = lost?.every((path) => isLaw(path, ruleSet)) === true;
  return [
    {
      title: t("ready_offline"),
      ok: isKept,
      more: t(isKept ? "ready_offline_more" : "files_lost"),
      must: true,
    },
    {
      title: t("ready_storage"),
      ok: persisted === true,
      more:
        acceptedWhy !== null && persisted !== true
          ? t("ready_storage_accepted", { reason: acceptedWhy })
          : t(persisted ? "ready_storage_kept" : "storage_refused"),
      must: acceptedWhy === null,
      to: "#storage",
    },
    {
      title: t("ready_clock"),
      ok: isRecent && isRight,
      more: isRecent
        ? t(isRight ? "clock_off" : "clock_wrong", { minutes })
        : t("clock_unchecked", { when: syncedAt > 0 ? momentWords(syncedAt) : "–" }),
      must: false,
    },
  ];
}
