/** Own entries the district set aside that nobody let in or closed since: they are not in the record. */
import { computed } from "@preact/signals";
import { submissionsOf } from "../projections/submissions";
import type { Own } from "../store/device";
import { own, view } from "./state";

export const aside = computed<readonly Own[]>(() => {
  const rows = own.value.filter((row) => row.state === "quarantined");
  if (rows.length === 0) return rows;
  const told = view.value === null ? null : submissionsOf(view.value.streams);
  return rows.filter((row) => (told?.get(row.position ?? -1)?.state ?? row.ending?.state ?? "open") === "open");
});
