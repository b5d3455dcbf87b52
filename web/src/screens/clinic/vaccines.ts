/** The vaccines this clinic may give: what it planned, has orders for or carries, each once. */
import type { View } from "../view";

export function clinicVaccines(now: View): readonly string[] {
  const { plan, orders, lots } = now.clinic;
  return [...new Set([...(plan?.vaccines ?? []), ...orders.map((one) => one.cvx), ...lots.map((one) => one.cvx)])];
}
