/**
 * Finding a child as one types. A child is found when each word typed is the beginning of one of these:
 *
 *     a word of a name, reading on over what is between:    vang · pa nhia · panhia · obrien · o'brien · lopez
 *     the birth date, with or without zeros and marks:      2016-03-04 · 20160304 · 3/4/2016 · 03042016 · 3/4/16
 *
 * or, with a digit in it, stands anywhere in a number. Day and month are taken in either order whatever the screen's
 * language: families and papers write both, and each row says the date in words. Letters are compared without case,
 * accents, hyphens and apostrophes, on both sides.
 */

/**
 * Everything one child is found by, as one text: each word of a name behind a space, of the birth date behind a bar (so
 * that letters are not looked for among dates: half the time), the numbers behind a mark.
 */
export function wordsFor(names: readonly string[], birthDate: string, numbers: readonly string[]): string {
  const dates = writings(birthDate).replaceAll(" ", "|");
  return ` ${names.flatMap(readingOn).join(" ")}|${dates}${NUMBERS} ${numbers.map(joined).join(" ")}`;
}

/** What fits what is typed, of a list whose texts (`wordsFor`) stand beside it; everybody fits nothing. */
export function found<One>(typed: string, all: readonly One[], texts: readonly string[]): readonly One[] {
  const words = typed.split(/[\s,;]+/).filter((word) => joined(word) !== "");
  if (words.length === 0) return all;
  const tests = words.map(asked);
  const whole = beginning(words.map(joined).join(""));
  return all.filter((_, at) => {
    const text = texts[at] ?? "";
    return tests.every((fits) => fits(text)) || (words.length > 1 && whole(text));
  });
}

const NUMBERS = "#";

/** Whether a word of a text begins so. */
function beginning(typed: string): (text: string) => boolean {
  const [inName, inDate] = [` ${typed}`, `|${typed}`];
  if (!/\d/.test(typed)) return (text) => text.includes(inName);
  return (text) => text.includes(inDate) || text.includes(inName);
}

/** A word typed, as a question to a child's text. */
function asked(word: string): (text: string) => boolean {
  const parts = partsOf(word);
  const whole = parts.join("");
  const hasDigit = /\d/.test(word);
  const begins = [dated(word) || whole, withoutZeros(word)].filter(Boolean).map(beginning);
  const pieces = parts.length > 1 && !hasDigit ? parts.map((part) => ` ${part}`) : [];
  return (text) =>
    begins.some((fits) => fits(text)) ||
    (hasDigit && text.includes(whole, text.indexOf(NUMBERS))) ||
    (pieces.length > 0 && pieces.every((one) => text.includes(one)));
}

/** Each word of a name with all that follows it: "Pa Nhia Vang" is panhiavang, nhiavang, vang. */
function readingOn(name: string): string[] {
  const parts = partsOf(name);
  return parts.map((_, at) => parts.slice(at).join(""));
}

/** A birth date as people write it; of a partial one, what there is. */
function writings(birthDate: string): string {
  const [year = "", month = "", day = ""] = birthDate.split("-");
  const [short, m, d] = [year.slice(2), Number(month), Number(day)];
  if (month === "") return year;
  if (day === "") return `${year}/${m} ${m}/${year} ${year}${month} ${month}${year}`;
  const marked = `${year}/${m}/${d} ${m}/${d}/${year} ${d}/${m}/${year} ${m}/${d}/${short} ${d}/${m}/${short}`;
  const monthFirst = `${month}${day}${year} ${month}${day}${short}`;
  return `${marked} ${year}${month}${day} ${monthFirst} ${day}${month}${year} ${day}${month}${short}`;
}

/** A date typed so far, in the one way `writings` has it: 2016-03-0 is 2016/3/; empty where it is none. */
function dated(word: string): string {
  if (!/^\d{1,4}[-./](\d{0,4}|\d{1,2}[-./]\d{0,4})$/.test(word)) return "";
  const fields = word.split(/[-./]/);
  const year = fields[0]?.length === 4 ? 0 : 2;
  return fields.map((field, at) => (at === year ? field : field.replace(/^0+/, ""))).join("/");
}

/** A number whose zeros a spreadsheet may have taken; empty where it has none. */
function withoutZeros(word: string): string {
  return /^0+(\d{3,})$/.exec(word)?.[1] ?? "";
}

const joined = (text: string): string => partsOf(text).join("");

/** Letters that no accent makes of another, and what a thumb types for them. */
const PLAIN: Readonly<Record<string, string>> = {
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ł: "l",
  ø: "o",
  ß: "ss",
  þ: "th",
  æ: "ae",
  œ: "oe",
};

/** Nine of ten names; the rest takes ten times as long. */
const ASCII = /^[ -~]*$/;

/** The letters and digits of each word, in lower case without accents; an apostrophe parts words like a hyphen. */
function partsOf(text: string): string[] {
  if (ASCII.test(text))
    return text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter(Boolean);
  const bare = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  const plain = bare.replace(/[đðħıłøßþæœ]/g, (letter) => PLAIN[letter] ?? letter);
  return plain.split(/[^\p{Ll}\p{Lo}\p{N}]+/u).filter(Boolean);
}
