/**
 * A form's values while they are typed, sealed on this phone: back, lock, call or crash lose nothing.
 *
 *     typed --at once--> the one write under way, or the next one (only the newest waits)
 *     kept  --when it is read at last--> only the fields nobody has typed into since
 *     added --once it is read--> to what was kept: a tap in a list waits for the list
 *
 * There is no pause before a write: what a pause holds back is lost with the battery. The key to write with is
 * taken when the form opens, so that what was typed before a lock is still written after it. Once a form is done
 * nobody waits until the disk has forgotten it; only who opens the same form again does, and who opens one that was
 * left a moment ago waits until its last keystroke is written.
 *
 * A form is its nurse's own, except where the phone may be handed on in the middle of it (an emergency): that one
 * is everybody's who can unlock, and listed until it is done.
 */
import type { Opened } from "./opened";
import { draftPrefix } from "./seats";

/** Whose the forms are that every nurse of the phone fills in; no staff id is this word. */
const EVERYBODY = "everybody";

export type Whose = "own" | "everybody";

export interface DraftStore<Values> {
  read(): Promise<Partial<Values> | undefined>;
  write(values: Values): Promise<void>;
  /** Once `written`, the last write under way. */
  drop(written: Promise<void> | null): Promise<void>;
}

/** Where a form of who is unlocked, or of everybody, keeps what is typed. */
export function draftStore<Values>(tab: Opened, place: string, whose: Whose = "own"): DraftStore<Values> {
  const { database, unlocked, staff, dropping, writing } = tab;
  const { data } = unlocked;
  const key = `${draftPrefix(whose === "own" ? staff : EVERYBODY)}${place}`;

  async function drop(written: Promise<void> | null): Promise<void> {
    await written;
    await database.write(data, { deletes: [key] });
  }

  return {
    async read() {
      // Where neither is under way it is read in this same moment, before what is typed next is written.
      if (dropping.has(key)) await dropping.get(key)?.catch(() => {}); // said where it failed; then it is shown again
      while (writing.has(key)) await writing.get(key)?.catch(() => {}); // the form was left a moment ago
      return database.get<Partial<Values>>(data, key);
    },
    write(values) {
      const written = database.write(data, { puts: [[key, values]] }).finally(() => {
        if (writing.get(key) === written) writing.delete(key);
      });
      writing.set(key, written);
      if (whose === "everybody") tab.sharing = written;
      return written;
    },
    drop(written) {
      const dropped = drop(written).finally(() => {
        if (dropping.get(key) === dropped) dropping.delete(key);
      });
      dropping.set(key, dropped);
      return dropped;
    },
  };
}

/** What everybody's forms hold whose place begins so, by the rest of the place; also what is being written now. */
export async function everybodysDrafts<Values>(tab: Opened, beginning: string): Promise<ReadonlyMap<string, Values>> {
  const { database, unlocked, dropping } = tab;
  const { data } = unlocked;
  const prefix = `${draftPrefix(EVERYBODY)}${beginning}`;
  const under = [...dropping].filter(([key]) => key.startsWith(prefix)).map(([, dropped]) => dropped);
  await Promise.allSettled([tab.sharing, ...under]); // said where it failed
  const kept = await database.all<Values>(data, prefix);
  return new Map(kept.flatMap(([key, value]) => (value === null ? [] : [[key.slice(prefix.length), value] as const])));
}

export class Draft<Values extends object> {
  private readonly typed = new Set<keyof Values>();
  private writing: Promise<void> | null = null;
  private dropping: Promise<void> | null = null;
  private loading: Promise<void> | null = null;
  private isAwaited = false;
  /** How often the form was done: what is typed after that is another draft. */
  private round = 0;

  constructor(
    private now: Values,
    private readonly store: DraftStore<Values>,
    private readonly tell: (values: Values) => void,
  ) {}

  get values(): Values {
    return this.now;
  }

  /** Fill in what was kept, but nothing over what was typed meanwhile. It is read once. */
  load(): Promise<void> {
    this.loading ??= this.read();
    return this.loading;
  }

  /** What follows from the values, as `add` says, once those kept are among them; nothing where the form is done before. */
  async add(add: (values: Values) => Partial<Values>): Promise<void> {
    const { round } = this;
    await this.whole();
    if (round === this.round) this.set(add(this.now));
  }

  /** Everything kept and typed, once what is kept was read. */
  async whole(): Promise<Values> {
    await this.load().catch(() => {}); // said where it was loaded; what was typed counts all the same
    return this.now;
  }

  private async read(): Promise<void> {
    const { round } = this;
    const kept = await this.store.read();
    if (kept === undefined || round !== this.round) return;
    const untouched = Object.entries(kept).filter(([field]) => !this.typed.has(field as keyof Values));
    this.now = { ...this.now, ...Object.fromEntries(untouched) };
    this.tell(this.now);
    if (this.typed.size > 0) this.keep(); // what was typed was written without what was kept
  }

  set(changes: Partial<Values>): void {
    void this.load().catch(() => {}); // before anything is written over it; said where it was loaded
    for (const field of Object.keys(changes)) this.typed.add(field as keyof Values);
    this.now = { ...this.now, ...changes };
    this.tell(this.now);
    this.keep();
  }

  private keep(): void {
    if (this.writing === null) this.writing = this.write();
    else this.isAwaited = true;
  }

  /** The form is done: nothing of it is written any more, and what was is being deleted when this returns. */
  async drop(): Promise<void> {
    this.round += 1;
    this.typed.clear();
    this.dropping = this.store.drop(this.writing);
    this.writing = null;
  }

  /** Until everything typed is written, or deleted. */
  async settled(): Promise<void> {
    await this.writing;
    await this.dropping;
  }

  private async write(): Promise<void> {
    const { round } = this;
    try {
      if (this.dropping !== null) await this.dropping.catch(() => {}); // said by who dropped
      do {
        this.isAwaited = false;
        await this.store.write(this.now);
      } while (this.isAwaited && round === this.round);
    } finally {
      if (round === this.round) this.writing = null;
    }
  }
}
