/**
 * Requirements: WEB-R404 (what the office is asked to look at is said on the row), WEB-R405 (each state of an own entry
 * and of its picture says what is so, who has it and what to do, in both languages).
 */
import { beforeEach, expect, test, vi } from "vitest";
import type { Own } from "../store/kept";
import type { KeptPhoto } from "../store/photos";
import { office as english } from "../text/office/en";
import { office as spanish } from "../text/office/es";
import type { Settled, Told } from "./outbox_words";

const REASONS = [
  ["malformed", "district_admin"],
  ["oversized", "district_admin"],
  ["bad_commitment", "district_admin"],
  ["bad_signature", "district_admin"],
  ["unknown_seat", "district_admin"],
  ["revoked_key", "district_admin"],
  ["wrong_district", "records"],
  ["newer_type", "district_admin"],
  ["not_authorised", "health_office"],
  ["conflict_id", "health_office"],
  ["conflict_seq", "health_office"],
  ["destroyed_stream", "records"],
] as const;
const ORIGIN = "log.example/isd-900/1";
const row = (more: Partial<Own>): Own => ({
  seq: 7,
  hash: "ab".repeat(32),
  event: { header: "{}", signature: "", salt: "", payload: "{}" },
  state: "waiting",
  ...more,
});
const settled = (more: Partial<Settled>): Settled => ({ state: "open", who: "", why: "", owner: "", ...more });
const photo = (more: Partial<KeptPhoto>): KeptPhoto =>
  ({ name: "cd".repeat(32), size: 9, note: "", hasSpare: true, ...more }) as KeptPhoto;
const noteOf = (origin: string) => `doseledger/photo/v1\n${origin}\n${"cd".repeat(32)}\n9\n2026-11-21T15:00:00.000Z\n`;

let words: typeof import("./outbox_words");

async function speaking(language: "en" | "es"): Promise<void> {
  const { learn, speak } = await import("../text/words");
  await speak(language);
  learn(english, spanish);
  words = await import("./outbox_words");
}

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("document", { documentElement: {} });
});

const said = ({ state, lines }: Told): string => [state, ...lines].join(" ");

type Case = readonly [what: string, told: () => Told, english: readonly RegExp[], spanish: readonly RegExp[]];

const STATES: readonly Case[] = [
  [
    "on this phone",
    () => words.rowWords(row({}), undefined, false, true),
    [/On this phone/, /waiting for a network/],
    [/En este teléfono/, /esperando una red/],
  ],
  ["sent", () => words.rowWords(row({}), undefined, true, true), [/Sent, no receipt/], [/Enviada, sin recibo/]],
  [
    "gone wrong by itself",
    () => words.rowWords(row({ attempts: 3, complaint: "too long", code: "too-large" }), undefined, false, true),
    [/Tried 3 times/, /too long/, /stays on this phone/, /tried again/],
    [/intentó 3 veces/, /Queda en este teléfono/, /se intenta otra vez/],
  ],
  [
    "an answer that proves nothing",
    () => words.rowWords(row({ attempts: 1, complaint: "no proof" }), undefined, false, true),
    [/Tried once/, /no proof/],
    [/Se intentó una vez/],
  ],
  [
    "receipted",
    () => words.rowWords(row({ state: "receipted", position: 12 }), undefined, true, true),
    [/district's record at position 12; receipt verified/],
    [/registro del distrito, posición 12; recibo comprobado/],
  ],
  [
    "receipted before the entry that goes before it",
    () => words.rowWords(row({ state: "receipted", position: 12, flags: ["gap"] }), undefined, true, false),
    [/position 12/, /before an earlier entry/, /health office sees the gap/, /let it go online/],
    [/posición 12/, /antes que una anotación anterior/, /oficina de salud ve el hueco/, /déjelo conectarse/],
  ],
  [
    "receipted after the role was lost",
    () => words.rowWords(row({ state: "receipted", position: 12, flags: ["role_lost_since"] }), undefined, true, true),
    [/It is in the record/, /right .* had ended/, /health office looks at it/, /Ask there/],
    [/Está en el registro/, /derecho .* había terminado/, /oficina de salud la revisa/, /Pregunte allí/],
  ],
  [
    "set aside, taken by a person",
    () => {
      const taken = settled({ who: "Olga Ek", owner: "health_office" });
      return words.rowWords(row({ state: "quarantined", reason: "conflict_seq" }), taken, true, true);
    },
    [/Set aside/, /Another entry of this phone/, /Olga Ek has it and will settle it/, /Nothing is lost/],
    [/Apartada/, /Otra anotación de este teléfono/, /La tiene Olga Ek y la resolverá/, /No se pierde nada/],
  ],
  [
    "let in",
    () => {
      const end = settled({ state: "released", who: "Olga Ek", why: "asked her", position: 40 });
      return words.rowWords(row({ state: "quarantined", reason: "not_authorised" }), end, true, true);
    },
    [/then let in/, /Let in by Olga Ek: asked her/, /district's record at position 40/],
    [/luego admitida/, /Admitida por Olga Ek: asked her/, /posición 40/],
  ],
  [
    "closed",
    () => {
      const end = settled({ state: "closed", why: "entered by hand" });
      return words.rowWords(row({ state: "quarantined", reason: "malformed" }), end, true, true);
    },
    [
      /then closed/,
      /by the district's program: entered by hand/,
      /not in the record/,
      /entered it by hand/,
      /ask the health office before/,
    ],
    [
      /luego cerrada/,
      /por el programa del distrito: entered by hand/,
      /no está en el registro/,
      /a mano/,
      /pregunte en la oficina de salud antes/,
    ],
  ],
  [
    "a picture here",
    () => words.pictureWords(photo({}), ORIGIN),
    [/Picture still on this phone/],
    [/foto sigue en este teléfono/],
  ],
  [
    "a picture there",
    () => words.pictureWords(photo({ note: noteOf(ORIGIN) }), ORIGIN),
    [/Picture in the district, receipt verified/],
    [/Foto en el distrito, recibo comprobado/],
  ],
  [
    "a picture that goes again",
    () => words.pictureWords(photo({ note: noteOf("log.example/isd-900/0") }), ORIGIN),
    [/on this phone, sent again/, /older back-up/],
    [/en este teléfono, se envía otra vez/, /copia de seguridad anterior/],
  ],
  [
    "a picture nobody has confirmed",
    () => words.pictureWords(photo({ note: noteOf("log.example/isd-900/0"), hasSpare: false }), ORIGIN),
    [/no longer here/, /Photograph the paper again/, /health office/],
    [/ya no está aquí/, /Fotografíe el papel otra vez/, /oficina de salud/],
  ],
];

test.each(STATES)("WEB-R405: %s", async (_, told, inEnglish, inSpanish) => {
  await speaking("en");
  for (const pattern of inEnglish) expect(said(told())).toMatch(pattern);
  await speaking("es");
  for (const pattern of inSpanish) expect(said(told())).toMatch(pattern);
  expect(said(told())).not.toMatch(/[{}]|_/);
});

test.each(REASONS)("WEB-R405: set aside as %s says why and who has it", async (reason, owner) => {
  for (const [language, all] of [
    ["en", english],
    ["es", spanish],
  ] as const) {
    await speaking(language);
    const told = words.rowWords(row({ state: "quarantined", reason, owner }), undefined, true, true);
    expect(told.tone).toBe("bad");
    expect(said(told)).toContain(all[`why_${reason}`]);
    expect(said(told)).toContain(all.who_has_it.replace("{owner}", all[`owner_${owner}`]));
  }
});

test("WEB-R404: a gap is said until the entry before is in the record", async () => {
  await speaking("en");
  const flagged = row({ state: "receipted", position: 12, flags: ["gap"] });
  expect(words.rowWords(flagged, undefined, true, false).lines).toEqual([english.flag_gap]);
  expect(words.rowWords(flagged, undefined, true, true).lines).toEqual([]);
});

test("WEB-R404: a flag nobody wrote words for is shown as it came", async () => {
  await speaking("es");
  const told = words.rowWords(row({ state: "receipted", flags: ["late_arrival"] }), undefined, true, true);
  expect(told.lines).toEqual(["late arrival"]);
});
