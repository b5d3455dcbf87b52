/** The thread that asks the server and examines what it answers, one turn after another (exchange.ts). */
import { type Answered, type Asked, exchangeHere } from "./exchange";

const exchange = exchangeHere();
let turns: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  turns = turns.then(async () => {
    const answered = await exchange.ask(data);
    postMessage(answered, { transfer: bytesOf(answered) });
  });
});

/** A page goes over as it is, not as a copy. */
function bytesOf(answered: Answered): Transferable[] {
  const page = answered.is === "examined" ? answered.examined.page : null;
  return page?.is === "page" ? [page.bytes.buffer] : [];
}
