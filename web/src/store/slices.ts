/** Long work in short slices, so that a tap or a keystroke never waits for more than one of them. */

const SLICE_MS = 8;

/** Run to the end, letting the screen breathe each few milliseconds. */
export async function inSlices<Result>(work: Generator<undefined, Result, undefined>): Promise<Result> {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < until);
    await breath();
  }
}

const waiting = new Set<() => void>();
let working = false;

/** Do something small soon, after what a person waits for; the answer takes it back. */
export function soon(work: () => void): () => void {
  waiting.add(work);
  if (!working) void workOff();
  return () => waiting.delete(work);
}

async function workOff(): Promise<void> {
  working = true;
  try {
    await breath();
    await inSlices(eachWaiting());
  } finally {
    working = false;
  }
}

function* eachWaiting(): Generator<undefined, undefined, undefined> {
  for (const work of waiting) {
    waiting.delete(work);
    work();
    yield;
  }
}

/** Until what waits (a tap, a frame) had its turn; a timer would be held back by the browser. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
