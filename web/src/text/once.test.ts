/** WEB-R400: a key means one thing, whichever screens' words were learnt before it is asked for. */
import { expect, test } from "vitest";

type Words = Readonly<Record<string, string>>;

const modules = import.meta.glob<Readonly<Record<string, Words>>>(["./**/en.ts", "./**/es.ts", "./**/*_{en,es}.ts"], {
  eager: true,
});

test.each(["en", "es"])("no key stands for two sentences (%s)", (language) => {
  const said = new Map<string, Set<string>>();
  for (const [path, told] of Object.entries(modules)) {
    if (!path.endsWith(`${language}.ts`)) continue;
    for (const [key, words] of Object.values(told).flatMap((one) => Object.entries(one)))
      said.set(key, (said.get(key) ?? new Set()).add(words));
  }
  expect(said.size).toBeGreaterThan(900);
  expect([...said].filter(([, words]) => words.size > 1)).toEqual([]);
});
