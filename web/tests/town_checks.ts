/** What must hold of a district at rest. Each check throws in words. */
import { parseEntry, parseReceipt } from "../src/events/receipt";
import type { SmallLog } from "./small_log";
import type { SmallStore } from "./small_store";
import type { Town } from "./small_town";

export function check(town: Town): void {
  const here = new Map(town.log.entries.map(({ hash }, position) => [hash, position]));
  if (here.size !== town.log.entries.length) throw new Error("an event is in the log twice");
  const aside = recordsOf(town.log);
  const isThere = (hash: string) => here.has(hash) || aside.has(hash);
  const living = new Set(town.phones.map(({ store }) => store));
  for (const { hash, store } of town.kept) {
    const isLost = living.has(store) && !town.freed.has(hash) && !heldBy(store).has(hash);
    if (isLost) throw new Error("a phone lost what it made or took over, and nothing freed it");
  }
  for (const store of living) {
    for (const hash of heldBy(store)) if (!isThere(hash)) throw new Error("what a phone holds is not in the log");
    checkRows(store, town, aside);
    checkReplica(store, [...here.keys()]);
  }
}

/** Own and carried, delivered or not. */
function heldBy({ saved, sealed, arrived }: SmallStore): ReadonlySet<string> {
  return new Set([...[...saved.own, ...saved.carried].map(({ hash }) => hash), ...sealed.keys(), ...arrived.keys()]);
}

/** Where the record of a refused event stands, by the event's hash. */
function recordsOf({ entries }: SmallLog): ReadonlyMap<string, number> {
  return new Map(
    entries.flatMap(({ header, event }, position) => {
      if (header.type !== "submission.quarantined") return [];
      const { submission } = JSON.parse(new TextDecoder().decode(event.payload)) as { submission: string };
      return [[submission, position]];
    }),
  );
}

/** Each own event stands where its receipt says, or the record of its quarantine does. */
function checkRows({ saved }: SmallStore, { log }: Town, aside: ReadonlyMap<string, number>): void {
  for (const { hash, state, position = -1, receipt = "" } of saved.own) {
    const at = state === "receipted" ? log.entries.findIndex((entry) => entry.hash === hash) : aside.get(hash);
    if (state === "waiting" || at !== position) throw new Error(`an event ${state} at ${position} stands at ${at}`);
    const named = parseEntry(parseReceipt(receipt).entry).eventHash;
    if (named !== log.entries[position]?.hash) throw new Error("a receipt of another event");
  }
}

function checkReplica({ saved: { state, held } }: SmallStore, all: readonly string[]): void {
  if (state.alarm !== null) throw new Error(`alarmed: ${state.alarm.reason}`);
  if (state.wrong !== null) throw new Error("streams are called wrong");
  if (state.scope === "") return;
  const lacking = all.filter((hash) => !held.has(hash));
  if (lacking.length > 0 || held.size > all.length) throw new Error(`${lacking.length} events are missing of a scope`);
}
