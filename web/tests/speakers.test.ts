/** Whom a court's order may be about, as the office's list says it (tests/server/test_says.py). WEB-R581 */
import { expect, test } from "vitest";
import type { EventPayloads } from "../src/events/generated";
import type { Fact } from "../src/projections/fact";
import { speakersOf } from "../src/projections/speakers";
import { Student } from "../src/projections/student";

const SAID = { cvx: ["03"], on: "2026-08-01" } as const;
let made = 0;

function fact<Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]): Fact {
  made += 1;
  const header = { id: `event-${made}`, stream: "student/ada", type, recorded_at: "2026-08-02T15:00:00.000Z" };
  return { position: made, receivedAt: made, eventHash: header.id, header, payload } as unknown as Fact;
}

test("WEB-R581: who spoke on consent or sharing or is to be called, each once; never the student", () => {
  const yes = fact("consent.given", { ...SAID, signer: "Mai Vang", standing: "parent", form: "paper" });
  const student = new Student([
    yes,
    fact("consent.refused", { ...SAID, signer: "PAO  VANG", standing: "parent" }),
    fact("consent.refused", { ...SAID, signer: "Ada", standing: "student" }),
    fact("consent.withdrawn", { event: yes.header.id, by: "mai vang", at: "2026-08-02T15:00:00.000Z" }),
    fact("disclosure.consented", {
      ...{ student: "ada", party: "MIIC", what: "doses given here", on: SAID.on },
      ...{ signer: "Bao Lee", standing: "guardian" },
    }),
    fact("student.contacts_recorded", { contacts: [{ name: "Pao Vang", relation: "father" }] }),
  ]);
  expect(speakersOf(student)).toEqual(["Bao Lee", "Mai Vang", "PAO  VANG"]);
});
