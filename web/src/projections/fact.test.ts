/** Requirement: PROJ-R270 (what was written in a restored log was known to nobody who had seen only the one before). */
import { expect, test } from "vitest";
import { type Fact, knew, Shelf } from "./fact";
import { isAdrift } from "./said";

const NOON = Date.UTC(2026, 10, 20, 18);
const DAY_MS = 86_400_000;

function fact(position: number, device: string, epoch: number, size: number, recordedAt: number): Fact {
  const recorded_at = new Date(recordedAt).toISOString();
  const header = { device, seq: position + 1, recorded_at, type: "dose.voided", seen: { epoch, size } };
  return { position, receivedAt: NOON, eventHash: `${position}`, header, payload: {} } as unknown as Fact;
}

test.each([
  [0, true],
  [1, false],
])(
  "PROJ-R270: a word of epoch %i stands before what was heard of ninety events of epoch 0: known %s",
  (epoch, known) => {
    const earlier = fact(2, "phone", epoch, 2, NOON);
    const late = fact(3, "tablet", 0, 90, NOON - DAY_MS);
    expect(knew(late, earlier)).toBe(known);
    expect(isAdrift("2026-11-19", late, new Shelf([earlier, late]))).toBe(known);
    expect(knew(fact(3, "tablet", 1, 3, NOON), earlier)).toBe(true);
  },
);
