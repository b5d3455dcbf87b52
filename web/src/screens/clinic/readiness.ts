/**
 * Whether this phone, and what goes with it, can leave for a place without a network: line by line, each of them read
 * off what is really here, what lacks named. Without a `must` nobody leaves.
 */
import { monthsOld } from "../../events/dates";
import type { Epinephrine, PapersPacked } from "../../events/generated";
import { ruleSetFor } from "../../law";
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
/** Parts of the app that must be kept for the days without a network, by the names their files begin with. */
export const PROGRAM = [
  "/index.html",
  "/assets/place-",
  "/assets/day-",
  "/assets/child-",
  "/assets/folding-",
  "/assets/argon-",
  "/assets/worker-",
  "/assets/checker-",
];

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
  /** The kept files, as paths; null while they are counted. */
  readonly kept: readonly string[] | null;
  /** The verified version of the law that covers the clinic's day; empty where none does, null while it is looked up. */
  readonly ruleSet: string | null;
  readonly moment: number;
}

export interface Line {
  readonly title: string;
  readonly ok: boolean;
  readonly more: string;
  readonly must: boolean;
}

/** The files kept for offline use. */
export async function keptFiles(): Promise<readonly string[]> {
  const names = (await globalThis.caches?.keys()) ?? [];
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}

/** The name of the verified version of the law on a day; empty where there is none. */
export async function ruleSetOf(on: string): Promise<string> {
  const found = await ruleSetFor(on);
  return "rules" in found ? found.rules.id : "";
}

export function linesOf(now: View, phone: PhoneState): readonly Line[] {
  return [
    epinephrine(now),
    protocol(now),
    ...children(now, phone),
    law(phone),
    ...orders(now),
    papers(now),
    ...device(phone),
  ];
}

/** Which sizes this clinic's children call for. */
export function sizesExpected(now: View): readonly Epinephrine["size"][] {
  const isSmall = now.roster.some((one) => (monthsOld(one.birthDate, now.today) ?? SMALL_MONTHS) < SMALL_MONTHS);
  return isSmall ? ["0.1 mg", "0.15 mg", "0.3 mg"] : ["0.15 mg", "0.3 mg"];
}

function epinephrine(now: View): Line {
  const checked = now.clinic.shelf.of("clinic.epinephrine_checked").at(-1)?.payload.kit ?? [];
  const kit = checked.filter((one) => one.expires_on >= now.today);
  const has = (size: string): boolean => kit.some((one) => one.size === size);
  const lacking = has(VIAL) ? [] : sizesExpected(now).filter((size) => !has(size));
  const more = lacking.length === 0 ? kit.map((one) => `${one.pieces} × ${one.size}`) : lacking;
  return { title: t("ready_epinephrine"), ok: lacking.length === 0, more: more.join(", "), must: true };
}

function protocol(now: View): Line {
  const told = now.clinic.shelf.of("clinic.protocol_signed").findLast(({ payload }) => payload.valid_to >= now.today);
  const more = told ? `${told.payload.prescriber}, ${day(told.payload.valid_to)}` : t("protocol_none");
  return { title: t("ready_protocol"), ok: told !== undefined, more, must: true };
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
    },
    {
      title: t("ready_histories"),
      ok: isWhole && all > 0 && whole === all,
      more: isWhole ? t("found", { count: whole, all }) : t("histories_coming"),
      must: true,
    },
  ];
}

function law({ ruleSet, kept }: PhoneState): Line {
  const isKept = ruleSet !== null && kept?.some((path) => path.startsWith(`/assets/${ruleSet}-`)) === true;
  return {
    title: t("ready_law"),
    ok: ruleSet !== "" && isKept,
    more: t(ruleSet === "" ? "law_uncovered" : isKept ? "law_here" : "law_not_kept"),
    must: true,
  };
}

function orders(now: View): readonly Line[] {
  const { clinic, today } = now;
  const vaccines = clinicVaccines(now);
  const usable = clinic.lots.filter((lot) => lot.held === null && lot.expires_on >= today);
  const without = vaccines.filter((cvx) => clinic.orderFor(cvx, today, null) === null);
  const noLot = vaccines.filter((cvx) => !usable.some((lot) => lot.cvx === cvx));
  const line = (title: string, lacking: readonly string[]): Line => ({
    title,
    ok: vaccines.length > 0 && lacking.length === 0,
    more:
      vaccines.length === 0
        ? t("no_vaccines")
        : lacking.map((cvx) => shownVaccine(cvx)).join(", ") || t("all_vaccines"),
    must: false,
  });
  return [line(t("ready_lots"), noLot), line(t("ready_orders"), without)];
}

function papers(now: View): Line {
  const packed = new Set(now.clinic.shelf.of("clinic.papers_packed").flatMap(({ payload }) => payload.papers));
  const lacking = PAPERS.filter((one) => !packed.has(one));
  const named = (lacking.length > 0 ? lacking : PAPERS).map((one) => word("packed", one));
  return { title: t("ready_papers"), ok: lacking.length === 0, more: named.join(", "), must: false };
}

function device({ persisted, acceptedWhy, syncedAt, skewMs, kept, moment }: PhoneState): readonly Line[] {
  const minutes = Math.round(Math.abs(skewMs) / MINUTE_MS);
  const isRecent = syncedAt > 0 && Math.abs(moment - syncedAt) < CLOCK_HOURS_MAX * 60 * MINUTE_MS;
  const lost = PROGRAM.filter((part) => kept?.some((path) => path.startsWith(part)) !== true);
  return [
    {
      title: t("ready_offline"),
      ok: lost.length === 0 && navigator.serviceWorker?.controller != null,
      more: t(lost.length === 0 ? "ready_offline_more" : "files_lost"),
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
    },
    {
      title: t("ready_clock"),
      ok: isRecent && minutes < SKEW_MINUTES_MAX,
      more: isRecent
        ? t("clock_off", { minutes })
        : t("clock_unchecked", { when: syncedAt > 0 ? momentWords(syncedAt) : "–" }),
      must: false,
    },
  ];
}
