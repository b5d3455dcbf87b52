/** Who may already be on the list. */
import { describe, expect, it } from "vitest";
import type { Student } from "../src/projections/student";
import { likelyDuplicates } from "../src/projections/twins";

const child = (given: string, family: string, birthDate: string) =>
  ({ id: `${given} ${family}`, name: { given, family }, birthDate }) as unknown as Student;
const ROSTER = [
  child("Núria", "Garcia-Lopez", "2014-03-02"),
  child("Ada", "Okafor", "2013-11-30"),
  child("Mohamed", "Abdi Warsame", "2014-01-08"),
  child("Elise", "Sørensen", "2014-03-02"),
];
const likely = (given: string, family: string, born: string) =>
  likelyDuplicates(given, family, born, ROSTER).map(({ student, ground }) => [student.name?.given, ground]);

describe("WEB-R65: likely duplicates are shown before a child is registered", () => {
  it("knows a name without accents and hyphens", () =>
    expect(likely("Nuria", "Garcia Lopez", "2014-03-02")[0]).toEqual(["Núria", "same"]));
  it("knows swapped names", () => expect(likely("Okafor", "Ada", "2013-11-30")).toEqual([["Ada", "same"]]));
  it("knows one slip of the pen", () => expect(likely("Mohamad", "Abdi Warsame", "2014-01-08")[0]?.[1]).toBe("same"));
  it("knows half of a family name", () => expect(likely("Nuria", "Garcia", "")).toEqual([["Núria", "same_name"]]));
  it("shows others born that day last", () =>
    expect(likely("Nuria", "Garcia-Lopez", "2014-03-02").at(-1)).toEqual(["Elise", "same_birth_date"]));
  it("shows nobody for a stranger", () => expect(likely("Jonas", "Weber", "2015-06-06")).toEqual([]));
  it("waits until there is something to compare", () => expect(likely("A", "", "")).toEqual([]));
});
