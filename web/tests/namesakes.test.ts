/** Two children of one name and one birth date are found, however the name is written; others are not. */
import { expect, it } from "vitest";
import { wordsFor } from "../src/projections/finding";
import { namesakesOf } from "../src/projections/namesakes";
import type { Student } from "../src/projections/student";

const child = (id: string, fullName: string, birthDate: string) => ({ id, fullName, birthDate }) as Student;

it("WEB-R503: accents, hyphens and other names make no difference; a middle name and another day do", () => {
  const listed = [
    child("a", "Núria Garcia-Lopez", "2014-03-02"),
    child("b", "Nuria Garcia Lopez", "2014-03-02"),
    child("c", "Nuria Garcia Lopez", "2014-03-03"),
    child("d", "Nuria Maria Garcia Lopez", "2014-03-02"),
    child("e", "", ""),
  ];
  const aliases: Readonly<Record<string, readonly string[]>> = { b: ["Nuri Garcia"] };
  const texts = listed.map(({ id, fullName, birthDate }) =>
    wordsFor([fullName, ...(aliases[id] ?? [])], birthDate, [id]),
  );
  const found = namesakesOf(listed, texts);
  expect([...found.keys()]).toEqual(["a", "b"]);
  expect(found.get("a")?.map(({ id }) => id)).toEqual(["a", "b"]);
});
