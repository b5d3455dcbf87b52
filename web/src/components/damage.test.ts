/** Requirements: WEB-R200, WEB-R235 (a history that is not whole, or not here, is said to be so, in both languages). */
import { expect, test, vi } from "vitest";

test.each([
  ["en", /does not have the whole history/],
  ["es", /aún no tiene el historial completo/],
])("WEB-R200: while a clinic is not whole the notice says so (%s), and only then", async (language, words) => {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => language, setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
  const { PartialHistory } = await import("./damage");
  const { isComplete } = await import("../screens/state");
  expect(PartialHistory()?.props).toMatchObject({ tone: "warn", children: expect.stringMatching(words) });
  isComplete.value = true;
  expect(PartialHistory()).toBeNull();
});

test.each([
  ["en", /server does not give 2 records/],
  ["es", /no da 2 registros/],
])("WEB-R340: what the server gives wrongly is said on a child, until it is whole (%s)", async (language, words) => {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => language, setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
  const { PartialHistory } = await import("./damage");
  const { isComplete } = await import("../screens/state");
  const { wrongStreams } = await import("../screens/phone");
  isComplete.value = true;
  wrongStreams.value = ["student/1", "student/2"];
  expect(PartialHistory()?.props).toMatchObject({ tone: "warn", children: expect.stringMatching(words) });
  wrongStreams.value = [];
  expect(PartialHistory()).toBeNull();
});

test.each([
  ["en", /only this clinic knows the child/],
  ["es", /solo lo conoce esta clínica/],
])("WEB-R235: a child of whose past nobody has said anything is said to be one (%s)", async (language, words) => {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => language, setItem: () => {} });
  vi.stubGlobal("location", { hash: "" });
  const { UnknownPast } = await import("./damage");
  const said = UnknownPast({ student: { hasPast: false } });
  expect(said?.props).toMatchObject({ tone: "warn", children: expect.stringMatching(words) });
  expect(UnknownPast({ student: { hasPast: true } })).toBeNull();
});
