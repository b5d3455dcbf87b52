/**
 * A tap does its deed once. A finger that comes down twice signs nothing twice, and touches nothing on the screen that
 * has just come where the button was.
 *
 *     tap --> deed under way --> recorded --SETTLING_MS--> taps count again
 *                            --> refused at once (a field is wrong) -------^
 */

/** How long a screen is looked at before a finger can mean it. */
export const SETTLING_MS = 500;

const nextTurn = (): Promise<void> => new Promise((done) => setTimeout(done));
/** A deed that writes no more than a time waits for this, so that a finger that bounces does not do it twice. */
export const settled = (): Promise<void> => new Promise((done) => setTimeout(done, SETTLING_MS));

export class Deed {
  /** Whether taps do nothing just now. */
  isBusy = false;

  /** Nothing while an earlier deed of this button runs, or is not shown yet. */
  async run(deed: () => unknown): Promise<unknown> {
    if (this.isBusy) return undefined;
    this.isBusy = true;
    let isDone = false;
    try {
      const doing = Promise.resolve(deed()).finally(() => {
        isDone = true;
      });
      await Promise.race([doing, nextTurn()]);
      // Whatever is signed and written takes longer than this turn: what ended within it recorded nothing.
      return await (isDone ? doing : doing.finally(settled));
    } finally {
      this.isBusy = false;
    }
  }
}
