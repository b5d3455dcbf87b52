/**
 * A form's values while they are typed, sealed on this phone: back, lock, call or crash lose nothing.
 *
 *     typed --at once--> the one write under way, or the next one (only the newest waits)
 *     kept  --when it is read at last--> only the fields nobody has typed into since
 *
 * There is no pause before a write: what a pause holds back is lost with the battery. The key to write with is
 * taken when the form opens, so that what was typed before a lock is still written after it.
 */
export interface DraftStore<Values> {
  read(): Promise<Partial<Values> | undefined>;
  write(values: Values): Promise<void>;
  drop(): Promise<void>;
}

export class Draft<Values extends object> {
  private readonly typed = new Set<keyof Values>();
  private writing: Promise<void> | null = null;
  private isAwaited = false;
  private isDropped = false;

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
    const kept = await this.store.read();
    if (kept === undefined || this.isDropped) return;
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

  /** The form is done: nothing of it is written any more, and what was is deleted. */
  async drop(): Promise<void> {
    this.isDropped = true;
    await this.writing;
    await this.store.drop();
  }

  /** Until everything typed is written. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    try {
      do {
        this.isAwaited = false;
        await this.store.write(this.now);
      } while (this.isAwaited && !this.isDropped);
    } finally {
      this.writing = null;
    }
  }
}
