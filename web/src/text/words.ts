/** The words of the screens in the chosen language; switching works without a network. */
import { signal } from "@preact/signals";
import { spokenDate } from "../law/explain";
import { en } from "./en";
import { es } from "./es";

export type Language = "en" | "es";
export type Key = keyof typeof en;

const KEPT = "doseledger language";

export const language = signal<Language>(initial());

function initial(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "es") return kept;
  return navigator.language.startsWith("es") ? "es" : "en";
}

export function speak(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen;
}

/** A sentence with its values filled in. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const words: string = (language.value === "es" ? es : en)[key];
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A word whose key is made of a prefix and a token; the token itself where nobody wrote a word for it. */
export function word(prefix: string, token: string): string {
  const key = `${prefix}_${token}`;
  return key in en ? t(key as Key) : token.replaceAll("_", " ");
}

/** A civil date as people say it. */
export const day = (written: string): string => spokenDate(written, language.value);
