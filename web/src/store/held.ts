/**
 * A page of downloaded events as it lies on this phone: one value, written once, looked into only where somebody looks.
 *
 *     columns, JSON, one line      hash · position · received_at · stream · type · signature · salt · where its texts end
 *     texts, one behind another    header and payload of each event, as they were signed
 *
 * Opening a page reads the columns; a header or payload is read when it is asked for. Most never are: a roster of
 * thousands shows names, and the file of the one child that was tapped.
 */
import { type Bytes, text, utf8 } from "../events/bytes";
import type { Header } from "../events/envelope";
import type { Fact } from "../projections/fact";
import { HeldFact } from "./held_fact";
import type { Held } from "./kept";

interface Columns {
  readonly hash: readonly string[];
  readonly position: readonly number[];
  readonly received_at: readonly number[];
  /** Names of streams and types, and the number of each event's. */
  readonly streams: readonly string[];
  readonly stream: readonly number[];
  readonly types: readonly string[];
  readonly type: readonly number[];
  readonly signature: readonly string[];
  readonly salt: readonly string[];
  /** Where header and payload of each event end, in UTF-16 units of the texts. */
  readonly ends: readonly number[];
}

/** The value of a page of these events. */
export function pageBytes(rows: readonly Held[]): Bytes {
  const [streams, types, texts, ends] = [new Names(), new Names(), [] as string[], [] as number[]];
  let end = 0;
  for (const { event } of rows) {
    texts.push(event.header, event.payload);
    ends.push(end + event.header.length, end + event.header.length + event.payload.length);
    end += event.header.length + event.payload.length;
  }
  const columns: Columns = {
    hash: rows.map((row) => row.hash),
    position: rows.map((row) => row.position),
    received_at: rows.map((row) => row.receivedAt),
    stream: rows.map((row) => streams.number(row.stream)),
    streams: streams.all,
    type: rows.map((row) => types.number(typeOf(row))),
    types: types.all,
    signature: rows.map(({ event }) => event.signature),
    salt: rows.map(({ event }) => event.salt),
    ends,
  };
  return utf8(`${JSON.stringify(columns)}\n${texts.join("")}`);
}

/** Names and their numbers, in the order they first came. */
class Names {
  readonly all: string[] = [];
  private readonly known = new Map<string, number>();

  number(name: string): number {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    this.known.set(name, this.all.length);
    return this.all.push(name) - 1;
  }
}

const TYPE = /"type":"([^"\\]*)"/;
const typeOf = ({ event }: Held): string => TYPE.exec(event.header)?.[1] ?? (JSON.parse(event.header) as Header).type;

/** An opened page. */
export class HeldPage {
  readonly rows: readonly HeldRow[];
  /** Where it lies in the store; empty until it does. */
  key: string;

  private constructor(
    key: string,
    private bytes: Bytes | null,
    readonly columns: Columns,
    readonly texts: string,
  ) {
    this.key = key;
    this.rows = columns.hash.map((hash, at) => new HeldRow(this, at, hash));
  }

  /** A page that lies in the store; null where its bytes are none of this layout. */
  static kept(key: string, bytes: Bytes): HeldPage | null {
    try {
      const page = HeldPage.fresh(bytes);
      const isLaid = page.rows.every((row) => row.stream !== "" && row.type !== "");
      page.lay(key);
      return isLaid ? page : null;
    } catch {
      return null;
    }
  }

  /** A page just downloaded. */
  static fresh(bytes: Bytes): HeldPage {
    const whole = text(bytes);
    const line = whole.indexOf("\n");
    return new HeldPage("", bytes, JSON.parse(whole.slice(0, line)) as Columns, whole.slice(line + 1));
  }

  /** The page of just these events: the one they came in, where they are all of it. */
  static of(rows: readonly Held[]): HeldPage {
    const [first] = rows;
    const page = first instanceof HeldRow ? first.page : null;
    const isWhole = page !== null && page.bytes !== null && page.rows.length === rows.length;
    return isWhole && rows.every((row, at) => row === page.rows[at]) ? page : HeldPage.fresh(pageBytes(rows));
  }

  /** Its bytes, to be kept under this key from now on; they are not held a second time in memory. */
  lay(key: string): Bytes {
    const bytes = this.bytes ?? pageBytes(this.rows);
    [this.key, this.bytes] = [key, null];
    return bytes;
  }
}

const cell = <Value>(column: readonly Value[], at: number): Value => {
  const value = column[at];
  if (value === undefined) throw new Error("a page of this phone lacks a cell");
  return value;
};

/** One downloaded event of a page. */
export class HeldRow implements Held {
  private known: Fact | undefined;

  constructor(
    readonly page: HeldPage,
    private readonly at: number,
    readonly hash: string,
  ) {}

  get position(): number {
    return cell(this.page.columns.position, this.at);
  }

  get receivedAt(): number {
    return cell(this.page.columns.received_at, this.at);
  }

  get stream(): string {
    const { streams, stream } = this.page.columns;
    return cell(streams, cell(stream, this.at));
  }

  get type(): string {
    const { types, type } = this.page.columns;
    return cell(types, cell(type, this.at));
  }

  get event(): Held["event"] {
    const { signature, salt } = this.page.columns;
    return {
      header: this.header,
      signature: cell(signature, this.at),
      salt: cell(salt, this.at),
      payload: this.payload,
    };
  }

  get header(): string {
    return this.page.texts.slice(this.ends(2 * this.at - 1), this.ends(2 * this.at));
  }

  get payload(): string {
    return this.page.texts.slice(this.ends(2 * this.at), this.ends(2 * this.at + 1));
  }

  /** What the event states; the same object each time, so that a fold can tell what is new. */
  get fact(): Fact {
    this.known ??= new HeldFact(this);
    return this.known;
  }

  private ends(at: number): number {
    return at < 0 ? 0 : cell(this.page.columns.ends, at);
  }
}
