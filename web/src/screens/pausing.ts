/** Between two foldings while a clinic arrives: pages come faster than a roster of thousands is worth showing anew. */

const PAUSE_MS = 1000;
/** So many times as long as the folding took: most of the time is the pages'. */
const TIMES = 8;

export class Pause {
  private wake: () => void = () => {};

  after(foldedMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(PAUSE_MS, TIMES * foldedMs));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Something came that is wanted at once. */
  end(): void {
    this.wake();
  }
}
