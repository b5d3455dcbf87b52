/** WEB-R123: the slip's code names a child by its random id, and a misread one names nobody. */
import { expect, test } from "vitest";
import { formCode, formNumber, readForm, readSlip, slipCode } from "../src/scan/slip";

const CHILD = "01a1fea7-7283-7dee-830d-40bd57deeac1";
const CLINIC = "01a1fea7-7283-7dee-830d-40bd57de00aa";

test("WEB-R123: what is written is what is read, in either case", () => {
  expect(readSlip(slipCode(CHILD))).toBe(CHILD);
  expect(readSlip(` ${slipCode(CHILD).toUpperCase()} `)).toBe(CHILD);
  expect(slipCode(CHILD)).toMatch(/^DLS1 [0-9a-f]{32} \d\d$/);
});

test("WEB-R123: every wrong digit and every two exchanged ones are noticed", () => {
  const code = slipCode(CHILD);
  for (let at = 5; at < 37; at++) {
    for (const digit of "0123456789abcdef") {
      if (code[at] === digit) continue;
      expect(readSlip(code.slice(0, at) + digit + code.slice(at + 1))).toBeNull();
    }
    const [one, two] = [code[at], code[at + 1]];
    if (at === 36 || one === two) continue;
    expect(readSlip(`${code.slice(0, at)}${two}${one}${code.slice(at + 2)}`)).toBeNull();
  }
});

test.each(["", "01a1fea7-7283-7dee-830d-40bd57deeac1", "]d20100370004", "DLS1 12 34", formCode("00c0ffee", CLINIC)])(
  "WEB-R123: %j is no slip",
  (text) => {
    expect(readSlip(text)).toBeNull();
  },
);

const form = { number: "00c0ffee-44", clinic: CLINIC, student: "" };

test.each([
  [formCode("00c0ffee", CLINIC), form],
  [formCode("00c0ffee", CLINIC, CHILD).toUpperCase(), { ...form, student: CHILD }],
  ["00c0ffee-44", { ...form, clinic: "" }],
  [" 00C0FFEE44 ", { ...form, clinic: "" }],
  ["00c0ffee-45", null],
  [formCode("00c0ffee", CLINIC).replace("ff", "f0"), null],
  [slipCode(CHILD), null],
  ["", null],
] as const)("WEB-R124: %j names its form, its clinic and its child, or nothing", (text, found) => {
  expect(readForm(text)).toEqual(found);
});

test("WEB-R124: the number beneath a form's code", () => {
  expect(formNumber("00c0ffee")).toBe("00c0ffee-44");
});
