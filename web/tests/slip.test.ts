/** WEB-R123: the slip's code names a child by its random id, and a misread one names nobody. */
import { expect, test } from "vitest";
import { formCode, readForm, readSlip, slipCode } from "../src/scan/slip";

const CHILD = "01a1fea7-7283-7dee-830d-40bd57deeac1";

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

test.each(["", "01a1fea7-7283-7dee-830d-40bd57deeac1", "]d20100370004", "DLS1 12 34", formCode("00c0ffee")])(
  "WEB-R123: %j is no slip",
  (text) => {
    expect(readSlip(text)).toBeNull();
  },
);

test("WEB-R124: a form's code gives its number, and a slip's none", () => {
  expect(readForm(formCode("00c0ffee"))).toMatch(/^00c0ffee-\d\d$/);
  expect(readForm(slipCode(CHILD))).toBeNull();
  expect(readForm(formCode("00c0ffee").replace("ff", "f0"))).toBeNull();
});
