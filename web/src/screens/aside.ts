/**
 * Own entries the district set aside that nobody let in or closed since: they are not in the record. How it was settled
 * is read off the devices' streams, by a fold that arrives only where an entry was set aside.
 */
import { computed, effect, signal } from "@preact/signals";
import type { Submission } from "../projections/submissions";
import type { Own } from "../store/device";
import { own, view } from "./state";

const settled = signal<ReadonlyMap<number, Submission>>(new Map());
const quarantined = computed<readonly Own[]>(() => own.value.filter((row) => row.state === "quarantined"));

effect(() => {
  const now = view.value;
  if (now === null || quarantined.value.length === 0) return;
  void import("../projections/submissions").then(({ submissionsOf }) => (settled.value = submissionsOf(now.streams)));
});

export const aside = computed<readonly Own[]>(() =>
  quarantined.value.filter((row) => {
    const told = settled.value.get(row.position ?? -1);
    return (told?.state ?? row.ending?.state ?? "open") === "open";
  }),
);
