/** Requirements: WEB-R208 (one of a thing is said in the singular, in both languages), WEB-R209 (refusals are Spanish too). */
import { beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
  vi.stubGlobal("document", { documentElement: {} });
});

test("WEB-R208: a sentence with a count of one is the one for one", async () => {
  const { speak, t } = await import("./words");
  expect(t("children", { count: 1 })).toBe("1 child");
  expect(t("children", { count: 2 })).toBe("2 children");
  expect(t("found", { count: 1, all: 20 })).toBe("1 of 20");
  await speak("es");
  expect(t("children", { count: 1 })).toBe("1 niño");
  expect(t("children", { count: 0 })).toBe("0 niños");
});

test("WEB-R209: the server's own words in English, ours by the code of the refusal in Spanish", async () => {
  const { refusalWords, speak } = await import("./words");
  const own = "The login or the password is wrong. Check both, and whether the keyboard writes capitals.";
  expect(refusalWords("wrong-login", own)).toBe(own);
  await speak("es");
  expect(refusalWords("wrong-login", own)).toBe(
    "El usuario o la contraseña no son correctos. Revise los dos, y si el teclado escribe mayúsculas.",
  );
  expect(refusalWords("some-new-code", "Too many somethings")).toBe("El servidor no lo aceptó (some-new-code).");
});

test.each([
  "batch-too-large",
  "too-large",
  "too-many-attempts",
  "store-busy",
  "rolled-back",
  "record-damaged",
  "version-unknown",
  "token-unknown",
  "projection-paused",
  "unproven",
  "not-kept",
])("WEB-R209: what may end a turn has words of its own in Spanish (%s)", async (code) => {
  const { refusalWords, speak } = await import("./words");
  await speak("es");
  expect(refusalWords(code, "x")).not.toContain(code);
});
