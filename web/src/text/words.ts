/**
 * The words of the screens in the chosen language; switching works without a network.
 *
 * The first screens' words are here from the start; screens loaded on demand bring their own (`learn`).
 */
import { signal } from "@preact/signals";
import type { matters } from "./child/en";
import type { visit } from "./clinic/en";
import type { damage } from "./damage/en";
import type { desk } from "./desk/en";
import { en } from "./en";
import type { office } from "./office/en";
import type { paper } from "./paper/en";
import type { nurses } from "./phone/nurses_en";
import type { planning } from "./phone/planning_en";

export type Language = "en" | "es";
export type Key =
  | keyof typeof en
  | keyof typeof visit
  | keyof typeof damage
  | keyof typeof matters
  | keyof typeof desk
  | keyof typeof office
  | keyof typeof nurses
  | keyof typeof paper
  | keyof typeof planning;
type Dictionary = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | number>>;

const KEPT = "doseledger language";

export const language = signal<Language>(initial());
const known: Record<Language, Dictionary> = { en, es: {} };

function initial(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "es") return kept;
  return navigator.language.startsWith("es") ? "es" : "en";
}

/** Switch the language; its words are fetched first (from the service worker, where there is no network). */
export async function speak(chosen: Language): Promise<void> {
  if (chosen === "es") {
    const [{ es }, { problems }] = await Promise.all([import("./es"), import("./phone/problems_es")]);
    known.es = { ...es, ...problems, ...known.es };
  }
  language.value = chosen;
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen;
}

/** More words, brought by the screens that use them. */
export function learn(english: Dictionary, spanish: Dictionary): void {
  known.en = { ...known.en, ...english };
  known.es = { ...known.es, ...spanish };
}

/** Those words of a dictionary that begin so: for screens that use a few of another's. */
export const only = (prefix: string, words: Dictionary): Dictionary =>
  Object.fromEntries(Object.entries(words).filter(([key]) => key.startsWith(prefix)));

/** A sentence with its values filled in. */
export const t = (key: Key, values: Values = {}): string => say(language.value, key, values);

/** The same in English whatever is shown: what goes into the record reads alike everywhere. */
export const inEnglish = (key: Key, values: Values = {}): string => say("en", key, values);

/** Where the `count` is one, the sentence for one of it, if somebody wrote that (`<key>_one`). */
function say(chosen: Language, key: string, values: Values): string {
  const words = known[chosen];
  const single = values.count === 1 ? words[`${key}_one`] : undefined;
  return (single ?? words[key] ?? known.en[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  );
}

/** A refusal of the server: its own words in English, in Spanish ours by its code. */
export function refusalWords(code: string, message: string): string {
  if (language.value === "en") return message;
  return known.es[`problem_${code}`] ?? (known.es.problem_other ?? message).replace("{code}", code);
}

/** A word whose key is made of a prefix and a token; the token itself where nobody wrote a word for it. */
export function word(prefix: string, token: string): string {
  return isKnown(prefix, token) ? t(`${prefix}_${token}` as Key) : token.replaceAll("_", " ");
}

/** Whether somebody wrote a word for a token. */
export const isKnown = (prefix: string, token: string): boolean => `${prefix}_${token}` in known.en;

const DATES = {
  day: { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" },
  month: { year: "numeric", month: "long", timeZone: "UTC" },
  near: { day: "numeric", month: "short" },
  clock: { hour: "numeric", minute: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A date in the language of the screen. Formats are slow to make, so each is made once. */
function dated(kind: keyof typeof DATES, moment: Date | number): string {
  const key = `${language.value} ${kind}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language.value, DATES[kind]);
    formats.set(key, format);
  }
  return format.format(moment);
}

/** Make each format now: whoever waits for a list must not wait for the first date in it. */
export function prepareDates(): void {
  for (const kind of Object.keys(DATES) as (keyof typeof DATES)[]) dated(kind, 0);
}

/** Days as they were said before: a list of children is made anew at each keystroke. */
const days = new Map<string, string>();
const DAYS_MAX = 5000;

/** A civil date as people say it; as written where it is only a year. */
export function day(written: string): string {
  const key = `${language.value} ${written}`;
  const known = days.get(key) ?? said(written);
  if (days.size >= DAYS_MAX) days.clear();
  days.set(key, known);
  return known;
}

function said(written: string): string {
  if (!/^\d{4}-\d\d(?:-\d\d)?$/.test(written)) return written;
  const date = new Date(written);
  return Number.isNaN(date.getTime()) ? written : dated(written.length === 10 ? "day" : "month", date);
}

/** Hours and minutes as they stand on a clock here. */
export const clockTime = (moment: number): string => dated("clock", moment);

/** A moment: the hour today, the day and the hour before. */
export function momentWords(moment: number, now = Date.now()): string {
  const then = new Date(moment);
  if (then.toDateString() === new Date(now).toDateString()) return clockTime(moment);
  return `${dated("near", then)}, ${clockTime(moment)}`;
}
