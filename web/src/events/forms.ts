/**
 * The written forms of ids, dates and hashes: the same regular expressions as `events/forms.py`.
 *
 * ASCII digits only, and the calendar is in the pattern: 30 February does not match (1900 to 2199).
 */

export const UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
export const DISTRICT = "[a-z0-9][a-z0-9-]{0,39}";
export const HASH = "[0-9a-f]{64}";

const YEAR = "(?:19|20|21)[0-9]{2}";
const LEAP_YEAR = "(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)";
const MONTH = "(?:0[1-9]|1[0-2])";
const DAY =
  "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])" +
  "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)" +
  "|02-(?:0[1-9]|1[0-9]|2[0-8]))";

export const CIVIL_DATE = `(?:${YEAR}-${DAY}|${LEAP_YEAR}-02-29)`;
export const WRITTEN_DATE = `(?:${CIVIL_DATE}|${YEAR}(?:-${MONTH})?)`;
export const INSTANT = `${CIVIL_DATE}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{3}Z`;
export const STREAM = `(?:district|access/${UUID7}/${YEAR}-${MONTH}|(?:student|clinic|case|transfer|facility|staff|device)/${UUID7})`;
export const EVENT_TYPE = "[a-z]+(?:_[a-z]+)*[.][a-z]+(?:_[a-z]+)*";

/** A test that a text has exactly this form. */
export function form(pattern: string): (text: string) => boolean {
  const whole = new RegExp(`^(?:${pattern})$`);
  return (text) => whole.test(text);
}
