/** The thread that checks signatures (signatures.ts): seats are told to it first, then it is asked of events. */
import { type Checker, type CheckerAsked, checkerHere } from "./signatures";

let checker: Checker | null = null;
let before: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<CheckerAsked>) => {
  checker ??= checkerHere(data.logKey);
  const { ask } = checker;
  before = before.then(async () => postMessage(await ask(data)));
});
