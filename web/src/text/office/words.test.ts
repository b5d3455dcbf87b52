/** WEB-R220: whatever a nurse may record has a word of its own in the outbox, in both languages. */
import { expect, test } from "vitest";
import { EVENT_TYPES, type EventTypeName } from "../../events/generated";
import { office as english } from "./en";
import { office as spanish } from "./es";

const byNurses = (Object.keys(EVENT_TYPES) as EventTypeName[]).filter((type) =>
  (EVENT_TYPES[type].authors as readonly string[]).includes("nurse"),
);

test.each(byNurses)("%s has a word", (type) => {
  const key = `event_${type.replace(".", "_")}`;
  expect(english).toHaveProperty(key);
  expect(spanish).toHaveProperty(key);
});

test("no word is left of a type that is gone", () => {
  const known = new Set(Object.keys(EVENT_TYPES).map((type) => `event_${type.replace(".", "_")}`));
  expect(Object.keys(english).filter((key) => key.startsWith("event_") && !known.has(key))).toEqual([]);
});
