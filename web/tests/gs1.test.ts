/** The shapes a vial's 2D code comes in, and what is refused. */
import { describe, expect, it, test } from "vitest";
import { isGtin, itemOf, ndcsOf, readVial } from "../src/scan/gs1";
import { otherThanNdc } from "../src/scan/products";

const GS = "\u001d";
const GTIN = "00358160815522";

const code = (text: string) => {
  const read = readVial(text);
  if (!read.ok) throw new Error(read.why);
  return read.code;
};
const why = (text: string) => {
  const read = readVial(text);
  return read.ok ? "read" : read.why;
};

describe("WEB-R60: a vial's code is read in any order of its fields", () => {
  const wanted = { gtin: GTIN, lot: "4X7K2", expires: "2027-08-31", serial: "" };

  it("reads expiry before lot", () => expect(code(`01${GTIN}17270831104X7K2`)).toEqual(wanted));
  it("reads lot before expiry, ended by FNC1", () => expect(code(`01${GTIN}104X7K2${GS}17270831`)).toEqual(wanted));
  it("reads serial before expiry", () =>
    expect(code(`01${GTIN}21A8842${GS}17270831104X7K2`)).toEqual({ ...wanted, serial: "A8842" }));
  it("reads a code that begins with the lot", () => expect(code(`104X7K2${GS}01${GTIN}17270831`)).toEqual(wanted));
  it("takes FNC1 in front and after fixed fields", () =>
    expect(code(`${GS}01${GTIN}${GS}17270831${GS}104X7K2${GS}`)).toEqual(wanted));
  it.each(["]d2", "]C1", "]Q3"])("takes the symbology identifier %s", (mark) =>
    expect(code(`${mark}01${GTIN}17270831104X7K2`)).toEqual(wanted),
  );
  it("reads what is printed beneath the code", () => expect(code(`(01)${GTIN}(17)270831(10)4X7K2`)).toEqual(wanted));
  it("keeps a lot with signs", () => expect(code(`01${GTIN}10AB-1/2.3${GS}17270831`).lot).toBe("AB-1/2.3"));
  it("lets the expiry be absent", () => expect(code(`01${GTIN}104X7K2`).expires).toBe(""));
});

describe("WEB-R61: day 00 is the month's last day", () => {
  it.each([
    ["270200", "2027-02-28"],
    ["280200", "2028-02-29"],
    ["271200", "2027-12-31"],
    ["270430", "2027-04-30"],
  ])("%s is %s", (written, day) => expect(code(`01${GTIN}17${written}10A1`).expires).toBe(day));
  it.each(["270231", "271301", "270001", "270432"])("%s is no day", (written) =>
    expect(why(`01${GTIN}17${written}10A1`)).toBe("bad_expiry"),
  );
});

describe("WEB-R62: the indicator digit tells the box from the vial, not another product", () => {
  it("finds one item behind both", () => {
    const [vial, carton] = ["00358160815522", "50358160815527"];
    expect([vial, carton].map(isGtin)).toEqual([true, true]);
    expect(itemOf(vial)).toBe(itemOf(carton));
    expect(code(`01${carton}17270831104X7K2`).gtin).toBe(carton);
  });
  it("proves the check digit of GS1's own examples", () =>
    expect(["00614141123452", "00614141999996", "00614141123453"].map(isGtin)).toEqual([true, true, false]));
  it("refuses a wrong check digit", () => expect(why("0100358160815523104X7K2")).toBe("bad_gtin"));
});

describe("WEB-R63: what is not a vial's code is refused by name", () => {
  it.each([
    ["https://example.org/x", "not_gs1"],
    ["", "not_gs1"],
    ["358160815522", "not_gs1"],
    ["M1DOE/JANE", "not_gs1"],
    [`01${GTIN.slice(0, 12)}`, "bad_gtin"],
    ["17270831104X7K2", "no_gtin"],
    [`01${GTIN}17270831`, "no_lot"],
    [`01${GTIN}10${GS}17270831`, "bad_field"],
    [`01${GTIN}10${"A".repeat(21)}`, "bad_field"],
    [`01${GTIN}10A1${GS}10B2`, "bad_field"],
    [`01${GTIN}99SOMETHING`, "bad_field"],
    [`01${GTIN}10Ä1`, "bad_field"],
    [`01${GTIN}${"1".repeat(300)}`, "not_gs1"],
  ])("%j: %s", (text, reason) => expect(why(text)).toBe(reason));
});

describe("WEB-R471: a typed NDC", () => {
  test.each([
    ["58160-810-11", ["5816081011"]],
    ["5816081011", ["5816081011"]],
    ["58160-0810-11", ["5816081011"]],
    ["0006-4681-00", ["0006468100"]],
    ["00006-4681-00", ["0006468100", "0000646810"]],
    ["58160-81-1", []],
    ["1234-567-8", []],
    ["581608101", []],
  ])("%s", (typed, digits) => expect(ndcsOf(typed)).toEqual(digits));
  test("of another product than the vaccine chosen is said", () => {
    expect(otherThanNdc("58160-810-11", "20")).toBeUndefined();
    expect(otherThanNdc("58160-810-11", "03")).toBe("20");
    expect(otherThanNdc("58160-0810-11", "03")).toBe("20");
    expect(otherThanNdc("99999-999-99", "03")).toBeUndefined();
  });
});
