/**
 * The 2D code of a vial: GTIN (01), expiry (17), lot (10), serial (21), in any order.
 *
 *     ]d2 01 00358160815522 17 270831 10 4X7K2 <FNC1> 21 8842
 *         ^ fixed: 14       ^ fixed: 6  ^ up to 20 characters, ended by FNC1 or by the end
 *
 * A scanner may send FNC1 as GS (0x1D) and may put a symbology identifier in front. Day 00 of an expiry means the
 * month's last day (GS1 General Specifications 3.4.7). Anything else is refused in words, never guessed at.
 */

export interface VialCode {
  /** 14 digits, check digit proven. */
  readonly gtin: string;
  readonly lot: string;
  /** YYYY-MM-DD; empty where the code has none. */
  readonly expires: string;
  readonly serial: string;
}

export type Refused = "not_gs1" | "bad_gtin" | "bad_expiry" | "bad_field" | "no_gtin" | "no_lot";
export type Read = { readonly ok: true; readonly code: VialCode } | { readonly ok: false; readonly why: Refused };

const GS = "\u001d";
const SYMBOLOGY = /^\](?:d2|C1|Q3|e0|J1)/;
/** Application identifiers of fixed length a vial may carry, with the length of their value. */
const FIXED: Readonly<Record<string, number>> = {
  "00": 18,
  "01": 14,
  "02": 14,
  "11": 6,
  "13": 6,
  "15": 6,
  "17": 6,
  "20": 2,
};
/** Those of varying length, with the longest value. */
const VARYING: Readonly<Record<string, number>> = {
  "10": 20,
  "21": 20,
  "22": 20,
  "30": 8,
  "37": 8,
  "240": 30,
  "710": 20,
  "711": 20,
  "712": 20,
  "713": 20,
  "714": 20,
};
const CHARACTERS_MAX = 200;
const VALUE = /^[!-"%-?A-Z_a-z]+$/;

export function readVial(scanned: string): Read {
  const text = bare(scanned);
  if (text === null) return refused("not_gs1");
  const fields = fieldsOf(text);
  if (typeof fields === "string") return refused(fields);
  const gtin = fields.get("01");
  if (gtin === undefined) return refused("no_gtin");
  if (!isGtin(gtin)) return refused("bad_gtin");
  const lot = fields.get("10") ?? "";
  if (lot === "") return refused("no_lot");
  const expires = expiryOf(fields.get("17") ?? "");
  if (expires === null) return refused("bad_expiry");
  return { ok: true, code: { gtin, lot, expires, serial: fields.get("21") ?? "" } };
}

const refused = (why: Refused): Read => ({ ok: false, why });

/** The element string without what a scanner puts around it; null for what no GS1 code can be. */
function bare(scanned: string): string | null {
  const trimmed = scanned.trim();
  if (trimmed.length > CHARACTERS_MAX) return null;
  const marked = SYMBOLOGY.test(trimmed);
  const text = trimmed.replace(SYMBOLOGY, "").replace(new RegExp(`^${GS}`), "");
  const human = text.startsWith("(") ? unbracketed(text) : text;
  return human !== null && (marked || /^(?:01|17|10|21|11)/.test(human)) ? human : null;
}

/** `(01)…(17)…(10)…`, as printed beneath the code and typed by people. */
function unbracketed(text: string): string | null {
  const parts = [...text.matchAll(/\((\d{2,4})\)([^(]*)/g)];
  if (parts.map((part) => part[0]).join("") !== text) return null;
  return parts.map(([, ai = "", value = ""]) => `${ai}${value.trim()}${ai in FIXED ? "" : GS}`).join("");
}

function fieldsOf(text: string): ReadonlyMap<string, string> | Refused {
  const fields = new Map<string, string>();
  let rest = text;
  while (rest !== "") {
    const ai = [2, 3].map((length) => rest.slice(0, length)).find((one) => one in FIXED || one in VARYING);
    if (ai === undefined) return fields.size === 0 ? "not_gs1" : "bad_field";
    rest = rest.slice(ai.length);
    const fixed = FIXED[ai];
    const end = fixed ?? (rest.indexOf(GS) < 0 ? rest.length : rest.indexOf(GS));
    const value = rest.slice(0, end);
    const isWhole = fixed === undefined ? value !== "" && value.length <= (VARYING[ai] ?? 0) : value.length === fixed;
    const isClean = fixed === undefined ? VALUE.test(value) : /^\d+$/.test(value);
    if (!isWhole || !isClean) return ai === "01" ? "bad_gtin" : ai === "17" ? "bad_expiry" : "bad_field";
    if (fields.has(ai) && fields.get(ai) !== value) return "bad_field";
    fields.set(ai, value);
    rest = rest.slice(end);
    if (rest.startsWith(GS)) rest = rest.slice(1);
  }
  return fields;
}

/** GS1's check digit: weights 3 and 1 from the right. */
export function isGtin(digits: string): boolean {
  if (!/^\d{14}$/.test(digits)) return false;
  const sum = [...digits.slice(0, 13)].reduce(
    (all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 3 : 1),
    0,
  );
  return (10 - (sum % 10)) % 10 === Number(digits[13]);
}

/**
 * The item a GTIN names, whatever it is packed in: the indicator digit in front tells the box from the vial, and the
 * check digit follows from it. Both are left out.
 */
export const itemOf = (gtin: string): string => gtin.padStart(14, "0").slice(1, 13);

/**
 * Whether two GTINs may be of one product: of a United States drug the package's digits are left out too, because box
 * and vial have codes of their own (21 CFR 207.33). The labeler's and product's eight digits stay.
 */
export const areOneProduct = (one: string, two: string): boolean => productOf(one) === productOf(two);

/** Labeler and product of a United States drug; the item of any other. */
export const productOf = (gtin: string): string => ndcOf(gtin).slice(0, 8) || itemOf(gtin);

/** Who put it into the world: the first five digits of a United States drug's code. */
export const labelerOf = (gtin: string): string => ndcOf(gtin).slice(0, 5);

/** The National Drug Code of a United States product, ten digits without dashes; empty for any other. */
export const ndcOf = (gtin: string): string => (itemOf(gtin).startsWith("03") ? itemOf(gtin).slice(2) : "");

const NDC = /^(?:\d{10,11}|\d{4}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d{1,2})$/;

/** The ten digits a typed NDC may be, with or without dashes; of eleven one zero was put in, at the head of some part. */
export function ndcsOf(typed: string): readonly string[] {
  if (!NDC.test(typed.trim())) return [];
  const digits = typed.trim().replaceAll("-", "");
  if (digits.length === 10) return [digits];
  return [0, 5, 9].filter((at) => digits[at] === "0").map((at) => digits.slice(0, at) + digits.slice(at + 1));
}

/** `270831` as 2027-08-31, day 00 as the month's last; empty stays empty; null for no date. */
function expiryOf(value: string): string | null {
  if (value === "") return "";
  const [year, month, day] = [2000 + Number(value.slice(0, 2)), Number(value.slice(2, 4)), Number(value.slice(4, 6))];
  if (month < 1 || month > 12) return null;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > last) return null;
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${year}-${two(month)}-${two(day === 0 ? last : day)}`;
}
