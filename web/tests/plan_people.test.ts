/** Whom a nurse may put to work at a clinic she plans on a phone that knows nobody yet. Requirements: WEB-R472. */
import { expect, test } from "vitest";
import { whomToName } from "../src/screens/plan_named";
import { ServerProblem, Unreachable } from "../src/sync/server";

const me = { staff: "anna", name: "Anna Ek", title: "RN" };
const ben = { staff: "ben", name: "Ben Ek", title: "LPN" };
const fails = (failure: Error) => () => Promise.reject(failure);

test("WEB-R472: the office names the staff of the school, and whoever plans is among them once", async () => {
  expect(await whomToName("elm", me, async () => [ben])).toEqual({ people: [ben, me], lacks: "" });
  expect(await whomToName("elm", me, async () => [me, ben])).toEqual({ people: [me, ben], lacks: "" });
});

test.each([
  ["without a network", new Unreachable("no answer"), "staff_unasked"],
  ["while the server is busy", new ServerProblem(503, "busy", "later"), "staff_unasked"],
  ["beyond her role", new ServerProblem(403, "not-allowed", "ask the health office"), "staff_refused"],
] as const)("WEB-R472: %s she names herself and is told why nobody else", async (_, failure, lacks) => {
  expect(await whomToName("elm", me, fails(failure))).toEqual({ people: [me], lacks });
});

test("WEB-R472: a clinic at no school has no staff to name, and nobody is asked", async () => {
  expect(await whomToName(null, me, fails(new Error("asked")))).toEqual({ people: [me], lacks: "staff_elsewhere" });
});

test("WEB-R472: a fault of the program is not taken for a missing network", async () => {
  await expect(whomToName("elm", me, fails(new TypeError("bug")))).rejects.toThrow("bug");
});
