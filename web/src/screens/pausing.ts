/**
 * When to fold again. Not before what was just tapped is on the screen; and while a clinic arrives with pauses, for
 * pages come faster than a roster of thousands is worth showing anew.
 */

const PAUSE_MS = 1000;
/** So many times as long as the folding took: most of the time is the pages'. */
const TIMES = 8;
const LONGEST_FRAME_MS = 200;

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

/** Until the next frame is painted; at once where nobody sees any. */
export function painted(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_FRAME_MS); // frames end when the screen goes dark meanwhile
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}
