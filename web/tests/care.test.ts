/** A no to one vaccine is a no to what brings it, in a consent and in a contraindication, as in Python. WEB-R261 */
import { expect, test } from "vitest";
import type { EventPayloads } from "../src/events/generated";
import { alertsOf } from "../src/projections/alerts";
import { contraindicates } from "../src/projections/components";
import { consentFor, wordsOf } from "../src/projections/consents";
import { type Fact, Shelf } from "../src/projections/fact";

const DAY = "2026-11-21";
const PAPER = { source: "paper", recorder: "Office" } as const;
let made = 0;

function fact<Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]): Fact {
  made += 1;
  const header = { id: `event-${made}`, stream: "student/ada", type, recorded_at: `${DAY}T15:00:00.000Z` };
  return {
    position: made,
    receivedAt: Date.parse(DAY) + made,
    eventHash: header.id,
    header,
    payload,
  } as unknown as Fact;
}

const no = (cvx: string, on = "2026-11-01") =>
  fact("consent.refused", { cvx: [cvx], signer: "B. Okafor", standing: "parent", on });
const yes = (cvx: string, on = "2026-11-02") =>
  fact("consent.given", { cvx: [cvx], signer: "b. okafor", standing: "parent", form: "paper", on });
const stateOf = (cvx: string, ...facts: readonly Fact[]) =>
  consentFor(wordsOf(new Shelf(facts)), cvx, DAY, "gym").state;

test.each([
  ["03", "94", true],
  ["150", "158", true],
  ["20", "110", true],
  ["94", "03", false],
  ["20", "113", false],
])("a no to %s and a dose of %s", (refused, given, isAgainst) => {
  expect(stateOf(given, yes(given), no(refused, "2026-11-03"))).toBe(isAgainst ? "refused" : "given");
  expect(stateOf(given, no(refused), yes(given))).toBe("given");
  const allowed = yes(given);
  const taken = yes(refused);
  const back = fact("consent.withdrawn", { event: taken.header.id, by: "B. Okafor", at: `${DAY}T12:00:00.000Z` });
  expect(stateOf(given, allowed, taken, back)).toBe(isAgainst ? "withdrawn" : "given");
  const [never] = alertsOf(
    new Shelf([fact("contraindication.recorded", { reason: "a reaction", told: PAPER, cvx: [refused] })]),
  );
  expect(never && contraindicates(never, given)).toBe(isAgainst);
});

test.each([
  [[], "08", true],
  [["influenza"], "150", true],
  [["influenza"], "08", false],
  [["measles"], "94", true],
] as const)("a contraindication of %j and a dose of %s", (antigens, cvx, isAgainst) => {
  const [alert] = alertsOf(
    new Shelf([fact("contraindication.recorded", { reason: "a letter", told: PAPER, antigens: [...antigens] })]),
  );
  expect(alert && contraindicates(alert, cvx)).toBe(isAgainst);
});
