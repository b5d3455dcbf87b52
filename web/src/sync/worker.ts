/** The thread that asks the server and examines what it answers, one turn after another (exchange.ts). */
import { type Answered, type Asked, exchangeHere, troubleOf } from "./exchange";

const exchange = exchangeHere();
let turns: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  turns = turns.then(() => answer(data));
});

/** Whatever happens to one turn, it is answered, and the next has its own. */
async function answer(asked: Asked): Promise<void> {
  try {
    const answered = await exchange.ask(asked);
    postMessage(answered, { transfer: bytesOf(answered) });
  } catch (error) {
    postMessage({ is: "failed", ...troubleOf(error) } satisfies Answered);
  }
}

/** A page goes over as it is, not as a copy. */
function bytesOf(answered: Answered): Transferable[] {
  const page = answered.is === "examined" ? answered.examined.page : null;
  return page?.is === "page" ? [page.bytes.buffer] : [];
}
