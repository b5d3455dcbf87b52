/** What became of entries that were set aside, folded from the device streams in whatever order they come. */
import { describe, expect, test } from "vitest";
import type { Fact } from "../src/projections/fact";
import { countsAside, submissionsOf } from "../src/projections/submissions";

const [ONE, TWO] = ["ab".repeat(32), "cd".repeat(32)];

function fact(position: number, type: string, payload: Record<string, unknown>): Fact {
  const header = { stream: "device/d", type } as Fact["header"];
  return { position, receivedAt: position, eventHash: `${position}`, header, payload };
}

const RECORDED = [
  fact(3, "submission.quarantined", { submission: ONE, reason: "not_authorised", owner: "health_office" }),
  fact(5, "submission.quarantined", { submission: TWO, reason: "revoked_key", owner: "district_admin" }),
  fact(6, "submission.assigned", { submission: ONE, owner: "records", staff: "rita" }),
  fact(8, "submission.released", { submission: ONE, event: "e", reason: "asked her", by: "olga" }),
  fact(9, "submission.closed", { submission: ONE, reason: "too late", by: "root" }),
  fact(10, "submission.assigned", { submission: ONE, owner: "health_office" }),
  fact(11, "submission.closed", { submission: "ef".repeat(32), reason: "of another log", by: "root" }),
];

describe("WEB-R130: a row that was set aside", () => {
  test("is found by its record's place, in any order of arrival; the first settlement stands", () => {
    for (const facts of [RECORDED, [...RECORDED].reverse()]) {
      const found = submissionsOf(new Map([["device/d", facts]]));
      expect(found.get(3)).toEqual({
        state: "released",
        owner: "records",
        takenBy: "rita",
        by: "olga",
        why: "asked her",
      });
      expect(found.get(5)).toEqual({ state: "open", owner: "district_admin", takenBy: null, by: null, why: "" });
      expect(found.size).toBe(2);
    }
  });

  test("other streams are passed over", () => {
    expect(submissionsOf(new Map([["student/s", RECORDED]])).size).toBe(0);
  });
});

test("WEB-R459: an answer with a yes holds up a dose though it was set aside; one without says nothing", () => {
  const [yes, open, no] = [{ positive: ["pregnancy"] }, { unanswered: ["pregnancy"] }, { positive: [] }].map(
    (told, at) => fact(at, "screening.answered", told),
  ) as [Fact, Fact, Fact];
  expect(countsAside([yes, open, no])).toEqual([yes, open]);
});
