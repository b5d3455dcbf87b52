/** The cells of a paper record, as people write them. */
import { describe, expect, it } from "vitest";
import { readCell } from "../src/events/written";

describe("WEB-R64: a cell of a paper record is read as written, or not at all", () => {
  it.each([
    ["8/31/2015", "2015-08-31"],
    ["08-31-15", "2015-08-31"],
    ["8.31.98", "1998-08-31"],
    ["8/2015", "2015-08"],
    ["2015", "2015"],
    ["2015-08", "2015-08"],
    ["2015-08-31", "2015-08-31"],
    ["Aug 31, 2015", "2015-08-31"],
    ["31 ago 2015", "2015-08-31"],
    ["Sept 2015", "2015-09"],
  ])("%s is %s", (typed, on) => expect(readCell(typed, 2026)).toEqual({ is: "date", on }));
  it.each(["✓", "x", "X", "sí"])("%s is a tick", (typed) => expect(readCell(typed, 2026)).toEqual({ is: "tick" }));
  it.each(["13/31/2015", "2/30/2015", "8/31", "soon", "1/2/3/4", "31/8/2015", "12345"])("%s is unreadable", (typed) =>
    expect(readCell(typed, 2026)).toEqual({ is: "unreadable" }),
  );
  it("an empty cell is empty", () => expect(readCell("  ", 2026)).toEqual({ is: "empty" }));
});
