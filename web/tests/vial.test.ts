/** Which vial a code or a label names: product, box and expiry. */
import { describe, expect, it, vi } from "vitest";
import type { StockLoaded } from "../src/events/generated";
import { Clinic, lotKey } from "../src/projections/clinic";
import type { Fact } from "../src/projections/fact";
import { expiryWarnings, stockStops } from "../src/projections/vial";
import { fromCode, type LotValues, lotErrors, NO_LOT, TYPED, vialOf } from "../src/screens/clinic/vial";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
});

const TDAP: StockLoaded = {
  container: "Cooler 1",
  cvx: "115",
  mvx: "SKB",
  lot: "4X7K2",
  expires_on: "2027-06-30",
  doses: 10,
  funding: "vfc",
};
const VIAL = "00358160842016"; // NDC 58160-842-01, the vial
const CARTON = "00358160842115"; // NDC 58160-842-11, the box of ten
const OTHER = "00358160815522"; // NDC 58160-815-52: hepatitis A and B
const INFANRIX = "00358160810527"; // NDC 58160-810-52: DTaP

function stock(...loads: readonly Partial<StockLoaded>[]): Clinic {
  const facts = loads.map((load, position) => ({
    position,
    receivedAt: 1,
    eventHash: `${position}`,
    header: { id: `${position}`, stream: "clinic/c", type: "stock.loaded" },
    payload: { ...TDAP, ...load },
  }));
  return new Clinic("clinic/c", facts as unknown as Fact[]);
}
const code = (more = {}) => ({ gtin: VIAL, lot: "4X7K2", expires: "2027-06-30", serial: "", ...more });
const scanned = (clinic: Clinic, more = {}): LotValues => {
  const taken = fromCode(clinic, code(more));
  if ("refused" in taken) throw new Error("refused");
  return { ...NO_LOT, ...taken.values };
};
const typed = (more: Partial<LotValues> = {}): LotValues => ({
  ...NO_LOT,
  lot: TYPED,
  cvx: "115",
  number: "4x7k2",
  expires: "2027-06-30",
  mvx: "SKB",
  ...more,
});

describe("WEB-R231: the code of a vial", () => {
  it("names the one box its lot lies in, and brings its own expiry", () => {
    const clinic = stock({ gtin: CARTON });
    const vial = vialOf(clinic, scanned(clinic, { expires: "2025-01-31" }));
    expect(vial).toMatchObject({ expires_on: "2025-01-31", stock_expires_on: "2027-06-30", container: "Cooler 1" });
  });
  it("without an expiry has the stock's", () => {
    const clinic = stock({});
    expect(vialOf(clinic, scanned(clinic, { expires: "" }))?.expires_on).toBe("2027-06-30");
  });
  it("says nothing of another lot that is chosen after it", () => {
    const clinic = stock({}, { lot: "NEXT1" });
    const values = scanned(clinic, { expires: "2025-01-31" });
    expect(vialOf(clinic, { ...values, lot: "115 SKB NEXT1 COOLER1 vfc" })?.expires_on).toBe("2027-06-30");
  });
  it("of another product is refused, whatever its lot number", () => {
    expect(fromCode(stock({ gtin: OTHER }), code())).toMatchObject({ refused: { lot: "4X7K2" } });
    expect(fromCode(stock({}, { cvx: "03", lot: "M1", gtin: VIAL }), code())).toMatchObject({
      refused: { cvx: "115" },
    });
  });
  it("of a lot that two products here have finds its own", () => {
    const clinic = stock({ cvx: "03", gtin: OTHER }, { gtin: CARTON });
    expect(vialOf(clinic, scanned(clinic))?.cvx).toBe("115");
  });
  it("of another vaccine than its lot's in stock is refused, though no code was read when it was loaded", () => {
    const mmr = "00300064681017"; // NDC 0006-4681-01
    expect(fromCode(stock({}), code({ gtin: mmr }))).toMatchObject({ refused: { cvx: "115" } });
    expect(fromCode(stock({}), code({ gtin: INFANRIX }))).toMatchObject({ refused: { cvx: "115" } });
  });
  it("of a brand of the vaccine chosen is that vaccine, of part of its box too", () => {
    const [flu, menveo] = [stock({ cvx: "150" }), stock({ cvx: "203", gtin: "00358160955099" })];
    expect(fromCode(flu, code({ gtin: "00358160884528" }))).toHaveProperty("values");
    expect(fromCode(menveo, code({ gtin: "00358160958014" }))).toHaveProperty("values");
    expect(fromCode(flu, code({ gtin: "00366019112104" }))).toMatchObject({ refused: { cvx: "150" } }); // nasal
  });
  it("of a lot in no stock brings its vaccine, and stops another chosen in its place", () => {
    const clinic = stock();
    const values = scanned(clinic, { gtin: INFANRIX });
    expect(values).toMatchObject({ lot: TYPED, cvx: "20" });
    expect(lotErrors(clinic, { ...values, cvx: "115" }).cvx).toBeDefined();
    expect(lotErrors(clinic, { ...values, cvx: "106" }).cvx).toBeUndefined();
    expect(lotErrors(clinic, { ...values, cvx: "115", number: "OTHER9" }).cvx).toBeUndefined();
  });
  it("of no lot here is filled in as if typed", () =>
    expect(scanned(stock({ gtin: VIAL }), { lot: "NEW1" })).toMatchObject({ lot: TYPED, number: "NEW1", cvx: "115" }));
});

it("PROJ-R222: two makers may give one number: each vial keeps its own", () => {
  const clinic = stock({}, { mvx: "PMC" }, { lot: "4x7-k2" });
  expect(clinic.lots.map(({ mvx }) => mvx)).toEqual(["SKB", "PMC"]);
  expect(clinic.lots.map((lot) => vialOf(clinic, { ...NO_LOT, lot: lotKey(lot) })?.mvx)).toEqual(["SKB", "PMC"]);
});

describe("WEB-R305: a lot that is no longer in stock as it was chosen", () => {
  it("is said to be chosen again", () => {
    const values = { ...NO_LOT, lot: "115 SKB 4X7K2 COOLER1 vfc" };
    expect(lotErrors(stock({}), values).lot).toBeUndefined();
    const moved = stock({ container: "Blue bag" });
    expect(vialOf(moved, values)).toBeNull();
    expect(lotErrors(moved, values).lot).toBeDefined();
  });
});

describe("WEB-R232: a lot in two boxes is in neither until somebody says which", () => {
  const clinic = stock({}, { container: "Blue bag", funding: "private" });
  const [, blue] = clinic.lots;
  const key = blue === undefined ? "" : lotKey(blue);
  it("scanned", () => {
    const values = scanned(clinic, { expires: "2027-05-31" });
    expect([values.lot, vialOf(clinic, values)]).toEqual(["", null]);
    expect(lotErrors(clinic, values).lot).toBeDefined();
    expect(vialOf(clinic, { ...values, lot: key })).toMatchObject({ container: "Blue bag", expires_on: "2027-05-31" });
  });
  it("typed", () => {
    expect(vialOf(clinic, typed())).toBeNull();
    expect(lotErrors(clinic, typed()).box).toBeDefined();
    expect(lotErrors(stock({}), typed()).box).toBeUndefined();
  });
});

describe("WEB-R233: a lot typed from its label", () => {
  it("in stock, with the expiry that was typed", () =>
    expect(vialOf(stock({}), typed({ expires: "2025-01-31" }))).toMatchObject({
      listed: true,
      expires_on: "2025-01-31",
    }));
  it("of another maker is another lot", () =>
    expect(vialOf(stock({}), typed({ mvx: "PMC" }))).toMatchObject({ listed: false, stock_expires_on: "" }));
  it("under another vaccine of the same maker is said to be wrong", () => {
    expect(lotErrors(stock({}), typed({ cvx: "03" })).number).toBeDefined();
    expect(vialOf(stock({}), typed({ cvx: "03" }))).toBeNull();
  });
});

describe("WEB-R486: of two loads of one lot that say two expiry dates the earlier counts", () => {
  const [soon, late] = ["2026-10-31", "2027-10-31"];
  it.each([
    ["the later load says later", [{ expires_on: soon }, { expires_on: late }]],
    ["the later load says earlier", [{ expires_on: late }, { expires_on: soon }]],
    [
      "in two boxes, written differently",
      [{ expires_on: late }, { expires_on: soon, lot: "4x-7k2", container: "Blue" }],
    ],
  ])("%s", (_, loads) => {
    for (const lot of stock(...loads).lots) {
      expect(lot).toMatchObject({ expires_on: soon, expiresOtherwise: late });
      const vial = vialOf(stock(...loads), { ...NO_LOT, lot: lotKey(lot) });
      expect(vial).toMatchObject({ expires_on: soon, stock_expires_on: soon, stock_otherwise: late });
      expect(stockStops({ expiresOn: soon, stockExpiresOn: soon, held: null, on: "2026-11-21" })).toHaveLength(1);
    }
  });
  it("also where another maker was typed", () => {
    expect(stock({}, { mvx: "PMC", expires_on: soon }).lots).toMatchObject([
      { mvx: "SKB", expires_on: soon },
      { mvx: "PMC", expires_on: soon },
    ]);
  });
  it("a lot of another vaccine, or whose loads agree, is left alone", () => {
    const clinic = stock({}, {}, { cvx: "03", mvx: "PMC", expires_on: soon });
    expect(clinic.lots.map((lot) => [lot.expires_on, lot.expiresOtherwise])).toEqual([
      ["2027-06-30", ""],
      [soon, ""],
    ]);
  });
  it("before a dose a reason is asked for, whichever day the stock shows", () => {
    const seen = { expiresOn: soon, stockExpiresOn: soon, stockOtherwise: late, held: null, on: "2026-10-01" };
    expect(expiryWarnings(seen)).toEqual([{ code: "stock_expiry_differs", about: `${soon} ${late}` }]);
    expect(expiryWarnings({ ...seen, expiresOn: late })).toEqual([
      { code: "expiry_differs", about: `${late} ${soon}` },
    ]);
  });
});
