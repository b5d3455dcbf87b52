/** A logger's reading as it is typed, in its own unit; what is recorded is Celsius, as the events say. */

export type Unit = "C" | "F";

const COLDEST = -100;
const WARMEST = 60;

/** Degrees Celsius, with point or comma; null where nothing was typed, NaN where it is no reading. */
export function degrees(typed: string, unit: Unit): number | null {
  const written = typed.trim().replace(",", ".").replace("\u2212", "-");
  if (written === "") return null;
  if (!/^-?\d+(?:\.\d+)?$/.test(written)) return Number.NaN;
  const value = Number(written);
  const celsius = unit === "F" ? Math.round(((value - 32) * 50) / 9) / 10 : value;
  return celsius >= COLDEST && celsius <= WARMEST ? celsius : Number.NaN;
}

/** Whether what was typed as Celsius is what a box of the right cold shows in Fahrenheit, or near that. */
export const mayBeFahrenheit = (celsius: number | null): boolean => celsius !== null && celsius >= 30 && celsius <= 50;
