/** Vaccine codes: what a code on a paper counts for. Reads data/codes.json as projections/law/codes.py does. */
import file from "../../../projections/law/data/codes.json";
import { own } from "./ruleset";

interface Vaccine {
  readonly cvx: string;
  readonly name: string;
  readonly antigens: readonly string[];
  readonly groups?: readonly string[];
}

const byCvx = new Map<string, Vaccine>(file.vaccines.map((vaccine) => [vaccine.cvx, vaccine]));
const elsewhere = new Set(Object.values(file.elsewhere).flat());
const names: Readonly<Record<string, string>> = file.names;
const statementNames: Readonly<Record<string, readonly string[]>> = file.statement_names;
const allAntigens: readonly string[] = file.antigens;

/** Every code a plan prepares for: CVX numbers and short names. */
export const preparedCodes: readonly string[] = [...byCvx.keys(), ...Object.keys(names)];

/** The CVX number of a CVX number or short name (`8`, `08`, `DTaP`); null when it is not understood. */
export function cvxOf(code: string): string | null {
  const padded = /^\d+$/.test(code) ? code.padStart(2, "0") : (own(names, code) ?? "");
  return byCvx.has(padded) || elsewhere.has(padded) ? padded : null;
}

/** The antigens a code counts for (maybe none); null when the code is not understood. */
export function antigensOf(code: string): readonly string[] | null {
  const cvx = cvxOf(code);
  return cvx === null ? null : (byCvx.get(cvx)?.antigens ?? []);
}

/** Codes kept together in the file that are not one vaccine. */
const MIXED = ["TRAVEL", "GLOBULIN"];

/** What one dose of it stands for among others: MMR for MMRV too, FLU whichever product; empty if unknown. */
export function groupsOf(code: string): readonly string[] {
  const cvx = cvxOf(code) ?? "";
  const vaccine = byCvx.get(cvx);
  if (vaccine !== undefined) return vaccine.groups ?? vaccine.antigens;
  return Object.entries(file.elsewhere).flatMap(([group, codes]) =>
    codes.includes(cvx) && !MIXED.includes(group) ? [group] : [],
  );
}

/**
 * Whether one vaccine is, or brings all that another would: MMRV all of MMR, Td not all of DTaP. Also what no rule set
 * asks for: MenACWY does not bring all of MenABCWY.
 */
export function brings(given: string, asked: string): boolean {
  if (given === asked) return asked !== "";
  const [groups, heldGroups] = [groupsOf(asked), groupsOf(given)];
  let [wanted, held] = [antigensOf(asked) ?? [], antigensOf(given) ?? []];
  if (wanted.length === 0 || held.length === 0) [wanted, held] = [groups, heldGroups];
  const unasked = groups.filter((group) => group in file.elsewhere);
  const isAll = wanted.every((one) => held.includes(one)) && unasked.every((one) => heldGroups.includes(one));
  return wanted.length > 0 && isAll;
}

/** A name to show: the vaccine's, or the code itself. */
export function vaccineName(code: string): string {
  return byCvx.get(cvxOf(code) ?? "")?.name ?? code;
}

/** The antigens that the vaccine names of a statement cover; `ALL` covers every antigen. */
export function namedOnStatement(written: readonly string[]): readonly string[] {
  const covered: string[] = [];
  for (const name of written) {
    const upper = name.toUpperCase();
    if (upper === "ALL") return allAntigens;
    if (allAntigens.includes(upper)) covered.push(upper);
    else {
      const byName = own(statementNames, upper);
      covered.push(...(byName !== undefined && byName.length > 0 ? byName : (antigensOf(name) ?? [])));
    }
  }
  return covered;
}
