/** The cells of a paper record as they were understood: one row a vaccine, one cell a dose; what is wrong with each. */
import { earliest, latest } from "../../events/dates";
import { type Cell, readCell } from "../../events/written";
import { isOnRecord } from "../../projections/on_record";
import type { Student } from "../../projections/student";
import { t } from "../../text/words";

/** CVX codes that say no more than the paper's row does, and how many cells the row has. */
export const ROWS: readonly (readonly [string, number])[] = [
  ["107", 5],
  ["115", 1],
  ["139", 2],
  ["89", 5],
  ["03", 2],
  ["45", 4],
  ["21", 2],
  ["17", 4],
  ["85", 2],
  ["152", 4],
  ["147", 2],
];

export type Typed = Readonly<Record<string, string>>;

export interface GridCell {
  readonly cvx: string;
  readonly place: number;
  readonly typed: string;
  readonly cell: Cell;
  readonly error: string | undefined;
  /** On the child's record already: it is not written down again. */
  readonly isHere: boolean;
}

export const cellKey = (cvx: string, place: number): string => `${cvx} ${place}`;

/** What was typed into cells, row by row. */
export function readGrid(
  typed: Typed,
  student: Pick<Student, "birthDate" | "standingDoses">,
  today: string,
): readonly GridCell[] {
  const century = Number(today.slice(0, 4));
  return ROWS.flatMap(([cvx, count]) => {
    const days = new Set<string>();
    return Array.from({ length: count }, (_, place): GridCell => {
      const written = typed[cellKey(cvx, place)] ?? "";
      const cell = readCell(written, century);
      const on = cell.is === "date" ? cell.on : "";
      const isTwice = on.length === 10 && days.has(on);
      days.add(on);
      const error = cellError(cell, student.birthDate, today) ?? (isTwice ? t("cell_twice") : undefined);
      return { cvx, place, typed: written, cell, error, isHere: error === undefined && isOnRecord(student, cvx, on) };
    });
  }).filter(({ cell }) => cell.is !== "empty");
}

function cellError(cell: Cell, born: string, today: string): string | undefined {
  if (cell.is === "unreadable") return t("cell_unreadable");
  if (cell.is !== "date") return undefined;
  if (earliest(cell.on) > today) return t("in_future");
  return latest(cell.on) < earliest(born) ? t("before_birth") : undefined;
}
