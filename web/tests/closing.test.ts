/** The close of a day with more lots than one event lists. WEB-R450 */
import { describe, expect, it } from "vitest";
import type { ClinicCounted, LotCount } from "../src/events/generated";
import {
  COUNT_MAX,
  type CountNow,
  closedCounts,
  countersigned,
  countsSince,
  inParts,
  isChanged,
  isCountable,
  LOTS_PER_EVENT,
  signedOf,
} from "../src/projections/closing";
import { type Fact, Shelf } from "../src/projections/fact";
import { isOneName } from "../src/projections/naming";
import { returnsBesideCloses, returnsOf } from "../src/projections/returns";

const COUNT = { loaded: 10, given: 4, wasted: 0, drawn_not_given: 0, returned: 6, container: "Cooler 1" };
const counts = (number: number): LotCount[] =>
  Array.from({ length: number }, (_, at) => ({ ...COUNT, lot: `L${at}`, funding: "vfc" }));

type Step = readonly [string, Readonly<Record<string, unknown>>, string?];

function shelf(...steps: readonly Step[]): Shelf {
  const seqs = new Map<string, number>();
  return new Shelf(
    steps.map(([type, payload, device = "one"], position) => {
      const seq = (seqs.get(device) ?? 0) + 1;
      seqs.set(device, seq);
      const header = { id: `${position}`, type, device, seq };
      return { position, receivedAt: 1, eventHash: `${position}`, header, payload } as unknown as Fact;
    }),
  );
}

const counted = (one: ClinicCounted, device?: string): Step => ["clinic.counted", { ...one }, device ?? "one"];
const returned = (device?: string): Step => ["stock.returned", { lot: "L0", container: "", doses: 6 }, device ?? "one"];
const closed = (rest: readonly LotCount[], device?: string): Step => [
  "clinic.closed",
  { at: "2026-11-21T20:00:00.000Z", signed_by: ["A", "B"], counts: rest },
  device ?? "one",
];

describe("WEB-R450: a day of more lots than one event lists", () => {
  it("is divided, and read as one again", () => {
    for (const number of [0, 1, LOTS_PER_EVENT, LOTS_PER_EVENT + 1, 3 * LOTS_PER_EVENT, 257]) {
      const all = counts(number);
      const [before, rest] = inParts(all);
      expect([...before, rest].every((part) => part.length <= LOTS_PER_EVENT)).toBe(true);
      const day = shelf(...before.map((part) => counted({ counts: part })), returned(), returned(), closed(rest));
      expect(closedCounts(day)).toEqual(all);
      expect(returnsOf(day)).toHaveLength(2);
    }
  });
  it("of two phones that closed it, the close that the log holds last says its own counts and no other's", () => {
    const [mine, rest] = inParts(counts(150));
    const [theirs, theirRest] = inParts(counts(120));
    const day = shelf(
      ...mine.map((part) => counted({ counts: part })),
      ...theirs.map((part) => counted({ counts: part }, "two")),
      returned(),
      returned("two"),
      closed(theirRest, "two"),
      closed(rest),
    );
    expect(closedCounts(day)).toEqual(counts(150));
    expect(returnsOf(day)).toHaveLength(1);
  });
  it("closed anew by the same phone says what was counted then, and what an earlier close sent back went back no more", () => {
    const [before, rest] = inParts(counts(101));
    const again = counts(2);
    const parts = before.map((part) => counted({ counts: part }));
    const day = shelf(...parts, returned(), closed(rest), returned(), returned(), closed(again));
    expect(closedCounts(day)).toEqual(again);
    expect(closedCounts(day, day.of("clinic.closed")[0])).toEqual(counts(101));
    expect(returnsOf(day)).toHaveLength(2);
    expect(returnsBesideCloses(day)).toEqual([]);
    expect(returnsOf(shelf(...parts, returned(), closed(rest), closed([])))).toEqual([]);
  });
  it("that is not closed has none", () => expect(closedCounts(shelf(returned()))).toEqual([]));
  it("of a lot with more doses than an event may say is not closed before that is put right", () => {
    const [count] = counts(1);
    expect(count && isCountable(count)).toBe(true);
    expect(count && isCountable({ ...count, loaded: COUNT_MAX })).toBe(true);
    expect(count && isCountable({ ...count, loaded: COUNT_MAX + 1 })).toBe(false);
    expect(count && isCountable({ ...count, returned: 2 * COUNT_MAX })).toBe(false);
  });
});

describe("WEB-R647: the second signature of a close", () => {
  const signed = (event: string, author: string) => ({ type: "clinic.countersigned", author, event });
  const names = (...told: readonly ReturnType<typeof signed>[]) => {
    const close = { header: { id: "close", type: "clinic.closed", author: "ann" }, payload: {}, position: 0 };
    const rest = told.map(({ type, author, event }, at) => ({
      header: { id: `${at}`, type, author },
      payload: { event },
      position: at + 1,
    }));
    const facts = [close, ...rest] as unknown as Fact[];
    return countersigned(new Shelf(facts), facts[0] as Fact).map(({ header }) => header.author);
  };
  it("is of somebody who did not write it, once each", () => {
    expect(names()).toEqual([]);
    expect(names(signed("close", "ann"))).toEqual([]);
    expect(names(signed("close", "ben"), signed("close", "ben"), signed("close", "eve"))).toEqual(["ben", "eve"]);
  });
  it("is of this close, and of none before it", () => expect(names(signed("earlier", "ben"))).toEqual([]));
});

it("WEB-R514: a line counted anew begins with what was signed of it, however it is written", () => {
  const [one] = counts(1) as [LotCount];
  expect(signedOf([one], { ...one, lot: "l-0", container: "COOLER 1", returned: 0 })).toEqual(one);
  expect(signedOf([one], { ...one, funding: "private" })).toBeNull();
});

describe("WEB-R492: what counts otherwise since a close", () => {
  const [one, two] = counts(2).map((count) => ({ ...count, cvx: "150" })) as [CountNow, CountNow];
  const changed = (signed: readonly LotCount[], now: readonly CountNow[]) =>
    countsSince(signed, now)
      .filter(isChanged)
      .map((line) => [line.signed?.lot ?? null, line.now?.lot ?? null]);
  it("is nothing where each lot counts as it was signed, however it is written", () =>
    expect(changed([one, two], [two, { ...one, lot: "l-0", container: "COOLER 1" }])).toEqual([]));
  it("is a number that is another", () => expect(changed([one], [{ ...one, given: 5 }])).toEqual([["L0", "L0"]]));
  it("is a lot that another phone loaded and nobody counted", () =>
    expect(changed([one], [one, two])).toEqual([[null, "L1"]]));
  it("is a lot that was taken back or corrected to another", () =>
    expect(changed([one, two], [one, { ...two, lot: "L9" }])).toEqual([
      ["L1", null],
      [null, "L9"],
    ]));
  it("is none of two lots of one number in one box", () => {
    const theirs = { ...one, given: 9, returned: 1 };
    expect(changed([one, theirs], [one, theirs])).toEqual([]);
    expect(changed([one, theirs], [one, { ...theirs, given: 8 }])).toEqual([["L0", "L0"]]);
  });
});

it("WEB-R493: a day is closed by two people, however the second name is typed", () => {
  const same = ["anna ekstrom", "ANNA  EKSTRÖM ", "Ekström, Anna", "Anna Ekstro\u0308m"];
  expect(same.map((typed) => isOneName(typed, "Anna Ekström"))).toEqual([true, true, true, true]);
  expect(["Ben Carlson", "Anna Berg", "Hanna Ekström"].some((typed) => isOneName(typed, "Anna Ekström"))).toBe(false);
});
