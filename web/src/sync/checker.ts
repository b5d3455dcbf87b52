/** The thread that checks signatures (signatures.ts): seats are told to it first, then it is asked of events. */
import { type Checker, type CheckerAnswered, type CheckerAsked, checkerHere } from "./signatures";
import { wordsOf } from "./witness";

let checker: Checker | null = null;
let before: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<CheckerAsked>) => {
  before = before.then(async () => postMessage(await answer(data)));
});

/** Whatever happens to one question, it is answered, and the next has its own answer. */
async function answer(asked: CheckerAsked): Promise<CheckerAnswered> {
  try {
    checker ??= checkerHere(asked.logKey);
    return await checker.ask(asked);
  } catch (error) {
    return { why: wordsOf(error) };
  }
}
