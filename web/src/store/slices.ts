/** Long work in short slices, so that a tap or a keystroke never waits for more than one of them. */

const SLICE_MS = 5;
/** A thumb that types pauses longer before it reads. */
const REST_MS = 120;

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
let asked = 0;

/** Do something small once nothing of the kind was asked for a moment, after what a person waits for; the answer takes it back. */
export function soon(work: () => void): () => void {
  waiting.add(work);
  asked += 1;
  if (!working) void workOff();
  return () => waiting.delete(work);
}

async function workOff(): Promise<void> {
  working = true;
  try {
    while (waiting.size > 0) {
      await rest();
      await inSlices(eachWaiting());
    }
  } finally {
    working = false;
  }
}

/** Until nobody asked anything for a moment: each key typed asks for its list, and the next key must not wait for it. */
async function rest(): Promise<void> {
  for (let before = -1; before !== asked; ) {
    before = asked;
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
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
