/**
 * What was downloaded of the clinic, as this tab holds it: pages, their rows by hash, and what they state by stream.
 *
 *     page taken in --> rows --> the streams it touches are gathered anew, the others stay the very same lists
 *     children gone --> their rows go, and each page that held some is written again without them
 *
 * It grows in place: a clinic is thousands of rows, and a copy at each page would cost more than the page.
 */
import { type Fact, factOf, LOCAL } from "../projections/fact";
import { countsAside, submissionsOf } from "../projections/submissions";
import { everyKey } from "./database";
import { HeldPage, type HeldRow } from "./held";
import type { Change, Held, Own } from "./kept";

/** What a change of the download writes. */
export interface Rewritten {
  readonly puts: readonly (readonly [string, Uint8Array<ArrayBuffer>])[];
  readonly deletes: readonly (string | IDBKeyRange)[];
  /** The download as it is from then on; to be called once it is written. */
  readonly adopt: () => void;
}

const PAGES = "held/";
const STEP_STREAMS = 64;

export class Downloads {
  readonly rows = new Map<string, HeldRow>();
  private verified: ReadonlySet<string> = new Set();
  readonly streams = new Map<string, readonly HeldRow[]>();
  private readonly gathered = new Map<string, readonly Fact[]>();
  /** Where pages lie that the store does not give back. */
  readonly damaged: string[] = [];
  /** The streams whose facts changed since they were gathered. */
  private readonly stale = new Set<string>();
  /** What each own row says, read once. */
  private readonly read = new WeakMap<Own, Fact>();

  /** Lay out the pages of the store, in steps as short as a page. */
  static *of(
    pages: readonly (readonly [string, Uint8Array<ArrayBuffer> | null])[],
    verified: readonly string[],
  ): Generator<undefined, Downloads, undefined> {
    const downloads = new Downloads();
    downloads.verified = new Set(verified);
    for (const [key, bytes] of pages) {
      const page = bytes === null ? null : HeldPage.kept(key, bytes);
      yield;
      if (page === null) downloads.damaged.push(key);
      else downloads.take(page);
      yield;
    }
    return downloads;
  }

  /** What to write so that `held` lies under a key, and no page holds a forgotten event nor an earlier copy of these. */
  rewriting(key: string, held: readonly Held[], forget: Change["forget"]): Rewritten {
    const page = held.length > 0 ? HeldPage.of(held) : null;
    const added = page === null ? [] : [[key, page.lay(key)] as const];
    if (forget === "all") {
      const adopt = () => this.replace(page);
      return { puts: added, deletes: [everyKey(PAGES)], adopt };
    }
    const gone = [...forget, ...held.map((row) => row.hash)].flatMap((hash) => this.rows.get(hash) ?? []);
    const rewritten = withoutRows(new Set(gone));
    const adopt = () => {
      this.drop(new Set([...gone, ...rewritten.flatMap(({ before }) => before.rows)]));
      for (const { after } of rewritten) if (after !== null) this.take(after);
      if (page !== null) this.take(page);
    };
    const puts = rewritten.flatMap(({ before, after }) =>
      after ? [[before.key, after.lay(before.key)] as const] : [],
    );
    const deletes = rewritten.flatMap(({ before, after }) => (after === null ? [before.key] : []));
    return { puts: [...added, ...puts], deletes, adopt };
  }

  /** Everything known, by stream, with what this phone made and has not in its download. Lists that did not change are the same. */
  *facts(own: readonly Own[]): Generator<undefined, ReadonlyMap<string, readonly Fact[]>, undefined> {
    const local = new Map<string, Fact[]>();
    const counts = this.countingAside(own);
    for (const row of own) {
      if (this.rows.has(row.hash) || (row.state === "quarantined" && !counts.has(row.hash))) continue;
      const fact = this.factOf(row);
      const { stream } = fact.header;
      local.set(stream, [...(local.get(stream) ?? []), fact]);
    }
    const all = new Map<string, readonly Fact[]>();
    let steps = 0;
    for (const stream of new Set([...this.streams.keys(), ...local.keys()])) {
      all.set(stream, this.gather(stream, local.get(stream) ?? []));
      steps += 1;
      if (steps % STEP_STREAMS === 0) yield;
    }
    return all;
  }

  /** Own rows set aside of which nobody is known to have settled anything. */
  openAside(own: readonly Own[]): readonly Own[] {
    const aside = own.filter((row) => row.state === "quarantined" && (row.ending?.state ?? "open") === "open");
    if (aside.length === 0) return [];
    const devices = [...this.streams].filter(([stream]) => stream.startsWith("device/"));
    const told = submissionsOf(new Map(devices.map(([stream, rows]) => [stream, rows.map((row) => row.fact)])));
    return aside.filter((row) => (told.get(row.position ?? -1)?.state ?? "open") === "open");
  }

  /** Those of them that count on this phone all the same, by hash. */
  private countingAside(own: readonly Own[]): ReadonlySet<string> {
    const facts = this.openAside(own).map((row) => this.factOf(row));
    return new Set(countsAside(facts).map((fact) => fact.eventHash));
  }

  /** Whether the signature of an event was found good by this phone before. */
  isVerified(hash: string): boolean {
    return this.verified.has(this.rows.get(hash)?.page.key ?? "");
  }

  /** The pages of which every signature is good, to be remembered. */
  verify(good: ReadonlySet<string>): readonly string[] {
    const pages = new Set([...this.rows.values()].map((row) => row.page));
    const isWhole = ({ key, rows }: HeldPage) => this.verified.has(key) || rows.every((row) => good.has(row.hash));
    const whole = [...pages].filter(isWhole).map((page) => page.key);
    this.verified = new Set(whole);
    return whole;
  }

  private replace(page: HeldPage | null): void {
    for (const known of [this.rows, this.streams, this.gathered, this.stale]) known.clear();
    if (page !== null) this.take(page);
  }

  private take(page: HeldPage): void {
    const grown = new Map<string, HeldRow[]>();
    for (const row of page.rows) {
      this.rows.set(row.hash, row);
      const { stream } = row;
      const there = grown.get(stream);
      if (there === undefined) grown.set(stream, [row]);
      else there.push(row);
    }
    for (const [stream, rows] of grown) this.setStream(stream, [...(this.streams.get(stream) ?? []), ...rows]);
  }

  private drop(gone: ReadonlySet<HeldRow>): void {
    for (const { hash } of gone) this.rows.delete(hash);
    for (const stream of new Set([...gone].map((row) => row.stream))) {
      const left = this.streams.get(stream)?.filter((row) => !gone.has(row)) ?? [];
      this.setStream(stream, left);
    }
  }

  private setStream(stream: string, rows: readonly HeldRow[]): void {
    if (rows.length === 0) {
      this.streams.delete(stream);
      this.gathered.delete(stream);
    } else this.streams.set(stream, rows);
    this.stale.add(stream);
  }

  private gather(stream: string, local: readonly Fact[]): readonly Fact[] {
    const known = this.gathered.get(stream);
    const held = this.streams.get(stream) ?? [];
    const isSame =
      known?.length === held.length + local.length && local.every((fact, at) => known[held.length + at] === fact);
    if (known !== undefined && isSame && !this.stale.has(stream)) return known;
    const facts = [...held.map((row) => row.fact), ...local];
    this.gathered.set(stream, facts);
    this.stale.delete(stream);
    return facts;
  }

  /** The same object for the same row, so that a fold can tell what is new. */
  private factOf(row: Own): Fact {
    let fact = this.read.get(row);
    if (fact === undefined) {
      fact = factOf(row.event, row.hash, LOCAL + row.seq, null);
      if (row.state === "quarantined") fact = { ...fact, isAside: true };
      this.read.set(row, fact);
    }
    return fact;
  }
}

/** Each page that holds some of these rows, and what it is without them. */
function withoutRows(gone: ReadonlySet<HeldRow>): readonly { before: HeldPage; after: HeldPage | null }[] {
  return [...new Set([...gone].map((row) => row.page))].map((before) => {
    const left = before.rows.filter((row) => !gone.has(row));
    return { before, after: left.length === 0 ? null : HeldPage.of(left) };
  });
}
