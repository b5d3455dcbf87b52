/** Vaccine names on the screens: the law's names, those the law does not ask for, and both in Spanish. */
import sentences from "../../../projections/law/data/explain.json";
import { cvxOf, vaccineName } from "../law/codes";
import { language } from "./words";

/** Vaccines no rule asks for, which a clinic gives all the same. English, Spanish. */
const ELSEWHERE: Readonly<Record<string, readonly [string, string]>> = {
  "62": ["HPV4", "VPH4"],
  "88": ["Influenza, kind not stated", "Gripe, tipo no indicado"],
  "111": ["Influenza, nasal", "Gripe, nasal"],
  "116": ["Rotavirus", "Rotavirus"],
  "118": ["HPV2", "VPH2"],
  "119": ["Rotavirus", "Rotavirus"],
  "137": ["HPV, kind not stated", "VPH, tipo no indicado"],
  "140": ["Influenza", "Gripe"],
  "141": ["Influenza", "Gripe"],
  "149": ["Influenza, nasal", "Gripe, nasal"],
  "150": ["Influenza", "Gripe"],
  "158": ["Influenza", "Gripe"],
  "161": ["Influenza", "Gripe"],
  "162": ["MenB-FHbp", "MenB-FHbp"],
  "163": ["MenB-4C", "MenB-4C"],
  "165": ["HPV9", "VPH9"],
  "171": ["Influenza, cell culture", "Gripe, cultivo celular"],
  "185": ["Influenza, recombinant", "Gripe, recombinante"],
  "186": ["Influenza, cell culture", "Gripe, cultivo celular"],
  "213": ["COVID-19, kind not stated", "COVID-19, tipo no indicado"],
  "308": ["COVID-19, child", "COVID-19, infantil"],
  "309": ["COVID-19", "COVID-19"],
  "310": ["COVID-19, child", "COVID-19, infantil"],
  "311": ["COVID-19, child", "COVID-19, infantil"],
  "312": ["COVID-19", "COVID-19"],
};

/** Phrases of the English names, longest first: a name is made of them. Initials (DTaP, PCV13) stay. */
const PHRASES: readonly (readonly [string, string])[] = [
  ["5 pertussis antigens", "5 antígenos de tos ferina"],
  ["older adult kind", "tipo para adultos de antes"],
  ["preservative free", "sin conservante"],
  ["strength not stated", "dosis no indicada"],
  ["kind not stated", "tipo no indicado"],
  ["group not known", "grupo desconocido"],
  ["Diphtheria antitoxin", "Antitoxina diftérica"],
  ["Pneumococcal polysaccharide", "Neumococo, polisacárido"],
  ["Meningococcal polysaccharide", "Meningococo, polisacárido"],
  ["Pneumococcal", "Neumococo"],
  ["Meningococcal", "Meningococo"],
  ["meningococcal", "meningococo"],
  ["fractional dose", "dosis fraccionada"],
  ["three antigens", "tres antígenos"],
  ["not adsorbed", "no adsorbida"],
  ["historical", "de antes"],
  ["adjuvanted", "con adyuvante"],
  ["adolescent", "adolescente"],
  ["two types", "dos tipos"],
  ["one type", "un tipo"],
  ["Hepatitis", "Hepatitis"],
  ["Pertussis", "Tos ferina"],
  ["Varicella", "Varicela"],
  ["varicella", "varicela"],
  ["dialysis", "diálisis"],
  ["Tetanus", "Tétanos"],
  ["Measles", "Sarampión"],
  ["Rubella", "Rubéola"],
  ["rubella", "rubéola"],
  ["Zoster", "Zóster"],
  ["not US", "no de EE. UU."],
  ["MMR", "MMR (triple viral)"],
  ["Mumps", "Paperas"],
  ["mumps", "paperas"],
  ["Polio", "Polio"],
  ["alone", "sola"],
  ["adult", "adultos"],
  ["child", "infantil"],
  ["doses", "dosis"],
  ["live", "viva"],
  [" and ", " y "],
];

/** What a vaccine is called on the screen; what was written, where its code is not understood. */
export function shownVaccine(cvx: string, written = ""): string {
  if (cvx === "") return written || "?";
  const spanish = language.value === "es";
  const elsewhere = ELSEWHERE[cvx];
  if (elsewhere !== undefined) return elsewhere[spanish ? 1 : 0];
  const name = vaccineName(cvx);
  if (name === cvx || cvxOf(cvx) === null) return `CVX ${cvx}`;
  return shownVaccineName(name);
}

/** Several vaccines in one line; no comma between them, for names hold one ("Hepatitis B, child"). */
export const shownVaccines = (cvx: readonly string[]): string => cvx.map((one) => shownVaccine(one)).join("; ");

/** A vaccine by the law's English name, as the screen calls it. */
export function shownVaccineName(name: string): string {
  if (language.value === "en") return name;
  if (name === "a vaccine not understood") return "una vacuna no reconocida";
  return PHRASES.reduce((text, [english, own]) => text.replaceAll(english, own), name);
}

const ANTIGENS: Readonly<Record<string, Readonly<Record<"en" | "es", string>>>> = sentences.antigens;

/** What an antigen's disease is called, without an article. */
export function shownAntigen(antigen: string): string {
  const told = ANTIGENS[antigen]?.[language.value] ?? antigen;
  return told.replace(/^(la|el|las|los) /, "");
}
