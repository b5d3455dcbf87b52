/** Whom the office names for a clinic: the staff of its school, and in any case whoever plans; or why nobody else. */
import { type Colleague, ServerProblem, Unreachable } from "../sync/server";

/** `lacks` says why not everybody is named. */
export interface Named {
  readonly people: readonly Colleague[];
  readonly lacks: "" | "staff_elsewhere" | "staff_refused" | "staff_unasked";
}

export async function whomToName(
  facility: string | null,
  me: Colleague,
  ask: (facility: string) => Promise<readonly Colleague[]>,
): Promise<Named> {
  if (facility === null) return { people: [me], lacks: "staff_elsewhere" };
  try {
    const there = await ask(facility);
    return { people: there.some(({ staff }) => staff === me.staff) ? there : [...there, me], lacks: "" };
  } catch (failure) {
    if (!(failure instanceof ServerProblem || failure instanceof Unreachable)) throw failure;
    const isRefused = failure instanceof ServerProblem && failure.code === "not-allowed";
    return { people: [me], lacks: isRefused ? "staff_refused" : "staff_unasked" };
  }
}
