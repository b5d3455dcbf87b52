/** A child with doses told by a paper, for tests of ages and intervals. */
import type { EventPayloads } from "../src/events/generated";
import type { Fact } from "../src/projections/fact";
import { Student } from "../src/projections/student";

const CHILD = "019a0000-0000-7000-8000-000000000001";
export const ON = "2026-11-21";
const PAPER = { source: "paper", recorder: "Office" } as const;
let made = 0;

function fact<Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]): Fact {
  made += 1;
  const id = `019a0000-0000-7000-8000-${String(made).padStart(12, "0")}`;
  const header = { id, stream: `student/${CHILD}`, type, recorded_at: `${ON}T15:00:00.000Z`, device: "p", author: "n" };
  return { position: made, receivedAt: made, eventHash: id, header, payload } as unknown as Fact;
}

export type Had = readonly (readonly [cvx: string, on: string, mvx?: string])[];

export const born = (birth_date: string, ...had: Had) =>
  new Student([
    fact("student.registered", { name: { given: "Ada", family: "Okafor" }, birth_date }),
    ...had.map(([cvx, given_on, mvx = ""]) => fact("dose.recorded", { told: PAPER, cvx, given_on, mvx })),
  ]);
