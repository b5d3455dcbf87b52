/** The cases of `tests/vectors/projections/components.json`, as `tests/projections/test_components.py`. PROJ-R161 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { holding } from "../src/projections/components";

const path = new URL("../../tests/vectors/projections/components.json", import.meta.url);
const cases: readonly { substance: string; cvx: string; holding: string }[] = JSON.parse(readFileSync(path, "utf-8"));

test.each(cases)("$substance in $cvx", (one) => expect(holding(one.substance, one.cvx)).toBe(one.holding));
