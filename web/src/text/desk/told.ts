/**
 * What the record tells in English, told in the language of the screen.
 *
 * Sentences of the server (told.json) and of the phone (its own words in English) stand in the log as they were
 * written; here each is known by its shape and said anew, in English too: its values (a day, a role, a kind of entry)
 * are stored as a program writes them. What a person typed stays as typed.
 */

import { shownStatement } from "../../projections/packet";
import { visit as visitEnglish } from "../clinic/en";
import { visit as visitSpanish } from "../clinic/es";
import { shownVaccineName } from "../vaccines";
import { day, language, word } from "../words";
import sentences from "./told.json";

interface Pair {
  readonly en: string;
  readonly es: string;
}

/** What a family said yes to before a dose, as the server names it (projections/answers.py). */
const ANSWERS =
  "ill today|a severe allergy|a reaction after an earlier vaccine|weak defences or daily aspirin|possible pregnancy|" +
  "blood products|a vaccine in the last 4 weeks";

/** How a value looks; any other is whatever stands there. */
const SHAPES: Readonly<Record<string, string>> = {
  day: "[\\d-]*",
  days: "[\\d-]+(?: and [\\d-]+)?|a day not written|the same day",
  other_day: "[\\d-]*",
  count: "\\d+",
  number: "\\d+",
  type: "[a-z_]+\\.[a-z_]+",
  basis: "[a-z_]+",
  how: "[a-z ]+",
  held: "was [a-z ]+",
  sex: "[a-z]*",
  whom: ".*?",
  roles: "[a-z_, ]+",
  standing: "parent|guardian|emancipated|other|a student of age|a student under age",
  answers: `(?:${ANSWERS})(?:, (?:${ANSWERS}))*`,
};
/** Values that are words of the program. */
const WORDS: ReadonlySet<string> = new Set([
  "basis",
  "sex",
  "outcome",
  "paper",
  "fields",
  "kind",
  "how",
  "held",
  "standing",
  "answers",
]);
/** What the server writes where a name or a day is not known. */
const OWN_WORDS: ReadonlySet<string> = new Set(["another record", "a day not written", "the same day"]);
const ENGLISH_MONTH =
  /^(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}$/;
const OF_THE_PHONE = /^(found|follow|undo)_|^standing_parent$/;
const NAMED = /^(asked|held|funding|paper|route|site)_/;

const pairs = (which: RegExp): Pair[] =>
  Object.entries(visitEnglish)
    .filter(([key]) => which.test(key))
    .map(([key, en]) => ({ en, es: visitSpanish[key as keyof typeof visitSpanish] }));

const shapeOf = (english: string): RegExp =>
  new RegExp(
    `^${english
      .split(/\{(\w+)\}/)
      .map((part, place) =>
        place % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : `(?<${part}>${SHAPES[part] ?? ".+?"})`,
      )
      .join("")}$`,
  );

interface Form {
  readonly shape: RegExp;
  readonly said: Pair;
}

const formOf = (said: Pair): Form => ({ shape: shapeOf(said.en), said });
const SENTENCES = [...Object.values<Pair>(sentences), ...pairs(OF_THE_PHONE)].map(formOf);
const NAMES = pairs(NAMED).map(formOf);

/** What the phone writes into the record for who typed nothing: English, as `told` knows it. */
export const recorded = (key: "undo_reason" | "undo_visit_reason" | "standing_parent"): string => visitEnglish[key];

/** The text anew by the first form that fits; null where none does. */
function anew(text: string, forms: readonly Form[]): string | null {
  for (const { shape, said } of forms) {
    const found = shape.exec(text);
    if (found !== null)
      return said[language.value].replace(/\{(\w+)\}/g, (_, name: string) => value(name, found.groups?.[name] ?? ""));
  }
  return null;
}

/** The sentence in the screen's language; null where that is not its writer's, and nobody else knows it. */
export const retold = (text: string): string | null =>
  moment(text) ?? anew(text, SENTENCES) ?? (language.value === "en" ? text : null);

/** The sentence in the screen's language, or as it was typed. */
export const told = (text: string): string => retold(text) ?? text;

function value(name: string, text: string): string {
  if (name === "vaccine") return shownVaccineName(text);
  if (name === "vaccines") return text.split("; ").map(shownVaccineName).join("; ");
  if (name === "type") return kindOfEntry(text);
  if (name === "roles") return listed(text, (one) => word("desk_role", one));
  if (WORDS.has(name)) return listed(text, (one) => word("desk_word", one.replaceAll(" ", "_")));
  if (name === "days")
    return text
      .split(" and ")
      .map(named)
      .join(language.value === "en" ? " and " : " y ");
  if (name.endsWith("side")) return told(text);
  if (name === "document") return shownStatement(text, language.value);
  const whole = named(text);
  return name === "about" && whole === text ? listed(text, named) : whole;
}

/** What a kind of entry is called in the phone's outbox; what nobody there writes, by its own name. */
export const kindOfEntry = (type: string): string => word("event", type.replace(".", "_"));

/** An instant as a device writes it, in the time of this computer. */
function moment(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return null;
  return new Date(text).toLocaleString(language.value, { dateStyle: "long", timeStyle: "short" });
}

const listed = (text: string, say: (one: string) => string): string => text.split(", ").map(say).join(", ");

/** A day or month as it is stored or as the phone says it in English, a name the phone has for something, or what stands there. */
function named(text: string): string {
  if (/^\d{4}-\d\d/.test(text)) return day(text);
  if (/^[A-Z][a-z]+ \d{1,2}, \d{4}$/.test(text)) return day(new Date(`${text} UTC`).toISOString().slice(0, 10));
  if (ENGLISH_MONTH.test(text)) return day(new Date(`1 ${text} UTC`).toISOString().slice(0, 7));
  if (OWN_WORDS.has(text)) return word("desk_word", text.replaceAll(" ", "_"));
  return anew(text, NAMES) ?? text;
}
