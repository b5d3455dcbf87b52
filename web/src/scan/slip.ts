/**
 * The codes we print ourselves: random ids and check digits, nothing about anybody.
 *
 *     slip   DLS1 01890000000070008000000000000001 42       the child it travels with
 *     form   DLF2 00c0ffee<clinic>[<child>] 42              the sheet, its clinic, the child it was printed for
 *
 * The check is ISO 7064 MOD 97-10 over the hexadecimal digits. A form's number stands beneath its code with a check of
 * its own (`00c0ffee-44`), for those who type it.
 */
const SLIP = /^DLS1 ([0-9a-f]{32}) (\d\d)$/i;
const FORM = /^DLF2 ([0-9a-f]{8})([0-9a-f]{32})([0-9a-f]{32})? (\d\d)$/i;
const NUMBER = /^([0-9a-f]{8})-?(\d\d)$/i;

/** A form as its code names it. The clinic is empty where only the number is known, the child where none was printed. */
export interface PaperForm {
  readonly number: string;
  readonly clinic: string;
  readonly student: string;
}

/** The remainder of the digits, read as one number of base 16, by 97. */
function remainder(digits: string): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 16 + Number.parseInt(digit, 16)) % 97;
  return rest;
}

const checkOf = (digits: string): string => String(98 - ((remainder(digits) * 100) % 97)).padStart(2, "0");
const digitsOf = (id: string): string => id.replaceAll("-", "");
const idOf = (digits: string): string =>
  digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const isRight = (digits: string, check: string): boolean => check === checkOf(digits.toLowerCase());

/** What the slip's code says. */
export const slipCode = (student: string): string => `DLS1 ${digitsOf(student)} ${checkOf(digitsOf(student))}`;

/** The child a slip names; null where this is no slip, or was misread. */
export function readSlip(text: string): string | null {
  const [, digits = "", check = ""] = SLIP.exec(text.trim()) ?? [];
  return isRight(digits, check) ? idOf(digits) : null;
}

/** What a form's code says; `digits` are eight hexadecimal ones. */
export function formCode(digits: string, clinic: string, student = ""): string {
  const all = digits + digitsOf(clinic) + digitsOf(student);
  return `DLF2 ${all} ${checkOf(all)}`;
}

/** The number that stands beneath a form's code. */
export const formNumber = (digits: string): string => `${digits}-${checkOf(digits)}`;

/** The form a code or a typed number names; null where this is none, or was misread. */
export function readForm(text: string): PaperForm | null {
  const [, digits = "", clinic = "", student = "", check = ""] = FORM.exec(text.trim()) ?? [];
  if (digits !== "" && isRight(digits + clinic + student, check)) {
    return { number: formNumber(digits.toLowerCase()), clinic: idOf(clinic), student: idOf(student) };
  }
  const [, typed = "", own = ""] = NUMBER.exec(text.trim()) ?? [];
  return typed !== "" && isRight(typed, own)
    ? { number: formNumber(typed.toLowerCase()), clinic: "", student: "" }
    : null;
}
