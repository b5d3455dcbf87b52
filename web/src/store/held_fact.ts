/** What a downloaded event states, read when somebody looks: most of a page nobody ever does (held.ts). */
import type { Header } from "../events/envelope";
import type { Fact } from "../projections/fact";
import type { HeldRow } from "./held";

/** A fact that reads its payload once, when somebody looks at it. */
export class HeldFact implements Fact {
  readonly header: Header;
  private read: Fact["payload"] | undefined;

  constructor(private readonly row: HeldRow) {
    this.header = new HeldHeader(row);
  }

  get position(): number {
    return this.row.position;
  }

  get receivedAt(): number {
    return this.row.receivedAt;
  }

  get eventHash(): string {
    return this.row.hash;
  }

  get payload(): Fact["payload"] {
    this.read ??= JSON.parse(this.row.payload) as Fact["payload"];
    return this.read;
  }
}

/** A header whose stream and type are at hand; the rest is read when it is asked for. */
class HeldHeader implements Header {
  private read: Header | undefined;

  constructor(private readonly row: HeldRow) {}

  get stream(): Header["stream"] {
    return this.row.stream as Header["stream"];
  }

  get type(): string {
    return this.row.type;
  }

  get id(): string {
    return this.whole.id;
  }

  get district(): string {
    return this.whole.district;
  }

  get schema(): number {
    return this.whole.schema;
  }

  get author(): string {
    return this.whole.author;
  }

  get device(): string {
    return this.whole.device;
  }

  get seq(): number {
    return this.whole.seq;
  }

  get prev(): string {
    return this.whole.prev;
  }

  get recorded_at(): string {
    return this.whole.recorded_at;
  }

  get seen(): Header["seen"] {
    return this.whole.seen;
  }

  get commitment(): string {
    return this.whole.commitment;
  }

  private get whole(): Header {
    this.read ??= JSON.parse(this.row.header) as Header;
    return this.read;
  }
}
