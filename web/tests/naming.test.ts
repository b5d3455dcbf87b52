/** WEB-R580: a relationship is no name, in either language; a name that holds such a word is one. */
import { expect, test } from "vitest";
import { isRelation } from "../src/projections/naming";

test.each([
  "Mother",
  " mom ",
  "the mother",
  "Parent 1",
  "foster father",
  "Mamá",
  "la madre",
  "madre de Ana",
  "Ana's mother",
  "self",
  "Abuela",
  "step-father",
  "mother/father",
])("%s names nobody", (typed) => {
  expect(isRelation(typed, "Ana")).toBe(true);
});

test.each(["Mai Xiong", "Parent Petersen", "Ana Vang", "Ana", "Guardian Smith", "María Tía López", "José", "李", ""])(
  "%s is no relationship alone",
  (typed) => {
    expect(isRelation(typed, "Ana")).toBe(false);
  },
);
