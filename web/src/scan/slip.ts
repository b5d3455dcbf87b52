/**
 * The code of the slip that travels with a child: the child's random id and two check digits, nothing about anybody.
 *
 *     DLS1 01890000000070008000000000000001 42        ISO 7064 MOD 97-10 over the id's hexadecimal digits
 *
 * The same check stands on a blank form (DLF1 and eight random digits), so that back-entry can name the sheet it copies.
 */
const MARKS = { slip: "DLS1", form: "DLF1" } as const;
const SLIP = /^DLS1 ([0-9a-f]{32}) (\d\d)$/i;
const FORM = /^DLF1 ([0-9a-f]{8}) (\d\d)$/i;

/** The remainder of the digits, read as one number of base 16, by 97. */
function remainder(digits: string): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 16 + Number.parseInt(digit, 16)) % 97;
  return rest;
}

const checkOf = (digits: string): string => String(98 - ((remainder(digits) * 100) % 97)).padStart(2, "0");

/** What the slip's code says. */
export const slipCode = (student: string): string => {
  const digits = student.replaceAll("-", "");
  return `${MARKS.slip} ${digits} ${checkOf(digits)}`;
};

/** What a blank form's code says; `digits` are eight hexadecimal ones. */
export const formCode = (digits: string): string => `${MARKS.form} ${digits} ${checkOf(digits)}`;

/** The child a slip names; null where this is no slip, or was misread. */
export function readSlip(text: string): string | null {
  const [, digits = "", check] = SLIP.exec(text.trim()) ?? [];
  if (check === undefined || check !== checkOf(digits.toLowerCase())) return null;
  return digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The number of a form, as it stands beneath its code; null where this is none. */
export function readForm(text: string): string | null {
  const [, digits = "", check] = FORM.exec(text.trim()) ?? [];
  return check !== undefined && check === checkOf(digits.toLowerCase()) ? `${digits.toLowerCase()}-${check}` : null;
}
