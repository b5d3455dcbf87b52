/**
 * What became of own entries the district set aside, where no scope tells any more (docs/sync.md, "POST /fates").
 *
 *     scope refused, an end not known --signed by this nurse's own key--> POST /fates --proofs--> kept with the row
 *
 * A closed seat is given nothing to download; it asks after each refusal, once a minute at most. What proves nothing is
 * not kept, and whatever is open still is asked about again. Nothing leaves the outbox by it.
 */
import { base64url, hex, sha256, text, utf8 } from "../events/bytes";
import { openCheckpoint } from "../events/checkpoint";
import { holds } from "../events/commitment";
import { checkShape, eventHash } from "../events/envelope";
import { verifyReceipt } from "../events/receipt";
import { type Fate, type Fates, fatesAsked, fromWire, PUSH_EVENTS_MAX, WIRE_VERSION } from "../events/wire";
import type { Device } from "../store/device";
import { type Ending, NO_CHANGE, type Own } from "../store/kept";
import { receiptText } from "./findings";
import { ask } from "./server";

const ASKER = "doseledger fates";
const PAUSE_MS = 60_000;
/** Each row may have come under two names. */
const ROWS_MAX = PUSH_EVENTS_MAX / 2;

export class Asker {
  private askedAt = Number.NEGATIVE_INFINITY;
  /** The last row asked about: the next question begins behind it, so that every row has its turn. */
  private after = 0;

  constructor(private readonly device: Device) {}

  /** The server answered: ask, where it gives no scope and the end of a row is not known. */
  readonly stir = (): void => {
    const rows = unknownOf(this.device);
    if (performance.now() < this.askedAt + PAUSE_MS || rows.length === 0) return;
    this.askedAt = performance.now();
    const behind = rows.filter((row) => row.seq > this.after);
    const next = [...behind, ...rows.filter((row) => row.seq <= this.after)].slice(0, ROWS_MAX);
    this.after = next.at(-1)?.seq ?? 0;
    // No answer, or one that does not hold: it is asked again.
    void askFates(this.device, next).catch(() => {});
  };
}

/** Ask about rows whose end is not known, where no scope would tell it. */
export async function askFates(device: Device, rows = unknownOf(device).slice(0, ROWS_MAX)): Promise<void> {
  await navigator.locks.request(ASKER, { ifAvailable: true }, async (lock) => {
    const { enrolled } = device;
    if (lock === null || enrolled === null || rows.length === 0) return;
    const named = new Map<string, Own>();
    for (const row of rows) for (const name of await namesOf(row)) named.set(name, row);
    const submissions = [...named.keys()];
    const signature = base64url(await device.signQuestion(fatesAsked(enrolled.seat, submissions)));
    const body = { submissions, signature, version: WIRE_VERSION };
    const answer = await ask<Fates>("POST", "/fates", { token: enrolled.token, body });
    const endings = await proven(answer, named, enrolled.log_key);
    if (endings.size === 0) return;
    await device.change(({ state, own }) => ({
      ...NO_CHANGE,
      state,
      own: own.flatMap((row) => ended(row, endings.get(row.hash)) ?? []),
    }));
  });
}

/** Rows set aside whose end is not known, on a phone that is given no scope. */
function unknownOf({ state, own }: Device): readonly Own[] {
  if (state.refused !== "scope_not_allowed") return [];
  return own.filter((row) => row.state === "quarantined" && (row.ending ?? OPEN).state === "open");
}

const OPEN = { state: "open" } as const;

function ended(row: Own, ending: Ending | undefined): Own | null {
  return ending === undefined || row.state !== "quarantined" ? null : { ...row, ending };
}

/** What the server may call a row: by its hash, or by that of the bytes it came in. */
async function namesOf(row: Own): Promise<readonly string[]> {
  return [row.hash, hex(await sha256(utf8(JSON.stringify(row.event))))];
}

/** What an answer proves, by the hash of the row. */
export async function proven(
  { checkpoint, fates }: Fates,
  named: ReadonlyMap<string, Own>,
  logKey: string,
): Promise<ReadonlyMap<string, Ending>> {
  const { origin } = await openCheckpoint(checkpoint, logKey);
  const found = new Map<string, Ending>();
  for (const fate of fates) {
    const row = named.get(fate.submission);
    if (row === undefined) continue;
    const ending = await endingOf(fate, row, checkpoint, { key: logKey, origin }).catch(() => null);
    if (ending !== null) found.set(row.hash, ending);
  }
  return found;
}

const STATES: Readonly<Record<string, Ending["state"]>> = {
  "submission.assigned": "open",
  "submission.released": "released",
  "submission.closed": "closed",
};

/** The end of a row. The record must be in the log, keep its commitment, and be about this very submission. */
async function endingOf(
  { submission, record, proof, who, kept }: Fate,
  row: Own,
  note: string,
  under: { key: string; origin: string },
): Promise<Ending | null> {
  if (!record || !proof) return null;
  const event = fromWire(record);
  const header = checkShape(event);
  const state = STATES[header.type];
  const told = JSON.parse(text(event.payload)) as { submission?: string; reason?: string; owner?: string };
  if (state === undefined || told.submission !== submission || !(await holds(event, header))) return null;
  const receipt = receiptText(proof, note);
  await verifyReceipt(receipt, await eventHash(event), under);
  const ending = { state, who: who ?? "", why: told.reason ?? "", owner: told.owner ?? "", receipt };
  if (state !== "released" || !kept) return ending;
  const own = receiptText(kept, note);
  const { position } = await verifyReceipt(own, row.hash, under);
  return { ...ending, receipt: own, position };
}
