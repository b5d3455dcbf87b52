/**
 * A form's values while they are typed, sealed on this phone: back, lock, call or crash lose nothing.
 *
 *     typed --at once--> the one write under way, or the next one (only the newest waits)
 *     kept  --when it is read at last--> only the fields nobody has typed into since
 *
 * There is no pause before a write: what a pause holds back is lost with the battery. The key to write with is
 * taken when the form opens, so that what was typed before a lock is still written after it. Once a form is done
 * nobody waits until the disk has forgotten it; only who opens the same form again does.
 */
import type { Opened } from "./opened";
import { draftPrefix } from "./seats";

export interface DraftStore<Values> {
  read(): Promise<Partial<Values> | undefined>;
  write(values: Values): Promise<void>;
  /** Once `written`, the last write under way. */
  drop(written: Promise<void> | null): Promise<void>;
}

/** Where a form of who is unlocked keeps what is typed. */
export function draftStore<Values>({ database, unlocked, staff, dropping }: Opened, place: string): DraftStore<Values> {
  const { data } = unlocked;
  const key = `${draftPrefix(staff)}${place}`;

  async function drop(written: Promise<void> | null): Promise<void> {
    await written;
    await database.write(data, { deletes: [key] });
  }

  return {
    async read() {
      await dropping.get(key)?.catch(() => {}); // said where it failed; then what is kept is shown again
      return database.get<Partial<Values>>(data, key);
    },
    write: (values) => database.write(data, { puts: [[key, values]] }),
    drop(written) {
      const dropped = drop(written);
      dropping.set(key, dropped);
      return dropped;
    },
  };
}

export class Draft<Values extends object> {
  private readonly typed = new Set<keyof Values>();
  private writing: Promise<void> | null = null;
  private dropping: Promise<void> | null = null;
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

  /** Fill in what was kept, but nothing over what was typed meanwhile. */
  async load(): Promise<void> {
    const { round } = this;
    const kept = await this.store.read();
    if (kept === undefined || round !== this.round) return;
    const untouched = Object.entries(kept).filter(([field]) => !this.typed.has(field as keyof Values));
    this.now = { ...this.now, ...Object.fromEntries(untouched) };
    this.tell(this.now);
  }

  set(changes: Partial<Values>): void {
    for (const field of Object.keys(changes)) this.typed.add(field as keyof Values);
    this.now = { ...this.now, ...changes };
    this.tell(this.now);
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
